"""Prove anew who one is, with fresh digits, before an account is opened wider; the session goes on as it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qinji.access.model import PersonActor
from qinji.credential import store
from qinji.credential.rules import may_sign_in
from qinji.flows.acts.act import keep_trail
from qinji.flows.deps import Deps, new_id
from qinji.flows.parts.deeds import DeedKind
from qinji.flows.parts.sign_in_codes import STEP_UP, code_text
from qinji.insured.model import AuditEntry
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.platform.database import Connection


@dataclass(frozen=True, slots=True)
class StepUp:
    """The digits of a step-up that was begun in this session."""

    actor: PersonActor
    sign_in_id: UUID
    code: str


@dataclass(frozen=True, slots=True)
class SteppedUp:
    """Who one is was proven; for granting and widening it counts until then."""

    until: datetime


async def run(command: StepUp, deps: Deps) -> SteppedUp | Refused:
    """Take the digits: the session counts as proven from this moment. Refused, all alike: SIGN_IN_WRONG."""

    async def attempt() -> SteppedUp | Refused:
        async with deps.database.transaction() as connection:
            return await _step_up(command, connection, deps)

    return await deps.database.repeatedly(attempt)


async def _step_up(command: StepUp, connection: Connection, deps: Deps) -> SteppedUp | Refused:
    now, person, session = deps.clock(), command.actor.person_id, command.actor.session
    begun = await store.try_sign_in(connection, command.sign_in_id)
    digest = deps.vault.digest(STEP_UP, code_text(command.sign_in_id, command.code))
    refusal = may_sign_in(begun, digest, now)
    if refusal is not None or begun is None or begun.person_id != person or session is None:
        return refusal or refuse(RefusalCode.SIGN_IN_WRONG)
    await store.end_sign_in(connection, command.sign_in_id, now)
    await store.prove_bearer(connection, session.token_digest, now)
    row = AuditEntry(person, new_id(deps, now), f"person:{person}", DeedKind.STEP_UP, "own", None, now)
    await keep_trail(connection, [row], [], deps)
    return SteppedUp(now + deps.safety.step_up)
