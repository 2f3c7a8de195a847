"""Reading grants, each as it is at a moment, and what grantors were asked to confirm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from qinji.kernel.actor import Channel
from qinji.kernel.kinship import Relation
from qinji.kernel.purpose import Purpose, UseClass
from qinji.mutual_aid.model import (
    Answer,
    BillKey,
    Bounds,
    Confirmation,
    Grant,
    GrantState,
    Limits,
    Used,
    Waiting,
)
from qinji.platform.database import Connection, Record


def _bounds(row: Record, mark: str = "") -> Bounds:
    uses = row[f"{mark}uses"]
    return Bounds(
        Limits(
            row[f"{mark}per_use_fen"],
            row[f"{mark}per_day_fen"],
            row[f"{mark}per_month_fen"],
            row[f"{mark}per_year_fen"],
            row[f"{mark}floor_fen"],
            row[f"{mark}confirm_above_fen"],
        ),
        frozenset(Purpose(name) for name in row[f"{mark}purposes"]),
        None if uses is None else frozenset(UseClass(name) for name in uses),
        row[f"{mark}last_day"],
    )


def _grant(row: Record, at: datetime) -> Grant:
    """The grant of a row as it is at a moment: bounds that have waited long enough are in force."""
    bounds = _bounds(row)
    grant = Grant(
        person_id=row["person_id"],
        grant_id=row["grant_id"],
        grantor_id=row["grantor_id"],
        relation=Relation(row["relation"]),
        state=GrantState(row["state"]),
        rank=row["rank"],
        limits=bounds.limits,
        purposes=bounds.purposes,
        used=Used(row["used_day"], row["used_day_fen"], row["used_month_fen"], row["used_year_fen"]),
        channel=Channel(row["channel"]),
        asked_at=row["asked_at"],
        active_at=row["active_at"],
        locked_until=row["locked_until"],
        ends_on=row["ends_on"],
        ended_at=row["ended_at"],
        uses=bounds.uses,
        last_day=bounds.last_day,
        waiting=None if row["next_at"] is None else Waiting(_bounds(row, "next_"), row["next_at"]),
    )
    return grant.at(at)


async def candidates(connection: Connection, persons: Sequence[UUID]) -> set[UUID]:
    """Who may be concerned as a grantor of these beneficiaries; read before the lock, so only a hint."""
    rows = await connection.fetch(
        "select distinct grantor_id from mutual_aid_grant where person_id = any($1::uuid[]) and state <> 'ended'",
        list(persons),
    )
    return {row["grantor_id"] for row in rows}


async def live_for(
    connection: Connection, persons: Sequence[UUID], at: datetime
) -> Mapping[UUID, list[Grant]]:
    """Grants that serve these beneficiaries and are not ended, by beneficiary, in the order of payers."""
    rows = await connection.fetch(
        "select * from mutual_aid_grant where person_id = any($1::uuid[]) and state <> 'ended' "
        "order by rank, asked_at, grant_id",
        list(persons),
    )
    found: dict[UUID, list[Grant]] = {}
    for row in rows:
        found.setdefault(row["person_id"], []).append(_grant(row, at))
    return found


async def live_of(connection: Connection, grantor: UUID, at: datetime) -> list[Grant]:
    """Grants that this grantor gave and that are not ended, oldest first."""
    rows = await connection.fetch(
        "select * from mutual_aid_grant where grantor_id = $1 and state <> 'ended' order by asked_at, grant_id",
        grantor,
    )
    return [_grant(row, at) for row in rows]


async def latest_between(connection: Connection, grantor: UUID, beneficiary: UUID) -> UUID | None:
    """The id of the live grant of this grantor to this beneficiary, or of the latest ended one."""
    found: UUID | None = await connection.fetchval(
        "select grant_id from mutual_aid_grant where person_id = $1 and grantor_id = $2 "
        "order by (state = 'ended'), grant_id desc limit 1",
        beneficiary,
        grantor,
    )
    return found


async def listing(
    connection: Connection, person: UUID, limit: int, at: datetime, before: UUID | None = None
) -> list[Grant]:
    """Grants in both directions, ended ones too, newest first; ``before`` continues a page."""
    rows = await connection.fetch(
        "select * from mutual_aid_grant where (person_id = $1 or grantor_id = $1) "
        "and ($3::uuid is null or grant_id < $3) order by grant_id desc limit $2",
        person,
        limit,
        before,
    )
    return [_grant(row, at) for row in rows]


async def home(connection: Connection, person: UUID, limit: int, at: datetime) -> list[Grant]:
    """Grants in both directions: those that are not ended first, by rank, then ended ones, newest first."""
    rows = await connection.fetch(
        "select * from mutual_aid_grant where person_id = $1 or grantor_id = $1 "
        "order by (state = 'ended'), case when state = 'ended' then 0 else rank end, grant_id desc limit $2",
        person,
        limit,
    )
    return [_grant(row, at) for row in rows]


async def one(connection: Connection, grant_id: UUID, party: UUID, at: datetime) -> Grant | None:
    """A grant that this person gave or benefits from; anybody else's is like a missing one."""
    row = await connection.fetchrow(
        "select * from mutual_aid_grant where grant_id = $1 and (person_id = $2 or grantor_id = $2)",
        grant_id,
        party,
    )
    return None if row is None else _grant(row, at)


