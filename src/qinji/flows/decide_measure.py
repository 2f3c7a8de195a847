"""异议: a second member of staff carries a measure out, every check made anew, or refuses it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from qinji.access.authorize import office
from qinji.access.model import Action, Basis, actor_text
from qinji.complaint import queries, store
from qinji.complaint.model import Complaint, Measure, MeasureKind, MeasureState, StepKind
from qinji.complaint.rules import may_decide, sound_words
from qinji.flows.acts.act import Scene, keep_trail
from qinji.flows.acts.cases import add_step, case_of
from qinji.flows.acts.grants import EndGrant
from qinji.flows.deps import Deps
from qinji.flows.parts.complaint_trail import trail_row
from qinji.flows.parts.correcting import correction
from qinji.flows.parts.deeds import DeedKind
from qinji.flows.parts.hands import AtWindow, Hand
from qinji.flows.parts.telling import of_correction
from qinji.kernel.actor import Channel, StaffActor
from qinji.kernel.ids import to_wire
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.ledger import queries as ledger
from qinji.ledger import store as ledger_store
from qinji.ledger.rules import balance_changes
from qinji.mutual_aid import queries as mutual_aid
from qinji.mutual_aid import store as mutual_aid_store
from qinji.platform.keyed_calls import KeyedCall, answer_call
from qinji.settlement import queries as settlements


@dataclass(frozen=True, slots=True)
class DecideMeasure:
    """``reason`` is needed to refuse."""

    call: KeyedCall[Measure]
    actor: StaffActor
    measure_id: UUID
    approve: bool
    reason: str = ""


async def run(command: DecideMeasure, deps: Deps) -> bytes:
    """Carry out or refuse, in one transaction.

    Refused: NOT_FOUND, NOT_ALLOWED for a cashier, SAME_CLERK, COMPLAINT_STATE for what waits no more,
    CORRECTION_CHANGED where the bill is no more what it was at the entry, and what ending a grant is refused for.
    """
    now = deps.clock()

    async def attempt() -> bytes:
        async with deps.database.transaction() as connection:
            scene = Scene(connection, now, deps)
            return await answer_call(
                connection, command.call, now, lambda: _decide(command, scene), deps.vault
            )

    return await deps.database.repeatedly(attempt)


async def _decide(command: DecideMeasure, scene: Scene) -> Measure | Refused:
    basis = office(command.actor, Action.HANDLE_COMPLAINTS)
    if isinstance(basis, Refused):
        return basis
    seen = await queries.measure(scene.connection, command.measure_id)
    if seen is None:
        return refuse(RefusalCode.NOT_FOUND)
    complaint = await case_of(seen.complaint_id, scene, await _concerned(seen, scene))
    measure = await queries.measure(scene.connection, command.measure_id)
    if isinstance(complaint, Refused) or measure is None:
        return refuse(RefusalCode.NOT_FOUND)
    refusal = may_decide(complaint, measure, command.actor.staff_id)
    if refusal is None and not command.approve:
        refusal = sound_words(command.reason)
    if refusal is not None:
        return refusal
    if command.approve:
        refusal = await _carry_out(measure, complaint, command.actor, basis, scene)
        if refusal is not None:
            return refusal
    decided = replace(
        measure,
        state=MeasureState.DONE if command.approve else MeasureState.REFUSED,
        decided_by=command.actor.staff_id,
        decided_at=scene.now,
        decision_reason=command.reason.strip() or None,
    )
    await store.decide(scene.connection, decided)
    kind = StepKind.MEASURE_DONE if command.approve else StepKind.MEASURE_REFUSED
    await add_step(complaint, kind, actor_text(command.actor), command.reason, scene)
    return decided


async def _concerned(measure: Measure, scene: Scene) -> Sequence[UUID]:
    """Patient and every payer, or both sides of the grant; transfers never change, so they may be read first."""
    if measure.patient_id is not None and measure.settlement_id is not None:
        payers = await ledger.payers(scene.connection, measure.patient_id, measure.settlement_id)
        return [measure.patient_id, *payers]
    if measure.grant_id is not None:
        grant = await mutual_aid.find(scene.connection, measure.grant_id, scene.now)
        return [] if grant is None else [grant.person_id, grant.grantor_id]
    return []


async def _carry_out(
    measure: Measure, complaint: Complaint, actor: StaffActor, basis: Basis, scene: Scene
) -> Refused | None:
    if measure.kind is MeasureKind.CORRECT:
        return await _correct(measure, complaint, actor, basis, scene)
    if measure.grant_id is None:
        return refuse(RefusalCode.NOT_FOUND)
    paper = f"异议 {to_wire(complaint.complaint_id)}"
    window = AtWindow(measure.entered_by, actor.staff_id, basis.text, paper)
    hand = Hand(complaint.person_id, Channel.WINDOW, window, "异议")
    decision = await EndGrant(measure.grant_id).decide(hand, scene)
    if isinstance(decision, Refused):
        return decision
    await decision.record()
    return None


async def _correct(
    measure: Measure, complaint: Complaint, actor: StaffActor, basis: Basis, scene: Scene
) -> Refused | None:
    if measure.patient_id is None or measure.settlement_id is None:
        return refuse(RefusalCode.CORRECTION_NOTHING)
    patient, settlement = measure.patient_id, measure.settlement_id
    row = await settlements.one(scene.connection, patient, settlement)
    standing = await ledger.standing(scene.connection, patient, settlement)
    if row is None or row.cancellation is not None:
        return refuse(RefusalCode.CORRECTION_NOTHING)
    back = correction(row.settlement, standing, measure.payers, measure.measure_id, scene.now)
    if back.amount_fen != measure.amount_fen:
        return refuse(RefusalCode.CORRECTION_CHANGED)
    await ledger_store.add_transfers(scene.connection, back.transfers)
    await ledger_store.change_balances(scene.connection, balance_changes(back.transfers))
    await mutual_aid_store.give_back(scene.connection, back.grants)
    trail = [
        trail_row(
            complaint,
            DeedKind.COMPLAINT_CORRECT,
            actor_text(actor),
            basis.text,
            scene.new_id(),
            scene.now,
            person=person,
            entered_by=measure.entered_by,
        )
        for person in sorted({complaint.person_id, patient, *measure.payers})
    ]
    told = of_correction(trail, back.transfers)
    await keep_trail(scene.connection, trail, told, scene.deps)
    return None
