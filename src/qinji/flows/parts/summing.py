"""Pure: what the bills of a batch change together, one row for each balance and accumulator."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from qinji.flows.parts.decide import Decided
from qinji.ledger.model import BalanceChange
from qinji.settlement.model import DayChange, YearChange


def sum_balances(decided: Sequence[Decided]) -> list[BalanceChange]:
    """What all these bills change of each balance."""
    totals: dict[tuple[UUID, int], int] = {}
    for one in decided:
        for change in one.balances:
            place = (change.person, change.pocket)
            totals[place] = totals.get(place, 0) + change.change_fen
    return [BalanceChange(person, pocket, change) for (person, pocket), change in totals.items()]


def sum_years(decided: Sequence[Decided]) -> list[YearChange]:
    """What all these bills add to each benefit year."""
    totals: dict[tuple[UUID, str, int], YearChange] = {}
    for one in decided:
        added = one.year
        key = (added.person, added.insurance, added.year)
        before = totals.get(key)
        totals[key] = added if before is None else before.plus(added)
    return list(totals.values())


def sum_days(decided: Sequence[Decided]) -> list[DayChange]:
    """What all these bills add to each day and level."""
    totals: dict[tuple[UUID, object, str], DayChange] = {}
    for one in decided:
        added = one.day
        key = (added.person, added.service_day, added.level)
        before = totals.get(key)
        totals[key] = added if before is None else before.plus(added)
    return list(totals.values())
