"""Pure rules of complaints: who may complain of what, who looks after it, and what may be done in a case when."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from qinji.complaint.model import (
    OUTCOME_CHINESE,
    Complaint,
    ComplaintState,
    Concern,
    Measure,
    MeasureKind,
    MeasureState,
    Outcome,
    Step,
    StepKind,
)
from qinji.kernel.identity import holds_identity_number
from qinji.kernel.refusal import RefusalCode, Refused, refuse

TEXT_MAX = 500
"""Characters that somebody may write of their complaint."""

WORDS_MIN = 4
WORDS_MAX = 500
"""Characters of a clerk's words: a note, a reason, what is told to the person."""

FREEZES_MAX = 20
"""How many things one complaint may name to be stopped."""

FOR_STAFF = frozenset({StepKind.NOTED})
"""Steps that are not told to the person."""

WORDS_TOLD = frozenset(
    {StepKind.HANDED_ON, StepKind.CANCEL_ASKED, StepKind.PASSED_ON, StepKind.LIFTED, StepKind.CLOSED}
)
"""Steps whose words are told to the person too."""


def told_to_person(steps: Iterable[Step]) -> list[Step]:
    """The steps that the person is told of, without the words that are not for them."""
    return [
        step if step.kind in WORDS_TOLD else replace(step, text="")
        for step in steps
        if step.kind not in FOR_STAFF
    ]


STATE_CHINESE: dict[ComplaintState, str] = {
    ComplaintState.OPEN: "办理中",
    ComplaintState.WITHDRAWN: "您已撤回",
    ComplaintState.CLOSED: "已办结",
}


@dataclass(frozen=True, slots=True)
class Parties:
    """Who has to do with a thing: whom it is about, whose accounts paid, who showed the code."""

    subject: UUID
    payers: frozenset[UUID] = frozenset()
    shown_by: UUID | None = None


def concern_of(person: UUID, parties: Parties) -> Concern | None:
    """By what somebody may complain: it is about them, their account paid, or they showed it; None: not at all."""
    if person == parties.subject:
        return Concern.OWN
    if person in parties.payers:
        return Concern.GRANTOR
    return Concern.SHOWER if person == parties.shown_by else None


def other_side(person: UUID, parties: Parties) -> UUID | None:
    """The relative on the other side: the patient; for the patient who showed the code, else who paid first."""
    if person != parties.subject:
        return parties.subject
    if parties.shown_by not in (None, person):
        return parties.shown_by
    return min(parties.payers - {person}, default=None)


def sound_text(text: str) -> Refused | None:
    """Whether what somebody wrote is within its length and holds no identity number; it may be empty."""
    if len(text) > TEXT_MAX:
        return _invalid(f"说明最多 {TEXT_MAX} 个字")
    return _invalid("说明中不要写身份证号码") if holds_identity_number(text) else None


def sound_words(words: str) -> Refused | None:
    """Whether a clerk's words say something and hold no identity number."""
    if not WORDS_MIN <= len(words.strip()) <= WORDS_MAX:
        return _invalid(f"请写明内容,{WORDS_MIN} 至 {WORDS_MAX} 个字")
    return _invalid("内容中不要写身份证号码") if holds_identity_number(words) else None


def _invalid(reason: str) -> Refused:
    return refuse(RefusalCode.REQUEST_INVALID, reason=reason)


def promised(opened_on: date, days: int) -> date:
    """The day until which it is to be done: plain days of the calendar, holidays included (decision 0038)."""
    return opened_on + timedelta(days=days)


def overdue(complaint: Complaint, today: date) -> bool:
    """Whether it is still open after its promised day."""
    return complaint.state is ComplaintState.OPEN and complaint.promised_day < today


def assign(staff: Collection[str], cases: Mapping[str, int], leaving_out: str | None = None) -> str | None:
    """Who looks after a new case: of these the one with the fewest open cases, by number where several have as few.

    Whoever took it down at the window is left out where somebody else is there.
    """
    others = [one for one in staff if one != leaving_out] or list(staff)
    return min(others, key=lambda one: (cases.get(one, 0), one), default=None)


