"""异议: what its clerk does on the way: takes a note, hands it on, asks the institution to cancel, passes it on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from qinji.access.authorize import office
from qinji.access.model import Action, actor_text
from qinji.complaint import queries, store
from qinji.complaint.model import CancelRequest, Complaint, StepKind
from qinji.complaint.rules import may_act, may_hand_on, sound_words
from qinji.flows.acts.act import Scene
from qinji.flows.acts.cases import add_step, case_of, reached
from qinji.flows.deps import Deps
from qinji.institution import queries as institutions
from qinji.kernel.actor import StaffActor
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.platform.keyed_calls import KeyedCall, answer_call

PLACE_MAX = 100
"""Characters of the name of whom a case is passed on to."""


class Work(StrEnum):
    """What may be done by one clerk alone: none of it moves anybody's money or rights."""

    NOTE = "note"
    HAND_ON = "hand_on"
    ASK_CANCEL = "ask_cancel"
    REFER = "refer"


WORK_CHINESE: dict[Work, str] = {
    Work.NOTE: "记录",
    Work.HAND_ON: "转交",
    Work.ASK_CANCEL: "请机构撤销",
    Work.REFER: "移送",
}
_STEPS: dict[Work, StepKind] = {
    Work.NOTE: StepKind.NOTED,
    Work.HAND_ON: StepKind.HANDED_ON,
    Work.ASK_CANCEL: StepKind.CANCEL_ASKED,
    Work.REFER: StepKind.PASSED_ON,
}


@dataclass(frozen=True, slots=True)
class WorkComplaint:
    """``words``: the note, the reason, what the institution reads. ``to``: the staff number it is handed on to, or the
    police or other office that it is passed on to.
    """

    call: KeyedCall[Complaint]
    actor: StaffActor
    complaint_id: UUID
    work: Work
    words: str
    to: str = ""


async def run(command: WorkComplaint, deps: Deps) -> bytes:
    """One step of a case. Anybody of the bureau may hand a case on, also to themselves; the rest is its clerk's.

    Refused: NOT_ALLOWED for a cashier and for another's case, COMPLAINT_STATE for one that is over, for a bill that was
    cancelled or asked about before, STAFF_UNKNOWN, words that say nothing.
    """
    now = deps.clock()

    async def attempt() -> bytes:
        async with deps.database.transaction() as connection:
            scene = Scene(connection, now, deps)
            return await answer_call(connection, command.call, now, lambda: _work(command, scene), deps.vault)

    return await deps.database.repeatedly(attempt)


async def _work(command: WorkComplaint, scene: Scene) -> Complaint | Refused:
    basis = office(command.actor, Action.HANDLE_COMPLAINTS)
    if isinstance(basis, Refused):
        return basis
    complaint = await case_of(command.complaint_id, scene)
    if isinstance(complaint, Refused):
        return complaint
    refusal = sound_words(command.words)
    if refusal is not None:
        return refusal
    changed = await _changed(command, complaint, scene)
    if isinstance(changed, Refused):
        return changed
    told = command.words
    if command.work in (Work.HAND_ON, Work.REFER):
        told = f"{command.to.strip()}:{told}"
    await add_step(changed, _STEPS[command.work], actor_text(command.actor), told, scene)
    return changed


async def _changed(command: WorkComplaint, complaint: Complaint, scene: Scene) -> Complaint | Refused:
    if command.work is Work.HAND_ON:
        return await _hand_on(command, complaint, scene)
    refusal = may_act(complaint, command.actor.staff_id, WORK_CHINESE[command.work])
    if refusal is None and command.work is Work.REFER and not 0 < len(command.to.strip()) <= PLACE_MAX:
        refusal = refuse(RefusalCode.REQUEST_INVALID, reason="请写明移送给哪个部门")
    if refusal is not None:
        return refusal
    return await _ask(command, complaint, scene) if command.work is Work.ASK_CANCEL else complaint


async def _hand_on(command: WorkComplaint, complaint: Complaint, scene: Scene) -> Complaint | Refused:
    there = await institutions.staff(scene.connection)
    bureau = [one.staff_id for one in there if one.ended_at is None and one.institution is None]
    to = command.to.strip()
    refusal = may_hand_on(complaint, to, bureau)
    if refusal is not None:
        return refusal
    handed = replace(complaint, clerk=to)
    await store.change(scene.connection, handed)
    return handed


async def _ask(command: WorkComplaint, complaint: Complaint, scene: Scene) -> Complaint | Refused:
    if complaint.settlement_id is None or complaint.patient_id is None or complaint.institution is None:
        return refuse(RefusalCode.COMPLAINT_STATE, state="与任何一笔结算无关", action="请机构撤销")
    if (await reached(complaint, scene)).cancelled:
        return refuse(RefusalCode.COMPLAINT_STATE, state="这笔结算已撤销", action="请机构撤销")
    asked = await queries.request(scene.connection, complaint.person_id, complaint.complaint_id)
    if asked is not None:
        return refuse(RefusalCode.COMPLAINT_STATE, state="已经请机构撤销", action="再请一次")
    request = CancelRequest(
        complaint.person_id,
        complaint.complaint_id,
        complaint.institution,
        complaint.patient_id,
        complaint.settlement_id,
        command.words.strip(),
        command.actor.staff_id,
        scene.now,
    )
    await store.ask_to_cancel(scene.connection, request)
    return complaint
