"""异议: 有疑问 or 不是我 about a bill, a code or a look; one's cases, and the letters they end with."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from qinji.api.complaint_shapes import AboutText, ComplaintAsk, WithdrawComplaintAsk
from qinji.api.complaint_views import (
    BeginningView,
    ComplaintView,
    LetterLineView,
    LetterView,
    OwnCaseView,
    beginning_view,
    complaint_view,
    letter_line,
    letter_view,
    own_case_view,
)
from qinji.api.problem import CallRefused
from qinji.api.session import (
    PAGE_DEFAULT,
    ChannelOf,
    DepsOf,
    KeyedOf,
    Limit,
    Person,
    answer,
    identifier,
    shown,
)
from qinji.api.views import Page, page
from qinji.complaint.model import about_from
from qinji.flows import answer_complaint, open_complaint, read_complaints
from qinji.kernel.ids import to_wire
from qinji.kernel.refusal import RefusalCode, Refused, refuse

router = APIRouter(prefix="/complaints", tags=["异议 complaints"])


@router.get("")
async def listing(
    person: Person,
    deps: DepsOf,
    limit: Limit = PAGE_DEFAULT,
    after: Annotated[str | None, Query(max_length=40)] = None,
) -> Page[ComplaintView]:
    """My cases, newest first."""
    found = await read_complaints.listing(person, limit, None if after is None else identifier(after), deps)
    cursor = to_wire(found[-1].complaint_id) if found else None
    return page([complaint_view(one) for one in found], limit, cursor)


@router.get("/beginning", response_model=BeginningView)
async def beginning(about: Annotated[AboutText, Query()], person: Person, deps: DepsOf) -> Response:
    """What is known of a thing, and what I could stop at once, before I complain of it."""
    asked = about_from(about)
    if asked is None:
        raise CallRefused(refuse(RefusalCode.NOT_FOUND))
    found = await read_complaints.begin(person, asked, deps)
    return shown(found if isinstance(found, Refused) else beginning_view(found))


@router.post("", status_code=201, response_model=ComplaintView)
async def open_one(
    ask: ComplaintAsk, person: Person, channel: ChannelOf, keyed: KeyedOf, deps: DepsOf
) -> Response:
    """Open a case; what I name is stopped at once, in the same moment."""
    call = keyed.call("complaint.open", person, complaint_view, 201)
    command = open_complaint.OpenComplaint(call, person, channel, ask.said())
    return answer(await open_complaint.run(command, deps))


@router.get("/letters")
async def letters(person: Person, deps: DepsOf, limit: Limit = PAGE_DEFAULT) -> Page[LetterLineView]:
    """The latest letters to me from cases of relatives, newest first."""
    found = [letter_line(one) for one in await read_complaints.letters(person, deps, limit)]
    return page(found, limit, None)


@router.get("/letters/{complaint}", response_model=LetterView)
async def letter_to_me(complaint: str, person: Person, deps: DepsOf) -> Response:
    """The letter to me of a relative's closed case."""
    found = await read_complaints.letter_to_other(person, identifier(complaint), deps)
    return shown(found if isinstance(found, Refused) else letter_view(found))


@router.get("/{complaint}", response_model=OwnCaseView)
async def one(complaint: str, person: Person, deps: DepsOf) -> Response:
    """My case: who looks after it, until when, what is stopped, every step."""
    found = await read_complaints.one(person, identifier(complaint), deps)
    return shown(found if isinstance(found, Refused) else own_case_view(found))


@router.get("/{complaint}/letter", response_model=LetterView)
async def letter(complaint: str, person: Person, deps: DepsOf) -> Response:
    """The letter that my case ended with."""
    found = await read_complaints.letter(person, identifier(complaint), deps)
    return shown(found if isinstance(found, Refused) else letter_view(found))


@router.post("/{complaint}/withdraw", response_model=ComplaintView)
async def withdraw(
    complaint: str,
    ask: WithdrawComplaintAsk,
    person: Person,
    channel: ChannelOf,
    keyed: KeyedOf,
    deps: DepsOf,
) -> Response:
    """Take my case back; with ``lift`` what was stopped goes on again."""
    call = keyed.call("complaint.withdraw", person, complaint_view)
    command = answer_complaint.AnswerComplaint(
        call, person, channel, identifier(complaint), withdraw=True, lift=ask.lift
    )
    return answer(await answer_complaint.run(command, deps))


@router.post("/{complaint}/lift", response_model=ComplaintView)
async def lift(complaint: str, person: Person, channel: ChannelOf, keyed: KeyedOf, deps: DepsOf) -> Response:
    """What was stopped goes on again, during the case or after it."""
    call = keyed.call("complaint.lift", person, complaint_view)
    command = answer_complaint.AnswerComplaint(
        call, person, channel, identifier(complaint), withdraw=False, lift=True
    )
    return answer(await answer_complaint.run(command, deps))
