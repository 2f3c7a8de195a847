"""Visits to hospitals whose bill was shown before it is settled: what was shown, and which settlement is live."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from qinji.flows.parts.decide import Decided
from qinji.kernel.bill import SentLine
from qinji.kernel.dates import local_day
from qinji.mutual_aid.model import NO_VISIT, BillKey
from tests.simulation.operations import Ask, Line, sent

BATCH = "B"
Paid = tuple[int, int, int]
"""The own account, relatives and cash of a bill, in fen."""


def paid_of(decided: Decided) -> Paid:
    """Who pays how much of a bill."""
    settled = decided.settlement
    return settled.own_fen, settled.mutual_aid_fen, settled.cash_fen


@dataclass(slots=True)
class HospitalVisit:
    """A visit with its one charge batch. ``shown`` is what the last preview said, ``settled`` the live settlement."""

    person: UUID
    institution: str
    visit: UUID
    lines: tuple[Line, ...]
    sent: tuple[SentLine, ...]
    day: date
    settled: UUID | None = None
    shown: Paid | None = None

    @property
    def bill(self) -> BillKey:
        """The bill to which a grantor may say yes."""
        return BillKey(self.institution, self.visit, BATCH)


@dataclass(slots=True)
class Visits:
    """Every visit in the order in which it began."""

    new_id: Callable[[], UUID]
    opened: list[HospitalVisit] = field(default_factory=list)
    numbers: dict[UUID, int] = field(default_factory=dict)

    def of(self, asked: Ask, now: datetime) -> int:
        """The number of the visit that is shown; it begins now where it is new."""
        if asked.visit is not None:
            return asked.visit
        lines = sent(asked.lines, "L", now)
        begun = HospitalVisit(
            asked.person, asked.institution, self.new_id(), asked.lines, lines, local_day(now)
        )
        self.opened.append(begun)
        self.numbers[begun.visit] = len(self.opened) - 1
        return len(self.opened) - 1

    def bill(self, institution: str, visit: int | None) -> BillKey:
        """The bill of this visit, or the next one at this pharmacy."""
        return BillKey(institution) if visit is None else self.opened[visit].bill

    def number(self, bill: BillKey) -> int | None:
        """The number of a bill's visit; a pharmacy's is not known before."""
        return None if bill.visit == NO_VISIT else self.numbers[bill.visit]

    def free(self, settlement: UUID, visit: UUID) -> None:
        """A settlement was taken back: its visit may be settled again."""
        number = self.numbers.get(visit)
        if number is not None and self.opened[number].settled == settlement:
            self.opened[number].settled = None
