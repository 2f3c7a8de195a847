"""我的异议: one's cases, one of them with its steps and what is stopped, and the letters that end them."""

from __future__ import annotations

from uuid import UUID

from starlette.responses import Response

from qinji.complaint.model import (
    KIND_CHINESE,
    OUTCOME_CHINESE,
    STEP_CHINESE,
    SUBJECT_CHINESE,
    Complaint,
    ComplaintState,
)
from qinji.complaint.rules import STATE_CHINESE, may_lift, overdue
from qinji.flows import answer_complaint, read_complaints
from qinji.flows.parts.complaint_letters import Letter
from qinji.kernel.actor import Channel
from qinji.kernel.dates import local_day
from qinji.kernel.ids import from_wire, to_wire
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.platform.keyed_calls import KeyedCall
from qinji.web.answers import go, page
from qinji.web.forms import carry_out, read_form
from qinji.web.guards import PersonVisit
from qinji.web.mutual_aid import step_up
from qinji.web.texts import _, marked

PAGE = 20
DONE: dict[str, str] = {
    "opened": marked("已提出。您选的已立即停用,经办人会在承诺的日期前给您结果。"),
    "opened_only": marked("已提出。您没有选停用,都照常能用。经办人会在承诺的日期前给您结果。"),
    "there": marked("您对此已经提出过异议,就是这一件。"),
    "lift": marked("已恢复。没有恢复的写在下面的经过里。"),
    "withdraw": marked("已撤回。停用的还停着,要用请点“恢复使用”。"),
    "withdraw_lift": marked("已撤回,停用的已恢复。"),
}
ACTS = {"withdraw": (True, False), "withdraw_lift": (True, True), "lift": (False, True)}


async def listing(visit: PersonVisit) -> Response:
    """Cases, newest first, and letters from cases of relatives."""
    after = from_wire(visit.request.query_params.get("after", ""))
    found = await read_complaints.listing(visit.person, PAGE, after, visit.deps)
    letters = [] if after is not None else await read_complaints.letters(visit.person, visit.deps)
    today = local_day(visit.deps.clock())
    return page(
        visit,
        "complaint/cases.html",
        cases=found,
        letters=letters,
        later=after is not None,
        more=to_wire(found[-1].complaint_id) if len(found) == PAGE else "",
        states=ComplaintState,
        state_words=STATE_CHINESE,
        kind_words=KIND_CHINESE,
        subject_words=SUBJECT_CHINESE,
        overdue=lambda case: overdue(case, today),
        wire=to_wire,
    )


async def one(visit: PersonVisit) -> Response:
    """One case."""
    return await _show(visit)


async def answer(visit: PersonVisit) -> Response:
    """Take it back, or let what was stopped go on, or both."""
    form = await read_form(visit)
    complaint, wanted = _case(visit), form.text("wanted")
    if complaint is None or wanted not in ACTS:
        return _nothing(visit, refuse(RefusalCode.NOT_FOUND))
    withdraw, lift = ACTS[wanted]

    async def act(call: KeyedCall[Complaint]) -> bytes:
        command = answer_complaint.AnswerComplaint(
            call, visit.person, Channel.WEB, complaint, withdraw=withdraw, lift=lift
        )
        return await answer_complaint.run(command, visit.deps)

    told = await carry_out(visit, visit.person, form, act)
    if step_up.needed(told):
        return await step_up.ask(visit, form)
    if told.refused:
        return await _show(visit, told.refused)
    return go(visit, f"/complaints/{to_wire(complaint)}?done={wanted}")


async def letter(visit: PersonVisit) -> Response:
    """The letter of one's own case."""
    complaint = _case(visit)
    found: Letter | Refused = refuse(RefusalCode.NOT_FOUND)
    if complaint is not None:
        found = await read_complaints.letter(visit.person, complaint, visit.deps)
    return _letter(visit, found, f"/complaints/{visit.request.path_params['complaint']}")


async def letter_to_me(visit: PersonVisit) -> Response:
    """The letter of a relative's case to oneself."""
    complaint = _case(visit)
    found: Letter | Refused = refuse(RefusalCode.NOT_FOUND)
    if complaint is not None:
        found = await read_complaints.letter_to_other(visit.person, complaint, visit.deps)
    return _letter(visit, found, "/complaints")


def _letter(visit: PersonVisit, found: Letter | Refused, back: str) -> Response:
    if isinstance(found, Refused):
        return _nothing(visit, found)
    return page(visit, "complaint/letter.html", letter=found, back=back)


async def _show(visit: PersonVisit, error: str = "") -> Response:
    complaint = _case(visit)
    found = (
        refuse(RefusalCode.NOT_FOUND)
        if complaint is None
        else await read_complaints.one(visit.person, complaint, visit.deps)
    )
    if isinstance(found, Refused):
        return _nothing(visit, found)
    case = found.complaint
    said = visit.request.query_params.get("done", "")
    done = DONE.get("opened_only" if said == "opened" and not case.freezes else said, "")
    return page(
        visit,
        "complaint/case.html",
        422 if error else 200,
        found=found,
        case=case,
        key=to_wire(case.complaint_id),
        states=ComplaintState,
        state=STATE_CHINESE[case.state],
        kind=KIND_CHINESE[case.kind],
        subject=SUBJECT_CHINESE[case.about.kind],
        outcome="" if case.outcome is None else OUTCOME_CHINESE[case.outcome],
        step_words=STEP_CHINESE,
        may_lift=may_lift(case) is None,
        late=overdue(case, local_day(visit.deps.clock())),
        done=_(done) if done else "",
        error=error,
    )


def _case(visit: PersonVisit) -> UUID | None:
    return from_wire(visit.request.path_params["complaint"])


def _nothing(visit: PersonVisit, refused: Refused) -> Response:
    return page(visit, "parts/problem.html", 404, title=_("没有找到"), text=refused.text, back="/complaints")
