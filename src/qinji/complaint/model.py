"""A complaint: whose, about what, what was frozen, who looks after it until when, its steps, and how it ended."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from qinji.kernel.actor import Channel
from qinji.kernel.ids import from_wire, to_wire


class ComplaintKind(StrEnum):
    """有疑问 asks to be explained; 不是我 says that somebody else did it."""

    QUESTION = "question"
    NOT_MINE = "not_mine"


KIND_CHINESE: dict[ComplaintKind, str] = {
    ComplaintKind.QUESTION: "有疑问",
    ComplaintKind.NOT_MINE: "不是我操作",
}


class SubjectKind(StrEnum):
    """A settled bill, a code that was shown (or its scan), or an entry of 谁看过我的信息."""

    SETTLEMENT = "settlement"
    CODE = "code"
    LOOK = "look"


SUBJECT_CHINESE: dict[SubjectKind, str] = {
    SubjectKind.SETTLEMENT: "一笔结算",
    SubjectKind.CODE: "一次出示医保码",
    SubjectKind.LOOK: "一次查看或改动",
}


@dataclass(frozen=True, slots=True)
class About:
    """What it is about: ``key`` is the id of the bill, scan or entry as addresses write it, or a code's digest."""

    kind: SubjectKind
    key: str

    @property
    def text(self) -> str:
        """settlement:01H…, as links and forms carry it."""
        return f"{self.kind}:{self.key}"


KEY_MAX = 64


def about_from(text: str) -> About | None:
    """What settlement:01H… is about; None for what is no such text."""
    kind, _colon, key = text.partition(":")
    if kind not in set(SubjectKind) or not key.isascii() or not key.isalnum() or len(key) > KEY_MAX:
        return None
    return About(SubjectKind(kind), key)


class Concern(StrEnum):
    """What somebody is to the thing: it is about them, their account paid, or they showed the code."""

    OWN = "own"
    GRANTOR = "grantor"
    SHOWER = "shower"


class FreezeKind(StrEnum):
    """One grant paused, one's own code frozen, or the power over a binding's code suspended."""

    GRANT = "grant"
    CODE = "code"
    BINDING = "binding"


@dataclass(frozen=True, slots=True)
class Freeze:
    """What was stopped when the case was opened; ``words`` name it, relatives masked."""

    kind: FreezeKind
    target: UUID
    words: str

    @property
    def asked(self) -> str:
        """How it is asked for: code, grant:01H…, binding:01H…"""
        return self.kind if self.kind is FreezeKind.CODE else f"{self.kind}:{to_wire(self.target)}"


@dataclass(frozen=True, slots=True)
class FreezeWish:
    """What is to be stopped; no target: all the grants that one gave, or one's own code."""

    kind: FreezeKind
    target: UUID | None = None


