"""亲情账户: either side ends a binding, at once. Codes the holder showed for the member end with it; grants do not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from qinji.access.model import PersonActor, Right
from qinji.credential import store as credential_store
from qinji.evidence import store as evidence_store
from qinji.evidence.model import Ending
from qinji.family import queries, store
from qinji.family.model import Binding, BindingState
from qinji.family.rules import may_end
from qinji.flows.deps import Deps, new_id
from qinji.flows.parts.consent_texts import ConsentKind
from qinji.flows.parts.people import WithPeople
from qinji.flows.parts.records import Deed, audit_of, consent_of
from qinji.insured import queries as insured
from qinji.insured import store as insured_store
from qinji.kernel.actor import Channel
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.platform.database import Connection, lock_persons
from qinji.platform.keyed_calls import KeyedCall, answer_call


@dataclass(frozen=True, slots=True)
class UnbindRelative:
    """The holder or the member ends this binding, or takes back a request."""

    call: KeyedCall[WithPeople[Binding]]
    actor: PersonActor
    channel: Channel
    binding_id: UUID


async def run(command: UnbindRelative, deps: Deps) -> bytes:
    """End a binding and every open code and session that its holder showed for its member; its papers are deleted.

    Refused: NOT_FOUND for somebody else's, BIND_STATE for one that is over.
    """
    now = deps.clock()

    async def attempt() -> bytes:
        async with deps.database.transaction() as connection:
            return await answer_call(
                connection, command.call, now, lambda: _unbind(command, connection, now, deps), deps.vault
            )

    return await deps.database.repeatedly(attempt)


async def _unbind(
    command: UnbindRelative, connection: Connection, now: datetime, deps: Deps
) -> WithPeople[Binding] | Refused:
    actor = command.actor.person_id
    binding = await queries.one(connection, command.binding_id, actor)
    if binding is None:
        return refuse(RefusalCode.NOT_FOUND)
    await lock_persons(connection, [binding.person_id, binding.holder_id])
    binding = await queries.one(connection, command.binding_id, actor)
    if binding is None:
        return refuse(RefusalCode.NOT_FOUND)
    people = await insured.persons(connection, [binding.person_id, binding.holder_id])
    refusal = may_end(binding)
    if refusal is not None:
        return refusal
    over = replace(binding, state=BindingState.ENDED, ended_at=now)
    await store.change(connection, over)
    await evidence_store.close(connection, over.person_id, over.binding_id, Ending.WITHDRAWN, now)
    await credential_store.void(connection, over.person_id, over.holder_id, now)
    deed = Deed(
        person_id=over.person_id,
        subject="binding",
        subject_id=over.binding_id,
        act="unbind",
        text=ConsentKind.UNBIND,
        basis=Right.OWN,
        given_by=actor,
        staff=None,
        channel=command.channel,
        at=now,
    )
    await insured_store.record_consents(connection, [consent_of(deed, new_id(deps, now))])
    await insured_store.record_audit(
        connection, [audit_of(deed, who, new_id(deps, now)) for who in (over.person_id, over.holder_id)]
    )
    return WithPeople(over, people)
