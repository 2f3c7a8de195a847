"""From a case to its rules, value by value: who is entitled and who is not, and what holds where nothing is written."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from qinji.funding.model import Payer
from qinji.funding.prepay import prepay
from qinji.kernel.bill import Category, PayerKind
from qinji.kernel.purpose import UseClass
from qinji.kernel.refusal import Refused
from qinji.policy.book import RegionPolicy
from qinji.policy.load import load
from qinji.policy.model import Band, Case, Layer, RemoteMode, Rules
from qinji.policy.split import in_scope_of
from tests.unit.policy import bills

BOOK = load(Path(__file__).parent / "fixture_packs")
STAY = Case("employee", "in_service", 40, "2", inpatient=True)
RESIDENT = Case("resident", "adult", 40, "3", inpatient=True)
VISIT = Case("employee", "in_service", 40, "1", "11")


def rules(case: Case) -> Rules:
    policy = BOOK.at("998800", date(2025, 6, 2))
    assert not isinstance(policy, Refused)
    assert isinstance(policy, RegionPolicy)
    return policy.rules(case)


@pytest.mark.parametrize(
    ("admission", "days", "deductible_fen"),
    [
        (1, 10, 60_000),
        (2, 10, 50_000),
        (3, 10, 40_000),
        (4, 10, 20_000),
        (9, 10, 20_000),
        (1, 0, 60_000),
        (1, 90, 60_000),
        (1, 91, 110_000),
        (1, 181, 150_000),
        (3, 91, 60_000),
    ],
)
def test_each_admission_and_each_full_period_of_a_long_stay_has_its_deductible(
    admission: int, days: int, deductible_fen: int
) -> None:
    made = rules(replace(STAY, admission=admission, stay_days=days))
    assert (made.deductible_fen, made.deductible_less_fen) == (deductible_fen, 0)


def test_only_who_has_a_low_income_has_half_the_deductible() -> None:
    made = rules(replace(STAY, low_income=True))
    assert (made.deductible_fen, made.deductible_less_fen) == (30_000, 30_000)


@pytest.mark.parametrize("transferred", [True, False])
def test_only_a_stay_that_was_transferred_goes_on(transferred: bool) -> None:
    assert rules(replace(STAY, transferred=transferred)).stay_continues is transferred


def test_the_layers_of_an_employee() -> None:
    bands = (Band(Fraction(3, 5), upto_fen=2_000_000), Band(Fraction(7, 10)))
    made = rules(STAY)
    assert made.large_amount == Layer(0, (Band(Fraction(4, 5)),), 5_000_000)
    assert made.catastrophic == Layer(1_000_000, bands, 3_000_000, absolute=False)
    assert rules(replace(STAY, low_income=True, continuous_years=9)).catastrophic == made.catastrophic


def ladder(more: int) -> tuple[Band, ...]:
    return (
        Band(Fraction(60 + more, 100), upto_fen=2_000_000),
        Band(Fraction(70 + more, 100)),
    )


@pytest.mark.parametrize(
    ("case", "layer"),
    [
        (RESIDENT, Layer(1_000_000, ladder(0), 4_000_000, absolute=True)),
        (replace(RESIDENT, low_income=True), Layer(500_000, ladder(5), None, absolute=True)),
        (replace(RESIDENT, continuous_years=4), Layer(1_000_000, ladder(0), 4_000_000, absolute=True)),
        (replace(RESIDENT, continuous_years=5), Layer(1_000_000, ladder(1), 4_100_000, absolute=True)),
        (replace(RESIDENT, continuous_years=7), Layer(1_000_000, ladder(1), 4_300_000, absolute=True)),
        (replace(RESIDENT, claimed_last_year=False), Layer(1_000_000, ladder(0), 4_100_000, absolute=True)),
        (
            replace(RESIDENT, continuous_years=30, claimed_last_year=False),
            Layer(1_000_000, ladder(1), 4_800_000, absolute=True),
        ),
    ],
    ids=["plain", "low income", "not yet", "first", "third", "no claim", "the most"],
)
def test_the_second_layer_of_a_resident(case: Case, layer: Layer) -> None:
    assert rules(case).catastrophic == layer


def test_a_visit_has_no_second_layer() -> None:
    made = rules(VISIT)
    assert (made.large_amount, made.catastrophic) == (None, None)


@pytest.mark.parametrize(
    ("case", "points", "names"),
    [
        (VISIT, 0, []),
        (replace(VISIT, signed_doctor=True), 5, ["bonus.signed_doctor"]),
        (replace(VISIT, low_income=True), 4, ["bonus.low_income"]),
        (replace(VISIT, continuous_years=4), 0, []),
        (replace(VISIT, continuous_years=5), 2, ["bonus.continuous_years"]),
    ],
)
def test_points_are_added_for_who_is_entitled(case: Case, points: int, names: list[str]) -> None:
    made = rules(case)
    assert made.bands == (Band(Fraction(80 + points, 100)),)
    assert [name for name, _ in made.bonuses] == names


def test_a_signed_doctor_lowers_the_deductible_by_no_more_than_it_is() -> None:
    made = rules(replace(VISIT, signed_doctor=True))
    assert (made.deductible_fen, made.deductible_less_fen) == (4_000, 6_000)
    assert (rules(VISIT).deductible_fen, rules(VISIT).deductible_less_fen) == (10_000, 0)


def test_the_caps_of_a_visit() -> None:
    made = rules(VISIT)
    assert (made.visit_fund_cap_fen, made.day_fund_cap_fen) == (80_000, 15_000)
    assert (made.month_fund_cap_fen, made.year_fund_cap_fen, made.wage_cap) == (90_000, 300_000, None)
    assert rules(replace(VISIT, level="3")).day_fund_cap_fen is None
    assert made.essential_without_deductible
    assert (made.treatment, made.group) == ("outpatient", "employee.in_service")


def test_a_place_that_was_not_chosen_has_its_own_ratio() -> None:
    made = rules(replace(VISIT, selected=False))
    assert (made.treatment, made.bands) == ("unselected", (Band(Fraction(2, 5)),))


def test_what_is_in_scope_away_from_home_is_less_by_what_is_first_paid() -> None:
    lines = [bills.line(10_000), bills.line(5_000, Category.C)]
    away = Rules(remote_mode=RemoteMode.PRIOR_SELF_PAY, remote_value=Fraction(1, 10))
    assert in_scope_of(lines, Rules()) == 10_000
    assert in_scope_of(lines, away) == 9_000
    assert in_scope_of(lines, replace(away, remote_mode=RemoteMode.POINTS)) == 10_000


def test_what_was_prepaid_is_taken_from_balance_and_from_every_limit() -> None:
    payer = Payer(
        PayerKind.OWN,
        "p",
        "",
        1,
        10_000,
        frozenset({UseClass.IN_SCOPE_SHARE}),
        limits=(9_000, 8_000, 7_000, None),
    )
    done = prepay(3_000, [payer])
    assert done.amount_fen == 3_000
    (left,) = done.payers
    assert (left.balance_fen, left.limits) == (7_000, (6_000, 5_000, 4_000, None))
