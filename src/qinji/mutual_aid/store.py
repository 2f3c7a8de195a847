"""Writing grants and what was used of them; called by flows only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from qinji.kernel.ensure import ensure
from qinji.mutual_aid.model import Grant, GrantUse
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
insert into mutual_aid_grant (person_id, grant_id, grantor_id, relation, state, rank, per_use_fen, per_day_fen,
  per_month_fen, per_year_fen, floor_fen, purposes, channel, asked_at, active_at, locked_until)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
"""

_CHANGE = """
update mutual_aid_grant set state = $3, per_use_fen = $4, per_day_fen = $5, per_month_fen = $6, per_year_fen = $7,
  floor_fen = $8, purposes = $9, active_at = $10, locked_until = $11, ends_on = $12, ended_at = $13
where person_id = $1 and grant_id = $2
"""


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
    limits = grant.limits
    await connection.execute(
        _ADD,
        grant.person_id,
        grant.grant_id,
        grant.grantor_id,
        grant.relation,
        grant.state,
        grant.rank,
        limits.per_use_fen,
        limits.per_day_fen,
        limits.per_month_fen,
        limits.per_year_fen,
        limits.floor_fen,
        sorted(grant.purposes),
        grant.channel,
        grant.asked_at,
        grant.active_at,
        grant.locked_until,
    )


async def change(connection: Connection, grant: Grant) -> None:
    """Keep a grant's new state, limits and purposes; what was used and its rank stay as they are."""
    limits = grant.limits
    status = await connection.execute(
        _CHANGE,
        grant.person_id,
        grant.grant_id,
        grant.state,
        limits.per_use_fen,
        limits.per_day_fen,
        limits.per_month_fen,
        limits.per_year_fen,
        limits.floor_fen,
        sorted(grant.purposes),
        grant.active_at,
        grant.locked_until,
        grant.ends_on,
        grant.ended_at,
    )
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
