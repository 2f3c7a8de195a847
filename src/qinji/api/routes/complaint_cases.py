"""异议 for the bureau's staff: the queue, a case, what its clerk does, what two do together, and how it ends."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from qinji.access.lookup import by_number
from qinji.api.complaint_shapes import (
    CloseAsk,
    CorrectAsk,
    DecisionAsk,
    GrantEndAsk,
    ToAsk,
    WindowComplaintAsk,
    WordsAsk,
)
from qinji.api.complaint_views import (
    ComplaintView,
    LettersView,
    MeasureView,
    StaffCaseView,
    StaffComplaintLine,
    complaint_view,
    letters_view,
    measure_view,
    staff_case_view,
)
from qinji.api.problem import CallRefused
from qinji.api.session import PAGE_DEFAULT, DepsOf, Keyed, KeyedOf, Limit, Staff, answer, identifier, shown
from qinji.api.views import Page, page
from qinji.complaint.model import MeasureKind
from qinji.flows import (
    close_complaint,
    decide_measure,
    list_reviews,
    open_complaint,
    propose_measure,
    review_complaint,
    work_complaint,
)
from qinji.flows.deps import Deps
from qinji.flows.list_reviews import ReviewItem, ReviewKind
from qinji.flows.work_complaint import Work
from qinji.insured.model import Person
from qinji.kernel.actor import StaffActor
from qinji.kernel.dates import local_day
from qinji.kernel.identity import masked_name
from qinji.kernel.ids import to_wire
from qinji.kernel.refusal import RefusalCode, Refused, refuse

router = APIRouter(prefix="/staff/complaints", tags=["异议 complaints"])


@router.get("")
async def listing(
    staff: Staff,
    deps: DepsOf,
    limit: Limit = PAGE_DEFAULT,
    after: Annotated[str | None, Query(max_length=40)] = None,
) -> Page[StaffComplaintLine]:
    """Open cases, oldest first; what is past its promised day says so."""
    begins = None if after is None else identifier(after)
    found = await list_reviews.run(staff, ReviewKind.COMPLAINT, limit, begins, deps)
    if isinstance(found, Refused):
        raise CallRefused(found)
    return page(
        [_line(one, one.person) for one in found.items if one.person is not None],
        limit,
        None if found.more is None else to_wire(found.more),
    )


def _line(one: ReviewItem, person: Person) -> StaffComplaintLine:
    return StaffComplaintLine(
        id=to_wire(one.item_id),
        psn_no=person.number,
        name=masked_name(person.name),
        what=one.what,
        opened_at=one.since,
        promised_day=one.promised_day,
        overdue=one.overdue,
        clerk=one.clerk,
        waits_for_second=one.second,
    )


@router.post("", status_code=201, response_model=ComplaintView)
async def open_at_window(ask: WindowComplaintAsk, staff: Staff, keyed: KeyedOf, deps: DepsOf) -> Response:
    """Take a complaint down for who stands at the window; what they name is stopped at once."""
    command = open_complaint.OpenAtWindow(
        call=keyed.call("complaint.window", staff, complaint_view, 201),
        actor=staff,
        recognised_by=ask.recognised_by,
        number=ask.number,
        reason=ask.reason,
        paper_reference=ask.paper_reference,
        said=ask.said(),
    )
    return answer(await open_complaint.run_at_window(command, deps))


@router.get("/{complaint}", response_model=StaffCaseView)
async def one(complaint: str, staff: Staff, deps: DepsOf) -> Response:
    """A case that is open, or one that I worked on."""
    found = await review_complaint.run(staff, identifier(complaint), deps)
    return shown(found if isinstance(found, Refused) else staff_case_view(found, local_day(deps.clock())))


async def _work(
    complaint: str, work: Work, words: str, to: str, staff: StaffActor, keyed: Keyed, deps: Deps
) -> Response:
    call = keyed.call(f"complaint.{work.value}", staff, complaint_view)
    command = work_complaint.WorkComplaint(call, staff, identifier(complaint), work, words, to)
    return answer(await work_complaint.run(command, deps))


@router.post("/{complaint}/note", response_model=ComplaintView)
async def note(complaint: str, ask: WordsAsk, staff: Staff, keyed: KeyedOf, deps: DepsOf) -> Response:
    """A note for colleagues; the person does not read it."""
    return await _work(complaint, Work.NOTE, ask.words, "", staff, keyed, deps)


@router.post("/{complaint}/hand-on", response_model=ComplaintView)
async def hand_on(complaint: str, ask: ToAsk, staff: Staff, keyed: KeyedOf, deps: DepsOf) -> Response:
    """Hand the case on to another member of staff, or take it over, with a reason that the person reads."""
    return await _work(complaint, Work.HAND_ON, ask.words, ask.to, staff, keyed, deps)


@router.post("/{complaint}/ask-cancel", response_model=ComplaintView)
async def ask_cancel(complaint: str, ask: WordsAsk, staff: Staff, keyed: KeyedOf, deps: DepsOf) -> Response:
    """Ask the institution to take the bill back; it reads these words at its counter."""
    return await _work(complaint, Work.ASK_CANCEL, ask.words, "", staff, keyed, deps)


@router.post("/{complaint}/pass-on", response_model=ComplaintView)
async def pass_on(complaint: str, ask: ToAsk, staff: Staff, keyed: KeyedOf, deps: DepsOf) -> Response:
    """Note that it was passed on, to whom and why."""
    return await _work(complaint, Work.REFER, ask.words, ask.to, staff, keyed, deps)


@router.post("/{complaint}/corrections", status_code=201, response_model=MeasureView)
async def correct(complaint: str, ask: CorrectAsk, staff: Staff, keyed: KeyedOf, deps: DepsOf) -> Response:
    """Propose that accounts get back what they paid of the bill; another member of staff approves."""
    async with deps.database.reading() as connection:
        payers = [await by_number(connection, number, deps.vault) for number in ask.payers]
    found = [one for one in payers if one is not None]
    if len(found) < len(payers):
        raise CallRefused(refuse(RefusalCode.CORRECTION_NOTHING))
    command = propose_measure.ProposeMeasure(
        keyed.call("complaint.correct", staff, measure_view, 201),
        staff,
        identifier(complaint),
        MeasureKind.CORRECT,
        ask.reason,
        payers=found,
    )
    return answer(await propose_measure.run(command, deps))


@router.post("/{complaint}/grant-ends", status_code=201, response_model=MeasureView)
async def end_grant(complaint: str, ask: GrantEndAsk, staff: Staff, keyed: KeyedOf, deps: DepsOf) -> Response:
    """Propose that a grant of the person ends; another member of staff approves."""
    command = propose_measure.ProposeMeasure(
        keyed.call("complaint.end_grant", staff, measure_view, 201),
        staff,
        identifier(complaint),
        MeasureKind.END_GRANT,
        ask.reason,
        grant_id=identifier(ask.grant),
    )
    return answer(await propose_measure.run(command, deps))


@router.post("/measures/{measure}/approve", response_model=MeasureView)
async def approve(measure: str, staff: Staff, keyed: KeyedOf, deps: DepsOf) -> Response:
    """A second member of staff carries it out; whoever proposed it is refused."""
    call = keyed.call("complaint.approve", staff, measure_view)
    command = decide_measure.DecideMeasure(call, staff, identifier(measure), approve=True)
    return answer(await decide_measure.run(command, deps))


@router.post("/measures/{measure}/refuse", response_model=MeasureView)
async def turn_down(measure: str, ask: DecisionAsk, staff: Staff, keyed: KeyedOf, deps: DepsOf) -> Response:
    """A second member of staff refuses it, with a reason for colleagues."""
    call = keyed.call("complaint.refuse", staff, measure_view)
    command = decide_measure.DecideMeasure(call, staff, identifier(measure), approve=False, reason=ask.reason)
    return answer(await decide_measure.run(command, deps))


@router.post("/{complaint}/close", response_model=ComplaintView)
async def close(complaint: str, ask: CloseAsk, staff: Staff, keyed: KeyedOf, deps: DepsOf) -> Response:
    """Close the case with what has come about; the person reads ``resolution``, the other side does not."""
    command = close_complaint.CloseComplaint(
        keyed.call("complaint.close", staff, complaint_view),
        staff,
        identifier(complaint),
        ask.outcome,
        ask.resolution,
    )
    return answer(await close_complaint.run(command, deps))


@router.get("/{complaint}/letters", response_model=LettersView)
async def letters(complaint: str, staff: Staff, deps: DepsOf) -> Response:
    """The letters of a closed case, to be printed."""
    found = await review_complaint.letters(staff, identifier(complaint), deps)
    return shown(found if isinstance(found, Refused) else letters_view(found))
