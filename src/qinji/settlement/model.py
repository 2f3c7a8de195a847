"""Visits, charge batches, settlements and accumulators as values. Amounts are fen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from qinji.kernel.bill import Approval, SentLine
from qinji.kernel.search import Terms
from qinji.kernel.takings import Parts


class SettlementKind(StrEnum):
    """Where the bill arose."""

    OUTPATIENT = "outpatient"
    PHARMACY = "pharmacy"


@dataclass(frozen=True, slots=True)
class Visit:
    """A registered visit. ``service_day`` decides pack, benefit status, deductible and caps."""

    person: UUID
    visit: UUID
    institution: str
    outpatient_number: str
    service_day: date
    cancelled: bool
    medical_type: str
    session: UUID | None


@dataclass(frozen=True, slots=True)
class Batch:
    """The fee lines of one charge batch and the live settlement that holds them, if any."""

    person: UUID
    visit: UUID
    batch: str
    lines: tuple[SentLine, ...]
    total_fen: int
    settlement: UUID | None


@dataclass(frozen=True, slots=True)
class PreviewNote:
    """What the last preview of a charge batch showed the cashier."""

    person: UUID
    visit: UUID
    batch: str
    own_expense_fen: int
    over_limit_fen: int
    prior_self_pay_fen: int
    in_scope_fen: int
    own_fen: int
    mutual_aid_fen: int
    cash_fen: int
    account_use: str


@dataclass(frozen=True, slots=True)
class YearUse:
    """What a person has used of a benefit year."""

    deductible_used_fen: int = 0
    fund_paid_fen: int = 0
    in_scope_fen: int = 0


@dataclass(frozen=True, slots=True)
class YearChange:
    """What an act adds to a benefit year; negative when it is taken back."""

    person: UUID
    insurance: str
    year: int
    deductible_used_fen: int
    fund_paid_fen: int
    in_scope_fen: int

    def plus(self, other: YearChange) -> YearChange:
        """Both changes of one year together."""
        return replace(
            self,
            deductible_used_fen=self.deductible_used_fen + other.deductible_used_fen,
            fund_paid_fen=self.fund_paid_fen + other.fund_paid_fen,
            in_scope_fen=self.in_scope_fen + other.in_scope_fen,
        )


@dataclass(frozen=True, slots=True)
class DayChange:
    """What an act adds to what the fund paid on one day at one level of institution."""

    person: UUID
    service_day: date
    level: str
    fund_paid_fen: int

    def plus(self, other: DayChange) -> DayChange:
        """Both changes of one day together."""
        return replace(self, fund_paid_fen=self.fund_paid_fen + other.fund_paid_fen)


@dataclass(frozen=True, slots=True)
class Settlement:
    """A settled bill. It is never updated; a cancellation is a row of its own.

    ``cashier`` settled it at the bureau's own counter; nobody did where the institution's software sent it.
    """

    person: UUID
    settlement: UUID
    visit: UUID
    batch: str
    institution: str
    kind: SettlementKind
    service_day: date
    booked_at: datetime
    region: str
    insurance: str
    level: str
    year: int
    total_fen: int
    fund_fen: int
    own_fen: int
    mutual_aid_fen: int
    cash_fen: int
    deductible_fen: int
    in_scope_fen: int
    credential_kind: str
    shown_by: UUID | None
    message_id: str
    pack_digest: bytes
    decision: bytes
    cashier: str | None = None


@dataclass(frozen=True, slots=True)
class SettlementRow:
    """A settlement as a door lists it, with its cancellation if there is one."""

    settlement: Settlement
    cancellation: UUID | None
    cancelled_at: datetime | None


@dataclass(frozen=True, slots=True)
class StoredDecision:
    """A settlement's stored input and outcome, to be decided again; ``cancelled_at`` when it was taken back."""

    person: UUID
    settlement: UUID
    cancelled_at: datetime | None
    decision: bytes


@dataclass(frozen=True, slots=True)
class Window:
    """Which settlements are looked at: both days of service count; an empty pooling area is every one."""

    since: date
    until: date
    city: str = ""


