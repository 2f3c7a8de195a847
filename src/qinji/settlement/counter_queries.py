"""Reading what the bureau's own counters took and gave back; bills that institutions sent are not among it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from qinji.kernel.takings import Parts, Takings
from qinji.platform.database import Connection, Record
from qinji.settlement.model import Cancellation, CounterAct

_COUNTER_ACTS = """
from (
  select s.settlement_id as act_id, s.person_id, s.settlement_id, s.cashier, s.booked_at, false as returned,
         s.message_id, s.total_fen, s.fund_fen, s.own_fen, s.mutual_aid_fen, s.cash_fen, c.cancellation_id
  from settlement s left join cancellation c on c.person_id = s.person_id and c.settlement_id = s.settlement_id
  where s.institution = $1 and s.cashier is not null
    and s.booked_at >= $2 and ($3::timestamptz is null or s.booked_at < $3)
  union all
  select c.cancellation_id, s.person_id, s.settlement_id, c.cashier, c.booked_at, true,
         c.message_id, s.total_fen, s.fund_fen, s.own_fen, s.mutual_aid_fen, s.cash_fen, c.cancellation_id
  from cancellation c join settlement s on s.person_id = c.person_id and s.settlement_id = c.settlement_id
  where c.institution = $1 and c.cashier is not null
    and c.booked_at >= $2 and ($3::timestamptz is null or c.booked_at < $3)
) a
"""
_ONE_BY_ONE = (
    "select * " + _COUNTER_ACTS + "where $4::text is null or a.cashier = $4 "
    "order by case when $6 then a.booked_at end desc, a.booked_at, a.act_id limit $5"
)
_BY_CASHIER = (
    "select a.cashier, a.returned, count(*) as acts, sum(a.total_fen)::bigint as total_fen, "
    "sum(a.fund_fen)::bigint as fund_fen, sum(a.own_fen)::bigint as own_fen, "
    "sum(a.mutual_aid_fen)::bigint as mutual_aid_fen, sum(a.cash_fen)::bigint as cash_fen "
    + _COUNTER_ACTS
    + "group by a.cashier, a.returned"
)


async def acts_of(
    connection: Connection,
    institution: str,
    span: tuple[datetime, datetime | None],
    limit: int,
    *,
    cashier: str | None = None,
    newest_first: bool = False,
) -> list[CounterAct]:
    """What the counters of an institution took and gave back in a span of time (its end not counted, None: until now).

    Bills that the institution's own software sent are not among them. At most ``limit``, the oldest or newest ones.
    """
    rows = await connection.fetch(_ONE_BY_ONE, institution, *span, cashier, limit, newest_first)
    return [
        CounterAct(
            row["act_id"],
            row["person_id"],
            row["settlement_id"],
            row["cashier"],
            row["booked_at"],
            row["returned"],
            row["message_id"],
            _parts(row, 1),
            row["cancellation_id"],
        )
        for row in rows
    ]


async def takings_by_cashier(
    connection: Connection, institution: str, span: tuple[datetime, datetime | None]
) -> Mapping[str, Takings]:
    """What each cashier of an institution took and gave back in a span of time, its end not counted."""
    rows = await connection.fetch(_BY_CASHIER, institution, *span)
    found: dict[str, Takings] = {}
    for row in rows:
        before = found.get(row["cashier"], Takings())
        found[row["cashier"]] = before.with_act(_parts(row, row["acts"]), returned=row["returned"])
    return found


def _parts(row: Record, count: int) -> Parts:
    return Parts(
        count, row["total_fen"], row["fund_fen"], row["own_fen"], row["mutual_aid_fen"], row["cash_fen"]
    )


async def cancellation(connection: Connection, person: UUID, settlement: UUID) -> Cancellation | None:
    """How a settlement was taken back, if it was."""
    row = await connection.fetchrow(
        "select * from cancellation where person_id = $1 and settlement_id = $2", person, settlement
    )
    if row is None:
        return None
    return Cancellation(
        row["person_id"],
        row["settlement_id"],
        row["cancellation_id"],
        row["booked_at"],
        row["institution"],
        row["message_id"],
        row["cashier"],
    )