def wish_from(text: str) -> FreezeWish | None:
    """What such a text asks to stop; None for what is none."""
    kind, _colon, key = text.partition(":")
    if kind not in set(FreezeKind):
        return None
    target = from_wire(key)
    if (key and target is None) or (kind == FreezeKind.BINDING and target is None):
        return None
    return FreezeWish(FreezeKind(kind), None if kind == FreezeKind.CODE else target)


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of an explanation."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """用款说明, or what is known of a code or a look, as it stood when the case was opened; for who asked alone."""

    title: str
    facts: tuple[Fact, ...]

    @property
    def digest(self) -> bytes:
        """SHA-256 of all its words."""
        return hashlib.sha256(msgspec.json.encode(self)).digest()


def explanation_to_json(explanation: Explanation) -> str:
    """An explanation as its row keeps it."""
    return msgspec.json.encode(explanation).decode()


def explanation_from_json(stored: str) -> Explanation:
    """The explanation of a row."""
    return msgspec.json.decode(stored, type=Explanation)


def freezes_to_json(freezes: tuple[Freeze, ...]) -> str:
    """What was stopped, as its row keeps it."""
    return msgspec.json.encode(freezes).decode()


def freezes_from_json(stored: str) -> tuple[Freeze, ...]:
    """What was stopped, read back."""
    return msgspec.json.decode(stored, type=tuple[Freeze, ...])


class ComplaintState(StrEnum):
    """Under way, taken back by who opened it, or closed with an outcome."""

    OPEN = "open"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class Outcome(StrEnum):
    """How a case ends."""

    EXPLAINED = "explained"
    GRANT_ENDED = "grant_ended"
    CANCELLED = "cancelled"
    CORRECTED = "corrected"
    PASSED_ON = "passed_on"


OUTCOME_CHINESE: dict[Outcome, str] = {
    Outcome.EXPLAINED: "已说明",
    Outcome.GRANT_ENDED: "已解除家庭共济",
    Outcome.CANCELLED: "医药机构已撤销,钱已退回",
    Outcome.CORRECTED: "已更正,钱已退回账户",
    Outcome.PASSED_ON: "已移送其他部门",
}


@dataclass(frozen=True, slots=True)
class Complaint:
    """One case of one person. ``clerk`` None: nobody is employed who could look after it, it waits to be taken over.

    ``settlement_id`` and ``patient_id`` name the bill it leads to, ``institution`` where it was, ``other_id`` the
    relative on the other side, where there are any. ``entered_by`` took it down at the window on ``paper``.
    ``lift_at_close``: the person wished that what was stopped goes on by itself when the case is closed.
    ``resolution`` is what the clerk writes to the person alone.
    """

    person_id: UUID
    complaint_id: UUID
    kind: ComplaintKind
    about: About
    concern: Concern
    text: str
    freezes: tuple[Freeze, ...]
    lift_at_close: bool
    explanation: Explanation
    settlement_id: UUID | None
    patient_id: UUID | None
    institution: str | None
    other_id: UUID | None
    promised_day: date
    clerk: str | None
    channel: Channel
    entered_by: str | None
    paper: str | None
    state: ComplaintState
    opened_at: datetime
    lifted_at: datetime | None = None
    outcome: Outcome | None = None
    resolution: str | None = None
    ended_by: str | None = None
    ended_at: datetime | None = None


class StepKind(StrEnum):
    """What was done in a case."""

    OPENED = "opened"
    NOTED = "noted"
    HANDED_ON = "handed_on"
    CANCEL_ASKED = "cancel_asked"
    MEASURE_ENTERED = "measure_entered"
    MEASURE_DONE = "measure_done"
    MEASURE_REFUSED = "measure_refused"
    PASSED_ON = "passed_on"
    LIFTED = "lifted"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


STEP_CHINESE: dict[StepKind, str] = {
    StepKind.OPENED: "提出异议",
    StepKind.NOTED: "经办记录",
    StepKind.HANDED_ON: "转交另一位经办人",
    StepKind.CANCEL_ASKED: "请医药机构撤销",
    StepKind.MEASURE_ENTERED: "提出处理办法,等第二人核准",
    StepKind.MEASURE_DONE: "第二人已核准,已办理",
    StepKind.MEASURE_REFUSED: "第二人没有核准,没有办理",
    StepKind.PASSED_ON: "移送其他部门",
    StepKind.LIFTED: "解除冻结或暂停",
    StepKind.WITHDRAWN: "撤回异议",
    StepKind.CLOSED: "办结",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a case: by whom (``person:…`` or ``staff:…``), and in which words."""

    person_id: UUID
    complaint_id: UUID
    step_id: UUID
    kind: StepKind
    by: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CancelRequest:
    """The bureau asks an institution to take a settlement back; that remains the institution's act."""

    person_id: UUID
    complaint_id: UUID
    institution: str
    patient_id: UUID
    settlement_id: UUID
    words: str
    asked_by: str
    asked_at: datetime


class MeasureKind(StrEnum):
    """What two members of staff do in a case: give money back to accounts, or end a grant."""

    CORRECT = "correct"
    END_GRANT = "end_grant"


MEASURE_CHINESE: dict[MeasureKind, str] = {
    MeasureKind.CORRECT: "更正:把钱退回账户",
    MeasureKind.END_GRANT: "解除家庭共济",
}


class MeasureState(StrEnum):
    """Waits for the second person, was carried out, or was not."""

    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure of a case; ``measure_id`` is also the act under which its transfers are booked.

    A correction gives back what the accounts of ``payers`` paid of the settlement, ``amount_fen`` all together; ending
    a grant names it in ``grant_id``.
    """

    person_id: UUID
    complaint_id: UUID
    measure_id: UUID
    kind: MeasureKind
    settlement_id: UUID | None
    patient_id: UUID | None
    payers: tuple[UUID, ...]
    amount_fen: int
    grant_id: UUID | None
    reason: str
    entered_by: str
    entered_at: datetime
    state: MeasureState = MeasureState.WAITING
    decided_by: str | None = None
    decided_at: datetime | None = None
    decision_reason: str | None = None
