"""异议: somebody doubts a bill, a code or a look, or says that it was not them; what they name is stopped at once.

Stops, case and clerk are one transaction. At the window a clerk takes it down for who has no phone (decision 0038).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qinji.access.authorize import office
from qinji.access.lookup import by_key
from qinji.access.model import Action, PersonActor, Right
from qinji.complaint import queries, store
from qinji.complaint.model import (
    About,
    Complaint,
    ComplaintKind,
    ComplaintState,
    FreezeWish,
    Step,
    StepKind,
)
from qinji.complaint.rules import assign, promised, sound_text
from qinji.flows.acts import freezes
from qinji.flows.acts.act import Scene, keep_trail
from qinji.flows.acts.complained import Subject, subject_of
from qinji.flows.acts.freezes import Stopped
from qinji.flows.deps import Deps
from qinji.flows.parts.complaint_trail import trail_row
from qinji.flows.parts.deeds import DeedKind
from qinji.flows.parts.hands import AtWindow, Hand
from qinji.institution import queries as institutions
from qinji.insured import queries as insured
from qinji.insured.model import CARD_KEY, CERTIFICATE_KEY
from qinji.kernel.actor import Channel, StaffActor, StaffRole
from qinji.kernel.ids import to_wire
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.platform.database import Connection, StartAgain, lock_persons
from qinji.platform.keyed_calls import KeyedCall, answer_call
from qinji.window.model import Recognised
from qinji.window.rules import sound_words

_KEYS: dict[Recognised, str] = {
    Recognised.CARD: CARD_KEY,
    Recognised.IDENTITY_NUMBER: CERTIFICATE_KEY,
}


@dataclass(frozen=True, slots=True)
class Complained:
    """What somebody says: about what, of which kind, in their own words, and what is to be stopped.

    ``lift_at_close``: what was stopped goes on by itself when the case is closed.
    """

    about: About
    kind: ComplaintKind
    text: str = ""
    freezes: Sequence[FreezeWish] = ()
    lift_at_close: bool = False


@dataclass(frozen=True, slots=True)
class OpenComplaint:
    """By the person's own hand."""

    call: KeyedCall[Complaint]
    actor: PersonActor
    channel: Channel
    said: Complained


@dataclass(frozen=True, slots=True)
class OpenAtWindow:
    """By a clerk, for who stands at the window; ``number`` is that of the document they showed and is kept nowhere."""

    call: KeyedCall[Complaint]
    actor: StaffActor
    recognised_by: Recognised
    number: str
    reason: str
    paper_reference: str
    said: Complained


async def run(command: OpenComplaint, deps: Deps) -> bytes:
    """Open a case. Refused: NOT_FOUND for what does not concern one, COMPLAINT_EXISTS where one is open about it.

    Also refused: a text with an identity number, and whatever stopping one of the named things is refused for.
    """
    hand = Hand(command.actor.person_id, command.channel, reason="异议")
    now = deps.clock()

    async def attempt() -> bytes:
        async with deps.database.transaction() as connection:
            scene = Scene(connection, now, deps)
            return await answer_call(
                connection, command.call, now, lambda: _open(command.said, hand, scene), deps.vault
            )

    return await deps.database.repeatedly(attempt)


async def run_at_window(command: OpenAtWindow, deps: Deps) -> bytes:
    """The same for who has no phone. Refused besides: NOT_ALLOWED for a cashier, a document that nobody has, words
    that say nothing, and the wish that things go on by themselves: what is thawed at the window is thawed by two.
    """
    now = deps.clock()

    async def attempt() -> bytes:
        async with deps.database.transaction() as connection:
            scene = Scene(connection, now, deps)
            return await answer_call(
                connection, command.call, now, lambda: _open_at_window(command, scene), deps.vault
            )

    return await deps.database.repeatedly(attempt)


