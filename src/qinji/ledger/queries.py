"""Reading balances and transfers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from qinji.ledger.chart import Account
from qinji.ledger.model import (
    CURRENT_POCKET,
    POCKETS,
    AccountRun,
    Clawback,
    ClawbackLine,
    ClawbackState,
    Held,
    LineKind,
    Movement,
    RunLine,
    SharedUse,
    Transfer,
)
from qinji.platform.database import Connection, Record


async def balances(connection: Connection, persons: Sequence[UUID]) -> Mapping[UUID, Mapping[int, int]]:
    """Stored balances by person and pocket, in fen."""
    rows = await connection.fetch(
        "select person_id, pocket, balance_fen from personal_account where person_id = any($1::uuid[])",
        list(persons),
    )
    found: dict[UUID, dict[int, int]] = {}
    for row in rows:
        found.setdefault(row["person_id"], {})[row["pocket"]] = row["balance_fen"]
    return found


def transfer_of(row: Record) -> Transfer:
    """A row as a transfer."""
    return Transfer(
        row["person_id"],
        row["act_id"],
        row["seq"],
        Account(row["debit"]),
        Account(row["credit"]),
        row["amount_fen"],
        row["book"],
        row["booked_at"],
        row["service_day"],
        row["institution"],
        row["pocket"],
        row["other_person_id"],
        row["other_book"],
        row["reverses"],
    )


async def of_acts(connection: Connection, rows: Sequence[tuple[UUID, UUID]]) -> list[Transfer]:
    """The transfers of acts: (person, act) pairs."""
    found = await connection.fetch(
        "select t.* from transfer t join unnest($1::uuid[], $2::uuid[]) as k(person, act) "
        "on t.person_id = k.person and t.act_id = k.act order by t.act_id, t.seq",
        [person for person, _ in rows],
        [act for _, act in rows],
    )
    return [transfer_of(row) for row in found]


async def payers(connection: Connection, person: UUID, act: UUID) -> list[UUID]:
    """The relatives whose accounts paid for a person's act, in order of payment."""
    rows = await connection.fetch(
        "select other_person_id from transfer where person_id = $1 and act_id = $2 "
        "and debit = $3 and other_person_id is not null order by seq",
        person,
        act,
        Account.CLEARING_MUTUAL_AID,
    )
    return [row["other_person_id"] for row in rows]


async def whole_act(connection: Connection, person: UUID, act: UUID) -> list[Transfer]:
    """Every transfer of a person's act, those of the relatives who paid for it included."""
    relatives = await payers(connection, person, act)
    return await of_acts(connection, [(one, act) for one in [person, *relatives]])


async def standing(connection: Connection, person: UUID, act: UUID) -> list[Transfer]:
    """Those transfers of a person's act, and of who paid for it, that no correction has taken back yet.

    Nothing can be taken back twice: what is undone is always this (decision 0038).
    """
    rows = await whole_act(connection, person, act)
    gone = await connection.fetch(
        "select person_id, seq from transfer where person_id = any($1::uuid[]) and reverses = $2",
        sorted({row.person for row in rows}),
        act,
    )
    taken = {(row["person_id"], row["seq"]) for row in gone}
    return [row for row in rows if (row.person, row.seq) not in taken]


async def shared_by(
    connection: Connection, grantor: UUID, limit: int, before: UUID | None = None
) -> list[SharedUse]:
    """Each use of this grantor's account for a relative, newest first, before the act of this id."""
    rows = await connection.fetch(
        "select t.act_id, t.other_person_id, t.amount_fen, t.booked_at, t.institution, "
        "exists (select 1 from transfer r where r.person_id = t.person_id and r.reverses = t.act_id) as returned "
        "from transfer t where t.person_id = $1 and t.debit = $2 and t.credit = $3 and t.reverses is null "
        "and ($5::uuid is null or t.act_id < $5) order by t.act_id desc limit $4",
        grantor,
        Account.PERSONAL,
        Account.CLEARING_MUTUAL_AID,
        limit,
        before,
    )
    return [
        SharedUse(
            row["act_id"],
            row["other_person_id"],
            row["amount_fen"],
            row["booked_at"],
            row["institution"],
            row["returned"],
        )
        for row in rows
    ]


