"""亲情账户: ending a binding, and giving and taking its powers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from uuid import UUID

from qinji.access.model import Right
from qinji.credential import store as credential_store
from qinji.evidence import store as evidence_store
from qinji.evidence.model import Ending
from qinji.family import queries, store
from qinji.family.model import Binding, BindingState, Terms
from qinji.family.rules import may_end, may_set_powers, state_text
from qinji.flows.acts.act import Decision, Scene, differing, keep_record
from qinji.flows.parts.consent_texts import ConsentKind
from qinji.flows.parts.deeds import DeedKind
from qinji.flows.parts.hands import Hand
from qinji.flows.parts.people import WithPeople, relative_text
from qinji.flows.parts.records import Deed, Subject, deed_of
from qinji.insured import queries as insured
from qinji.insured.model import Person
from qinji.kernel.dates import age_on
from qinji.kernel.kinship import Relation, inverse
from qinji.kernel.purpose import POWER_CHINESE, Power
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.window.model import Change, Told

SUBJECT = "binding"


async def _parties(binding_id: UUID, hand: Hand, scene: Scene) -> Sequence[UUID] | Refused:
    binding = await queries.one(scene.connection, binding_id, hand.person_id)
    if binding is None:
        return refuse(RefusalCode.NOT_FOUND)
    return [binding.person_id, binding.holder_id]


async def _found(binding_id: UUID, hand: Hand, scene: Scene) -> WithPeople[Binding] | Refused:
    binding = await queries.one(scene.connection, binding_id, hand.person_id)
    if binding is None:
        return refuse(RefusalCode.NOT_FOUND)
    people = await insured.persons(scene.connection, [binding.person_id, binding.holder_id])
    return WithPeople(binding, people)


def _subject(binding: Binding) -> Subject:
    return Subject(SUBJECT, binding.binding_id, binding.person_id)


@dataclass(frozen=True, slots=True)
class Unbind:
    """Either side ends a binding at once, or takes back a request; codes shown under it end, grants do not.

    Refused: NOT_FOUND for somebody else's, BIND_STATE for one that is over.
    """

    binding_id: UUID

    async def concerned(self, hand: Hand, scene: Scene) -> Sequence[UUID] | Refused:
        """Holder and member."""
        return await _parties(self.binding_id, hand, scene)

    async def decide(self, hand: Hand, scene: Scene) -> Decision[WithPeople[Binding]] | Refused:
        """The binding as it is when it has ended."""
        found = await _found(self.binding_id, hand, scene)
        if isinstance(found, Refused):
            return found
        refusal = may_end(found.thing)
        if refusal is not None:
            return refusal
        over = replace(found.thing, state=BindingState.ENDED, ended_at=scene.now)
        deed = deed_of(hand, _subject(over), DeedKind.UNBIND, ConsentKind.UNBIND, Right.OWN, scene.now)
        return Decision(
            WithPeople(over, found.people),
            over.binding_id,
            partial(_tell_end, found.thing, over, found.people, hand),
            partial(_record_end, over, deed, scene),
        )


@dataclass(frozen=True, slots=True)
class SetPowers:
    """From now on the holder has exactly these powers; taking 出示医保码 ends every code that the holder showed.

    Refused: NOT_FOUND for somebody else's; more powers asked by the holder; powers the pack does not know.
    """

    binding_id: UUID
    powers: frozenset[Power]

    async def concerned(self, hand: Hand, scene: Scene) -> Sequence[UUID] | Refused:
        """Holder and member."""
        return await _parties(self.binding_id, hand, scene)

    async def decide(self, hand: Hand, scene: Scene) -> Decision[WithPeople[Binding]] | Refused:
        """The binding with its new powers."""
        found = await _found(self.binding_id, hand, scene)
        if isinstance(found, Refused):
            return found
        binding, people = found.thing, found.people
        policy = scene.deps.book.at(people[binding.holder_id].region, scene.today)
        if isinstance(policy, Refused):
            return policy
        age, terms = age_on(people[binding.person_id].birth, scene.today), Terms.of(policy.family())
        refusal = may_set_powers(binding, hand.person_id, self.powers, age, terms)
        if refusal is not None:
            return refusal
        changed = replace(binding, powers=self.powers)
        detail = "、".join(sorted(self.powers))
        deed = deed_of(
            hand,
            _subject(changed),
            DeedKind.BIND_POWERS,
            ConsentKind.POWERS,
            Right.OWN,
            scene.now,
            detail=detail,
        )
        ends_codes = Power.SHOW_CODE not in self.powers
        return Decision(
            WithPeople(changed, people),
            changed.binding_id,
            partial(_tell_powers, binding, changed, people, hand),
            partial(_record, changed, deed, scene, ends_codes=ends_codes),
        )


@dataclass(frozen=True, slots=True)
class SuspendShowing:
    """The holder may not show the member's code from now on; all other powers stay, also where none is left.

    Asked by either side. Refused: NOT_FOUND for somebody else's, BIND_STATE for one that is not in force.
    """

    binding_id: UUID

    async def concerned(self, hand: Hand, scene: Scene) -> Sequence[UUID] | Refused:
        """Holder and member."""
        return await _parties(self.binding_id, hand, scene)

    async def decide(self, hand: Hand, scene: Scene) -> Decision[WithPeople[Binding]] | Refused:
        """The binding without that power."""
        found = await _found(self.binding_id, hand, scene)
        if isinstance(found, Refused):
            return found
        binding = found.thing
        if binding.state is not BindingState.ACTIVE:
            return refuse(RefusalCode.BIND_STATE, state=state_text(binding), action="停止出示医保码")
        changed = replace(binding, powers=binding.powers - {Power.SHOW_CODE})
        deed = deed_of(
            hand,
            _subject(changed),
            DeedKind.BIND_POWERS,
            ConsentKind.POWERS,
            Right.OWN,
            scene.now,
            detail="、".join(sorted(changed.powers)),
        )
        return Decision(
            WithPeople(changed, found.people),
            changed.binding_id,
            partial(_tell_powers, binding, changed, found.people, hand),
            partial(_record, changed, deed, scene, ends_codes=True),
        )


def _other(binding: Binding, hand: Hand) -> tuple[UUID, Relation]:
    """The other side, and what they are to the person whose wish it is."""
    if hand.person_id == binding.holder_id:
        return binding.person_id, binding.relation
    return binding.holder_id, inverse(binding.relation)


def _powers_text(powers: frozenset[Power]) -> str:
    return "、".join(POWER_CHINESE[power] for power in Power if power in powers)


def _tell_end(before: Binding, after: Binding, people: Mapping[UUID, Person], hand: Hand) -> Told:
    other, relation = _other(before, hand)
    changes = differing(
        Change("绑定", state_text(before), state_text(after)),
        Change("主账户人可以代办", _powers_text(before.powers), "无"),
    )
    return Told(f"解除与{relative_text(people[other], relation)}的亲情账户绑定", changes, other_id=other)


def _tell_powers(before: Binding, after: Binding, people: Mapping[UUID, Person], hand: Hand) -> Told:
    other, relation = _other(before, hand)
    relative = relative_text(people[other], relation)
    by_member = hand.person_id == before.person_id
    changes = differing(
        *(
            Change(POWER_CHINESE[power], _may(power in before.powers), _may(power in after.powers))
            for power in Power
        )
    )
    what = f"修改{relative}可以代本人办理的事项" if by_member else f"修改本人可以代{relative}办理的事项"
    return Told(what, changes, other_id=other)


def _may(given: bool) -> str:
    return "可以" if given else "不可以"


async def _record_end(binding: Binding, deed: Deed, scene: Scene) -> None:
    await _record(binding, deed, scene, ends_codes=True)
    # The papers of a request that is taken back end with it.
    await evidence_store.close(
        scene.connection, binding.person_id, binding.binding_id, Ending.WITHDRAWN, scene.now
    )


async def _record(binding: Binding, deed: Deed, scene: Scene, *, ends_codes: bool) -> None:
    await store.change(scene.connection, binding)
    if ends_codes:
        await credential_store.void(scene.connection, binding.person_id, binding.holder_id, scene.now)
    await keep_record([deed], (binding.person_id, binding.holder_id), scene)
