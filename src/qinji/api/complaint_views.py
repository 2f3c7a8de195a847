"""What the JSON door shows of complaints. Amounts are fen."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel

from qinji.complaint.model import (
    KIND_CHINESE,
    MEASURE_CHINESE,
    OUTCOME_CHINESE,
    STEP_CHINESE,
    Complaint,
    Fact,
    Measure,
    Step,
)
from qinji.complaint.rules import STATE_CHINESE, overdue
from qinji.flows.parts.complaint_letters import Letter
from qinji.flows.read_complaints import Beginning, LetterLine, OwnCase
from qinji.flows.review_complaint import Case, Letters
from qinji.kernel.identity import masked_name
from qinji.kernel.ids import to_wire


class FactView(BaseModel):
    """One line: what it is, and what it says."""

    label: str
    text: str


class FreezeView(BaseModel):
    """Something that is, or may be, stopped: ``freeze`` is how it is asked for."""

    freeze: str
    words: str
    suggested: bool = False


class BeginningView(BaseModel):
    """What is known of a thing before one complains of it, and what could be stopped at once."""

    about: str
    title: str
    facts: list[FactView]
    freezes: list[FreezeView]
    promised_days: int
    open_complaint: str | None


class ComplaintView(BaseModel):
    """A case. ``lifted_at``: when what was stopped went on again."""

    id: str
    kind: str
    kind_text: str
    about: str
    text: str
    state: str
    state_text: str
    opened_at: datetime
    promised_day: date
    frozen: list[FreezeView]
    lift_at_close: bool
    lifted_at: datetime | None
    outcome: str | None
    outcome_text: str
    resolution: str | None
    ended_at: datetime | None


class StepView(BaseModel):
    """Something that was done in a case."""

    kind: str
    kind_text: str
    words: str
    at: datetime


class OwnCaseView(ComplaintView):
    """One's own case: what was known when it was opened, who looks after it, its steps."""

    clerk: str
    title: str
    facts: list[FactView]
    steps: list[StepView]
    bill_returned_at: datetime | None


class MeasureView(BaseModel):
    """What two members of staff do."""

    id: str
    kind: str
    kind_text: str
    amount_fen: int
    reason: str
    state: str
    entered_by: str
    decided_by: str | None


class StaffCaseView(OwnCaseView):
    """A case for the bureau's staff; ``correctable`` is by person number, names masked elsewhere."""

    psn_no: str
    name: str
    overdue: bool
    entered_by: str | None
    asked_institution: str | None
    measures: list[MeasureView]
    correctable_fen: dict[str, int]
    outcomes: list[str]


class LetterLineView(BaseModel):
    """A letter from a relative's case."""

    id: str
    who: str
    at: datetime


class LetterView(BaseModel):
    """A letter, on one page."""

    number: str
    to: str
    title: str
    facts: list[FactView]
    paragraphs: list[str]
    closing: list[str]
    signed_by: str
    signed_on: date


class LettersView(BaseModel):
    """The letters of a closed case."""

    person: LetterView
    relative: LetterView | None
    institution: LetterView | None


class StaffComplaintLine(BaseModel):
    """An open case in the queue."""

    id: str
    psn_no: str
    name: str
    what: str
    opened_at: datetime
    promised_day: date | None
    overdue: bool
    clerk: str
    waits_for_second: bool


def _facts(facts: tuple[Fact, ...]) -> list[FactView]:
    return [FactView(label=one.label, text=one.text) for one in facts]


def beginning_view(found: Beginning) -> BeginningView:
    """Before one complains."""
    subject = found.subject
    return BeginningView(
        about=subject.about.text,
        title=subject.explanation.title,
        facts=_facts(subject.explanation.facts),
        freezes=[
            FreezeView(
                freeze=one.asked,
                words=one.words,
                suggested=one.target in found.suggested,
            )
            for one in found.offers
        ],
        promised_days=found.days,
        open_complaint=None if found.there is None else to_wire(found.there),
    )


def complaint_view(one: Complaint) -> ComplaintView:
    """A case."""
    return ComplaintView(
        id=to_wire(one.complaint_id),
        kind=one.kind,
        kind_text=KIND_CHINESE[one.kind],
        about=one.about.text,
        text=one.text,
        state=one.state,
        state_text=STATE_CHINESE[one.state],
        opened_at=one.opened_at,
        promised_day=one.promised_day,
        frozen=[
            FreezeView(
                freeze=freeze.asked,
                words=freeze.words,
            )
            for freeze in one.freezes
        ],
        lift_at_close=one.lift_at_close,
        lifted_at=one.lifted_at,
        outcome=one.outcome,
        outcome_text="" if one.outcome is None else OUTCOME_CHINESE[one.outcome],
        resolution=one.resolution,
        ended_at=one.ended_at,
    )


def _steps(steps: tuple[Step, ...]) -> list[StepView]:
    return [
        StepView(kind=one.kind, kind_text=STEP_CHINESE[one.kind], words=one.text, at=one.at) for one in steps
    ]


def own_case_view(found: OwnCase) -> OwnCaseView:
    """One's own case."""
    explanation = found.complaint.explanation
    return OwnCaseView(
        **complaint_view(found.complaint).model_dump(),
        clerk=found.clerk,
        title=explanation.title,
        facts=_facts(explanation.facts),
        steps=_steps(found.steps),
        bill_returned_at=found.cancelled_at,
    )


def measure_view(one: Measure) -> MeasureView:
    """A measure."""
    return MeasureView(
        id=to_wire(one.measure_id),
        kind=one.kind,
        kind_text=MEASURE_CHINESE[one.kind],
        amount_fen=one.amount_fen,
        reason=one.reason,
        state=one.state,
        entered_by=one.entered_by,
        decided_by=one.decided_by,
    )


def staff_case_view(found: Case, now: date) -> StaffCaseView:
    """A case for the bureau's staff."""
    explanation = found.complaint.explanation
    return StaffCaseView(
        **complaint_view(found.complaint).model_dump(),
        clerk=found.complaint.clerk or "",
        title=explanation.title,
        facts=_facts(explanation.facts),
        steps=_steps(found.steps),
        bill_returned_at=found.cancelled_at,
        psn_no=found.person.number,
        name=masked_name(found.person.name),
        overdue=overdue(found.complaint, now),
        entered_by=found.complaint.entered_by,
        asked_institution=None if found.request is None else found.request.institution,
        measures=[measure_view(one) for one in found.measures],
        correctable_fen={found.people[who].number: fen for who, fen in found.correctable.items()},
        outcomes=list(found.outcomes),
    )


def letter_view(letter: Letter) -> LetterView:
    """A letter."""
    return LetterView(
        number=letter.number,
        to=letter.to,
        title=letter.title,
        facts=_facts(letter.facts),
        paragraphs=list(letter.paragraphs),
        closing=list(letter.closing),
        signed_by=letter.signed_by,
        signed_on=letter.signed_on,
    )


def letters_view(found: Letters) -> LettersView:
    """All letters of a case."""
    return LettersView(
        person=letter_view(found.to_person),
        relative=None if found.to_relative is None else letter_view(found.to_relative),
        institution=None if found.to_institution is None else letter_view(found.to_institution),
    )


def letter_line(one: LetterLine) -> LetterLineView:
    """A letter in a list."""
    return LetterLineView(id=to_wire(one.complaint_id), who=one.who, at=one.at)