async def _open_at_window(command: OpenAtWindow, scene: Scene) -> Complaint | Refused:
    basis = office(command.actor, Action.HANDLE_COMPLAINTS)
    if isinstance(basis, Refused):
        return basis
    refusal = sound_words(command.reason, command.paper_reference)
    if refusal is None and command.said.lift_at_close:
        refusal = refuse(RefusalCode.REQUEST_INVALID, reason="窗口办理的,恢复使用须由两名工作人员另办")
    if refusal is not None:
        return refusal
    number = command.number.strip()
    person = await by_key(scene.connection, _KEYS[command.recognised_by], number, scene.deps.vault)
    if person is None:
        return refuse(RefusalCode.NOT_FOUND)
    staff, paper = command.actor.staff_id, command.paper_reference.strip()
    window = AtWindow(staff, staff, basis.text, paper)
    return await _open(command.said, Hand(person, Channel.WINDOW, window, command.reason.strip()), scene)


async def _open(said: Complained, hand: Hand, scene: Scene) -> Complaint | Refused:
    refusal = sound_text(said.text)
    if refusal is not None:
        return refusal
    persons = await freezes.concerned(said.freezes, hand, scene)
    if isinstance(persons, Refused):
        return persons
    await lock_persons(scene.connection, sorted(persons))
    again = await freezes.concerned(said.freezes, hand, scene)
    if isinstance(again, Refused):
        return again
    if not again <= persons:
        raise StartAgain
    subject = await subject_of(hand.person_id, said.about, scene.connection, scene.deps, scene.now)
    if isinstance(subject, Refused):
        return subject
    there = await queries.open_about(scene.connection, hand.person_id, subject.names)
    if there is not None:
        return refuse(RefusalCode.COMPLAINT_EXISTS, complaint=to_wire(there.complaint_id))
    stopped = await freezes.stopping(said.freezes, hand, scene)
    if isinstance(stopped, Refused):
        return stopped
    complaint = await _begun(said, subject, stopped, hand, scene)
    if isinstance(complaint, Refused):
        return complaint
    await _record(complaint, stopped, hand, scene)
    return complaint


async def _begun(
    said: Complained, subject: Subject, stopped: Stopped, hand: Hand, scene: Scene
) -> Complaint | Refused:
    person = (await insured.persons(scene.connection, [hand.person_id]))[hand.person_id]
    policy = scene.deps.book.at(person.region, scene.today)
    if isinstance(policy, Refused):
        return policy
    window = hand.window
    entered_by = None if window is None else window.entered_by
    return Complaint(
        person_id=hand.person_id,
        complaint_id=scene.new_id(),
        kind=said.kind,
        about=subject.about,
        concern=subject.concern,
        text=said.text.strip(),
        freezes=stopped.freezes,
        lift_at_close=said.lift_at_close,
        explanation=subject.explanation,
        settlement_id=subject.settlement,
        patient_id=subject.patient,
        institution=subject.institution,
        other_id=subject.other,
        promised_day=promised(scene.today, policy.complaint_days()),
        clerk=await _clerk(scene.connection, entered_by),
        channel=hand.channel,
        entered_by=entered_by,
        paper=None if window is None else window.paper,
        state=ComplaintState.OPEN,
        opened_at=scene.now,
    )


async def _clerk(connection: Connection, entered_by: str | None) -> str | None:
    """The clerk with the fewest open cases; reviewers where no clerk is employed."""
    there = [one for one in await institutions.staff(connection) if one.ended_at is None]
    clerks = [one.staff_id for one in there if one.role is StaffRole.CLERK]
    reviewers = [one.staff_id for one in there if one.role is StaffRole.REVIEWER]
    return assign(clerks or reviewers, await queries.open_by_clerk(connection), entered_by)


async def _record(complaint: Complaint, stopped: Stopped, hand: Hand, scene: Scene) -> None:
    for decision in stopped.decisions:
        await decision.record()
    await store.add(scene.connection, complaint)
    window = hand.window
    by = f"person:{hand.person_id}" if window is None else f"staff:{window.staff}"
    step = Step(
        complaint.person_id, complaint.complaint_id, scene.new_id(), StepKind.OPENED, by, "", scene.now
    )
    await store.add_step(scene.connection, step)
    row = trail_row(
        complaint,
        DeedKind.COMPLAINT_OPEN,
        by,
        hand.basis(Right.OWN),
        scene.new_id(),
        scene.now,
    )
    await keep_trail(scene.connection, [row], (), scene.deps)
