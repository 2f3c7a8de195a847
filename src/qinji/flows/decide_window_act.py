"""窗口代办: a second member of staff approves or refuses what was taken down, or who took it down withdraws it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from qinji.access.authorize import office
from qinji.access.model import Action, Basis, Right
from qinji.flows.acts.act import Scene, keep_record, keep_trail
from qinji.flows.acts.codes import SUBJECT
from qinji.flows.acts.wished import act_of
from qinji.flows.deps import Deps
from qinji.flows.parts.consent_texts import ConsentKind
from qinji.flows.parts.deeds import DeedKind
from qinji.flows.parts.hands import AtWindow, Hand
from qinji.flows.parts.people import WithPeople
from qinji.flows.parts.records import Subject, deed_of
from qinji.flows.parts.telling import About, told_of
from qinji.flows.parts.window_trail import trail_row
from qinji.insured import queries as insured
from qinji.kernel.actor import Channel, StaffActor
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.platform.database import lock_persons
from qinji.platform.keyed_calls import KeyedCall, answer_call
from qinji.window import queries, store
from qinji.window.model import KIND_CHINESE, WindowAct, WindowState
from qinji.window.rules import changes_something, discreet, may_decide, may_withdraw, sound_words


class Verdict(StrEnum):
    """What becomes of a wish that was taken down."""

    APPROVE = "approve"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class DecideWindowAct:
    """``reason`` is needed to refuse."""

    call: KeyedCall[WithPeople[WindowAct]]
    actor: StaffActor
    act_id: UUID
    verdict: Verdict
    reason: str | None = None


async def run(command: DecideWindowAct, deps: Deps) -> bytes:
    """Carry a wish out with every check made anew, in one transaction; or refuse it; or take it back.

    What is in force already (a freeze) is confirmed or found wrong; to undo it is an act of its own. Refused:
    NOT_FOUND, NOT_ALLOWED for a cashier and for withdrawing another's, SAME_CLERK, WINDOW_ACT_STATE for what waits no
    more, what would change nothing by now, a refusal without a reason or with one that tells what must not be told, and
    whatever the act itself is refused for; then it goes on waiting.
    """
    now = deps.clock()

    async def attempt() -> bytes:
        async with deps.database.transaction() as connection:
            scene = Scene(connection, now, deps)
            return await answer_call(
                connection, command.call, now, lambda: _decide(command, scene), deps.vault
            )

    return await deps.database.repeatedly(attempt)


async def _decide(command: DecideWindowAct, scene: Scene) -> WithPeople[WindowAct] | Refused:
    basis = office(command.actor, Action.ACT_AT_WINDOW)
    if isinstance(basis, Refused):
        return basis
    act = await queries.find(scene.connection, command.act_id)
    if act is None:
        return refuse(RefusalCode.NOT_FOUND)
    hand = _hand(act, command.actor, basis)
    concerned = await _concerned(command, act, hand, scene)
    if isinstance(concerned, Refused):
        return concerned
    await lock_persons(scene.connection, concerned)
    act = await queries.find(scene.connection, command.act_id)
    if act is None:
        return refuse(RefusalCode.NOT_FOUND)
    refusal = _refusal(command, act, scene)
    if refusal is not None:
        return refusal
    if command.verdict is Verdict.APPROVE:
        decided = await _approve(act, command.actor.staff_id, hand, scene)
    else:
        decided = await _close(command, act, basis, scene)
    if isinstance(decided, Refused):
        return decided
    await store.change(scene.connection, decided)
    named = {decided.person_id, decided.told.other_id or decided.person_id}
    return WithPeople(decided, await insured.persons(scene.connection, sorted(named)))


def _hand(act: WindowAct, actor: StaffActor, basis: Basis) -> Hand:
    window = AtWindow(act.entered_by, actor.staff_id, basis.text, act.paper_reference)
    return Hand(act.person_id, Channel.WINDOW, window, act.reason)


async def _concerned(
    command: DecideWindowAct, act: WindowAct, hand: Hand, scene: Scene
) -> Sequence[UUID] | Refused:
    if command.verdict is not Verdict.APPROVE or act.in_force_at is not None:
        return [act.person_id]
    concerned = await act_of(act.wish).concerned(hand, scene)
    return concerned if isinstance(concerned, Refused) else [act.person_id, *concerned]


def _refusal(command: DecideWindowAct, act: WindowAct, scene: Scene) -> Refused | None:
    staff = command.actor.staff_id
    if command.verdict is Verdict.WITHDRAW:
        return may_withdraw(act, staff, scene.now) or discreet(act.wish.kind, command.reason)
    refusal = may_decide(act, staff, scene.now)
    if refusal is None and command.verdict is Verdict.REFUSE:
        return sound_words(command.reason or "") or discreet(act.wish.kind, command.reason)
    return refusal


async def _approve(act: WindowAct, staff: str, hand: Hand, scene: Scene) -> WindowAct | Refused:
    decided = replace(act, state=WindowState.DONE, decided_by=staff, decided_at=scene.now)
    if act.in_force_at is not None:
        subject = Subject(SUBJECT, act.person_id, act.person_id)
        text = ConsentKind.FREEZE_CODE
        deed = deed_of(hand, subject, DeedKind.WINDOW_CONFIRM, text, Right.OWN, scene.now)
        await keep_record([deed], [act.person_id], scene)
        return decided
    decision = await act_of(act.wish).decide(hand, scene)
    if isinstance(decision, Refused):
        return decision
    told = decision.tell()
    refusal = changes_something(told)
    if refusal is not None:
        return refusal
    await decision.record()
    return replace(decided, told=told, in_force_at=scene.now, subject_id=decision.subject_id)


async def _close(command: DecideWindowAct, act: WindowAct, basis: Basis, scene: Scene) -> WindowAct:
    staff, reason = command.actor.staff_id, command.reason
    withdrawn = command.verdict is Verdict.WITHDRAW
    deed = DeedKind.WINDOW_WITHDRAW if withdrawn else DeedKind.WINDOW_REFUSE
    row = trail_row(act, deed, staff, basis.text, scene.new_id(), scene.now, reason)
    about = About(act.person_id, said=KIND_CHINESE[act.wish.kind])
    await keep_trail(scene.connection, [row], told_of([row], about), scene.deps)
    return replace(
        act,
        state=WindowState.WITHDRAWN if withdrawn else WindowState.REFUSED,
        decided_by=staff,
        decided_at=scene.now,
        decision_reason=reason,
    )
