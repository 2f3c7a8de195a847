"""Writing grants and what was used of them; called by flows only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from qinji.kernel.ensure import ensure
from qinji.mutual_aid.model import Bounds, Confirmation, ConfirmationUse, Grant, GrantUse
from qinji.platform.database import Connection, affected

# A day never goes back: a clock that was set back books on the last day of use. Periods that are over start at 0.
_USE = """
update mutual_aid_grant g set
  used_day = greatest(g.used_day, k.day),
  used_day_fen = k.amount + case when g.used_day >= k.day then g.used_day_fen else 0 end,
  used_month_fen = k.amount + case when date_trunc('month', g.used_day::timestamp)
    >= date_trunc('month', k.day::timestamp) then g.used_month_fen else 0 end,
  used_year_fen = k.amount + case when date_trunc('year', g.used_day::timestamp)
    >= date_trunc('year', k.day::timestamp) then g.used_year_fen else 0 end
from unnest($1::uuid[], $2::uuid[], $3::date[], $4::bigint[]) as k(person, grant_id, day, amount)
where g.person_id = k.person and g.grant_id = k.grant_id and g.person_id = any($1::uuid[])
"""

_GIVE_BACK = """
update mutual_aid_grant g set
  used_day_fen = g.used_day_fen - case when g.used_day = k.day then k.amount else 0 end,
  used_month_fen = g.used_month_fen - case when date_trunc('month', g.used_day::timestamp)
    = date_trunc('month', k.day::timestamp) then k.amount else 0 end,
  used_year_fen = g.used_year_fen - case when date_trunc('year', g.used_day::timestamp)
    = date_trunc('year', k.day::timestamp) then k.amount else 0 end
from unnest($1::uuid[], $2::uuid[], $3::date[], $4::bigint[]) as k(person, grant_id, day, amount)
where g.person_id = k.person and g.grant_id = k.grant_id and g.person_id = any($1::uuid[])
"""

_ADD = """
insert into mutual_aid_grant (person_id, grant_id, grantor_id, relation, rank, channel, asked_at,
  state, active_at, locked_until, ends_on, ended_at,
  per_use_fen, per_day_fen, per_month_fen, per_year_fen, floor_fen, confirm_above_fen, purposes, uses, last_day,
  next_at, next_per_use_fen, next_per_day_fen, next_per_month_fen, next_per_year_fen, next_floor_fen,
  next_confirm_above_fen, next_purposes, next_uses, next_last_day)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
  $25, $26, $27, $28, $29, $30, $31)
"""

_CHANGE = """
update mutual_aid_grant set state = $3, active_at = $4, locked_until = $5, ends_on = $6, ended_at = $7,
  per_use_fen = $8, per_day_fen = $9, per_month_fen = $10, per_year_fen = $11, floor_fen = $12,
  confirm_above_fen = $13, purposes = $14, uses = $15, last_day = $16,
  next_at = $17, next_per_use_fen = $18, next_per_day_fen = $19, next_per_month_fen = $20, next_per_year_fen = $21,
  next_floor_fen = $22, next_confirm_above_fen = $23, next_purposes = $24, next_uses = $25, next_last_day = $26
where person_id = $1 and grant_id = $2
"""

BOUNDS = 9
"""So many columns hold a set of bounds."""


def _bounds(bounds: Bounds | None) -> tuple[object, ...]:
    if bounds is None:
        return (None,) * BOUNDS
    limits = bounds.limits
    return (
        limits.per_use_fen,
        limits.per_day_fen,
        limits.per_month_fen,
        limits.per_year_fen,
        limits.floor_fen,
        limits.confirm_above_fen,
        sorted(bounds.purposes),
        None if bounds.uses is None else sorted(bounds.uses),
        bounds.last_day,
    )


def _changed(grant: Grant) -> tuple[object, ...]:
    """Every value that an act may change, in the order of the statements."""
    waiting = grant.waiting
    return (
        grant.state,
        grant.active_at,
        grant.locked_until,
        grant.ends_on,
        grant.ended_at,
        *_bounds(grant.bounds),
        None if waiting is None else waiting.at,
        *_bounds(None if waiting is None else waiting.bounds),
    )


async def _add_up(connection: Connection, statement: str, rows: Sequence[GrantUse]) -> None:
    totals: dict[tuple[UUID, UUID], int] = {}
    for row in rows:
        totals[row.person, row.grant] = totals.get((row.person, row.grant), 0) + row.amount_fen
    day = rows[0].day
    status = await connection.execute(
        statement,
        [person for person, _ in totals],
        [grant for _, grant in totals],
        [day for _ in totals],
        list(totals.values()),
    )
    ensure(affected(status) == len(totals), "each grant used is there", grants=len(totals), status=status)


async def _by_day(connection: Connection, statement: str, rows: Sequence[GrantUse]) -> None:
    days: dict[date, list[GrantUse]] = {}
    for row in rows:
        days.setdefault(row.day, []).append(row)
    for day in sorted(days):
        await _add_up(connection, statement, days[day])


async def use(connection: Connection, rows: Sequence[GrantUse]) -> None:
    """Add what grants paid to their used day, month and year, in fen; a new period starts at 0."""
    await _by_day(connection, _USE, rows)


async def give_back(connection: Connection, rows: Sequence[GrantUse]) -> None:
    """Take back what grants paid on ``day``; only from periods of that day that still run. Ended grants too."""
    await _by_day(connection, _GIVE_BACK, rows)


async def add(connection: Connection, grant: Grant) -> None:
    """Keep a new grant."""
    fixed = (
        grant.person_id,
        grant.grant_id,
        grant.grantor_id,
        grant.relation,
        grant.rank,
        grant.channel,
        grant.asked_at,
    )
    await connection.execute(_ADD, *fixed, *_changed(grant))


async def change(connection: Connection, grant: Grant) -> None:
    """Keep a grant's new state and bounds, and what waits; what was used and its rank stay as they are."""
    status = await connection.execute(_CHANGE, grant.person_id, grant.grant_id, *_changed(grant))
    ensure(affected(status) == 1, "the grant to change is there", status=status)


