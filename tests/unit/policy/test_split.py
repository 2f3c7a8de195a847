"""The order of a bill: what the fund pays, what the person pays, and why."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qinji.kernel.bill import Approval, Category, FeeLine
from qinji.kernel.ensure import InvariantBroken
from qinji.kernel.purpose import UseClass
from qinji.policy.model import (
    Accumulated,
    Band,
    Basis,
    Period,
    RemoteMode,
    Rules,
)
from qinji.policy.plain import from_plain, to_plain
from qinji.policy.split import accumulate, in_scope_of, split, split_line
from tests.unit.policy import bills

FULL = Rules(bands=(Band(Fraction(1)),))
HALF = Rules(bands=(Band(Fraction(1, 2)),))


@given(bills.lines())
def test_the_parts_of_a_line_add_up_and_none_is_below_zero(fee: FeeLine) -> None:
    parts = split_line(fee)
    four = (parts.own_expense_fen, parts.over_limit_fen, parts.prior_self_pay_fen, parts.in_scope_fen)
    assert sum(four) == fee.amount_fen
    assert min(four) >= 0


@given(st.lists(bills.lines(), max_size=6), bills.rules, bills.used)
def test_the_parts_of_a_bill_add_up(fees: list[FeeLine], rules: Rules, used: Accumulated) -> None:
    made = split(fees, rules, used)
    scope = made.own_expense_fen + made.over_limit_fen + made.prior_self_pay_fen + made.in_scope_fen
    assert scope == made.total_fen == sum(fee.amount_fen for fee in fees)
    assert sum(made.personal.values()) + made.fund_fen + made.layers_fen + made.prepaid_fen == made.total_fen
    assert min(made.personal.values()) >= 0
    assert 0 <= made.fund_fen <= made.in_scope_fen - made.deductible_fen


@given(st.lists(bills.lines(), max_size=6), bills.rules, bills.used)
def test_the_fund_never_pays_beyond_a_cap(fees: list[FeeLine], rules: Rules, used: Accumulated) -> None:
    made = split(fees, rules, used)
    for cap, paid in (
        (rules.visit_fund_cap_fen, 0),
        (rules.day_fund_cap_fen, used.fund_paid_day_fen),
        (rules.month_fund_cap_fen, used.fund_paid_month_fen),
        (rules.year_fund_cap_fen, used.fund_paid_year_fen),
    ):
        if cap is not None:
            assert made.fund_fen <= max(0, cap - paid)


@given(st.lists(bills.lines(), max_size=6), bills.rules, bills.used)
def test_a_deductible_of_the_year_is_paid_once(fees: list[FeeLine], rules: Rules, used: Accumulated) -> None:
    made = split(fees, rules, used)
    after = accumulate(used, made)
    if rules.deductible_period is Period.YEAR and used.deductible_used_fen <= rules.deductible_fen:
        assert after.deductible_used_fen <= rules.deductible_fen
    assert after.fund_paid_year_fen - used.fund_paid_year_fen == made.fund_fen
    assert after.fund_paid_day_fen - used.fund_paid_day_fen == made.fund_fen


@given(st.lists(bills.lines(), max_size=6), bills.rules, bills.used)
def test_stored_rules_divide_a_bill_alike_years_later(
    fees: list[FeeLine], rules: Rules, used: Accumulated
) -> None:
    again = from_plain(to_plain(rules))
    assert again == rules
    assert split(fees, again, used) == split(fees, rules, used)


@given(st.lists(bills.lines(), max_size=6), bills.rules, bills.used)
def test_the_trace_says_what_the_fund_paid(fees: list[FeeLine], rules: Rules, used: Accumulated) -> None:
    made = split(fees, rules, used)
    told = [step.values["fund_fen"] for step in made.trace if step.code == "fund"]
    assert told == ([made.fund_fen] if rules.fund_pays else [])


@given(st.lists(bills.lines(), max_size=6), bills.rules, bills.used, st.integers(0, 10**9))
def test_what_is_prepaid_is_in_scope_and_leaves_the_parts_adding_up(
    fees: list[FeeLine], rules: Rules, used: Accumulated, balance_fen: int
) -> None:
    prepaid = min(balance_fen, in_scope_of(fees, rules))
    made = split(fees, rules, used, prepaid)
    assert made.prepaid_fen == prepaid
    assert sum(made.personal.values()) + made.fund_fen + made.layers_fen + prepaid == made.total_fen


@given(st.integers(0, 10**7), st.integers(0, 10**7), st.integers(0, 10_000))
def test_in_one_band_more_cost_never_makes_the_fund_pay_less(less: int, more: int, points: int) -> None:
    rules = Rules(deductible_fen=10_000, bands=(Band(Fraction(points, 10_000)),), day_fund_cap_fen=30_000)
    low, high = sorted((less, more))
    none = Accumulated()
    assert split([bills.line(low)], rules, none).fund_fen <= split([bills.line(high)], rules, none).fund_fen


@pytest.mark.parametrize(
    ("restricted", "approval", "own_expense"),
    [
        (True, Approval.APPROVED, False),
        (True, Approval.NOT_NEEDED, True),
        (True, Approval.ABSENT, True),
        (True, Approval.REFUSED, True),
        (False, Approval.APPROVED, False),
        (False, Approval.NOT_NEEDED, False),
        (False, Approval.ABSENT, False),
        (False, Approval.REFUSED, True),
    ],
)
def test_a_line_that_is_not_approved_is_own_expense(
    restricted: bool, approval: Approval, own_expense: bool
) -> None:
    parts = split_line(bills.line(1_000, restricted=restricted, approval=approval))
    assert parts.own_expense_fen == (1_000 if own_expense else 0)


def test_over_limit_comes_before_prior_self_pay() -> None:
    fee = bills.line(
        6_200, Category.B, Fraction(1, 10), price=31_000_000, quantity=20_000, ceiling_price=26_000_000
    )
    parts = split_line(fee)
    assert (parts.over_limit_fen, parts.prior_self_pay_fen, parts.in_scope_fen) == (1_000, 520, 4_680)


def test_category_c_knows_no_ceiling() -> None:
    parts = split_line(bills.line(500, Category.C, ceiling_price=0))
    assert (parts.own_expense_fen, parts.over_limit_fen) == (500, 0)


def test_prior_self_pay_is_rounded_per_line_and_the_fund_once_per_bill() -> None:
    made = split([bills.line(5, Category.B, Fraction(1, 10))] * 3, HALF, Accumulated())
    assert made.prior_self_pay_fen == 3
    assert made.in_scope_fen == 12
    assert split([bills.line(1)] * 3, HALF, Accumulated()).fund_fen == 2


def test_a_deductible_of_the_visit_is_due_each_time() -> None:
    rules = Rules(deductible_fen=65_000, deductible_period=Period.VISIT, bands=(Band(Fraction(1)),))
    assert split([bills.line(100_000)], rules, Accumulated(65_000)).deductible_fen == 65_000


def test_a_band_of_in_scope_cost_counts_from_the_first_fen_deductible_included() -> None:
    rules = Rules(
        deductible_fen=130_000,
        deductible_period=Period.VISIT,
        bands=(
            Band(Fraction(85, 100), upto_fen=3_000_000),
            Band(Fraction(90, 100), upto_fen=4_000_000),
        ),
    )
    made = split([bills.line(5_000_000)], rules, Accumulated())
    assert made.fund_fen == 2_870_000 * 85 // 100 + 1_000_000 * 90 // 100


def test_a_band_after_the_deductible_begins_where_the_deductible_ends() -> None:
    bands = (
        Band(Fraction(1, 2), Basis.IN_SCOPE_AFTER_DEDUCTIBLE, 10_000),
        Band(Fraction(1, 4)),
    )
    rules = Rules(deductible_fen=5_000, bands=bands)
    assert split([bills.line(25_000)], rules, Accumulated()).fund_fen == 5_000 + 2_500
    half_way = Accumulated(deductible_used_fen=5_000, in_scope_year_fen=9_000)
    assert split([bills.line(10_000)], rules, half_way).fund_fen == 3_000 + 1_000


def test_a_band_of_fund_paid_is_crossed_within_a_bill() -> None:
    bands = (Band(Fraction(7, 10), Basis.FUND_PAID, 2_000_000), Band(Fraction(6, 10)))
    made = split([bills.line(200_000)], Rules(bands=bands), Accumulated(fund_paid_year_fen=1_930_000))
    assert made.fund_fen == 70_000 + 60_000


def test_above_the_last_band_the_fund_pays_nothing() -> None:
    made = split([bills.line(300)], Rules(bands=(Band(Fraction(1), upto_fen=100),)), Accumulated())
    assert made.fund_fen == 100


def test_the_smallest_room_wins_and_the_trace_names_it() -> None:
    rules = Rules(bands=(Band(Fraction(1)),), day_fund_cap_fen=500, year_fund_cap_fen=1_000)
    made = split([bills.line(2_000)], rules, Accumulated(fund_paid_year_fen=700, fund_paid_day_fen=100))
    assert made.fund_fen == 300
    cap = next(step for step in made.trace if step.code == "cap")
    assert (cap.values["cap"], cap.values["room_fen"]) == ("year_fund_cap", 300)
    assert made.personal[UseClass.IN_SCOPE_SHARE] == 1_700


def test_a_cap_that_is_used_up_leaves_nothing() -> None:
    rules = Rules(bands=(Band(Fraction(1)),), year_fund_cap_fen=1_000)
    assert split([bills.line(100)], rules, Accumulated(fund_paid_year_fen=1_500)).fund_fen == 0


@pytest.mark.parametrize(
    ("mode", "value", "fund", "prior"),
    [
        (RemoteMode.NONE, Fraction(0), 60_000, 0),
        (RemoteMode.POINTS, Fraction(20, 100), 40_000, 0),
        (RemoteMode.POINTS, Fraction(90, 100), 0, 0),
        (RemoteMode.FACTOR, Fraction(80, 100), 48_000, 0),
        (RemoteMode.PRIOR_SELF_PAY, Fraction(10, 100), 54_000, 10_000),
    ],
)
def test_the_three_ways_to_reduce_a_bill_elsewhere_differ(
    mode: RemoteMode, value: Fraction, fund: int, prior: int
) -> None:
    rules = Rules(bands=(Band(Fraction(6, 10)),), remote_mode=mode, remote_value=value)
    made = split([bills.line(100_000)], rules, Accumulated())
    assert (made.fund_fen, made.prior_self_pay_fen) == (fund, prior)


def test_where_the_fund_does_not_pay_no_deductible_is_used() -> None:
    made = split([bills.line(8_800)], Rules(deductible_fen=10_000, fund_pays=False), Accumulated())
    assert (made.fund_fen, made.deductible_fen) == (0, 0)
    assert made.personal[UseClass.IN_SCOPE_SHARE] == 8_800


def test_prepaid_cost_does_not_fill_the_deductible() -> None:
    made = split([bills.line(10_000)], Rules(deductible_fen=5_000, bands=FULL.bands), Accumulated(), 6_000)
    assert (made.deductible_fen, made.fund_fen) == (4_000, 0)


def test_more_than_the_in_scope_cost_cannot_be_prepaid() -> None:
    with pytest.raises(InvariantBroken):
        split([bills.line(100)], FULL, Accumulated(), 101)


def test_a_line_below_zero_is_a_bug_of_the_caller() -> None:
    with pytest.raises(InvariantBroken):
        split([bills.line(-1)], FULL, Accumulated())
