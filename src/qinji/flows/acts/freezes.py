"""What a complaint stops at once, by the same acts as on their own pages, and how it goes on again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from qinji.complaint.model import Freeze, FreezeKind, FreezeWish
from qinji.complaint.rules import FREEZES_MAX
from qinji.family import queries as family
from qinji.family.model import Binding, BindingState
from qinji.flows.acts import bindings, codes, grants
from qinji.flows.acts.act import Act, Decision, Scene
from qinji.flows.parts.hands import Hand
from qinji.flows.parts.people import relative_text
from qinji.insured import queries as insured
from qinji.insured.model import CodeState
from qinji.kernel.kinship import inverse
from qinji.kernel.purpose import Power
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.mutual_aid import queries as mutual_aid
from qinji.mutual_aid.model import Grant, GrantState
from qinji.mutual_aid.rules import live

STOPPED_CODES = (CodeState.FROZEN, CodeState.LOST)


@dataclass(frozen=True, slots=True)
class Stopped:
    """What is stopped, and the acts that are to be written for it."""

    freezes: tuple[Freeze, ...]
    decisions: tuple[Decision[object], ...]


async def concerned(wishes: Sequence[FreezeWish], hand: Hand, scene: Scene) -> set[UUID] | Refused:
    """Whose heads have to be locked. Refused: NOT_FOUND for other people's things, more than may be named."""
    if len(wishes) > FREEZES_MAX:
        return refuse(RefusalCode.REQUEST_INVALID, reason=f"最多选 {FREEZES_MAX} 项要停用的")
    found = {hand.person_id}
    for wish in wishes:
        if wish.kind is FreezeKind.GRANT and wish.target is None:
            given = await mutual_aid.live_of(scene.connection, hand.person_id, scene.now)
            found |= {grant.person_id for grant in given}
            continue
        act = _stopping(wish.kind, wish.target)
        persons = await act.concerned(hand, scene)
        if isinstance(persons, Refused):
            return persons
        found |= set(persons)
    return found


async def stopping(wishes: Sequence[FreezeWish], hand: Hand, scene: Scene) -> Stopped | Refused:
    """Decide, under the lock, on everything that is not stopped yet; what is stopped already stays as it is."""
    freezes: dict[tuple[FreezeKind, UUID], Freeze] = {}
    for wish in wishes:
        for freeze in await _running(wish, hand, scene):
            freezes[freeze.kind, freeze.target] = freeze
    decisions: list[Decision[object]] = []
    for freeze in freezes.values():
        decision = await _stopping(freeze.kind, freeze.target).decide(hand, scene)
        if isinstance(decision, Refused):
            return decision
        decisions.append(decision)
    return Stopped(tuple(freezes.values()), tuple(decisions))


async def concerned_by(freezes: Sequence[Freeze], hand: Hand, scene: Scene) -> set[UUID]:
    """Whose heads have to be locked before these go on."""
    found = {hand.person_id}
    for freeze in freezes:
        persons = await _stopping(freeze.kind, freeze.target).concerned(hand, scene)
        if not isinstance(persons, Refused):
            found |= set(persons)
    return found


@dataclass(frozen=True, slots=True)
class GoesOn:
    """What goes on, and sentences on what could not be put back and why."""

    decisions: tuple[Decision[object], ...]
    words: str


async def going_on(freezes: Sequence[Freeze], hand: Hand, scene: Scene, *, as_wished: bool = False) -> GoesOn:
    """Decide, under the lock, what of these goes on; what was changed since by hand is left alone.

    ``as_wished``: at the end of the case, as the person asked for when they had it stopped.
    """
    decisions: list[Decision[object]] = []
    back: list[str] = []
    kept: list[str] = []
    for freeze in freezes:
        act = await _resuming(freeze, hand, scene, as_wished=as_wished)
        if act is None:
            kept.append(f"{freeze.words}(已另有变动)")
            continue
        decision = await act.decide(hand, scene)
        if isinstance(decision, Refused):
            kept.append(f"{freeze.words}({decision.text})")
        else:
            decisions.append(decision)
            back.append(freeze.words)
    told = [f"已恢复:{'、'.join(back)}"] if back else []
    told += [f"没有恢复:{'、'.join(kept)}"] if kept else []
    return GoesOn(tuple(decisions), "。".join(told))


