"""医保码: activate one's own code, or a bound member's with that power (代激活)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from qinji.access.authorize import authorize
from qinji.access.lookup import by_number
from qinji.access.model import Action, PersonActor
from qinji.flows.deps import Deps, new_id
from qinji.flows.parts.consent_texts import ConsentKind
from qinji.flows.parts.records import Deed, audit_of, consent_of
from qinji.insured import queries as insured
from qinji.insured import store
from qinji.insured.model import CodeState, Person
from qinji.kernel.actor import Channel
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.platform.database import Connection, lock_persons
from qinji.platform.keyed_calls import KeyedCall, answer_call


@dataclass(frozen=True, slots=True)
class ActivateCode:
    """``member_number`` None activates one's own code."""

    call: KeyedCall[Person]
    actor: PersonActor
    channel: Channel
    member_number: str | None = None


async def run(command: ActivateCode, deps: Deps) -> bytes:
    """Activate a code; an active one stays so. Refused: no binding or power, a code frozen or lost."""
    now = deps.clock()

    async def attempt() -> bytes:
        async with deps.database.transaction() as connection:
            return await answer_call(
                connection, command.call, now, lambda: _activate(command, connection, now, deps), deps.vault
            )

    return await deps.database.repeatedly(attempt)


async def _activate(
    command: ActivateCode, connection: Connection, now: datetime, deps: Deps
) -> Person | Refused:
    actor = command.actor.person_id
    subject: UUID | None = actor
    if command.member_number is not None:
        subject = await by_number(connection, command.member_number, deps.vault)
    if subject is None:
        return refuse(RefusalCode.NOT_FOUND)
    await lock_persons(connection, [actor, subject])
    basis = await authorize(connection, command.actor, subject, Action.ACTIVATE_CODE)
    if isinstance(basis, Refused):
        return basis
    person = (await insured.persons(connection, [subject]))[subject]
    if person.code_state in (CodeState.FROZEN, CodeState.LOST):
        return refuse(RefusalCode.CODE_FROZEN)
    await store.set_code_state(connection, subject, CodeState.ACTIVE)
    deed = Deed(
        person_id=subject,
        subject="code",
        subject_id=subject,
        act="code.activate",
        text=ConsentKind.ACTIVATE_CODE,
        basis=basis.text,
        given_by=actor,
        staff=None,
        channel=command.channel,
        at=now,
    )
    await store.record_consents(connection, [consent_of(deed, new_id(deps, now))])
    await store.record_audit(connection, [audit_of(deed, subject, new_id(deps, now))])
    return replace(person, code_state=CodeState.ACTIVE)