class HappeningKind(StrEnum):
    """What an institution does about a patient: registers a visit, settles, takes a settlement back."""

    VISIT = "visit"
    SETTLE = "settle"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that an institution did about a patient; ``amount_fen`` is the bill's total, None for a visit.

    ``credential_kind`` is how the patient showed who they are, ``shown_by`` who showed the code, for a settlement.
    """

    event_id: UUID
    at: datetime
    institution: str
    kind: HappeningKind
    settlement: UUID | None
    amount_fen: int | None
    credential_kind: str
    shown_by: UUID | None


@dataclass(frozen=True, slots=True)
class Cancellation:
    """That a settlement was taken back."""

    person: UUID
    settlement: UUID
    cancellation: UUID
    booked_at: datetime
    institution: str
    message_id: str
    cashier: str | None = None


@dataclass(frozen=True, slots=True)
class CounterAct:
    """A bill that a cashier of a counter took, or gave back (``returned``).

    ``act`` is the settlement or the cancellation; ``cancellation`` the one of a bill that was given back since.
    """

    act: UUID
    person: UUID
    settlement: UUID
    cashier: str
    at: datetime
    returned: bool
    message_id: str
    parts: Parts
    cancellation: UUID | None


def lines_to_plain(lines: Sequence[SentLine]) -> list[dict[str, str | int]]:
    """Fee lines as plain values for one document a batch."""
    return [
        {
            "number": line.number,
            "item": line.item_code,
            "local": line.local_code,
            "amount": line.amount_fen,
            "price": line.price,
            "quantity": line.quantity,
            "approval": line.approval,
            "at": line.occurred_at.isoformat(),
            "prescription": line.prescription,
        }
        for line in lines
    ]


def lines_from_plain(batch: str, plain: Sequence[Mapping[str, str | int]]) -> tuple[SentLine, ...]:
    """The fee lines of a stored document."""
    return tuple(
        SentLine(
            str(line["number"]),
            batch,
            str(line["item"]),
            str(line["local"]),
            int(line["amount"]),
            int(line["price"]),
            int(line["quantity"]),
            Approval(str(line["approval"])),
            datetime.fromisoformat(str(line["at"])),
            str(line["prescription"]),
        )
        for line in plain
    )


class PaidBy(StrEnum):
    """Who paid a part of a bill."""

    FUND = "fund"
    OWN = "own"
    RELATIVE = "relative"
    CASH = "cash"


@dataclass(frozen=True, slots=True)
class SpentSearch:
    """What is looked for among a patient's bills; ``terms`` are about the whole bill.

    ``among``: only these bills; ``paid_by``: bills of which this paid a part.
    """

    terms: Terms = field(default_factory=Terms)
    kind: SettlementKind | None = None
    paid_by: PaidBy | None = None
    among: Sequence[UUID] | None = None


@dataclass(frozen=True, slots=True)
class Spent:
    """A bill in a list, in fen: total = fund + own + mutual aid + cash. ``returned_at`` where it was taken back."""

    person: UUID
    settlement: UUID
    institution: str
    kind: SettlementKind
    service_day: date
    booked_at: datetime
    total_fen: int
    fund_fen: int
    own_fen: int
    mutual_aid_fen: int
    cash_fen: int
    returned_at: datetime | None


@dataclass(frozen=True, slots=True)
class MonthSpent:
    """What bills of a kind came to in a month (its first day), in fen, less what was taken back in it."""

    month: date
    kind: SettlementKind
    fund_fen: int
    own_fen: int
    mutual_aid_fen: int
    cash_fen: int


@dataclass(frozen=True, slots=True)
class VisitKept:
    """All that is kept of a visit; of ``diagnoses`` each has ``order``, ``code`` and ``name``."""

    visit: UUID
    institution: str
    outpatient_number: str
    service_day: date
    cancelled: bool
    medical_type: str
    diagnoses: Sequence[Mapping[str, str | int]]
    department: str
    doctor: str
    opened_at: datetime