async def offers(hand: Hand, scene: Scene) -> list[Freeze]:
    """Everything that this person could stop now: grants they gave, their code, who may show it."""
    found = await _running(FreezeWish(FreezeKind.GRANT), hand, scene)
    found += await _code(hand, scene)
    bound = await family.of_member(scene.connection, hand.person_id)
    return found + [await _of_binding(one, hand, scene) for one in bound if _shows(one)]


def _stopping(kind: FreezeKind, target: UUID | None) -> Act[object]:
    if kind is FreezeKind.CODE or target is None:
        return codes.SetCodeState(CodeState.FROZEN)
    if kind is FreezeKind.GRANT:
        return grants.ChangeGrant(target, {}, None, paused=True)
    return bindings.SuspendShowing(target)


async def _running(wish: FreezeWish, hand: Hand, scene: Scene) -> list[Freeze]:
    """What a wish names, as far as it runs now."""
    if wish.kind is FreezeKind.CODE:
        return await _code(hand, scene)
    if wish.kind is FreezeKind.BINDING and wish.target is not None:
        binding = await family.one(scene.connection, wish.target, hand.person_id)
        shows = binding is not None and _shows(binding)
        return [await _of_binding(binding, hand, scene)] if binding is not None and shows else []
    given = await mutual_aid.live_of(scene.connection, hand.person_id, scene.now)
    active = [one for one in given if one.state is GrantState.ACTIVE and live(one, scene.today)]
    return [await _of_grant(one, scene) for one in active if wish.target in (None, one.grant_id)]


async def _resuming(freeze: Freeze, hand: Hand, scene: Scene, *, as_wished: bool) -> Act[object] | None:
    if freeze.kind is FreezeKind.CODE:
        person = (await insured.persons(scene.connection, [hand.person_id]))[hand.person_id]
        return codes.SetCodeState(CodeState.ACTIVE) if person.code_state is CodeState.FROZEN else None
    if freeze.kind is FreezeKind.GRANT:
        grant = await mutual_aid.one(scene.connection, freeze.target, hand.person_id, scene.now)
        paused = grant is not None and grant.state is GrantState.PAUSED
        if not paused:
            return None
        return grants.ChangeGrant(freeze.target, {}, None, paused=False, as_wished=as_wished)
    binding = await family.one(scene.connection, freeze.target, hand.person_id)
    if binding is None or binding.state is not BindingState.ACTIVE or Power.SHOW_CODE in binding.powers:
        return None
    return bindings.SetPowers(freeze.target, binding.powers | {Power.SHOW_CODE})


def _shows(binding: Binding) -> bool:
    return binding.state is BindingState.ACTIVE and Power.SHOW_CODE in binding.powers


async def code_stands(person_id: UUID, scene: Scene) -> bool:
    """Whether nobody can show this person's code anyway: it is frozen or was reported lost."""
    person = (await insured.persons(scene.connection, [person_id]))[person_id]
    return person.code_state in STOPPED_CODES


async def _code(hand: Hand, scene: Scene) -> list[Freeze]:
    if await code_stands(hand.person_id, scene):
        return []
    return [Freeze(FreezeKind.CODE, hand.person_id, "您的医保码")]


async def _of_grant(grant: Grant, scene: Scene) -> Freeze:
    person = (await insured.persons(scene.connection, [grant.person_id]))[grant.person_id]
    words = f"用您的账户为{relative_text(person, grant.relation)}付费(家庭共济)"
    return Freeze(FreezeKind.GRANT, grant.grant_id, words)


async def _of_binding(binding: Binding, hand: Hand, scene: Scene) -> Freeze:
    holder = hand.person_id == binding.holder_id
    other = binding.person_id if holder else binding.holder_id
    relation = binding.relation if holder else inverse(binding.relation)
    person = (await insured.persons(scene.connection, [other]))[other]
    told = relative_text(person, relation)
    words = f"您出示{told}的医保码(亲情账户)" if holder else f"{told}出示您的医保码(亲情账户)"
    return Freeze(FreezeKind.BINDING, binding.binding_id, words)
