"""Writing codes, code sessions and sign-ins; called by flows only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from qinji.credential.model import BearerFacts, CodeFacts, SessionFacts, SignInFacts, StaffSecret
from qinji.kernel.ensure import ensure
from qinji.platform.database import Connection, affected

_CONSUME = """
update code_session s set consumed_by = k.settlement
from unnest($1::uuid[], $2::uuid[], $3::uuid[]) as k(person, session, settlement)
where s.person_id = k.person and s.session_id = k.session and s.person_id = any($1::uuid[])
  and s.consumed_by is null and s.voided_at is null
"""

_VOID_CODES = """
update code set voided_at = $3
where person_id = $1 and ($2::uuid is null or shown_by = $2) and voided_at is null
"""

_VOID_SESSIONS = """
update code_session set voided_at = $3
where person_id = $1 and ($2::uuid is null or shown_by = $2) and voided_at is null
"""


_SET_STAFF_SIGN_IN = """
insert into staff_secret (staff_id, password_hash, first_until, second_factor, used_step, set_at)
values ($1, $2, $3, $4, $5, $6)
on conflict (staff_id) do update set password_hash = excluded.password_hash, first_until = excluded.first_until,
  second_factor = excluded.second_factor, used_step = excluded.used_step, set_at = excluded.set_at
"""


async def consume(connection: Connection, rows: Sequence[tuple[UUID, UUID, UUID]]) -> None:
    """Use up code sessions: (person, session, settlement). Each exactly once, in the settlement's transaction."""
    if not rows:
        return
    status = await connection.execute(
        _CONSUME,
        [person for person, _, _ in rows],
        [session for _, session, _ in rows],
        [settlement for _, _, settlement in rows],
    )
    ensure(affected(status) == len(rows), "a code session is consumed once", rows=len(rows), status=status)


async def issue(connection: Connection, code: CodeFacts) -> None:
    """Keep a code that is shown from now on."""
    await connection.execute(
        "insert into code (code_digest, person_id, shown_by, issued_at, expires_at, own_money_only) "
        "values ($1, $2, $3, $4, $5, $6)",
        code.digest,
        code.person_id,
        code.shown_by,
        code.issued_at,
        code.expires_at,
        code.own_money_only,
    )


async def open_session(
    connection: Connection, code_digest: bytes, session: SessionFacts, at: datetime
) -> None:
    """Open the session of a scanned code and bind the code to it; a code opens one session only."""
    await connection.execute(
        "insert into code_session "
        "(person_id, session_id, institution, shown_by, opened_at, good_until, own_money_only) "
        "values ($1, $2, $3, $4, $5, $6, $7)",
        session.person_id,
        session.session_id,
        session.institution,
        session.shown_by,
        at,
        session.good_until,
        session.own_money_only,
    )
    status = await connection.execute(
        "update code set session_id = $2, institution = $3 where code_digest = $1 and session_id is null",
        code_digest,
        session.session_id,
        session.institution,
    )
    ensure(affected(status) == 1, "a code opens one session", status=status)


async def void(connection: Connection, member: UUID, holder: UUID | None, at: datetime) -> None:
    """End every code and session of this member that this holder showed (None: whoever showed it).

    A session that paid its one bill ends too: it can no longer be read with.
    """
    await connection.execute(_VOID_CODES, member, holder, at)
    await connection.execute(_VOID_SESSIONS, member, holder, at)


async def end_session(connection: Connection, member: UUID, session: UUID, at: datetime) -> None:
    """End one session, with the visit it was opened for."""
    await connection.execute(
        "update code_session set voided_at = $3 where person_id = $1 and session_id = $2 and voided_at is null",
        member,
        session,
        at,
    )


