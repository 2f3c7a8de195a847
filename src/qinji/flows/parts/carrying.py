"""Pure: the accumulators of one person's year, carried from bill to bill when past bills are decided again.

What is stored with a bill says what was used before it as things went then. Earlier bills that come out otherwise now
change that by their difference; so does one that was cancelled later, until its cancellation.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, replace
from datetime import date, datetime

from qinji.policy.model import Accumulated

Sums = Counter[Hashable]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a bill counts: the person's insurance and benefit year, its day of service and level of institution."""

    insurance: str
    year: int
    service_day: date
    level: str


@dataclass(frozen=True, slots=True)
class Effect:
    """What a bill adds to the accumulators, in fen."""

    deductible_fen: int
    fund_fen: int
    in_scope_fen: int


@dataclass(frozen=True, slots=True)
class Kept:
    """What was kept with a bill: the accumulators before it, and whether its rules made use of month and level."""

    used: Accumulated
    by_month: bool
    by_level: bool


class Carried:
    """The differences of one person's bills, in the order in which they were booked."""

    def __init__(self) -> None:
        self._more: Sums = Counter()
        self._sums: Sums = Counter()
        self._returning: list[tuple[datetime, Sums, Sums]] = []

    def before(self, place: Place, kept: Kept, booked_at: datetime) -> Accumulated:
        """What was used before a bill of this place and moment, as its earlier bills come out now.

        Month and level, where nothing was kept of them, are the sums of the bills decided again so far.
        """
        self._returned(booked_at)
        used, more = kept.used, self._more
        keys = _Keys(place)
        month = used.fund_paid_month_fen + more[keys.month] if kept.by_month else self._sums[keys.month]
        level = used.deductible_used_level_fen + more[keys.level] if kept.by_level else self._sums[keys.level]
        return replace(
            used,
            deductible_used_fen=max(0, used.deductible_used_fen + more[keys.deductible]),
            fund_paid_year_fen=max(0, used.fund_paid_year_fen + more[keys.fund]),
            in_scope_year_fen=max(0, used.in_scope_year_fen + more[keys.in_scope]),
            fund_paid_day_fen=max(0, used.fund_paid_day_fen + more[keys.day]),
            fund_paid_month_fen=max(0, month),
            deductible_used_level_fen=max(0, level),
        )

    def add(self, place: Place, was: Effect, now: Effect, cancelled_at: datetime | None) -> None:
        """A bill came out like this now; from ``cancelled_at`` on it counts nothing."""
        sums = _sums(place, now)
        more = Counter(sums)
        more.subtract(_sums(place, was))
        self._sums.update(sums)
        self._more.update(more)
        if cancelled_at is not None:
            self._returning.append((cancelled_at, more, sums))

    def _returned(self, at: datetime) -> None:
        if not self._returning:
            return
        for cancelled_at, more, sums in self._returning:
            if cancelled_at <= at:
                self._more.subtract(more)
                self._sums.subtract(sums)
        self._returning = [row for row in self._returning if row[0] > at]


class _Keys:
    """Under which names a bill's effects are summed."""

    __slots__ = ("day", "deductible", "fund", "in_scope", "level", "month")

    def __init__(self, place: Place) -> None:
        year, day = (place.insurance, place.year), place.service_day
        self.deductible: Hashable = ("deductible", *year)
        self.fund: Hashable = ("fund", *year)
        self.in_scope: Hashable = ("in_scope", *year)
        self.level: Hashable = ("level", *year, place.level)
        self.month: Hashable = ("month", place.insurance, day.year, day.month)
        self.day: Hashable = ("day", day, place.level)


def _sums(place: Place, effect: Effect) -> Sums:
    keys = _Keys(place)
    return Counter(
        {
            keys.deductible: effect.deductible_fen,
            keys.level: effect.deductible_fen,
            keys.fund: effect.fund_fen,
            keys.month: effect.fund_fen,
            keys.day: effect.fund_fen,
            keys.in_scope: effect.in_scope_fen,
        }
    )
