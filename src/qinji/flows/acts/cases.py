"""What every act in a case of 异议 begins with and leaves: the case under the lock of its person, and a step."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from qinji.complaint import queries, store
from qinji.complaint.model import Complaint, MeasureKind, MeasureState, Step, StepKind
from qinji.complaint.rules import Reached
from qinji.flows.acts.act import Scene
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.platform.database import lock_persons
from qinji.settlement import queries as settlements


async def case_of(
    complaint_id: UUID, scene: Scene, concerned: Sequence[UUID] = (), person: UUID | None = None
) -> Complaint | Refused:
    """The case, read under the lock of its person and of whoever else is concerned; ``person`` None is for staff.

    Refused: NOT_FOUND, also for another person's.
    """
    found = await queries.find(scene.connection, complaint_id)
    if found is None or person not in (None, found.person_id):
        return refuse(RefusalCode.NOT_FOUND)
    await lock_persons(scene.connection, [found.person_id, *concerned])
    there = await queries.one(scene.connection, found.person_id, complaint_id)
    return refuse(RefusalCode.NOT_FOUND) if there is None else there


async def add_step(complaint: Complaint, kind: StepKind, by: str, text: str, scene: Scene) -> None:
    """Keep that something was done in the case."""
    step = Step(
        complaint.person_id, complaint.complaint_id, scene.new_id(), kind, by, text.strip(), scene.now
    )
    await store.add_step(scene.connection, step)


async def reached(complaint: Complaint, scene: Scene) -> Reached:
    """What has come about in the case so far; that the institution has cancelled is the settlement's own word."""
    person, identifier = complaint.person_id, complaint.complaint_id
    measures = await queries.measures(scene.connection, person, identifier)
    steps = await queries.steps(scene.connection, person, identifier)
    cancelled = False
    if complaint.settlement_id is not None and complaint.patient_id is not None:
        row = await settlements.one(scene.connection, complaint.patient_id, complaint.settlement_id)
        cancelled = row is not None and row.cancellation is not None
    return Reached(
        done=frozenset(MeasureKind(one.kind) for one in measures if one.state is MeasureState.DONE),
        waiting=any(one.state is MeasureState.WAITING for one in measures),
        cancelled=cancelled,
        passed_on=any(one.kind is StepKind.PASSED_ON for one in steps),
    )
