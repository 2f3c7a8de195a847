"""Reading one person's transfers as their records: with running balances, searched, summed by month.

A page's running balances are told backwards from the balance of today, over what lies between, in one window.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from qinji.kernel.bill import WALLET_POCKET
from qinji.kernel.money import AMOUNT_FEN_MAX
from qinji.kernel.search import Terms, not_after, not_before
from qinji.ledger.chart import STORED, Account
from qinji.ledger.model import (
    HELD_POCKET,
    POCKET_OF,
    POCKETS,
    MonthMoved,
    Moved,
    MovedSearch,
    SharedPart,
    Transfer,
)
from qinji.ledger.queries import transfer_of
from qinji.platform.conditions import Conditions
from qinji.platform.database import Connection

Place = tuple[UUID, int]
"""Where a transfer stands among a person's: its act, its place in it."""

_AFTER = (
    "(today.<name> - sum(m.amount_fen * ((m.credit = <account>)::int - (m.debit = <account>)::int)) over newer "
    "+ m.amount_fen * ((m.credit = <account>)::int - (m.debit = <account>)::int))::bigint as <name>"
)
_TODAY = "coalesce(sum(balance_fen) filter (where pocket = any(<pockets>::smallint[])), 0) as <name>"
_OWN = "({0}.debit in ('personal', 'held', 'wallet') or {0}.credit in ('personal', 'held', 'wallet'))"
"""Transfers of one's own balances; written out as their index has it, so that sums are told from the index alone."""

_MOVEMENTS = """
with found as materialized (
  select t.act_id, t.seq from transfer t where <where> order by t.act_id desc, t.seq desc limit <limit>
), today as (
  select <sums> from personal_account where person_id = $1
), told as (
  select m.act_id, m.seq, <after> from transfer m, today where m.person_id = $1 and <own>
    and (m.act_id, m.seq) >= (select act_id, seq from found order by act_id, seq limit 1)
  window newer as (order by m.act_id desc, m.seq desc rows unbounded preceding)
)
select t.*, told.account_fen, told.held_fen, told.wallet_fen from found
join told on told.act_id = found.act_id and told.seq = found.seq
join transfer t on t.person_id = $1 and t.act_id = found.act_id and t.seq = found.seq
order by t.act_id desc, t.seq desc
"""
_BALANCES: Sequence[tuple[str, Account, Sequence[int]]] = (
    ("account_fen", Account.PERSONAL, POCKETS),
    ("held_fen", Account.HELD, (HELD_POCKET,)),
    ("wallet_fen", Account.WALLET, (WALLET_POCKET,)),
)


async def movements(
    connection: Connection, person: UUID, wanted: MovedSearch, limit: int, before: Place | None = None
) -> list[Moved]:
    """The transfers of a person's balances that fit, newest first, with the balances right after each.

    ``before`` the last one's place continues a page.
    """
    where = Conditions()
    where.need("t.person_id = {}", person)
    where.need(_OWN.format("t"))
    if set(wanted.accounts) != set(STORED):
        accounts = where.argument(list(wanted.accounts))
        where.need(f"(t.debit = any({accounts}::text[]) or t.credit = any({accounts}::text[]))")
    if before is not None:
        where.need("(t.act_id, t.seq) < ({}, {}::smallint)", *before)
    _narrow(where, wanted.terms)
    where.may("t.other_person_id = {}", wanted.relative)
    if wanted.pairs is not None:
        sides = [[one for one, _ in wanted.pairs], [other for _, other in wanted.pairs]]
        where.need("(t.debit, t.credit) in (select * from unnest({}::text[], {}::text[]))", *sides)
    if wanted.terms.returned is not None:
        where.need("t.reverses is not null" if wanted.terms.returned else "t.reverses is null")
    sums, after = [], []
    for name, account, pockets in _BALANCES:
        sums.append(_TODAY.replace("<pockets>", where.argument(list(pockets))).replace("<name>", name))
        after.append(_AFTER.replace("<account>", where.argument(account)).replace("<name>", name))
    rows = await connection.fetch(
        where.statement(
            _MOVEMENTS,
            limit=where.argument(limit),
            own=_OWN.format("m"),
            sums=", ".join(sums),
            after=", ".join(after),
        ),
        *where.arguments,
    )
    return [Moved(transfer_of(row), row["account_fen"], row["held_fen"], row["wallet_fen"]) for row in rows]