async def rank(connection: Connection, person: UUID, grants: Sequence[UUID]) -> None:
    """Set the order of a beneficiary's grants: the first one pays first."""
    status = await connection.execute(
        "update mutual_aid_grant g set rank = k.rank "
        "from unnest($2::uuid[], $3::integer[]) as k(grant_id, rank) "
        "where g.person_id = $1 and g.grant_id = k.grant_id",
        person,
        list(grants),
        list(range(1, len(grants) + 1)),
    )
    ensure(affected(status) == len(grants), "each grant ranked is there", grants=len(grants), status=status)


_ASK = """
insert into payment_confirmation as c (person_id, grant_id, institution, visit_id, batch, confirmation_id, grantor_id,
  purpose, amount_fen, answer, asked_at, until)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'waiting', $10, $11)
on conflict (person_id, grant_id, institution, visit_id, batch) do update set
  confirmation_id = excluded.confirmation_id, grantor_id = excluded.grantor_id, purpose = excluded.purpose,
  amount_fen = excluded.amount_fen, answer = 'waiting', asked_at = excluded.asked_at, until = excluded.until,
  answered_at = null, settlement_id = null
where c.answer = 'used' or c.until <= excluded.asked_at
  or (c.answer in ('waiting', 'given') and c.amount_fen <> excluded.amount_fen)
"""

_ANSWER = """
update payment_confirmation set answer = $4, answered_at = $5, until = $6
where person_id = $1 and confirmation_id = $2 and amount_fen = $3 and answer = 'waiting'
"""

_USE_CONFIRMATIONS = """
update payment_confirmation c set answer = 'used', settlement_id = k.settlement
from unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::uuid[])
  as k(person, grant_id, institution, visit, batch, settlement)
where c.person_id = k.person and c.grant_id = k.grant_id and c.institution = k.institution and c.visit_id = k.visit
  and c.batch = k.batch and c.person_id = any($1::uuid[]) and c.answer = 'given'
"""


async def ask(connection: Connection, wanted: Confirmation) -> bool:
    """Ask a grantor, once for each bill; whether it was asked anew. One that waits or was refused stands until its end.

    A bill of another amount is asked for anew, also where the former amount was agreed to.
    """
    status = await connection.execute(
        _ASK,
        wanted.person_id,
        wanted.grant_id,
        wanted.bill.institution,
        wanted.bill.visit,
        wanted.bill.batch,
        wanted.confirmation_id,
        wanted.grantor_id,
        wanted.purpose,
        wanted.amount_fen,
        wanted.asked_at,
        wanted.until,
    )
    return affected(status) == 1


async def answer(connection: Connection, answered: Confirmation) -> bool:
    """Keep an answer; False where another amount has been asked for meanwhile, or somebody answered."""
    status = await connection.execute(
        _ANSWER,
        answered.person_id,
        answered.confirmation_id,
        answered.amount_fen,
        answered.answer,
        answered.answered_at,
        answered.until,
    )
    return affected(status) == 1


async def use_confirmations(connection: Connection, rows: Sequence[ConfirmationUse]) -> None:
    """Use up confirmations, each exactly once, in the transaction of the settlement that they were given for."""
    if not rows:
        return
    status = await connection.execute(
        _USE_CONFIRMATIONS,
        [row.person for row in rows],
        [row.grant for row in rows],
        [row.bill.institution for row in rows],
        [row.bill.visit for row in rows],
        [row.bill.batch for row in rows],
        [row.settlement for row in rows],
    )
    ensure(affected(status) == len(rows), "a confirmation is used once", rows=len(rows), status=status)
