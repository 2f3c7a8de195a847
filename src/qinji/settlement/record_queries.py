"""Reading records: many stored decisions in one go for `qinji policy replay`; a patient's bills, searched."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from qinji.kernel.search import not_after, not_before
from qinji.platform.conditions import Conditions
from qinji.platform.database import Connection, Record
from qinji.settlement.model import (
    MonthSpent,
    PaidBy,
    SettlementKind,
    Spent,
    SpentSearch,
    StoredDecision,
    VisitKept,
    Window,
)
from qinji.settlement.packing import DECISIONS

_WITHIN = """
from settlement s
left join cancellation c on c.person_id = s.person_id and c.settlement_id = s.settlement_id
where s.service_day between $1 and $2 and ($3 = '' or left(s.region, 4) = left($3, 4))
"""


async def count_live(connection: Connection, window: Window) -> int:
    """How many settlements of a window were not cancelled."""
    found: int = await connection.fetchval(
        f"select count(*) {_WITHIN} and c.settlement_id is null",
        window.since,
        window.until,
        window.city,
    )
    return found


async def decisions(connection: Connection, window: Window, page: int) -> AsyncIterator[list[StoredDecision]]:
    """The settlements of a window in pages, cancelled ones too; those of a person stand together, by id."""
    nobody = UUID(int=0)
    rows = await _page(connection, window, (nobody, nobody), page)
    while rows:
        yield rows
        rows = await _page(connection, window, (rows[-1].person, rows[-1].settlement), page)


async def _page(
    connection: Connection, window: Window, after: tuple[UUID, UUID], page: int
) -> list[StoredDecision]:
    rows = await connection.fetch(
        f"select s.person_id, s.settlement_id, s.decision, c.booked_at as cancelled_at {_WITHIN}"
        "and (s.person_id, s.settlement_id) > ($4, $5) order by s.person_id, s.settlement_id limit $6",
        window.since,
        window.until,
        window.city,
        *after,
        page,
    )
    return [
        StoredDecision(
            row["person_id"], row["settlement_id"], row["cancelled_at"], DECISIONS.unpack(row["decision"])
        )
        for row in rows
    ]


_PAID: Mapping[PaidBy, str] = {
    PaidBy.FUND: "s.fund_fen > 0",
    PaidBy.OWN: "s.own_fen > 0",
    PaidBy.RELATIVE: "s.mutual_aid_fen > 0",
    PaidBy.CASH: "s.cash_fen > 0",
}
_BACK = "exists (select 1 from cancellation c where c.person_id = s.person_id and c.settlement_id = s.settlement_id)"


_SEARCH = """
with found as materialized (
  select s.settlement_id from settlement s where <where> order by s.settlement_id desc limit <limit>
)
select s.person_id, s.settlement_id, s.institution, s.kind, s.service_day, s.booked_at, s.total_fen, s.fund_fen,
  s.own_fen, s.mutual_aid_fen, s.cash_fen, c.booked_at as returned_at
from found f join settlement s on s.settlement_id = f.settlement_id and s.person_id = $1
left join cancellation c on c.person_id = $1 and c.settlement_id = f.settlement_id
order by s.settlement_id desc
"""


async def search(
    connection: Connection, person: UUID, wanted: SpentSearch, limit: int, before: UUID | None = None
) -> list[Spent]:
    """A patient's bills that fit, newest first; ids grow with time, so ``before`` the last id goes on.

    Which bills fit is found in one index of the few searched columns; only those that are shown are read whole.
    """
    terms, where = wanted.terms, Conditions()
    where.need("s.person_id = {}", person)
    where.may("s.settlement_id < {}", before)
    where.may("s.settlement_id = any({}::uuid[])", wanted.among)
    if terms.since is not None:
        where.need("s.booked_at >= {} and s.settlement_id >= {}", terms.since, not_before(terms.since))
    if terms.until is not None:
        where.need("s.booked_at < {} and s.settlement_id < {}", terms.until, not_after(terms.until))
    where.may("s.total_fen >= {}", terms.least_fen)
    where.may("s.total_fen <= {}", terms.most_fen)
    where.may("s.institution = any({}::text[])", terms.institutions)
    where.may("s.kind = {}", wanted.kind)
    if wanted.paid_by is not None:
        where.need(_PAID[wanted.paid_by])
    if terms.returned is not None:
        where.need(_BACK if terms.returned else f"not {_BACK}")
    rows = await connection.fetch(where.statement(_SEARCH, limit=where.argument(limit)), *where.arguments)
    return [_spent(row) for row in rows]


def _spent(row: Record) -> Spent:
    return Spent(
        row["person_id"],
        row["settlement_id"],
        row["institution"],
        SettlementKind(row["kind"]),
        row["service_day"],
        row["booked_at"],
        row["total_fen"],
        row["fund_fen"],
        row["own_fen"],
        row["mutual_aid_fen"],
        row["cash_fen"],
        row["returned_at"],
    )


_SOME = """
select s.person_id, s.settlement_id, s.institution, s.kind, s.service_day, s.booked_at, s.total_fen, s.fund_fen,
  s.own_fen, s.mutual_aid_fen, s.cash_fen, c.booked_at as returned_at
