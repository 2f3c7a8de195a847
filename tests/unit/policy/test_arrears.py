"""Breaks in an employee's payments: R-076 to R-079, and the transfer rule of 医保办发〔2021〕43号."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from qinji.policy.arrears import Break, GapTerms, Resumed, Standing, gap_terms, resumed, standing
from qinji.policy.forms import Value
from tests.unit.policy.written_values import values_of

TRANSFER = GapTerms(
    ok_months=3,
    resumes_same_month=True,
    retroactive=True,
    wait_months=6,
    account_usable=True,
    grant_usable=False,
)
LAST = date(2026, 1, 20)
THREE = Break(LAST, date(2026, 5, 9), paid_back=True)
FOUR = replace(THREE, paid_on=date(2026, 6, 1))


@pytest.mark.parametrize(
    ("paid_on", "months"),
    [
        (date(2026, 1, 31), 0),
        (date(2026, 2, 28), 0),
        (date(2026, 3, 1), 1),
        (date(2026, 5, 31), 3),
        (date(2027, 2, 1), 12),
    ],
)
def test_a_break_is_counted_in_calendar_months_without_a_payment(paid_on: date, months: int) -> None:
    assert Break(LAST, paid_on, paid_back=False).months == months


def test_a_gap_of_3_months_paid_back_at_transfer_waits_0_and_has_benefits_the_same_month() -> None:
    assert resumed(THREE, TRANSFER) == Resumed(0, date(2026, 5, 1), date(2026, 2, 1))


def test_elsewhere_benefits_come_back_in_the_month_after_the_payment() -> None:
    later = replace(TRANSFER, resumes_same_month=False)
    assert resumed(THREE, later) == Resumed(0, date(2026, 6, 1), date(2026, 2, 1))


def test_bills_of_the_break_are_claimed_only_where_the_region_says_so() -> None:
    assert resumed(THREE, replace(TRANSFER, retroactive=False)).claimable_from is None


def test_a_longer_break_is_waited_for_and_its_bills_are_never_claimed() -> None:
    assert resumed(FOUR, TRANSFER) == Resumed(6, date(2026, 12, 1), None)
    assert resumed(FOUR, replace(TRANSFER, wait_months=1, resumes_same_month=False)) == Resumed(
        1, date(2026, 8, 1), None
    )


def test_a_short_break_that_was_not_paid_back_is_waited_for_too() -> None:
    assert resumed(replace(THREE, paid_back=False), TRANSFER) == Resumed(6, date(2026, 11, 1), None)


def test_without_a_break_nothing_stops() -> None:
    assert resumed(Break(LAST, date(2026, 2, 3), paid_back=False), TRANSFER) == Resumed(
        0, date(2026, 2, 1), None
    )


def test_who_has_paid_ahead_and_goes_on_is_covered_from_the_end_of_those_months() -> None:
    ahead = Break(LAST, date(2025, 12, 31), paid_back=False)
    assert ahead.months == 0
    assert resumed(ahead, TRANSFER) == Resumed(0, date(2026, 2, 1), None)


def test_during_the_break_the_old_balance_and_its_grants_are_usable_as_the_region_says() -> None:
    assert standing(LAST, date(2026, 1, 31), TRANSFER) == Standing(benefits=True, account=True, grants=True)
    assert standing(LAST, date(2026, 2, 1), TRANSFER) == Standing(benefits=False, account=True, grants=False)
    frozen = replace(TRANSFER, account_usable=False, grant_usable=True)
    assert standing(LAST, date(2026, 6, 1), frozen) == Standing(benefits=False, account=False, grants=True)


def test_a_pack_says_the_terms_and_one_that_says_nothing_has_none() -> None:
    written: dict[str, Value] = {
        "employee_gap.ok_months": 3,
        "employee_gap.resume": "same_month",
        "employee_gap.retroactive": True,
        "employee_gap.wait_months": 6,
        "employee_gap.account_usable": True,
        "employee_gap.grant_usable": False,
    }
    assert gap_terms(values_of(written)) == TRANSFER
    assert gap_terms(values_of({**written, "employee_gap.resume": "next_month"})) == replace(
        TRANSFER, resumes_same_month=False
    )
    assert gap_terms(values_of({"employee_gap.ok_months": 3})) is None
