"""Reading codes, code sessions, and who is signed in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from qinji.credential.model import BearerFacts, CodeFacts, SessionFacts, StaffSecret
from qinji.platform.database import Connection, Record

SESSION = "session"
"""The kind of key under which a session token leads to its patient."""

SESSIONS_MAX = 64
"""How many of a person's latest sessions a token is looked for in; more are not opened in a day."""


def _session(row: Record) -> SessionFacts:
    return SessionFacts(
        row["person_id"],
        row["session_id"],
        row["institution"],
        row["shown_by"],
        row["good_until"],
        row["consumed_by"],
        row["voided_at"] is not None,
        row["own_money_only"],
    )


async def sessions(
    connection: Connection, pairs: Sequence[tuple[UUID, UUID]]
) -> Mapping[tuple[UUID, UUID], SessionFacts]:
    """Code sessions by (person, session); unknown pairs are not in the result."""
    rows = await connection.fetch(
        "select s.* from code_session s join unnest($1::uuid[], $2::uuid[]) as k(person, session) "
        "on s.person_id = k.person and s.session_id = k.session",
        [person for person, _ in pairs],
        [session for _, session in pairs],
    )
    return {(row["person_id"], row["session_id"]): _session(row) for row in rows}


async def latest_sessions(connection: Connection, person_id: UUID) -> list[SessionFacts]:
    """The latest sessions of a person, newest first."""
    rows = await connection.fetch(
        "select * from code_session where person_id = $1 order by session_id desc limit $2",
        person_id,
        SESSIONS_MAX,
    )
    return [_session(row) for row in rows]


async def code(connection: Connection, digest: bytes) -> CodeFacts | None:
    """The code whose digits have this keyed hash."""
    row = await connection.fetchrow("select * from code where code_digest = $1", digest)
    if row is None:
        return None
    return CodeFacts(
        row["code_digest"],
        row["person_id"],
        row["shown_by"],
        row["issued_at"],
        row["expires_at"],
        row["voided_at"] is not None,
        row["session_id"],
        row["institution"],
        row["own_money_only"],
    )


async def bearer(connection: Connection, digest: bytes, now: datetime) -> BearerFacts | None:
    """Who is behind a bearer token that has not run out."""
    row = await connection.fetchrow(
        "select * from bearer where token_digest = $1 and expires_at > $2", digest, now
    )
    if row is None:
        return None
    return BearerFacts(row["token_digest"], row["person_id"], row["staff_id"], row["expires_at"])


def _secret(row: Record) -> StaffSecret:
    return StaffSecret(
        row["staff_id"],
        row["password_hash"],
        row["first_until"],
        row["second_factor"],
        row["used_step"],
        row["set_at"],
    )


async def staff_secret(connection: Connection, staff_id: str) -> StaffSecret | None:
    """What a member of staff signs in with; None where nothing was ever set."""
    row = await connection.fetchrow("select * from staff_secret where staff_id = $1", staff_id)
    return None if row is None else _secret(row)


async def staff_secrets(connection: Connection) -> Mapping[str, StaffSecret]:
    """Everybody's, by staff id."""
    rows = await connection.fetch("select * from staff_secret")
    return {row["staff_id"]: _secret(row) for row in rows}
