"""异议: a clerk proposes to give money back to accounts, or to end a grant; nothing happens until another approves."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from qinji.access.authorize import office
from qinji.access.model import Action, actor_text
from qinji.complaint import queries, store
from qinji.complaint.model import Complaint, Measure, MeasureKind, StepKind
from qinji.complaint.rules import correctable, may_act, may_enter, sound_words
from qinji.flows.acts.act import Scene
from qinji.flows.acts.cases import add_step, case_of
from qinji.flows.deps import Deps
from qinji.flows.parts.correcting import paid_by
from qinji.kernel.actor import StaffActor
from qinji.kernel.money import yuan
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.ledger import queries as ledger
from qinji.mutual_aid import queries as mutual_aid
from qinji.platform.keyed_calls import KeyedCall, answer_call


@dataclass(frozen=True, slots=True)
class ProposeMeasure:
    """A correction names whose accounts get back what they paid (none: all that the case allows); an end the grant."""

    call: KeyedCall[Measure]
    actor: StaffActor
    complaint_id: UUID
    kind: MeasureKind
    reason: str
    payers: Collection[UUID] = ()
    grant_id: UUID | None = None


async def run(command: ProposeMeasure, deps: Deps) -> bytes:
    """Propose; it waits for another member of staff.

    Refused: NOT_ALLOWED for a cashier and for another's case, COMPLAINT_STATE for one that is over or where one waits,
    CORRECTION_NOTHING for accounts that paid nothing that still stands, NOT_FOUND for a grant of other people.
    """
    now = deps.clock()

    async def attempt() -> bytes:
        async with deps.database.transaction() as connection:
            scene = Scene(connection, now, deps)
            return await answer_call(
                connection, command.call, now, lambda: _propose(command, scene), deps.vault
            )

    return await deps.database.repeatedly(attempt)


async def _propose(command: ProposeMeasure, scene: Scene) -> Measure | Refused:
    basis = office(command.actor, Action.HANDLE_COMPLAINTS)
    if isinstance(basis, Refused):
        return basis
    complaint = await case_of(command.complaint_id, scene)
    if isinstance(complaint, Refused):
        return complaint
    measures = await queries.measures(scene.connection, complaint.person_id, complaint.complaint_id)
    refusal = (
        sound_words(command.reason)
        or may_act(complaint, command.actor.staff_id, "提出处理办法")
        or may_enter(measures)
    )
    if refusal is not None:
        return refusal
    make = _correction if command.kind is MeasureKind.CORRECT else _end
    measure = await make(command, complaint, scene)
    if isinstance(measure, Refused):
        return measure
    await store.enter(scene.connection, measure)
    told = f"{command.reason.strip()}"
    if measure.amount_fen:
        told = f"退回 {yuan(measure.amount_fen)} 元:{told}"
    await add_step(complaint, StepKind.MEASURE_ENTERED, actor_text(command.actor), told, scene)
    return measure


async def _correction(command: ProposeMeasure, complaint: Complaint, scene: Scene) -> Measure | Refused:
    if complaint.settlement_id is None or complaint.patient_id is None:
        return refuse(RefusalCode.CORRECTION_NOTHING)
    patient, settlement = complaint.patient_id, complaint.settlement_id
    paid = correctable(
        complaint, paid_by(patient, await ledger.standing(scene.connection, patient, settlement))
    )
    payers = tuple(sorted(set(command.payers) or paid))
    if not payers or not set(payers) <= set(paid):
        return refuse(RefusalCode.CORRECTION_NOTHING)
    return _measure(command, complaint, scene, payers, sum(paid[who] for who in payers), None)


async def _end(command: ProposeMeasure, complaint: Complaint, scene: Scene) -> Measure | Refused:
    found = None
    if command.grant_id is not None:
        found = await mutual_aid.one(scene.connection, command.grant_id, complaint.person_id, scene.now)
    if found is None:
        return refuse(RefusalCode.NOT_FOUND)
    return _measure(command, complaint, scene, (), 0, found.grant_id)


def _measure(
    command: ProposeMeasure,
    complaint: Complaint,
    scene: Scene,
    payers: tuple[UUID, ...],
    amount_fen: int,
    grant: UUID | None,
) -> Measure:
    correcting = grant is None
    return Measure(
        person_id=complaint.person_id,
        complaint_id=complaint.complaint_id,
        measure_id=scene.new_id(),
        kind=command.kind,
        settlement_id=complaint.settlement_id if correcting else None,
        patient_id=complaint.patient_id if correcting else None,
        payers=payers,
        amount_fen=amount_fen,
        grant_id=grant,
        reason=command.reason.strip(),
        entered_by=command.actor.staff_id,
        entered_at=scene.now,
    )
