"""A grant: whose account (grantor) may pay for whom (beneficiary), within which limits. Amounts are fen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from qinji.kernel.actor import Channel
from qinji.kernel.kinship import Relation
from qinji.kernel.purpose import Purpose, UseClass


class GrantState(StrEnum):
    """A grant is filed (waits for the bureau), active, paused by its grantor, or ended."""

    FILED = "filed"
    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


STATE_CHINESE: dict[GrantState, str] = {
    GrantState.FILED: "备案中",
    GrantState.ACTIVE: "生效中",
    GrantState.PAUSED: "已暂停",
    GrantState.ENDED: "已结束",
}


class GrantAct(StrEnum):
    """What one side may do about a grant now."""

    CHANGE = "change"
    PAUSE = "pause"
    RESUME = "resume"
    END = "end"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a grantor allows: at most so much a use, day, month and year (None: no limit), and what must stay.

    ``confirm_above_fen``: more than this in one bill only with the grantor's yes to that bill (None: never asked).
    """

    per_use_fen: int | None = None
    per_day_fen: int | None = None
    per_month_fen: int | None = None
    per_year_fen: int | None = None
    floor_fen: int = 0
    confirm_above_fen: int | None = None


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far a grant reaches: amounts, purposes, use classes (None: all the region permits), and until when.

    ``last_day`` is the last day on which it pays, that day included; None: no end was set.
    """

    limits: Limits
    purposes: frozenset[Purpose]
    uses: frozenset[UseClass] | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """Wider bounds that the grantor has asked for, and the moment from which they are in force."""

    bounds: Bounds
    at: datetime


@dataclass(frozen=True, slots=True)
class Used:
    """What was used up to and on ``day``, the last day of use, within that day, its month and its year."""

    day: date | None = None
    day_fen: int = 0
    month_fen: int = 0
    year_fen: int = 0

    def on(self, day: date) -> Used:
        """The same use as seen on ``day``: a period that is over counts nothing. A day never goes back."""
        if self.day is None or day <= self.day:
            return self if self.day is not None else Used(day)
        same_year = self.day.year == day.year
        same_month = same_year and self.day.month == day.month
        return Used(day, 0, self.month_fen if same_month else 0, self.year_fen if same_year else 0)

    def plus(self, day: date, amount_fen: int) -> Used:
        """After a further use on ``day``."""
        seen = self.on(day)
        return Used(
            seen.day, seen.day_fen + amount_fen, seen.month_fen + amount_fen, seen.year_fen + amount_fen
        )

    def minus(self, day: date, amount_fen: int) -> Used:
        """After a use of ``day`` was given back; only periods that still run fall back."""
        if self.day is None:
            return self
        same_year = self.day.year == day.year
        same_month = same_year and self.day.month == day.month
        return Used(
            self.day,
            self.day_fen - amount_fen if self.day == day else self.day_fen,
            self.month_fen - amount_fen if same_month else self.month_fen,
            self.year_fen - amount_fen if same_year else self.year_fen,
        )


@dataclass(frozen=True, slots=True)
class Grant:
    """One grant. ``person_id`` is the beneficiary, whom the row serves; ``relation`` what they are to the grantor.

    ``rank`` orders the beneficiary's grantors; from ``ends_on`` on the grant pays no more, as one side has ended it;
    ``last_day`` is the last day on which it pays by the grantor's own bound. ``waiting`` are wider bounds to come.
    """

    person_id: UUID
    grant_id: UUID
    grantor_id: UUID
    relation: Relation
    state: GrantState
    rank: int
    limits: Limits
    purposes: frozenset[Purpose]
    used: Used
    channel: Channel
    asked_at: datetime
    active_at: datetime | None
    locked_until: date | None
    ends_on: date | None
    ended_at: datetime | None
    uses: frozenset[UseClass] | None = None
    last_day: date | None = None
    waiting: Waiting | None = None

    @property
    def bounds(self) -> Bounds:
        """How far the grant reaches now."""
        return Bounds(self.limits, self.purposes, self.uses, self.last_day)

    @property
    def wanted(self) -> Bounds:
        """How far the grantor wants it to reach: what waits, or what is in force."""
        return self.bounds if self.waiting is None else self.waiting.bounds

    def within(self, bounds: Bounds, waiting: Waiting | None = None) -> Grant:
        """The grant within these bounds, and what waits."""
        return replace(
            self,
            limits=bounds.limits,
            purposes=bounds.purposes,
            uses=bounds.uses,
            last_day=bounds.last_day,
            waiting=waiting,
        )

    def at(self, moment: datetime) -> Grant:
        """The grant as it is at this moment: what has waited long enough is in force."""
        waiting = self.waiting
        return self if waiting is None or moment < waiting.at else self.within(waiting.bounds)

    @property
    def floor_fen(self) -> int:
        """What must stay in the grantor's account."""
        return self.limits.floor_fen

    def after_use(self, day: date, amount_fen: int) -> Grant:
        """The grant after it has paid this much on this day."""
        return replace(self, used=self.used.plus(day, amount_fen))


