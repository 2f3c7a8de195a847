"""Reading codes, code sessions, and who is signed in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from qinji.credential.model import BearerFacts, CodeFacts, Scan, SessionFacts, StaffSecret
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


def _scan(row: Record) -> Scan:
    return Scan(_session(row), row["opened_at"])


async def scans(
    connection: Connection, person_id: UUID, limit: int, before: UUID | None = None
) -> list[Scan]:
    """The scans of a person's codes, newest first; ``before`` a session's id continues a page."""
    rows = await connection.fetch(
        "select * from code_session where person_id = $1 and ($3::uuid is null or session_id < $3) "
        "order by session_id desc limit $2",
        person_id,
        limit,
        before,
    )
    return [_scan(row) for row in rows]


async def scans_of(connection: Connection, person_id: UUID, sessions: Sequence[UUID]) -> Mapping[UUID, Scan]:
    """The scans that opened these sessions of a person."""
    rows = await connection.fetch(
        "select * from code_session where person_id = $1 and session_id = any($2::uuid[])",
        person_id,
        list(sessions),
    )
    return {row["session_id"]: _scan(row) for row in rows}


async def scan_for(connection: Connection, person_id: UUID, settlement: UUID) -> Scan | None:
    """The scan with which a settlement of a person was made; None for one by card or identity number."""
    row = await connection.fetchrow(
        "select * from code_session where person_id = $1 and consumed_by = $2", person_id, settlement
    )
    return None if row is None else _scan(row)


def _code(row: Record) -> CodeFacts:
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


async def shown(
    connection: Connection, person_id: UUID, limit: int, before: tuple[datetime, bytes] | None = None
) -> list[CodeFacts]:
    """Codes of a person that were scanned, or that somebody else showed, newest first.

    A code that a person showed alone and nobody scanned did nothing, and a phone makes one every minute. ``before``
    are the moment of the last code of a page and the beginning of its digest.
    """
    moment, digest = before if before is not None else (None, None)
    rows = await connection.fetch(
        "select * from code where person_id = $1 and (session_id is not null or shown_by <> $1) "
        "and ($3::timestamptz is null or (issued_at, code_digest) < ($3, $4::bytea)) "
        "order by issued_at desc, code_digest desc limit $2",
        person_id,
        limit,
        moment,
        digest,
    )
    return [_code(row) for row in rows]


async def code_of_session(connection: Connection, person_id: UUID, session: UUID) -> CodeFacts | None:
    """The code whose scan opened this session of a person."""
    row = await connection.fetchrow(
        "select * from code where person_id = $1 and session_id = $2", person_id, session
    )
    return None if row is None else _code(row)


async def code(connection: Connection, digest: bytes) -> CodeFacts | None:
    """The code whose digits have this keyed hash."""
    row = await connection.fetchrow("select * from code where code_digest = $1", digest)
    return None if row is None else _code(row)


async def bearer(connection: Connection, digest: bytes, now: datetime) -> BearerFacts | None:
    """Who is behind a bearer token that has not run out."""
    row = await connection.fetchrow(
        "select * from bearer where token_digest = $1 and expires_at > $2", digest, now
    )
    if row is None:
        return None
    return BearerFacts(
        row["token_digest"],
        row["person_id"],
        row["staff_id"],
        row["expires_at"],
        row["proven_at"],
        row["device_since"],
    )


async def knows_device(connection: Connection, person_id: UUID, digest: bytes) -> bool:
    """Whether this person has signed in on this device before."""
    found: bool = await connection.fetchval(
        "select exists (select from device where person_id = $1 and device_digest = $2)", person_id, digest
    )
    return found


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