async def begin_sign_in(connection: Connection, sign_in: SignInFacts) -> None:
    """Keep a sign-in that waits for its digits."""
    await connection.execute(
        "insert into sign_in (sign_in_id, person_id, code_digest, expires_at, tries) values ($1, $2, $3, $4, $5)",
        sign_in.sign_in_id,
        sign_in.person_id,
        sign_in.code_digest,
        sign_in.expires_at,
        sign_in.tries,
    )


async def try_sign_in(connection: Connection, sign_in_id: UUID) -> SignInFacts | None:
    """Count a try, right or wrong, and return the sign-in as it was before it; None when there is none."""
    row = await connection.fetchrow(
        "update sign_in set tries = tries + 1 where sign_in_id = $1 returning *", sign_in_id
    )
    if row is None:
        return None
    return SignInFacts(
        row["sign_in_id"],
        row["person_id"],
        row["code_digest"],
        row["expires_at"],
        row["tries"] - 1,
        row["used_at"] is not None,
    )


async def end_sign_in(connection: Connection, sign_in_id: UUID, at: datetime) -> None:
    """The digits were right; they are not taken again."""
    await connection.execute("update sign_in set used_at = $2 where sign_in_id = $1", sign_in_id, at)


async def add_bearer(connection: Connection, bearer: BearerFacts) -> None:
    """Keep a bearer token, as its keyed hash."""
    await connection.execute(
        "insert into bearer (token_digest, person_id, staff_id, expires_at, proven_at, device_since) "
        "values ($1, $2, $3, $4, $5, $6)",
        bearer.token_digest,
        bearer.person_id,
        bearer.staff_id,
        bearer.expires_at,
        bearer.proven_at,
        bearer.device_since,
    )


async def prove_bearer(connection: Connection, digest: bytes, at: datetime) -> None:
    """The person behind this token has proven anew who they are."""
    status = await connection.execute(
        "update bearer set proven_at = $2 where token_digest = $1 and person_id is not null", digest, at
    )
    ensure(affected(status) == 1, "the session that is proven anew is there", status=status)


async def know_device(connection: Connection, person_id: UUID, digest: bytes, at: datetime) -> datetime:
    """Since when a person signs in on this device; from now on, where it is the first time."""
    await connection.execute(
        "insert into device (person_id, device_digest, first_at) values ($1, $2, $3) on conflict do nothing",
        person_id,
        digest,
        at,
    )
    since: datetime = await connection.fetchval(
        "select first_at from device where person_id = $1 and device_digest = $2", person_id, digest
    )
    return since


async def prolong_bearer(connection: Connection, digest: bytes, until: datetime) -> None:
    """Move the end of an idle time."""
    await connection.execute("update bearer set expires_at = $2 where token_digest = $1", digest, until)


async def end_bearers(connection: Connection, staff_id: str, at: datetime) -> None:
    """End every token of a member of staff."""
    await connection.execute(
        "update bearer set expires_at = $2 where staff_id = $1 and expires_at > $2", staff_id, at
    )


async def set_staff_secret(connection: Connection, secret: StaffSecret) -> None:
    """What a member of staff signs in with from now on."""
    await connection.execute(
        _SET_STAFF_SIGN_IN,
        secret.staff_id,
        secret.password_hash,
        secret.first_until,
        secret.second_factor,
        secret.used_step,
        secret.set_at,
    )


async def use_step(connection: Connection, secret: StaffSecret, step: int) -> bool:
    """Use up a step of the second factor; False when it was used, or the secrets were set anew meanwhile."""
    status = await connection.execute(
        "update staff_secret set used_step = $2 where staff_id = $1 and used_step < $2 and password_hash = $3",
        secret.staff_id,
        step,
        secret.password_hash,
    )
    return affected(status) == 1


async def set_password(connection: Connection, staff_id: str, password_hash: str, at: datetime) -> None:
    """A password of one's own, in the place of the one before."""
    await connection.execute(
        "update staff_secret set password_hash = $2, first_until = null, set_at = $3 where staff_id = $1",
        staff_id,
        password_hash,
        at,
    )
