"""A case of 异议 at the console: what was said and is known, its steps, what its clerk and a second person may do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias
from uuid import UUID

from starlette.responses import Response

from qinji.complaint.model import (
    KIND_CHINESE,
    MEASURE_CHINESE,
    OUTCOME_CHINESE,
    STEP_CHINESE,
    SUBJECT_CHINESE,
    Complaint,
    ComplaintState,
    Measure,
    MeasureKind,
    MeasureState,
    Outcome,
)
from qinji.complaint.rules import STATE_CHINESE, WORDS_MAX
from qinji.flows import close_complaint, decide_measure, propose_measure, review_complaint, work_complaint
from qinji.flows.work_complaint import Work
from qinji.kernel.actor import CHANNEL_CHINESE
from qinji.kernel.identity import masked_name
from qinji.kernel.ids import from_wire, to_wire
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.platform.keyed_calls import KeyedCall
from qinji.web.answers import go
from qinji.web.console.desk import desk_page, problem
from qinji.web.forms import Form, Told, carry_out, read_form
from qinji.web.guards import StaffVisit
from qinji.web.texts import _, marked

DONE: dict[str, str] = {
    "opened": marked("已录入,本人选的已立即停用。承诺日期和经办人见下。"),
    "note": marked("已记录,本人看不到。"),
    "hand_on": marked("已转交。"),
    "ask_cancel": marked("已发给医药机构,他们的收费台能看到。撤销由机构办。"),
    "refer": marked("已记下移送。"),
    "correct": marked("已录入。请另一位同事核准,您自己不能核准。没有动任何人的钱。"),
    "end_grant": marked("已录入。请另一位同事核准,您自己不能核准。"),
    "approve": marked("已核准并办好。"),
    "refuse": marked("已按“不通过”办结这一项,没有办理。"),
    "close": marked("已办结。请打印结果函。"),
}
Doing: TypeAlias = Callable[[StaffVisit, UUID, Form], Awaitable[Told | None]]


async def one(visit: StaffVisit) -> Response:
    """The case."""
    return await _show(visit)


async def act(visit: StaffVisit) -> Response:
    """One thing that is done in the case; ``act`` of the form says what."""
    form = await read_form(visit)
    complaint, wanted = _case(visit), form.text("act")
    doing = _DOING.get(wanted)
    if complaint is None or doing is None:
        return problem(visit, refuse(RefusalCode.NOT_FOUND))
    told = await doing(visit, complaint, form)
    if told is None:
        return problem(visit, refuse(RefusalCode.NOT_FOUND))
    if told.refused:
        return await _show(visit, told.refused, form)
    return go(visit, f"/console/complaints/{to_wire(complaint)}?done={wanted}")


def _working(work: Work) -> Doing:
    async def doing(visit: StaffVisit, complaint: UUID, form: Form) -> Told | None:
        async def run(call: KeyedCall[Complaint]) -> bytes:
            command = work_complaint.WorkComplaint(
                call, visit.staff, complaint, work, form.text("words"), form.text("to")
            )
            return await work_complaint.run(command, visit.deps)

        return await carry_out(visit, visit.staff, form, run)

    return doing


def _proposing(kind: MeasureKind) -> Doing:
    async def doing(visit: StaffVisit, complaint: UUID, form: Form) -> Told | None:
        payers = [found for one in form.texts("payer") if (found := from_wire(one)) is not None]
        grant = from_wire(form.text("grant"))

        async def run(call: KeyedCall[Measure]) -> bytes:
            command = propose_measure.ProposeMeasure(
                call, visit.staff, complaint, kind, form.text("words"), payers, grant
            )
            return await propose_measure.run(command, visit.deps)

        return await carry_out(visit, visit.staff, form, run)

    return doing


def _deciding(*, approve: bool) -> Doing:
    async def doing(visit: StaffVisit, complaint: UUID, form: Form) -> Told | None:
        del complaint
        measure = from_wire(form.text("measure"))
        if measure is None:
            return None

        async def run(call: KeyedCall[Measure]) -> bytes:
            command = decide_measure.DecideMeasure(
                call, visit.staff, measure, approve=approve, reason=form.text("words")
            )
            return await decide_measure.run(command, visit.deps)

        return await carry_out(visit, visit.staff, form, run)

    return doing


async def _closing(visit: StaffVisit, complaint: UUID, form: Form) -> Told | None:
    outcome = form.text("outcome")
    if outcome not in set(Outcome):
        return Told(_("请选一个结果。没有办结"), "")

    async def run(call: KeyedCall[Complaint]) -> bytes:
        command = close_complaint.CloseComplaint(
            call, visit.staff, complaint, Outcome(outcome), form.text("words")
        )
        return await close_complaint.run(command, visit.deps)

    return await carry_out(visit, visit.staff, form, run)


_DOING: dict[str, Doing] = {
    **{work.value: _working(work) for work in Work},
    "correct": _proposing(MeasureKind.CORRECT),
    "end_grant": _proposing(MeasureKind.END_GRANT),
    "approve": _deciding(approve=True),
    "refuse": _deciding(approve=False),
    "close": _closing,
}


async def letters(visit: StaffVisit) -> Response:
    """The letters of a closed case, each on a page."""
    complaint = _case(visit)
    found = (
        refuse(RefusalCode.NOT_FOUND)
        if complaint is None
        else await review_complaint.letters(visit.staff, complaint, visit.deps)
    )
    if isinstance(found, Refused):
        return problem(visit, found)
    written = [one for one in (found.to_person, found.to_relative, found.to_institution) if one is not None]
    return desk_page(
        visit,
        "complaint_letters.html",
        letters=written,
        back=f"/console/complaints/{visit.request.path_params['complaint']}",
    )


async def _show(visit: StaffVisit, error: str = "", form: Form | None = None) -> Response:
    complaint = _case(visit)
    found = (
        refuse(RefusalCode.NOT_FOUND)
        if complaint is None
        else await review_complaint.run(visit.staff, complaint, visit.deps)
    )
    if isinstance(found, Refused):
        return problem(visit, found)
    case = found.complaint
    done = DONE.get(visit.request.query_params.get("done", ""), "")
    return desk_page(
        visit,
        "complaint.html",
        422 if error else 200,
        found=found,
        case=case,
        key=to_wire(case.complaint_id),
        kind=KIND_CHINESE[case.kind],
        subject=SUBJECT_CHINESE[case.about.kind],
        state=STATE_CHINESE[case.state],
        states=ComplaintState,
        outcome_words=OUTCOME_CHINESE,
        step_words=STEP_CHINESE,
        measure_words=MEASURE_CHINESE,
        measure_states=MeasureState,
        channel=CHANNEL_CHINESE[case.channel],
        words_max=WORDS_MAX,
        filled="" if form is None else form.text("words"),
        sent="" if form is None else form.text("act"),
        masked_name=masked_name,
        wire=to_wire,
        done=_(done) if done else "",
        error=error,
    )


def _case(visit: StaffVisit) -> UUID | None:
    return from_wire(visit.request.path_params["complaint"])