def _span(where: Conditions, terms: Terms) -> None:
    """The days of a search; the ids of their acts narrow it in the index, the moments decide."""
    if terms.since is not None:
        where.need("t.booked_at >= {} and t.act_id >= {}", terms.since, not_before(terms.since))
    if terms.until is not None:
        where.need("t.booked_at < {} and t.act_id < {}", terms.until, not_after(terms.until))


def _narrow(where: Conditions, terms: Terms) -> None:
    _span(where, terms)
    where.may("t.amount_fen >= {}", terms.least_fen)
    where.may("t.amount_fen <= {}", terms.most_fen)
    where.may("t.institution = any({}::text[])", terms.institutions)


_STANDING = """
with since as (
  select debit, credit, coalesce(pocket, 0) as pocket, sum(amount_fen) as amount_fen from transfer t
  where person_id = $1 and booked_at >= $2 and act_id >= $3 and <own> group by 1, 2, 3
), moved as (
  select case when k.account = $6 then s.pocket else k.place end as pocket,
    case when k.account = s.debit then s.amount_fen else -s.amount_fen end as change
  from since s join unnest($4::text[], $5::smallint[]) as k(account, place) on k.account in (s.debit, s.credit)
  union all
  select pocket, balance_fen from personal_account where person_id = $1
)
select pocket, sum(change)::bigint as balance_fen from moved group by pocket
""".replace("<own>", _OWN.format("t"))


async def standing(connection: Connection, person: UUID, until: datetime) -> Mapping[int, int]:
    """What was in each of a person's pockets just before a moment, in fen: today's balance less all transfers since.

    The audit holds that today's balance is the sum of all transfers, so that this is the sum of those before.
    """
    rows = await connection.fetch(
        _STANDING,
        person,
        until,
        not_before(until),
        list(POCKET_OF),
        list(POCKET_OF.values()),
        Account.PERSONAL,
    )
    return {row["pocket"]: row["balance_fen"] for row in rows}


async def between(
    connection: Connection, person: UUID, since: datetime, until: datetime, limit: int
) -> list[Transfer]:
    """Every transfer of a person in a span of time (``until`` not counted), in order; at most so many."""
    rows = await connection.fetch(
        "select * from transfer where person_id = $1 and booked_at >= $2 and booked_at < $3 "
        "and act_id >= $4 and act_id < $5 order by act_id, seq limit $6",
        person,
        since,
        until,
        not_before(since),
        not_after(until),
        limit,
    )
    return [transfer_of(row) for row in rows]


async def every(
    connection: Connection, person: UUID, limit: int, after: Place | None = None
) -> list[Transfer]:
    """A person's transfers in order, oldest first; ``after`` the last one's place continues a page."""
    act, seq = after if after is not None else (UUID(int=0), -1)
    rows = await connection.fetch(
        "select * from transfer where person_id = $1 and (act_id, seq) > ($2, $3::smallint) "
        "order by act_id, seq limit $4",
        person,
        act,
        seq,
        limit,
    )
    return [transfer_of(row) for row in rows]


_SHARED = """
select f.*, (select min(r.booked_at) from transfer r where r.person_id = $1 and r.reverses = f.act_id) as returned_at
from (
  select t.act_id, (array_agg(t.other_person_id))[1] as other_person_id, sum(t.amount_fen)::bigint as amount_fen,
    min(t.booked_at) as booked_at, min(t.institution) as institution
  from transfer t where <where> group by t.act_id
  having sum(t.amount_fen) between <least> and <most> order by t.act_id desc limit <limit>
) f order by f.act_id desc
"""
_BACK = "exists (select 1 from transfer r where r.person_id = t.person_id and r.reverses = t.act_id)"


