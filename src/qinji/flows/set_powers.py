"""亲情账户: the powers of a binding are given and taken singly."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from qinji.access.model import PersonActor, Right
from qinji.credential import store as credential_store
from qinji.family import queries, store
from qinji.family.model import Binding, Terms
from qinji.family.rules import may_set_powers
from qinji.flows.deps import Deps, new_id
from qinji.flows.parts.consent_texts import ConsentKind
from qinji.flows.parts.people import WithPeople
from qinji.flows.parts.records import Deed, audit_of, consent_of
from qinji.insured import queries as insured
from qinji.insured import store as insured_store
from qinji.kernel.actor import Channel
from qinji.kernel.dates import age_on, local_day
from qinji.kernel.purpose import Power
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.platform.database import Connection, lock_persons
from qinji.platform.keyed_calls import KeyedCall, answer_call


@dataclass(frozen=True, slots=True)
class SetPowers:
    """From now on the holder has exactly these powers."""

    call: KeyedCall[WithPeople[Binding]]
    actor: PersonActor
    channel: Channel
    binding_id: UUID
    powers: frozenset[Power]


async def run(command: SetPowers, deps: Deps) -> bytes:
    """Set a binding's powers; taking 出示医保码 ends every open code and session that the holder showed.

    Refused: NOT_FOUND for somebody else's; more powers asked by the holder; powers the pack does not know.
    """
    now = deps.clock()

    async def attempt() -> bytes:
        async with deps.database.transaction() as connection:
            return await answer_call(
                connection, command.call, now, lambda: _set(command, connection, now, deps), deps.vault
            )

    return await deps.database.repeatedly(attempt)


async def _set(
    command: SetPowers, connection: Connection, now: datetime, deps: Deps
) -> WithPeople[Binding] | Refused:
    actor, today = command.actor.person_id, local_day(now)
    binding = await queries.one(connection, command.binding_id, actor)
    if binding is None:
        return refuse(RefusalCode.NOT_FOUND)
    await lock_persons(connection, [binding.person_id, binding.holder_id])
    binding = await queries.one(connection, command.binding_id, actor)
    if binding is None:
        return refuse(RefusalCode.NOT_FOUND)
    people = await insured.persons(connection, [binding.person_id, binding.holder_id])
    policy = deps.book.at(people[binding.holder_id].region, today)
    if isinstance(policy, Refused):
        return policy
    age = age_on(people[binding.person_id].birth, today)
    refusal = may_set_powers(binding, actor, command.powers, age, Terms.of(policy.family()))
    if refusal is not None:
        return refusal
    changed = replace(binding, powers=command.powers)
    await store.change(connection, changed)
    if Power.SHOW_CODE not in command.powers:
        await credential_store.void(connection, changed.person_id, changed.holder_id, now)
    await _record(command, changed, connection, now, deps)
    return WithPeople(changed, people)


async def _record(
    command: SetPowers, binding: Binding, connection: Connection, now: datetime, deps: Deps
) -> None:
    deed = Deed(
        person_id=binding.person_id,
        subject="binding",
        subject_id=binding.binding_id,
        act="bind.powers",
        text=ConsentKind.POWERS,
        basis=Right.OWN,
        given_by=command.actor.person_id,
        staff=None,
        channel=command.channel,
        at=now,
        reason="、".join(sorted(binding.powers)),
    )
    await insured_store.record_consents(connection, [consent_of(deed, new_id(deps, now))])
    await insured_store.record_audit(
        connection, [audit_of(deed, who, new_id(deps, now)) for who in (binding.person_id, binding.holder_id)]
    )
