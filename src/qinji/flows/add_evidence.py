"""亲情账户: a photo of papers is added to a binding that waits, by the holder who asked or by a clerk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from qinji.access.authorize import authorize
from qinji.access.model import Action, Actor, PersonActor, actor_text
from qinji.evidence import queries as evidence
from qinji.evidence.filing import Filing, keep
from qinji.evidence.model import Papers
from qinji.evidence.rules import fresh, may_keep
from qinji.family import queries
from qinji.family.model import Binding
from qinji.family.rules import may_add_evidence
from qinji.flows.acts.act import keep_trail
from qinji.flows.deps import Deps, new_id
from qinji.flows.parts.records import audit_of, consent_of, papers_deed
from qinji.flows.parts.telling import About, told_of
from qinji.insured import store as insured_store
from qinji.kernel.actor import Channel
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.platform.database import Connection, lock_persons
from qinji.platform.keyed_calls import KeyedCall, answer_call
from qinji.platform.rates import Rate, seconds_to_wait

PHOTO_RATE = Rate("evidence", 40, timedelta(hours=1))
"""How many photos one person or clerk may send in an hour."""


@dataclass(frozen=True, slots=True)
class AddEvidence:
    """One photo, as it was taken, for a binding."""

    call: KeyedCall[Papers]
    actor: Actor
    channel: Channel
    binding_id: UUID
    content: bytes


async def run(command: AddEvidence, deps: Deps) -> bytes:
    """Keep a photo, encrypted under the key of the binding's case; the same photo again changes nothing.

    Refused: NOT_FOUND for somebody else's binding, NOT_ALLOWED for the member's own hand, BIND_STATE for one that waits
    no more, what ``evidence.rules.may_keep`` names, and too many in an hour.
    """
    now = deps.clock()

    async def attempt() -> bytes:
        async with deps.database.transaction() as connection:
            return await answer_call(
                connection, command.call, now, lambda: _add(command, connection, now, deps), deps.vault
            )

    return await deps.database.repeatedly(attempt)


async def _find(command: AddEvidence, connection: Connection) -> Binding | None:
    if isinstance(command.actor, PersonActor):
        return await queries.one(connection, command.binding_id, command.actor.person_id)
    return await queries.find(connection, command.binding_id)


async def _add(command: AddEvidence, connection: Connection, now: datetime, deps: Deps) -> Papers | Refused:
    wait = await seconds_to_wait(connection, PHOTO_RATE, actor_text(command.actor), now)
    if wait:
        return refuse(RefusalCode.TOO_MANY_TRIES, seconds=wait)
    binding = await _find(command, connection)
    if binding is None:
        return refuse(RefusalCode.NOT_FOUND)
    await lock_persons(connection, [binding.person_id, binding.holder_id])
    binding = await _find(command, connection)
    if binding is None:
        return refuse(RefusalCode.NOT_FOUND)
    person = command.actor.person_id if isinstance(command.actor, PersonActor) else None
    basis = await authorize(connection, command.actor, person or binding.person_id, Action.HANDLE_BINDINGS)
    if isinstance(basis, Refused):
        return basis
    papers = await evidence.open_papers(connection, binding.person_id, binding.binding_id)
    new = fresh([command.content], papers)
    refusal = may_add_evidence(binding, person) or may_keep(new.values(), papers)
    if refusal is not None:
        return refusal
    if papers is not None and not new:
        return papers
    filing = Filing(binding.person_id, binding.binding_id, new, actor_text(command.actor), now)
    kept = await keep(connection, filing, papers, deps)
    await _record(command, binding, list(new), basis.text, connection, now, deps)
    return kept


async def _record(
    command: AddEvidence,
    binding: Binding,
    photos: list[bytes],
    basis: str,
    connection: Connection,
    now: datetime,
    deps: Deps,
) -> None:
    by_person = isinstance(command.actor, PersonActor)
    deed = papers_deed(
        (binding.person_id, binding.binding_id),
        photos,
        holder=binding.holder_id if by_person else None,
        staff=None if isinstance(command.actor, PersonActor) else command.actor.staff_id,
        channel=command.channel,
        basis=basis,
        at=now,
    )
    await insured_store.record_consents(connection, [consent_of(deed, new_id(deps, now))])
    rows = [audit_of(deed, who, new_id(deps, now)) for who in (binding.person_id, binding.holder_id)]
    await keep_trail(connection, rows, told_of(rows, About(binding.person_id)), deps)
