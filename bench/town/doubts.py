"""What the visitors doubt: a case that their clerk works on, and one that was explained, with its letter."""

from __future__ import annotations

from uuid import UUID

from bench.town.calls import done
from qinji.access.model import PersonActor
from qinji.complaint.model import About, Complaint, ComplaintKind, Outcome, SubjectKind
from qinji.entry.wiring import Runtime
from qinji.flows import close_complaint, open_complaint, work_complaint
from qinji.flows.work_complaint import Work
from qinji.kernel.actor import Channel, StaffActor
from qinji.kernel.ids import to_wire

WORDS = "请核对是否本人购药"
NOTES = 5


async def doubted(
    runtime: Runtime, person: UUID, clerk: StaffActor, bill: str, other_bill: str
) -> dict[str, str]:
    """Both cases, by the numbers of two bills."""
    open_one = await _opened(runtime, person, clerk, bill)
    await _worked(runtime, clerk, open_one, Work.ASK_CANCEL)
    for _ in range(NOTES):
        await _worked(runtime, clerk, open_one, Work.NOTE)
    explained = await _opened(runtime, person, clerk, other_bill)
    made: list[Complaint] = []
    command = close_complaint.CloseComplaint(
        done(made), clerk, explained, Outcome.EXPLAINED, "已与机构核对,是本人购药。"
    )
    await close_complaint.run(command, runtime)
    return {"doubted": to_wire(open_one), "explained": to_wire(explained)}


async def _opened(runtime: Runtime, person: UUID, clerk: StaffActor, bill: str) -> UUID:
    """A case about a bill, that this clerk takes over."""
    made: list[Complaint] = []
    said = open_complaint.Complained(
        About(SubjectKind.SETTLEMENT, bill), ComplaintKind.NOT_MINE, "我不知道这笔"
    )
    await open_complaint.run(
        open_complaint.OpenComplaint(done(made), PersonActor(person), Channel.WEB, said), runtime
    )
    case = made[0]
    if case.clerk != clerk.staff_id:
        await _worked(runtime, clerk, case.complaint_id, Work.HAND_ON, clerk.staff_id)
    return case.complaint_id


async def _worked(runtime: Runtime, clerk: StaffActor, case: UUID, work: Work, to: str = "") -> None:
    made: list[Complaint] = []
    await work_complaint.run(work_complaint.WorkComplaint(done(made), clerk, case, work, WORDS, to), runtime)
