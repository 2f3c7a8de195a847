"""How long residents wait: the national reading (国办发〔2024〕38号) and that of 厦门, case by case."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from qinji.kernel.ensure import InvariantBroken
from qinji.kernel.refusal import Refused
from qinji.policy.load import load
from qinji.policy.waiting import Enrolment, Waiting, WaitingTerms, waiting, waiting_terms
from tests.unit.policy.bills import POLICIES
from tests.unit.policy.written_values import values_of

NATIONAL = WaitingTerms(
    fixed_months=3,
    per_missed_year_months=1,
    first_missed_year_counts=True,
    counted_from_year=2025,
    repair_less_months=1,
    floor_from_missed_years=4,
    floor_months=6,
    newborn_days=90,
    after_employee_days=90,
    exempt=frozenset({"newborn", "after_employee", "ex_serviceman", "released"}),
)
XIAMEN = replace(NATIONAL, first_missed_year_counts=False)

PAID = date(2031, 3, 17)
IN_WINDOW = Enrolment(PAID, in_window=True)
LATE = Enrolment(PAID, in_window=False)


def years(count: int, last: int = 2030) -> frozenset[int]:
    """So many years in a row up to the one before the enrolment."""
    return frozenset(range(last - count + 1, last + 1))


def missing(count: int, repaired: int = 0) -> Enrolment:
    """Somebody who comes back in the window after so many missed years, some of them paid later."""
    return replace(IN_WINDOW, missed=years(count), repaired=years(repaired))


def test_paid_in_the_window_and_never_missed_waits_0_months() -> None:
    for terms in (NATIONAL, XIAMEN):
        assert waiting(IN_WINDOW, terms) == Waiting(0)


def test_paid_outside_the_window_and_never_missed_waits_3_months() -> None:
    for terms in (NATIONAL, XIAMEN):
        assert waiting(LATE, terms) == Waiting(3, fixed_months=3)


@pytest.mark.parametrize(
    ("missed", "repaired", "national", "xiamen"),
    [
        (1, 0, 4, 3),
        (3, 0, 6, 5),
        (3, 2, 4, 3),
        (5, 5, 6, 6),
        (4, 4, 6, 6),
        (4, 0, 7, 6),
        (3, 3, 3, 3),
        (5, 0, 8, 7),
    ],
)
def test_missed_years_add_and_repaired_ones_take_away(
    missed: int, repaired: int, national: int, xiamen: int
) -> None:
    assert waiting(missing(missed, repaired), NATIONAL).months == national
    assert waiting(missing(missed, repaired), XIAMEN).months == xiamen


def test_the_parts_of_a_waiting_period_are_told_before_its_floor() -> None:
    assert waiting(missing(5, 5), NATIONAL) == Waiting(6, fixed_months=3, missed_months=5, repaired_months=5)


def test_repairing_takes_away_what_missed_years_added_and_never_the_fixed_part() -> None:
    generous = replace(NATIONAL, repair_less_months=3)
    assert waiting(missing(2, 2), generous).months == 3


def test_without_a_floor_repairing_every_year_leaves_the_fixed_part() -> None:
    assert waiting(missing(5, 5), replace(NATIONAL, floor_from_missed_years=None)).months == 3


def test_years_before_the_first_counted_one_are_not_missed() -> None:
    before = Enrolment(date(2026, 1, 5), in_window=True, missed=years(4, 2024))
    assert waiting(before, NATIONAL) == Waiting(0)
    one = replace(before, missed=years(5, 2025), repaired=frozenset({2024}))
    assert waiting(one, NATIONAL).months == 4, "2025 counts, and paying for 2024 repairs nothing"
    assert waiting(one, replace(NATIONAL, counted_from_year=None)).months == 7


def test_a_newborn_within_90_days_waits_0_months_and_on_the_91st_the_fixed_part() -> None:
    born = replace(LATE, birth=PAID - timedelta(days=90))
    assert waiting(born, NATIONAL) == Waiting(0, exempt="newborn")
    assert waiting(replace(born, birth=PAID - timedelta(days=91)), NATIONAL).months == 3
    assert waiting(replace(born, birth=PAID), NATIONAL).exempt == "newborn"


def test_within_90_days_after_the_employees_insurance_nothing_is_waited_for() -> None:
    left = replace(LATE, employee_until=PAID - timedelta(days=90))
    assert waiting(left, NATIONAL) == Waiting(0, exempt="after_employee")
    assert waiting(replace(left, employee_until=PAID - timedelta(days=91)), NATIONAL).months == 3


@pytest.mark.parametrize("exempt", ["ex_serviceman", "released"])
def test_ex_servicemen_and_the_released_wait_for_nothing_where_the_region_says_so(exempt: str) -> None:
    back = replace(missing(3), ex_serviceman=exempt == "ex_serviceman", released=exempt == "released")
    assert waiting(back, NATIONAL) == Waiting(0, exempt=exempt)
    assert waiting(back, replace(NATIONAL, exempt=frozenset({"newborn"}))).months == 6


def test_only_missed_years_are_paid_later() -> None:
    with pytest.raises(InvariantBroken):
        waiting(replace(IN_WINDOW, missed=years(1), repaired=years(2)), NATIONAL)


def test_a_pack_says_the_terms_and_one_that_says_nothing_has_none() -> None:
    written = values_of(
        {
            "resident_wait.fixed_months": 3,
            "resident_wait.per_missed_year_months": 1,
            "resident_wait.first_missed_year_counts": True,
            "resident_wait.counted_from_year": 2025,
            "resident_wait.repair_less_months": 1,
            "resident_wait.floor_from_missed_years": 4,
            "resident_wait.floor_months": 6,
            "resident_wait.newborn_days": 90,
            "resident_wait.after_employee_days": 90,
            "resident_wait.exempt": ["newborn", "after_employee", "ex_serviceman", "released"],
        }
    )
    assert waiting_terms(written) == NATIONAL
    assert waiting_terms(values_of({})) is None
    bare = waiting_terms(values_of({"resident_wait.fixed_months": 3}))
    assert bare is not None
    assert waiting(missing(5), bare).months == 3


@pytest.mark.parametrize(("region", "first_counts", "months"), [("990100", True, 6), ("350200", False, 5)])
def test_the_packs_of_the_nation_and_of_xiamen_hold_both_readings(
    region: str, first_counts: bool, months: int
) -> None:
    policy = load(POLICIES).at(region, date(2031, 3, 17))
    assert not isinstance(policy, Refused)
    terms = policy.waiting()
    assert terms is not None
    assert terms.first_missed_year_counts is first_counts
    assert waiting(missing(3), terms).months == months