async def own_account_around(
    connection: Connection, person: UUID, acts: Sequence[UUID]
) -> Mapping[UUID, tuple[int, int]]:
    """What was in a person's account before and after each of these acts, in fen, by act.

    Told backwards from the balance of today, in the order of the acts; one statement, so that both are of one moment.
    """
    if not acts:
        return {}
    rows = await connection.fetch(
        "with moved as (select act_id, sum(case when credit = $3 then amount_fen else 0 end "
        "- case when debit = $3 then amount_fen else 0 end) as change_fen "
        "from transfer where person_id = $1 and act_id >= $4 "
        "and (debit = $3 or credit = $3) group by act_id), "
        "later as (select act_id, change_fen, sum(change_fen) over (order by act_id desc) as since_fen from moved), "
        "today as (select coalesce(sum(balance_fen), 0) as balance_fen from personal_account "
        "where person_id = $1 and pocket = any($5::smallint[])) "
        "select act_id, (balance_fen - since_fen)::bigint as before_fen, "
        "(balance_fen - since_fen + change_fen)::bigint as after_fen from later, today "
        "where act_id = any($2::uuid[])",
        person,
        list(acts),
        Account.PERSONAL,
        min(acts),
        list(POCKETS),
    )
    return {row["act_id"]: (row["before_fen"], row["after_fen"]) for row in rows}


_MOVEMENTS = """
with moved as (
  select act_id, seq, booked_at, other_person_id, institution,
    case when credit = $2 then debit else credit end as other,
    case when credit = $2 then amount_fen else -amount_fen end as change_fen
  from transfer where person_id = $1 and (debit = $2 or credit = $2))
select *, (sum(change_fen) over (order by booked_at, leaves, act_id, seq))::bigint as after_fen
from (select *, change_fen < 0 as leaves from moved) m
order by booked_at desc, leaves desc, act_id desc, seq desc limit $3
"""


async def movements(connection: Connection, person: UUID, account: Account, limit: int) -> list[Movement]:
    """The latest movements of one stored account of one pocket, newest first, each with what was there after it.

    Of one moment what comes in stands before what goes out.
    """
    rows = await connection.fetch(_MOVEMENTS, person, account, limit)
    return [
        Movement(
            row["act_id"],
            row["seq"],
            row["booked_at"],
            Account(row["other"]),
            row["change_fen"],
            row["after_fen"],
            row["other_person_id"],
            row["institution"],
        )
        for row in rows
    ]


async def by_acts(connection: Connection, acts: Sequence[UUID]) -> Mapping[UUID, list[Transfer]]:
    """Every transfer of these acts, whoever's row it is; for auditors, who may scan."""
    rows = await connection.fetch(
        "select * from transfer where act_id = any($1::uuid[]) order by seq", list(acts)
    )
    found: dict[UUID, list[Transfer]] = {}
    for row in rows:
        found.setdefault(row["act_id"], []).append(transfer_of(row))
    return found


def _run(row: Record) -> AccountRun:
    return AccountRun(
        row["name"],
        row["run_id"],
        row["began_at"],
        row["began_by"],
        row["after_person"],
        row["finished_at"],
        row["booked"],
        row["refused"],
        row["amount_fen"],
    )


async def account_run(connection: Connection, name: str) -> AccountRun | None:
    """The run of this name, or None where none was begun."""
    row = await connection.fetchrow("select * from account_run where name = $1", name)
    return None if row is None else _run(row)


async def account_runs(connection: Connection, names: Sequence[str]) -> Mapping[str, AccountRun]:
    """The runs of these names; one that was never begun is not in the result."""
    rows = await connection.fetch("select * from account_run where name = any($1::text[])", list(names))
    return {row["name"]: _run(row) for row in rows}


async def credit_runs(connection: Connection, limit: int) -> list[AccountRun]:
    """The latest runs of crediting files that are over, the newest first."""
    rows = await connection.fetch(
        "select * from account_run where name like 'crediting/%' and finished_at is not null "
        "order by began_at desc, name limit $1",
        limit,
    )
    return [_run(row) for row in rows]


def _line(row: Record) -> RunLine:
    return RunLine(
        row["person_id"],
        row["run_id"],
        row["line"],
        row["act_id"],
        LineKind(row["kind"]),
        row["month"],
        row["supplement"],
        row["amount_fen"],
    )


async def credited_for(
    connection: Connection, persons: Sequence[UUID], months: Sequence[date], run: UUID
) -> list[RunLine]:
    """What these persons were credited for these months by any run, and all that this run booked for them."""
    rows = await connection.fetch(
        "select * from account_run_line where person_id = any($1::uuid[]) and (month = any($2::date[]) or run_id = $3)",
        list(persons),
        list(months),
        run,
    )
    return [_line(row) for row in rows]


async def run_lines(connection: Connection, persons: Sequence[UUID], run: UUID) -> list[RunLine]:
    """What a run booked for these persons."""
    rows = await connection.fetch(
        "select * from account_run_line where person_id = any($1::uuid[]) and run_id = $2", list(persons), run
    )
    return [_line(row) for row in rows]