from unnest($1::uuid[], $2::uuid[]) as k(person, settlement)
join settlement s on s.person_id = k.person and s.settlement_id = k.settlement
left join cancellation c on c.person_id = s.person_id and c.settlement_id = s.settlement_id
"""


async def some(
    connection: Connection, keys: Sequence[tuple[UUID, UUID]]
) -> Mapping[tuple[UUID, UUID], Spent]:
    """These bills by (patient, settlement), without their decisions; one that is missing is not in the result."""
    if not keys:
        return {}
    rows = await connection.fetch(
        _SOME, [person for person, _ in keys], [settlement for _, settlement in keys]
    )
    return {(row["person_id"], row["settlement_id"]): _spent(row) for row in rows}


async def kinds(
    connection: Connection, keys: Sequence[tuple[UUID, UUID]]
) -> Mapping[tuple[UUID, UUID], SettlementKind]:
    """What kind of bills these are, by (patient, settlement); an act that is no bill is not in the result."""
    rows = await connection.fetch(
        "select s.person_id, s.settlement_id, s.kind from settlement s "
        "join unnest($1::uuid[], $2::uuid[]) as k(person, settlement) "
        "on s.person_id = k.person and s.settlement_id = k.settlement",
        [person for person, _ in keys],
        [settlement for _, settlement in keys],
    )
    return {(row["person_id"], row["settlement_id"]): SettlementKind(row["kind"]) for row in rows}


async def decisions_of(
    connection: Connection, keys: Sequence[tuple[UUID, UUID]]
) -> Mapping[tuple[UUID, UUID], tuple[SettlementKind, bytes]]:
    """The kinds and stored decisions of bills, by (patient, settlement)."""
    rows = await connection.fetch(
        "select s.person_id, s.settlement_id, s.kind, s.decision from settlement s "
        "join unnest($1::uuid[], $2::uuid[]) as k(person, settlement) "
        "on s.person_id = k.person and s.settlement_id = k.settlement",
        [person for person, _ in keys],
        [settlement for _, settlement in keys],
    )
    return {
        (row["person_id"], row["settlement_id"]): (
            SettlementKind(row["kind"]),
            DECISIONS.unpack(row["decision"]),
        )
        for row in rows
    }


_MONTHS = """
select date_trunc('month', at at time zone 'Asia/Shanghai')::date as month, kind,
  sum(sign * fund_fen)::bigint as fund_fen,
  sum(sign * own_fen)::bigint as own_fen, sum(sign * mutual_aid_fen)::bigint as mutual_aid_fen,
  sum(sign * cash_fen)::bigint as cash_fen
from (
  select s.booked_at as at, 1 as sign, s.kind, s.fund_fen, s.own_fen, s.mutual_aid_fen, s.cash_fen from settlement s
  where s.person_id = $1 and s.booked_at >= $2 and s.booked_at < $3 and s.settlement_id >= $4 and s.settlement_id < $5
  union all
  select c.booked_at, -1, s.kind, s.fund_fen, s.own_fen, s.mutual_aid_fen, s.cash_fen
  from cancellation c join settlement s on s.person_id = c.person_id and s.settlement_id = c.settlement_id
  where c.person_id = $1 and c.booked_at >= $2 and c.booked_at < $3
) acts group by 1, 2 order by 1, 2
"""


async def months(connection: Connection, person: UUID, since: datetime, until: datetime) -> list[MonthSpent]:
    """What a patient's bills came to by month and kind, less what was taken back; ``until`` does not count."""
    rows = await connection.fetch(_MONTHS, person, since, until, not_before(since), not_after(until))
    return [
        MonthSpent(
            row["month"],
            SettlementKind(row["kind"]),
            row["fund_fen"],
            row["own_fen"],
            row["mutual_aid_fen"],
            row["cash_fen"],
        )
        for row in rows
    ]


async def visits_of(
    connection: Connection, person: UUID, limit: int, before: UUID | None = None
) -> list[VisitKept]:
    """All that is kept of a person's visits, newest first; ``before`` the last id continues a page."""
    rows = await connection.fetch(
        "select * from visit where person_id = $1 and ($3::uuid is null or visit_id < $3) "
        "order by visit_id desc limit $2",
        person,
        limit,
        before,
    )
    return [
        VisitKept(
            row["visit_id"],
            row["institution"],
            row["outpatient_number"],
            row["service_day"],
            row["state"] == "cancelled",
            row["medical_type"],
            json.loads(row["diagnoses"]),
            row["department"],
            row["doctor"],
            row["opened_at"],
        )
        for row in rows
    ]
