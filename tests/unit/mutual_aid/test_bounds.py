"""What is tightened holds at once, what is widened waits, and nothing is ever wider than both sides of a change."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qinji.kernel.purpose import Purpose, UseClass
from qinji.kernel.refusal import RefusalCode
from qinji.mutual_aid.bounds import allowed_uses, changed, tighter, widens
from qinji.mutual_aid.model import Bounds, GrantState, Limits, Waiting
from qinji.mutual_aid.rules import live, may_withdraw, sound, usable
from tests.unit.mutual_aid.test_mutual_aid_rules import ACTIVE, NOW, TERMS, TODAY, code_of

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BOTH = frozenset({Purpose.OUTPATIENT, Purpose.PHARMACY})
amounts = st.none() | st.integers(0, 5)
some_bounds = st.builds(
    Bounds,
    st.builds(Limits, amounts, amounts, amounts, amounts, st.integers(0, 5), amounts),
    st.frozensets(st.sampled_from(Purpose), max_size=3),
    st.none() | st.frozensets(st.sampled_from([UseClass.CATEGORY_C, UseClass.DEDUCTIBLE, UseClass.DEVICE])),
    st.none() | st.integers(0, 4).map(lambda days: TODAY + days * DAY),
)


def bounded(
    per_day_fen: int | None = None, floor_fen: int = 0, confirm_above_fen: int | None = None
) -> Bounds:
    """Bounds of these limits for hospital and pharmacy."""
    limits = Limits(per_day_fen=per_day_fen, floor_fen=floor_fen, confirm_above_fen=confirm_above_fen)
    return Bounds(limits, BOTH)


GRANT = ACTIVE.within(bounded(per_day_fen=100, floor_fen=50))


@given(some_bounds, some_bounds)
def test_what_both_allow_widens_neither_and_is_the_same_from_either_side(one: Bounds, other: Bounds) -> None:
    both = tighter(one, other)
    assert both == tighter(other, one)
    assert not widens(one, both)
    assert not widens(other, both)
    assert widens(one, other) is (both != other)


@given(some_bounds, some_bounds, some_bounds)
def test_nothing_is_wider_before_the_wait_is_over_than_it_was(
    start: Bounds, first: Bounds, second: Bounds
) -> None:
    grant = changed(ACTIVE.within(start), first, NOW, 24 * HOUR)
    again = changed(grant, second, NOW + HOUR, 24 * HOUR)
    assert not widens(start, grant.at(NOW + HOUR).bounds)
    assert not widens(start, again.at(NOW + 23 * HOUR).bounds)
    assert again.wanted == second
    assert again.at(NOW + 25 * HOUR).bounds == second


def test_a_lowered_limit_holds_at_once_and_a_raised_one_from_its_moment_on() -> None:
    grant = changed(GRANT, bounded(per_day_fen=300, floor_fen=80), NOW, 24 * HOUR)
    assert grant.limits == Limits(per_day_fen=100, floor_fen=80)
    assert grant.waiting == Waiting(bounded(per_day_fen=300, floor_fen=80), NOW + 24 * HOUR)
    assert grant.at(NOW + 24 * HOUR - timedelta(microseconds=1)).limits.per_day_fen == 100
    later = grant.at(NOW + 24 * HOUR)
    assert (later.limits.per_day_fen, later.waiting) == (300, None)


@pytest.mark.parametrize(
    "wider",
    [
        bounded(per_day_fen=None, floor_fen=50),
        bounded(per_day_fen=100, floor_fen=49),
        replace(bounded(per_day_fen=100, floor_fen=50), purposes=frozenset(Purpose)),
    ],
)
def test_a_lifted_limit_a_lower_floor_and_a_further_purpose_wait_too(wider: Bounds) -> None:
    grant = changed(GRANT, wider, NOW, HOUR)
    assert grant.bounds == GRANT.bounds
    assert grant.waiting == Waiting(wider, NOW + HOUR)


def test_a_longer_term_more_parts_of_a_bill_and_not_being_asked_wait_too() -> None:
    narrow = Bounds(Limits(confirm_above_fen=100), BOTH, frozenset({UseClass.DEDUCTIBLE}), TODAY)
    wide = Bounds(Limits(), BOTH, None, TODAY + DAY)
    grant = changed(ACTIVE.within(narrow), wide, NOW, HOUR)
    assert (grant.bounds, grant.waiting) == (narrow, Waiting(wide, NOW + HOUR))
    assert changed(ACTIVE.within(wide), narrow, NOW, HOUR).bounds == narrow


def test_what_waits_keeps_its_moment_unless_more_is_widened() -> None:
    grant = changed(GRANT, bounded(per_day_fen=300), NOW, 24 * HOUR)
    less = changed(grant, bounded(per_day_fen=200), NOW + HOUR, 24 * HOUR)
    assert less.waiting == Waiting(bounded(per_day_fen=200), NOW + 24 * HOUR)
    more = changed(grant, bounded(per_day_fen=400), NOW + HOUR, 24 * HOUR)
    assert more.waiting == Waiting(bounded(per_day_fen=400), NOW + 25 * HOUR)
    none = changed(grant, bounded(per_day_fen=90, floor_fen=50), NOW + HOUR, 24 * HOUR)
    assert (none.limits.per_day_fen, none.waiting) == (90, None)


def test_without_a_wait_everything_holds_at_once() -> None:
    assert changed(GRANT, bounded(), NOW, timedelta(0)) == ACTIVE.within(bounded())
    waits = changed(GRANT, bounded(per_day_fen=300), NOW, 24 * HOUR)
    at_window = changed(waits, bounded(per_day_fen=200), NOW + HOUR, timedelta(0))
    assert (at_window.limits.per_day_fen, at_window.waiting) == (200, None)


def test_the_last_day_itself_still_pays_and_the_next_one_does_not() -> None:
    grant = replace(ACTIVE, last_day=TODAY)
    assert usable(grant, TODAY, Purpose.OUTPATIENT) is None
    assert usable(grant, TODAY + DAY, Purpose.OUTPATIENT) == "ended"
    assert not live(grant, TODAY + DAY)


def test_a_grant_whose_longer_term_waits_is_not_over_and_pays_nothing_in_between() -> None:
    bounds = replace(ACTIVE.bounds, last_day=TODAY)
    longer = replace(bounds, last_day=TODAY + 9 * DAY)
    grant = changed(ACTIVE.within(bounds), longer, NOW, 48 * HOUR)
    assert live(grant, TODAY + DAY)
    assert usable(grant, TODAY + DAY, Purpose.OUTPATIENT) == "past_last_day"
    assert usable(grant.at(NOW + 48 * HOUR), TODAY + 2 * DAY, Purpose.OUTPATIENT) is None


def test_bounds_that_make_no_sense_are_refused() -> None:
    for wrong in (
        bounded(confirm_above_fen=-1),
        replace(bounded(), last_day=TODAY - DAY),
        replace(bounded(), uses=frozenset()),
        replace(bounded(), uses=frozenset({UseClass.AESTHETIC})),
    ):
        terms = replace(TERMS, uses=frozenset(UseClass) - {UseClass.AESTHETIC})
        assert code_of(sound(wrong, TODAY, terms)) is RefusalCode.REQUEST_INVALID
    assert sound(replace(bounded(confirm_above_fen=0), last_day=TODAY), TODAY, TERMS) is None


def test_only_what_waits_can_be_withdrawn() -> None:
    waits = changed(GRANT, bounded(), NOW, HOUR)
    assert may_withdraw(waits, TODAY) is None
    assert code_of(may_withdraw(GRANT, TODAY)) is RefusalCode.GRANT_NOTHING_WAITS
    over = replace(waits, state=GrantState.ENDED)
    assert code_of(may_withdraw(over, TODAY)) is RefusalCode.GRANT_NOTHING_WAITS


def test_a_grant_narrows_the_parts_of_a_bill_that_the_region_permits_and_never_adds_one() -> None:
    region = frozenset({UseClass.CATEGORY_C, UseClass.DEDUCTIBLE})
    assert allowed_uses(region, None) == region
    assert allowed_uses(region, frozenset({UseClass.DEDUCTIBLE, UseClass.DEVICE})) == {UseClass.DEDUCTIBLE}