def may_act(complaint: Complaint, staff: str, action: str) -> Refused | None:
    """Whether this member of staff may do something in the case: it is open, and they look after it."""
    refusal = _open(complaint, action)
    if refusal is not None or complaint.clerk == staff:
        return refusal
    clerk = complaint.clerk or "待分配"
    return refuse(RefusalCode.NOT_ALLOWED, action=f"{action}(经办人是 {clerk},请先转交)")


def may_hand_on(complaint: Complaint, to: str, staff: Collection[str]) -> Refused | None:
    """Whether the case may go to this member of staff: an open one, to somebody else who is there."""
    refusal = _open(complaint, "转交")
    if refusal is not None:
        return refusal
    if to not in staff:
        return refuse(RefusalCode.STAFF_UNKNOWN, staff=to)
    return _invalid("已经由这位工作人员经办") if to == complaint.clerk else None


def may_withdraw(complaint: Complaint) -> Refused | None:
    """Whether who opened it may take it back: while it is open."""
    return _open(complaint, "撤回")


def may_lift(complaint: Complaint) -> Refused | None:
    """Whether what was stopped may go on by one act: once, and where something was stopped."""
    if complaint.freezes and complaint.lifted_at is None:
        return None
    return refuse(RefusalCode.COMPLAINT_STATE, state="没有冻结或已经恢复", action="恢复")


def _open(complaint: Complaint, action: str) -> Refused | None:
    if complaint.state is ComplaintState.OPEN:
        return None
    return refuse(RefusalCode.COMPLAINT_STATE, state=STATE_CHINESE[complaint.state], action=action)


def correctable(complaint: Complaint, paid: Mapping[UUID, int]) -> dict[UUID, int]:
    """Whose accounts a correction of this case may give money back to, and how much: a grantor's case their own."""
    if complaint.concern is not Concern.GRANTOR:
        return dict(paid)
    return {who: fen for who, fen in paid.items() if who == complaint.person_id}


def may_enter(measures: Sequence[Measure]) -> Refused | None:
    """Whether a measure may be proposed: one waits at a time."""
    if any(one.state is MeasureState.WAITING for one in measures):
        return refuse(RefusalCode.COMPLAINT_STATE, state="有一项处理办法等第二人核准", action="再提出一项")
    return None


def may_decide(complaint: Complaint, measure: Measure, staff: str) -> Refused | None:
    """Whether this member of staff may carry a measure out or refuse it: it waits, and another entered it."""
    refusal = _open(complaint, "核准")
    if refusal is not None:
        return refusal
    if measure.state is not MeasureState.WAITING:
        return refuse(RefusalCode.COMPLAINT_STATE, state="处理办法已经核准或没有通过", action="核准")
    return refuse(RefusalCode.SAME_CLERK) if measure.entered_by == staff else None


@dataclass(frozen=True, slots=True)
class Reached:
    """What has come about in a case: which measures are done, whether one waits, whether the bill was cancelled."""

    done: frozenset[MeasureKind]
    waiting: bool
    cancelled: bool
    passed_on: bool


def may_close(complaint: Complaint, staff: str, outcome: Outcome, reached: Reached) -> Refused | None:
    """Whether the case may be closed with this outcome: only with what has come about, and nothing waits."""
    refusal = may_act(complaint, staff, "办结")
    if refusal is not None:
        return refusal
    if reached.waiting:
        return refuse(RefusalCode.COMPLAINT_STATE, state="有一项处理办法等第二人核准", action="办结")
    there = {
        Outcome.EXPLAINED: True,
        Outcome.GRANT_ENDED: MeasureKind.END_GRANT in reached.done,
        Outcome.CANCELLED: reached.cancelled,
        Outcome.CORRECTED: MeasureKind.CORRECT in reached.done,
        Outcome.PASSED_ON: reached.passed_on,
    }
    if there[outcome]:
        return None
    return refuse(RefusalCode.COMPLAINT_OUTCOME, outcome=OUTCOME_CHINESE[outcome])


def may_see(complaint: Complaint, staff: str, worked: Collection[str]) -> Refused | None:
    """An open case is the whole bureau's; an ended one is for those who worked on it, and to others a missing one."""
    if complaint.state is ComplaintState.OPEN or staff in (complaint.clerk, *worked):
        return None
    return refuse(RefusalCode.NOT_FOUND)