async def find(connection: Connection, grant_id: UUID, at: datetime) -> Grant | None:
    """A grant whoever's it is; for the bureau's own staff."""
    row = await connection.fetchrow("select * from mutual_aid_grant where grant_id = $1", grant_id)
    return None if row is None else _grant(row, at)


async def filed(connection: Connection, limit: int, at: datetime, after: UUID | None = None) -> list[Grant]:
    """Grants that wait for the bureau's filing (备案), oldest first; ``after`` continues a page."""
    rows = await connection.fetch(
        "select * from mutual_aid_grant where state = 'filed' and ($2::uuid is null or grant_id > $2) "
        "order by grant_id limit $1",
        limit,
        after,
    )
    return [_grant(row, at) for row in rows]


async def count_filed(connection: Connection) -> int:
    """How many grants wait for the bureau's filing."""
    found: int = await connection.fetchval("select count(*) from mutual_aid_grant where state = 'filed'")
    return found


def _confirmation(row: Record) -> Confirmation:
    return Confirmation(
        person_id=row["person_id"],
        confirmation_id=row["confirmation_id"],
        grant_id=row["grant_id"],
        grantor_id=row["grantor_id"],
        bill=BillKey(row["institution"], row["visit_id"], row["batch"]),
        purpose=Purpose(row["purpose"]),
        amount_fen=row["amount_fen"],
        answer=Answer(row["answer"]),
        asked_at=row["asked_at"],
        until=row["until"],
        answered_at=row["answered_at"],
        settlement=row["settlement_id"],
    )


async def confirmations(
    connection: Connection, persons: Sequence[UUID], at: datetime
) -> Mapping[tuple[UUID, BillKey], Confirmation]:
    """What these beneficiaries' grantors have agreed to or refused and is still good, by grant and bill."""
    rows = await connection.fetch(
        "select * from payment_confirmation where person_id = any($1::uuid[]) "
        "and answer in ('given', 'refused') and until > $2",
        list(persons),
        at,
    )
    found = [_confirmation(row) for row in rows]
    return {(one.grant_id, one.bill): one for one in found}


async def asked_of(connection: Connection, grantor: UUID, at: datetime, limit: int) -> list[Confirmation]:
    """What this grantor was asked and whose time is not over, newest first; answered ones too."""
    rows = await connection.fetch(
        "select * from payment_confirmation where grantor_id = $1 and until > $2 "
        "order by until desc, confirmation_id desc limit $3",
        grantor,
        at,
        limit,
    )
    return [_confirmation(row) for row in rows]


async def count_asked(connection: Connection, grantor: UUID, at: datetime) -> int:
    """How many requests wait for this grantor's answer."""
    found: int = await connection.fetchval(
        "select count(*) from payment_confirmation where grantor_id = $1 and until > $2 and answer = 'waiting'",
        grantor,
        at,
    )
    return found


async def confirmation(connection: Connection, confirmation_id: UUID, grantor: UUID) -> Confirmation | None:
    """A request that this grantor was asked; anybody else's is like a missing one."""
    row = await connection.fetchrow(
        "select * from payment_confirmation where confirmation_id = $1 and grantor_id = $2",
        confirmation_id,
        grantor,
    )
    return None if row is None else _confirmation(row)
