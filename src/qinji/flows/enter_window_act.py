"""窗口代办: a clerk takes down what somebody at the window asks for; it is checked at once, as far as it can be.

A freeze is carried out here and now, and the second person looks at it afterwards (decision 0028).
"""

from __future__ import annotations

from dataclasses import dataclass

from qinji.access.authorize import office
from qinji.access.lookup import by_key
from qinji.access.model import Action, Basis
from qinji.flows.acts.act import Decision, Scene, keep_trail
from qinji.flows.acts.wished import act_of
from qinji.flows.deps import Deps
from qinji.flows.parts.deeds import DeedKind
from qinji.flows.parts.hands import AtWindow, Hand
from qinji.flows.parts.people import WithPeople
from qinji.flows.parts.telling import About, told_of
from qinji.flows.parts.window_trail import trail_row
from qinji.insured import queries as insured
from qinji.insured.model import CARD_KEY, CERTIFICATE_KEY
from qinji.kernel.actor import Channel, StaffActor
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.platform.database import lock_persons
from qinji.platform.keyed_calls import KeyedCall, answer_call
from qinji.window import queries, store
from qinji.window.model import KIND_CHINESE, Recognised, WindowAct, WindowState, Wish
from qinji.window.rules import AT_ONCE, discreet, expiry, may_enter, sound_words

_KEYS: dict[Recognised, str] = {
    Recognised.CARD: CARD_KEY,
    Recognised.IDENTITY_NUMBER: CERTIFICATE_KEY,
}


@dataclass(frozen=True, slots=True)
class EnterWindowAct:
    """``number`` is that of the card or identity paper that the person showed; it is kept nowhere."""

    call: KeyedCall[WithPeople[WindowAct]]
    actor: StaffActor
    recognised_by: Recognised
    number: str
    wish: Wish
    reason: str
    paper_reference: str


async def run(command: EnterWindowAct, deps: Deps) -> bytes:
    """Take a wish down; nothing changes until another member of staff approves it, except that a freeze holds at once.

    Refused: NOT_ALLOWED for a cashier, NOT_FOUND for a document nobody has, words that say nothing, hold an identity
    number or tell what must not be told, what would change nothing, a wish that waits already, and whatever the act
    itself is refused for.
    """
    now = deps.clock()

    async def attempt() -> bytes:
        async with deps.database.transaction() as connection:
            scene = Scene(connection, now, deps)
            return await answer_call(
                connection, command.call, now, lambda: _enter(command, scene), deps.vault
            )

    return await deps.database.repeatedly(attempt)


async def _enter(command: EnterWindowAct, scene: Scene) -> WithPeople[WindowAct] | Refused:
    basis = office(command.actor, Action.ACT_AT_WINDOW)
    if isinstance(basis, Refused):
        return basis
    refusal = sound_words(command.reason, command.paper_reference) or discreet(
        command.wish.kind, command.reason, command.paper_reference
    )
    if refusal is not None:
        return refusal
    kind, vault = _KEYS[command.recognised_by], scene.deps.vault
    person = await by_key(scene.connection, kind, command.number.strip(), vault)
    if person is None:
        return refuse(RefusalCode.NOT_FOUND)
    wished, hand = (
        act_of(command.wish),
        Hand(person, Channel.WINDOW, _at_window(command, basis), command.reason.strip()),
    )
    concerned = await wished.concerned(hand, scene)
    if isinstance(concerned, Refused):
        return concerned
    await lock_persons(scene.connection, [person, *concerned])
    waiting = await queries.waiting_of(scene.connection, person, scene.now)
    decision = await wished.decide(hand, scene)
    if isinstance(decision, Refused):
        return decision
    act = _taken_down(command, hand, decision, scene)
    refusal = may_enter(act.wish, act.told, waiting, scene.now)
    if refusal is not None:
        return refusal
    if act.in_force_at is not None:
        await decision.record()
    await store.add(scene.connection, act)
    staff, reason = command.actor.staff_id, act.reason
    row = trail_row(act, DeedKind.WINDOW_ENTER, staff, basis.text, scene.new_id(), scene.now, reason)
    about = About(act.person_id, said=KIND_CHINESE[act.wish.kind])
    await keep_trail(scene.connection, [row], told_of([row], about), scene.deps)
    return WithPeople(act, await insured.persons(scene.connection, [person, *concerned]))


def _at_window(command: EnterWindowAct, basis: Basis) -> AtWindow:
    staff, paper = command.actor.staff_id, command.paper_reference.strip()
    return AtWindow(staff, staff, basis.text, paper)


def _taken_down(command: EnterWindowAct, hand: Hand, decision: Decision[object], scene: Scene) -> WindowAct:
    at_once = command.wish.kind in AT_ONCE
    return WindowAct(
        person_id=hand.person_id,
        act_id=scene.new_id(),
        wish=command.wish,
        reason=command.reason.strip(),
        paper_reference=command.paper_reference.strip(),
        recognised_by=command.recognised_by,
        state=WindowState.WAITING,
        told=decision.tell(),
        entered_by=command.actor.staff_id,
        entered_at=scene.now,
        expires_at=expiry(scene.now),
        in_force_at=scene.now if at_once else None,
        subject_id=decision.subject_id if at_once else None,
    )
