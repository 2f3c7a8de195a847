"""Pure: what past bills come to under other packs, added up by person group and by level. Amounts are fen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from qinji.kernel.refusal import Refused
from qinji.kernel.takings import Parts

LARGEST = 10
"""So many bills with the largest differences are told one by one."""


NOTHING = Parts()


@dataclass(frozen=True, slots=True)
class Compared:
    """One bill as it was settled and as it would be now; ``now`` None where it would be refused.

    ``unsure``: what decides it now rests on a value that nobody has verified.
    """

    settlement: UUID
    service_day: str
    group: str
    level: str
    was: Parts
    now: Parts | None
    refused: Refused | None = None
    unsure: bool = False

    @property
    def moved_fen(self) -> int:
        """How much money other hands would have paid: half of all that changed; 0 where it would be refused."""
        if self.now is None:
            return 0
        return sum(abs(change) for change in changes(self.was, self.now).values()) // 2

    @property
    def rank(self) -> tuple[int, str]:
        """The largest first, and among equals always the same."""
        return (-self.moved_fen, str(self.settlement))


@dataclass(frozen=True, slots=True)
class Line:
    """So many bills together: as they were, as they would be, and how many of them come out otherwise."""

    was: Parts = NOTHING
    now: Parts = NOTHING
    changed: int = 0

    def plus(self, other: Line) -> Line:
        """Both together."""
        return Line(self.was.plus(other.was), self.now.plus(other.now), self.changed + other.changed)


def changes(was: Parts, now: Parts) -> dict[str, int]:
    """By how much each part is more now than it was."""
    return {
        "fund": now.fund_fen - was.fund_fen,
        "own": now.own_fen - was.own_fen,
        "relatives": now.mutual_aid_fen - was.mutual_aid_fen,
        "cash": now.cash_fen - was.cash_fen,
    }


NO_BILLS = Line()


@dataclass(slots=True)
class Tally:
    """Everything that is told of a replay. Bills that would be refused are counted apart, not in the lines."""

    whole: Line = NO_BILLS
    groups: dict[str, Line] = field(default_factory=dict)
    levels: dict[str, Line] = field(default_factory=dict)
    largest: list[Compared] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    refused_texts: dict[str, str] = field(default_factory=dict)
    refused_was: Parts = NOTHING
    unsure: int = 0

    @property
    def bills(self) -> int:
        """How many bills were decided again, those that would be refused too."""
        return self.whole.was.count + self.refused_was.count

    def add(self, bill: Compared) -> None:
        """One more bill."""
        if bill.now is None:
            self._refuse(bill)
            return
        self.unsure += bill.unsure
        line = Line(bill.was, bill.now, int(bill.moved_fen > 0))
        self.whole = self.whole.plus(line)
        self.groups[bill.group] = self.groups.get(bill.group, NO_BILLS).plus(line)
        self.levels[bill.level] = self.levels.get(bill.level, NO_BILLS).plus(line)
        if bill.moved_fen and (len(self.largest) < LARGEST or bill.rank < self.largest[-1].rank):
            self._keep([bill])

    def merge(self, other: Tally) -> None:
        """Those of another part of the work."""
        self.whole = self.whole.plus(other.whole)
        _merge_lines(self.groups, other.groups)
        _merge_lines(self.levels, other.levels)
        self._keep(other.largest)
        self.refused.update(other.refused)
        self.refused_texts = {**other.refused_texts, **self.refused_texts}
        self.refused_was = self.refused_was.plus(other.refused_was)
        self.unsure += other.unsure

    def _refuse(self, bill: Compared) -> None:
        self.refused_was = self.refused_was.plus(bill.was)
        if bill.refused is not None:
            self.refused[bill.refused.code.name] += 1
            self.refused_texts.setdefault(bill.refused.code.name, bill.refused.text)

    def _keep(self, bills: list[Compared]) -> None:
        self.largest = sorted([*self.largest, *bills], key=lambda bill: bill.rank)[:LARGEST]


def _merge_lines(mine: dict[str, Line], others: Mapping[str, Line]) -> None:
    for name, line in others.items():
        mine[name] = mine.get(name, NO_BILLS).plus(line)
