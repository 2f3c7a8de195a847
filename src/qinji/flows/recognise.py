"""Who is behind a bearer token; each use keeps it alive, fifteen idle minutes end it."""

from __future__ import annotations

from datetime import timedelta

from qinji.access.model import Actor, PersonActor
from qinji.credential import queries, store
from qinji.credential.model import BearerFacts
from qinji.credential.rules import BEARER_IDLE
from qinji.flows.deps import Deps
from qinji.institution import queries as institutions
from qinji.kernel.actor import Session, StaffActor
from qinji.kernel.refusal import RefusalCode, Refused, refuse

BEARER = "bearer"
STEP = timedelta(seconds=5)
"""A token's life is written anew at most this often: a page of several calls writes once. So much short of the fifteen
minutes a token may end."""


async def run(token: str, deps: Deps) -> Actor | Refused:
    """The actor of a token. Refused alike: unknown, run out, missing, or of staff who have left."""
    digest, now = deps.vault.digest(BEARER, token), deps.clock()
    async with deps.database.reading() as connection:
        bearer = await queries.bearer(connection, digest, now)
        member = None
        if bearer is not None and bearer.staff_id is not None:
            member = await institutions.staff_member(connection, bearer.staff_id)
    if bearer is None:
        return refuse(RefusalCode.NOT_SIGNED_IN)
    if bearer.expires_at < now + BEARER_IDLE - STEP:
        await _prolong(bearer, deps)
    if bearer.person_id is not None:
        return PersonActor(bearer.person_id, _session(bearer))
    if member is None or member.ended_at is not None:
        return refuse(RefusalCode.NOT_SIGNED_IN)
    return StaffActor(member.staff_id, member.name, member.role, member.institution)


def _session(bearer: BearerFacts) -> Session | None:
    if bearer.proven_at is None or bearer.device_since is None:
        return None
    return Session(bearer.token_digest, bearer.proven_at, bearer.device_since)


async def _prolong(bearer: BearerFacts, deps: Deps) -> None:
    async with deps.database.transaction() as connection:
        await store.prolong_bearer(connection, bearer.token_digest, deps.clock() + BEARER_IDLE)
