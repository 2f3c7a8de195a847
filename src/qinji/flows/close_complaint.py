"""异议: its clerk closes a case with what has come about, and a letter goes to both sides."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from qinji.access.authorize import office
from qinji.access.model import Action, actor_text
from qinji.complaint import queries, store
from qinji.complaint.model import Complaint, ComplaintState, Outcome, StepKind
from qinji.complaint.rules import may_close, sound_words
from qinji.flows.acts import freezes
from qinji.flows.acts.act import Scene, keep_trail
from qinji.flows.acts.cases import add_step, case_of, reached
from qinji.flows.deps import Deps
from qinji.flows.parts.complaint_trail import trail_row
from qinji.flows.parts.deeds import DeedKind
from qinji.flows.parts.hands import Hand
from qinji.flows.parts.telling import of_letters
from qinji.kernel.actor import StaffActor
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.platform.keyed_calls import KeyedCall, answer_call


@dataclass(frozen=True, slots=True)
class CloseComplaint:
    """``resolution`` is what the person reads, and nobody else."""

    call: KeyedCall[Complaint]
    actor: StaffActor
    complaint_id: UUID
    outcome: Outcome
    resolution: str


async def run(command: CloseComplaint, deps: Deps) -> bytes:
    """Close; what was stopped goes on by itself where the person wished so when they opened the case.

    Refused: NOT_FOUND, NOT_ALLOWED for a cashier and for another's case, COMPLAINT_STATE for one that is over or where
    a measure waits, COMPLAINT_OUTCOME for what has not come about, words that say nothing.
    """
    now = deps.clock()

    async def attempt() -> bytes:
        async with deps.database.transaction() as connection:
            scene = Scene(connection, now, deps)
            return await answer_call(
                connection, command.call, now, lambda: _close(command, scene), deps.vault
            )

    return await deps.database.repeatedly(attempt)


async def _close(command: CloseComplaint, scene: Scene) -> Complaint | Refused:
    basis = office(command.actor, Action.HANDLE_COMPLAINTS)
    if isinstance(basis, Refused):
        return basis
    seen = await queries.find(scene.connection, command.complaint_id)
    if seen is None:
        return refuse(RefusalCode.NOT_FOUND)
    # The wish is the person's own, given when they opened the case; the clerk only closes it.
    hand = Hand(seen.person_id, seen.channel, reason="异议办结,按您开案时的选择恢复")
    concerned = await freezes.concerned_by(seen.freezes, hand, scene)
    complaint = await case_of(command.complaint_id, scene, sorted(concerned))
    if isinstance(complaint, Refused):
        return complaint
    by = actor_text(command.actor)
    refusal = sound_words(command.resolution) or may_close(
        complaint, command.actor.staff_id, command.outcome, await reached(complaint, scene)
    )
    if refusal is not None:
        return refusal
    lifts = complaint.lift_at_close and bool(complaint.freezes) and complaint.lifted_at is None
    goes_on = await freezes.going_on(complaint.freezes, hand, scene, as_wished=True) if lifts else None
    closed = replace(
        complaint,
        state=ComplaintState.CLOSED,
        outcome=command.outcome,
        resolution=command.resolution.strip(),
        ended_by=by,
        ended_at=scene.now,
        lifted_at=scene.now if goes_on is not None else complaint.lifted_at,
    )
    if goes_on is not None:
        for decision in goes_on.decisions:
            await decision.record()
        await add_step(closed, StepKind.LIFTED, f"person:{closed.person_id}", goes_on.words, scene)
    await store.change(scene.connection, closed)
    await add_step(closed, StepKind.CLOSED, by, command.resolution, scene)
    deed = DeedKind.COMPLAINT_CLOSE
    row = trail_row(closed, deed, by, basis.text, scene.new_id(), scene.now)
    told = of_letters(row, closed.other_id, scene.new_id())
    await keep_trail(scene.connection, [row], told, scene.deps)
    return closed