async def account_holders(
    connection: Connection, pockets: Sequence[int], least_fen: int, after: UUID | None, limit: int
) -> list[UUID]:
    """Who has at least so much in one of these pockets, in the order of their ids, after this one."""
    rows = await connection.fetch(
        "select distinct person_id from personal_account where pocket = any($1::smallint[]) and balance_fen >= $2 "
        "and ($3::uuid is null or person_id > $3) order by person_id limit $4",
        list(pockets),
        least_fen,
        after,
        limit,
    )
    return [row["person_id"] for row in rows]


_CREDITED_SINCE = """
with came as (
  select person_id, act_id, amount_fen from transfer
  where person_id = any($1::uuid[]) and booked_at >= $2 and debit = $3 and credit = $4 and pocket = $5),
went as (
  select c.person_id, -t.amount_fen as amount_fen from came c
  join clawback_line l on l.person_id = c.person_id and l.credit_act_id = c.act_id
  join transfer t on t.person_id = l.person_id and t.act_id = l.act_id and t.debit = $4 and t.pocket = $5)
select person_id, sum(amount_fen)::bigint as amount_fen
from (select person_id, amount_fen from came union all select person_id, amount_fen from went) moved group by person_id
"""


async def credited_since(
    connection: Connection, persons: Sequence[UUID], since: datetime
) -> Mapping[UUID, int]:
    """What came into this year's balance of these persons from contributions since a moment, in fen.

    Less what was taken back from that balance of just these contributions; what was taken back of older ones is not
    theirs to pay.
    """
    rows = await connection.fetch(
        _CREDITED_SINCE,
        list(persons),
        since,
        Account.SOURCE_CONTRIBUTION,
        Account.PERSONAL,
        CURRENT_POCKET,
    )
    return {row["person_id"]: row["amount_fen"] for row in rows}


_HELD = """
select person_id,
  coalesce(sum(change) filter (where booked_at < $2), 0)::bigint as opening_fen,
  coalesce(sum(change * ($4::date - (booked_at at time zone 'Asia/Shanghai')::date))
    filter (where booked_at >= $2), 0)::bigint as day_fen
from (
  select person_id, booked_at, amount_fen * ((credit = $5)::int - (debit = $5)::int) as change
  from transfer where person_id = any($1::uuid[]) and booked_at < $3 and (debit = $5 or credit = $5)
) moved group by person_id
"""


async def held(
    connection: Connection, persons: Sequence[UUID], begins: datetime, ends: datetime, last: date
) -> Mapping[UUID, Held]:
    """What lay in these persons' accounts from one moment to another, whose day in China is ``last``."""
    rows = await connection.fetch(_HELD, list(persons), begins, ends, last, Account.PERSONAL)
    return {row["person_id"]: Held(row["opening_fen"], row["day_fen"]) for row in rows}


async def latest_clawback(connection: Connection, name: str) -> Clawback | None:
    """The last round of a correction file, None where it was never entered."""
    row = await connection.fetchrow(
        "select * from clawback where name = $1 order by round desc limit 1", name
    )
    return None if row is None else _clawback(row)


async def clawback(connection: Connection, name: str, number: int) -> Clawback | None:
    """One round of a correction file, None where there is none of this number."""
    row = await connection.fetchrow("select * from clawback where name = $1 and round = $2", name, number)
    return None if row is None else _clawback(row)


def _clawback(row: Record) -> Clawback:
    return Clawback(
        row["name"],
        row["round"],
        row["claim_id"],
        row["credit_run_id"],
        row["further"],
        row["reason"],
        row["entered_by"],
        row["entered_at"],
        ClawbackState(row["state"]),
        row["decided_by"],
        row["decided_at"],
        row["decision_reason"],
        row["finished_at"],
        row["taken"],
        row["refused"],
        row["taken_fen"],
        row["missing_fen"],
    )


async def clawback_lines(
    connection: Connection, persons: Sequence[UUID], acts: Sequence[UUID]
) -> list[ClawbackLine]:
    """What was taken back of the credits of these acts of these persons, by any file."""
    rows = await connection.fetch(
        "select * from clawback_line where person_id = any($1::uuid[]) and credit_act_id = any($2::uuid[]) "
        "order by person_id, act_id",
        list(persons),
        list(acts),
    )
    return [
        ClawbackLine(
            row["person_id"],
            row["claim_id"],
            row["line"],
            row["round"],
            row["act_id"],
            row["credit_act_id"],
            row["amount_fen"],
        )
        for row in rows
    ]