async def shared(
    connection: Connection,
    grantor: UUID,
    terms: Terms,
    beneficiary: UUID | None,
    limit: int,
    before: UUID | None = None,
) -> list[SharedPart]:
    """What a grantor's account paid for relatives, bill by bill, newest first; ``terms`` are about this part."""
    where = Conditions()
    where.need("t.person_id = {}", grantor)
    # Written out, so that the index of these rows alone is used however often the statement is planned.
    where.need(f"t.debit = '{Account.PERSONAL}' and t.credit = '{Account.CLEARING_MUTUAL_AID}'")
    where.need("t.reverses is null and t.institution is not null")
    where.may("t.act_id < {}", before)
    where.may("t.other_person_id = {}", beneficiary)
    _span(where, terms)
    where.may("t.institution = any({}::text[])", terms.institutions)
    if terms.returned is not None:
        where.need(_BACK if terms.returned else f"not {_BACK}")
    rows = await connection.fetch(
        where.statement(
            _SHARED,
            least=where.argument(0 if terms.least_fen is None else terms.least_fen) + "::bigint",
            most=where.argument(AMOUNT_FEN_MAX if terms.most_fen is None else terms.most_fen) + "::bigint",
            limit=where.argument(limit),
        ),
        *where.arguments,
    )
    return [
        SharedPart(
            row["act_id"],
            row["other_person_id"],
            row["amount_fen"],
            row["booked_at"],
            row["institution"],
            row["returned_at"],
        )
        for row in rows
    ]


async def paid_by(
    connection: Connection, person: UUID, relative: UUID, limit: int, before: UUID | None = None
) -> list[UUID]:
    """The acts of a person of which this relative paid a part, newest first."""
    rows = await connection.fetch(
        "select distinct act_id from transfer where person_id = $1 and other_person_id = $2 and debit = $3 "
        "and reverses is null and ($5::uuid is null or act_id < $5) order by act_id desc limit $4",
        person,
        relative,
        Account.CLEARING_MUTUAL_AID,
        limit,
        before,
    )
    return [row["act_id"] for row in rows]


async def relatives_paying(
    connection: Connection, person: UUID, acts: Sequence[UUID]
) -> Mapping[UUID, list[tuple[UUID, int]]]:
    """Which relatives paid how much (fen) of each of these acts of a person, in order of payment."""
    rows = await connection.fetch(
        "select act_id, other_person_id, amount_fen from transfer where person_id = $1 and act_id = any($2::uuid[]) "
        "and debit = $3 and other_person_id is not null order by act_id, seq",
        person,
        list(acts),
        Account.CLEARING_MUTUAL_AID,
    )
    found: dict[UUID, list[tuple[UUID, int]]] = {}
    for row in rows:
        found.setdefault(row["act_id"], []).append((row["other_person_id"], row["amount_fen"]))
    return found


_MONTHS = """
select date_trunc('month', booked_at at time zone 'Asia/Shanghai')::date as month,
  case when reverses is null then debit else credit end as debit,
  case when reverses is null then credit else debit end as credit, other_person_id,
  sum(case when reverses is null then amount_fen else -amount_fen end)::bigint as amount_fen
from transfer where person_id = $1 and booked_at >= $2 and booked_at < $3 and act_id >= $4 and act_id < $5
group by 1, 2, 3, 4 order by 1, 2, 3, 4
"""


async def months(connection: Connection, person: UUID, since: datetime, until: datetime) -> list[MonthMoved]:
    """What a person's transfers came to by month, accounts and relative; what was taken back is taken off."""
    rows = await connection.fetch(_MONTHS, person, since, until, not_before(since), not_after(until))
    return [
        MonthMoved(
            row["month"],
            Account(row["debit"]),
            Account(row["credit"]),
            row["other_person_id"],
            row["amount_fen"],
        )
        for row in rows
    ]
