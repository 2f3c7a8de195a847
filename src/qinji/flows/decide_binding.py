"""亲情账户: the member confirms or refuses a binding, or a second clerk decides at the window.

Photos of papers are deleted with the decision, in its transaction; what stays is their part in its consent.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from qinji.access.authorize import authorize
from qinji.access.model import Action, Actor, Basis, PersonActor
from qinji.evidence import queries as evidence
from qinji.evidence import store as evidence_store
from qinji.evidence.model import Ending, Papers
from qinji.family import queries, store
from qinji.family.model import Binding, BindingState, Terms
from qinji.family.rules import may_confirm, may_decline, may_review
from qinji.flows.acts.act import keep_trail
from qinji.flows.deps import Deps, new_id
from qinji.flows.parts.consent_texts import ConsentKind
from qinji.flows.parts.deeds import DeedKind
from qinji.flows.parts.people import WithPeople
from qinji.flows.parts.records import Deed, audit_of, consent_of, evidence_hash
from qinji.flows.parts.telling import About, told_of
from qinji.insured import queries as insured
from qinji.insured import store as insured_store
from qinji.insured.model import Person
from qinji.kernel.actor import Channel
from qinji.kernel.dates import age_on, local_day
from qinji.kernel.purpose import Power
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.platform.database import Connection, lock_persons
from qinji.platform.keyed_calls import KeyedCall, answer_call
from qinji.window.rules import sound_words

POWERS_NOT_ASKED = "请至少同意一项,并且只在对方申请的权限中选择"


@dataclass(frozen=True, slots=True)
class DecideBinding:
    """``approve`` False refuses it; ``reason`` is the clerk's, or the member's own words.

    ``powers``: those of the asked ones that the member agrees to, singly; None agrees to all.
    """

    call: KeyedCall[WithPeople[Binding]]
    actor: Actor
    channel: Channel
    binding_id: UUID
    approve: bool
    reason: str | None = None
    powers: frozenset[Power] | None = None


async def run(command: DecideBinding, deps: Deps) -> bytes:
    """Make a waiting binding active, or refuse it.

    Refused: NOT_FOUND for somebody else's; the holder's word for the member; a child's own word; the clerk who
    entered it; a clerk's refusal without a reason; a binding that waits no more. The limits need no second look:
    waiting bindings count.
    """
    now = deps.clock()

    async def attempt() -> bytes:
        async with deps.database.transaction() as connection:
            return await answer_call(
                connection, command.call, now, lambda: _decide(command, connection, now, deps), deps.vault
            )

    return await deps.database.repeatedly(attempt)


async def _find(command: DecideBinding, connection: Connection) -> Binding | None:
    if isinstance(command.actor, PersonActor):
        return await queries.one(connection, command.binding_id, command.actor.person_id)
    return await queries.find(connection, command.binding_id)


async def _decide(
    command: DecideBinding, connection: Connection, now: datetime, deps: Deps
) -> WithPeople[Binding] | Refused:
    binding = await _find(command, connection)
    if binding is None:
        return refuse(RefusalCode.NOT_FOUND)
    await lock_persons(connection, [binding.person_id, binding.holder_id])
    binding = await _find(command, connection)
    if binding is None:
        return refuse(RefusalCode.NOT_FOUND)
    people = await insured.persons(connection, [binding.person_id, binding.holder_id])
    subject = command.actor.person_id if isinstance(command.actor, PersonActor) else binding.person_id
    basis = await authorize(connection, command.actor, subject, Action.HANDLE_BINDINGS)
    if isinstance(basis, Refused):
        return basis
    papers = await evidence.open_papers(connection, binding.person_id, binding.binding_id)
    refusal = _refusal(command, binding, people[binding.person_id], people[binding.holder_id], now, deps)
    if refusal is not None:
        return refusal
    decided = _decided(command, binding, now)
    await store.change(connection, decided)
    await evidence_store.close(connection, binding.person_id, binding.binding_id, Ending.DECIDED, now)
    await _record(command, decided, papers, basis, connection, now, deps)
    return WithPeople(decided, people)


def _refusal(
    command: DecideBinding, binding: Binding, member: Person, holder: Person, now: datetime, deps: Deps
) -> Refused | None:
    if not isinstance(command.actor, PersonActor):
        unsaid = None if command.approve else sound_words(command.reason or "")
        return may_review(binding, command.actor.staff_id) or unsaid
    if not command.approve:
        return may_decline(binding, command.actor.person_id)
    if command.powers is not None and not (command.powers and command.powers <= binding.powers):
        return refuse(RefusalCode.REQUEST_INVALID, reason=POWERS_NOT_ASKED)
    today = local_day(now)
    policy = deps.book.at(holder.region, today)
    if isinstance(policy, Refused):
        return policy
    age = age_on(member.birth, today)
    return may_confirm(binding, command.actor.person_id, age, Terms.of(policy.family()))


def _decided(command: DecideBinding, binding: Binding, now: datetime) -> Binding:
    staff = None if isinstance(command.actor, PersonActor) else command.actor.staff_id
    return replace(
        binding,
        state=BindingState.ACTIVE if command.approve else BindingState.REFUSED,
        powers=binding.powers if command.powers is None else command.powers,
        decided_by=staff,
        reason=command.reason or binding.reason,
        active_at=now if command.approve else None,
        ended_at=None if command.approve else now,
    )


async def _record(
    command: DecideBinding,
    binding: Binding,
    papers: Papers | None,
    basis: Basis,
    connection: Connection,
    now: datetime,
    deps: Deps,
) -> None:
    photos = papers.digests if papers else ()
    deed = Deed(
        person_id=binding.person_id,
        subject="binding",
        subject_id=binding.binding_id,
        act=DeedKind.BIND_CONFIRM if command.approve else DeedKind.BIND_REFUSE,
        text=ConsentKind.BIND,
        basis=basis.text,
        given_by=None if binding.decided_by else binding.person_id,
        staff=binding.decided_by,
        channel=command.channel,
        at=now,
        evidence_hash=evidence_hash(binding.evidence_reference, photos) if photos else binding.evidence_hash,
        reason=command.reason,
        entered_by=binding.entered_by if binding.decided_by else None,
    )
    await insured_store.record_consents(connection, [consent_of(deed, new_id(deps, now))])
    rows = [audit_of(deed, who, new_id(deps, now)) for who in (binding.person_id, binding.holder_id)]
    await keep_trail(connection, rows, told_of(rows, About(binding.person_id)), deps)
