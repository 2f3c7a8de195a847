"""Reading grants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from qinji.kernel.actor import Channel
from qinji.kernel.kinship import Relation
from qinji.kernel.purpose import Purpose
from qinji.mutual_aid.model import Grant, GrantState, Limits, Used
from qinji.platform.database import Connection, Record


def _grant(row: Record) -> Grant:
    return Grant(
        person_id=row["person_id"],
        grant_id=row["grant_id"],
        grantor_id=row["grantor_id"],
        relation=Relation(row["relation"]),
        state=GrantState(row["state"]),
        rank=row["rank"],
        limits=Limits(
            row["per_use_fen"],
            row["per_day_fen"],
            row["per_month_fen"],
            row["per_year_fen"],
            row["floor_fen"],
        ),
        purposes=frozenset(Purpose(name) for name in row["purposes"]),
        used=Used(row["used_day"], row["used_day_fen"], row["used_month_fen"], row["used_year_fen"]),
        channel=Channel(row["channel"]),
        asked_at=row["asked_at"],
        active_at=row["active_at"],
        locked_until=row["locked_until"],
        ends_on=row["ends_on"],
        ended_at=row["ended_at"],
    )


async def candidates(connection: Connection, persons: Sequence[UUID]) -> set[UUID]:
    """Who may be concerned as a grantor of these beneficiaries; read before the lock, so only a hint."""
    rows = await connection.fetch(
        "select distinct grantor_id from mutual_aid_grant where person_id = any($1::uuid[]) and state <> 'ended'",
        list(persons),
    )
    return {row["grantor_id"] for row in rows}


async def live_for(connection: Connection, persons: Sequence[UUID]) -> Mapping[UUID, list[Grant]]:
    """Grants that serve these beneficiaries and are not ended, by beneficiary, in the order of payers."""
    rows = await connection.fetch(
        "select * from mutual_aid_grant where person_id = any($1::uuid[]) and state <> 'ended' "
        "order by rank, asked_at, grant_id",
        list(persons),
    )
    found: dict[UUID, list[Grant]] = {}
    for row in rows:
        found.setdefault(row["person_id"], []).append(_grant(row))
    return found


async def live_of(connection: Connection, grantor: UUID) -> list[Grant]:
    """Grants that this grantor gave and that are not ended, oldest first."""
    rows = await connection.fetch(
        "select * from mutual_aid_grant where grantor_id = $1 and state <> 'ended' order by asked_at, grant_id",
        grantor,
    )
    return [_grant(row) for row in rows]


async def latest_between(connection: Connection, grantor: UUID, beneficiary: UUID) -> Grant | None:
    """The live grant of this grantor to this beneficiary, or the latest ended one."""
    row = await connection.fetchrow(
        "select * from mutual_aid_grant where person_id = $1 and grantor_id = $2 "
        "order by (state = 'ended'), grant_id desc limit 1",
        beneficiary,
        grantor,
    )
    return None if row is None else _grant(row)


async def listing(
    connection: Connection, person: UUID, limit: int, before: UUID | None = None
) -> list[Grant]:
    """Grants in both directions, ended ones too, newest first; ``before`` continues a page."""
    rows = await connection.fetch(
        "select * from mutual_aid_grant where (person_id = $1 or grantor_id = $1) "
        "and ($3::uuid is null or grant_id < $3) order by grant_id desc limit $2",
        person,
        limit,
        before,
    )
    return [_grant(row) for row in rows]


async def home(connection: Connection, person: UUID, limit: int) -> list[Grant]:
    """Grants in both directions: those that are not ended first, by rank, then ended ones, newest first."""
    rows = await connection.fetch(
        "select * from mutual_aid_grant where person_id = $1 or grantor_id = $1 "
        "order by (state = 'ended'), case when state = 'ended' then 0 else rank end, grant_id desc limit $2",
        person,
        limit,
    )
    return [_grant(row) for row in rows]


async def one(connection: Connection, grant_id: UUID, party: UUID) -> Grant | None:
    """A grant that this person gave or benefits from; anybody else's is like a missing one."""
    row = await connection.fetchrow(
        "select * from mutual_aid_grant where grant_id = $1 and (person_id = $2 or grantor_id = $2)",
        grant_id,
        party,
    )
    return None if row is None else _grant(row)


async def find(connection: Connection, grant_id: UUID) -> Grant | None:
    """A grant whoever's it is; for the bureau's own staff."""
    row = await connection.fetchrow("select * from mutual_aid_grant where grant_id = $1", grant_id)
    return None if row is None else _grant(row)


async def filed(connection: Connection, limit: int, after: UUID | None = None) -> list[Grant]:
    """Grants that wait for the bureau's filing (备案), oldest first; ``after`` continues a page."""
    rows = await connection.fetch(
        "select * from mutual_aid_grant where state = 'filed' and ($2::uuid is null or grant_id > $2) "
        "order by grant_id limit $1",
        limit,
        after,
    )
    return [_grant(row) for row in rows]


async def count_filed(connection: Connection) -> int:
    """How many grants wait for the bureau's filing."""
    found: int = await connection.fetchval("select count(*) from mutual_aid_grant where state = 'filed'")
    return found
