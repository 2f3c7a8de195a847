"""Sign in at the JSON door: the six digits are exchanged for a bearer token, good while it is used."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from qinji.credential import store
from qinji.credential.model import BearerFacts
from qinji.credential.rules import BEARER_IDLE, DEVICE_LENGTH_MAX, may_sign_in
from qinji.flows.acts.act import keep_trail
from qinji.flows.deps import Deps, new_id
from qinji.flows.parts.deeds import DeedKind
from qinji.flows.parts.sign_in_codes import DEVICE, SIGN_IN, code_text
from qinji.insured.model import AuditEntry
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.platform.database import Connection

BEARER = "bearer"
TOKEN_ENTROPY = 32


@dataclass(frozen=True, slots=True)
class SignIn:
    """The digits for a sign-in that was begun.

    ``device`` is a secret that the browser or app keeps and brings each time; without one a device is always new.
    """

    sign_in_id: UUID
    code: str
    device: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The token, told once and kept as a keyed hash only, and until when it lives unused; and the device's secret."""

    token: str
    expires_at: datetime
    device: str = field(default="", repr=False)


async def run(command: SignIn, deps: Deps) -> SignedIn | Refused:
    """Exchange the digits for a token. Refused, all alike: wrong, late, used, or tried too often."""

    async def attempt() -> SignedIn | Refused:
        async with deps.database.transaction() as connection:
            return await _sign_in(command, connection, deps)

    return await deps.database.repeatedly(attempt)


async def _sign_in(command: SignIn, connection: Connection, deps: Deps) -> SignedIn | Refused:
    now = deps.clock()
    begun = await store.try_sign_in(connection, command.sign_in_id)
    digest = deps.vault.digest(SIGN_IN, code_text(command.sign_in_id, command.code))
    refusal = may_sign_in(begun, digest, now)
    if refusal is not None or begun is None:
        return refusal or refuse(RefusalCode.SIGN_IN_WRONG)
    await store.end_sign_in(connection, command.sign_in_id, now)
    token = deps.entropy(TOKEN_ENTROPY).hex()
    until = now + BEARER_IDLE
    device = command.device[:DEVICE_LENGTH_MAX] or deps.entropy(TOKEN_ENTROPY).hex()
    since = await store.know_device(connection, begun.person_id, deps.vault.digest(DEVICE, device), now)
    bearer = BearerFacts(deps.vault.digest(BEARER, token), begun.person_id, None, until, now, since)
    await store.add_bearer(connection, bearer)
    audit = AuditEntry(
        begun.person_id, new_id(deps, now), f"person:{begun.person_id}", DeedKind.SIGN_IN, "own", None, now
    )
    await keep_trail(connection, [audit], [], deps)
    return SignedIn(token, until, device)
