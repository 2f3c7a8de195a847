"""Sign in at the JSON door: the six digits are exchanged for a bearer token, good while it is used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qinji.credential import store
from qinji.credential.model import BearerFacts
from qinji.credential.rules import BEARER_IDLE, may_sign_in
from qinji.flows.acts.act import keep_trail
from qinji.flows.deps import Deps, new_id
from qinji.flows.parts.deeds import DeedKind
from qinji.insured.model import AuditEntry
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.platform.database import Connection

SIGN_IN = "sign_in"
BEARER = "bearer"
TOKEN_ENTROPY = 32


@dataclass(frozen=True, slots=True)
class SignIn:
    """The digits for a sign-in that was begun."""

    sign_in_id: UUID
    code: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The token, told once and kept as a keyed hash only, and until when it lives unused."""

    token: str
    expires_at: datetime


async def run(command: SignIn, deps: Deps) -> SignedIn | Refused:
    """Exchange the digits for a token. Refused, all alike: wrong, late, used, or tried too often."""

    async def attempt() -> SignedIn | Refused:
        async with deps.database.transaction() as connection:
            return await _sign_in(command, connection, deps)

    return await deps.database.repeatedly(attempt)


async def _sign_in(command: SignIn, connection: Connection, deps: Deps) -> SignedIn | Refused:
    now = deps.clock()
    begun = await store.try_sign_in(connection, command.sign_in_id)
    digest = deps.vault.digest(SIGN_IN, f"{command.sign_in_id}:{command.code}")
    refusal = may_sign_in(begun, digest, now)
    if refusal is not None or begun is None:
        return refusal or refuse(RefusalCode.SIGN_IN_WRONG)
    await store.end_sign_in(connection, command.sign_in_id, now)
    token = deps.entropy(TOKEN_ENTROPY).hex()
    until = now + BEARER_IDLE
    await store.add_bearer(
        connection, BearerFacts(deps.vault.digest(BEARER, token), begun.person_id, None, until)
    )
    audit = AuditEntry(
        begun.person_id, new_id(deps, now), f"person:{begun.person_id}", DeedKind.SIGN_IN, "own", None, now
    )
    await keep_trail(connection, [audit], [], deps)
    return SignedIn(token, until)
