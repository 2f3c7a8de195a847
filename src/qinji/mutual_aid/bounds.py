"""Pure: of two sets of bounds the tighter, what is wider, and when a change is in force.

What is tightened holds at once. What is widened waits: until then of each pair of bounds the tighter one holds.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import date, datetime, timedelta
from typing import TypeVar

from qinji.kernel.purpose import UseClass
from qinji.mutual_aid.model import Bounds, Grant, Limits, Waiting

NO_WAIT = timedelta(0)
Amount = TypeVar("Amount", int, date)


def _lower(one: Amount | None, other: Amount | None) -> Amount | None:
    """The lower of two bounds, None is none at all."""
    return min((bound for bound in (one, other) if bound is not None), default=None)


def _fewer(one: frozenset[UseClass] | None, other: frozenset[UseClass] | None) -> frozenset[UseClass] | None:
    if one is None or other is None:
        return other if one is None else one
    return one & other


def tighter(one: Bounds, other: Bounds) -> Bounds:
    """What both allow."""
    mine, yours = one.limits, other.limits
    return Bounds(
        Limits(
            _lower(mine.per_use_fen, yours.per_use_fen),
            _lower(mine.per_day_fen, yours.per_day_fen),
            _lower(mine.per_month_fen, yours.per_month_fen),
            _lower(mine.per_year_fen, yours.per_year_fen),
            max(mine.floor_fen, yours.floor_fen),
            _lower(mine.confirm_above_fen, yours.confirm_above_fen),
        ),
        one.purposes & other.purposes,
        _fewer(one.uses, other.uses),
        _lower(one.last_day, other.last_day),
    )


def widens(before: Bounds, after: Bounds) -> bool:
    """Whether the bounds after allow anything that those before do not."""
    return tighter(before, after) != after


def changed(grant: Grant, wanted: Bounds, at: datetime, wait: timedelta) -> Grant:
    """The grant once its grantor wants these bounds: tightened now, widened when the wait is over.

    What waits already keeps its moment, unless something more is widened now: then all of it waits anew. Where there
    is no wait, as at the window, what waited is in force now as well.
    """
    now = tighter(grant.bounds, wanted)
    if wanted == now or wait <= NO_WAIT:
        return grant.within(wanted)
    if grant.waiting is not None and not widens(grant.waiting.bounds, wanted):
        return grant.within(now, Waiting(wanted, grant.waiting.at))
    return grant.within(now, Waiting(wanted, at + wait))


def allowed_uses(allowed: AbstractSet[UseClass], uses: frozenset[UseClass] | None) -> frozenset[UseClass]:
    """The use classes of a region that a grantor has left: all of them where the grant names none."""
    return frozenset(allowed) if uses is None else frozenset(allowed & uses)