@dataclass(frozen=True, slots=True)
class GrantUse:
    """One payment under a grant: of which beneficiary, on which day booked, how much."""

    person: UUID
    grant: UUID
    day: date
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Room:
    """What a grant's limits leave on a day, in fen; None where there is no limit."""

    per_use_fen: int | None
    day_fen: int | None
    month_fen: int | None
    year_fen: int | None


@dataclass(frozen=True, slots=True)
class Terms:
    """What the grantor's region says of mutual aid on a day, with the place where it says so.

    ``scope_chinese`` and ``region_name`` are for refusals; ``lock_days`` 0 means that a grant may end at any time.
    ``group``: a grantor and all they grant to form one group (厦门), and nobody belongs to two; ``max_grantors``: so
    many may grant to one person (None: no limit). ``uses``: the classes that a relative's account may pay at all.
    """

    region_name: str
    relations: frozenset[Relation]
    same_pool_only: bool
    beneficiary_insurance: frozenset[str]
    max_beneficiaries: int | None
    filing: bool
    lock_days: int
    purposes: frozenset[Purpose]
    ends_next_day: bool
    document: str
    clause: str
    group: bool = False
    max_grantors: int | None = None
    uses: frozenset[UseClass] = frozenset(UseClass)

    @property
    def scope_chinese(self) -> str:
        """How far the money reaches, for people."""
        return "限同一统筹区" if self.same_pool_only else "限同一省份"


@dataclass(frozen=True, slots=True)
class Party:
    """What mutual aid needs to know of one side: where insured, in which insurance, and whether normally.

    ``account_frozen``: nothing but the own account is stopped; the person is insured and may be paid for.
    """

    person_id: UUID
    region: str
    region_name: str
    insurance: str
    has_account: bool
    normal: bool
    status_chinese: str
    account_frozen: bool = False


@dataclass(frozen=True, slots=True)
class Ties:
    """Grants around a new one: those that serve its beneficiary, that serve its grantor, that its beneficiary gave."""

    received: Sequence[Grant] = ()
    received_by_grantor: Sequence[Grant] = ()
    given_by_beneficiary: Sequence[Grant] = ()


@dataclass(frozen=True, slots=True)
class Wish:
    """What a grantor asks for. ``known_relation`` is the registry's, None when it knows of no kinship."""

    grantor: Party
    beneficiary: Party
    relation: Relation
    known_relation: Relation | None
    bounds: Bounds


class Answer(StrEnum):
    """Where a request to confirm a payment stands. Expired is never stored: nobody answered, or nobody used it."""

    WAITING = "waiting"
    GIVEN = "given"
    REFUSED = "refused"
    USED = "used"
    EXPIRED = "expired"


ANSWER_CHINESE: dict[Answer, str] = {
    Answer.WAITING: "等待答复",
    Answer.GIVEN: "已同意",
    Answer.REFUSED: "已拒绝",
    Answer.USED: "已用",
    Answer.EXPIRED: "已过期",
}

NO_VISIT = UUID(int=0)
"""The visit of a confirmation for a pharmacy, where every bill is a visit of its own that is not known before."""


@dataclass(frozen=True, slots=True)
class BillKey:
    """The bill that a confirmation is for: of one charge batch of a visit; at a pharmacy the next bill there."""

    institution: str
    visit: UUID = NO_VISIT
    batch: str = ""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A grantor is asked for a payment above ``confirm_above_fen``: at most so much, for one bill, until a moment.

    ``person_id`` is the beneficiary. ``settlement`` is the one bill that used it.
    """

    person_id: UUID
    confirmation_id: UUID
    grant_id: UUID
    grantor_id: UUID
    bill: BillKey
    purpose: Purpose
    amount_fen: int
    answer: Answer
    asked_at: datetime
    until: datetime
    answered_at: datetime | None = None
    settlement: UUID | None = None


@dataclass(frozen=True, slots=True)
class ConfirmationUse:
    """One confirmation that a settlement uses up."""

    person: UUID
    grant: UUID
    bill: BillKey
    settlement: UUID
