"""Money is an integer of fen, and rounded HALF_UP in one place."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qinji.kernel import money
from qinji.kernel.money import NotAnAmount

FEN = st.integers(min_value=-money.AMOUNT_FEN_MAX, max_value=money.AMOUNT_FEN_MAX)


@given(FEN)
def test_an_amount_written_in_yuan_is_read_back_to_the_fen(amount_fen: int) -> None:
    assert money.parse_yuan(money.yuan(amount_fen)) == amount_fen
    assert money.yuan_number(amount_fen) * 100 == amount_fen


@given(st.integers(-(10**9), 10**9), st.integers(1, 10**6))
def test_rounding_is_half_up_away_from_zero(numerator: int, denominator: int) -> None:
    rounded = money.round_half_up(Fraction(numerator, denominator))
    exact = (Decimal(numerator) / Decimal(denominator)).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    assert rounded == int(exact)


@pytest.mark.parametrize(
    ("value", "rounded"),
    [
        (Fraction(1, 2), 1),
        (Fraction(-1, 2), -1),
        (Fraction(3, 2), 2),
        (Fraction(5, 2), 3),
        (Fraction(499, 1000), 0),
        (Fraction(0), 0),
    ],
)
def test_a_half_goes_away_from_zero(value: Fraction, rounded: int) -> None:
    assert money.round_half_up(value) == rounded


@pytest.mark.parametrize(
    "text", ["", " ", "1.005", "1e3", "NaN", "Infinity", "1,000", "1.2.3", "--1", "0x10", "١", "9" * 41]
)
def test_what_is_no_amount_of_fen_is_refused(text: str) -> None:
    with pytest.raises(NotAnAmount):
        money.parse_yuan(text)


def test_the_largest_amount_is_read_and_one_fen_more_is_refused() -> None:
    assert money.parse_yuan("1000000000000.00") == money.AMOUNT_FEN_MAX
    with pytest.raises(NotAnAmount):
        money.parse_yuan("1000000000000.01")


@pytest.mark.parametrize(
    ("price", "quantity", "fen"),
    [
        ("12.80", "1", 1280),
        ("0.005", "1", 1),
        ("0.004999", "1", 0),
        ("0.12", "30", 360),
        ("0.333333", "3", 100),
    ],
)
def test_price_times_quantity_becomes_fen_in_one_rounding(price: str, quantity: str, fen: int) -> None:
    assert money.line_amount(money.parse_price(price), money.parse_quantity(quantity)) == fen


def test_a_ratio_is_exact_and_between_zero_and_one() -> None:
    assert money.parse_ratio("0.84") == Fraction(21, 25)
    assert money.parse_ratio("1") == 1
    for text in ("1.01", "-0.1"):
        with pytest.raises(NotAnAmount):
            money.parse_ratio(text)


def test_a_factor_may_be_above_one_up_to_a_bound() -> None:
    assert money.parse_factor("0.06") == Fraction(3, 50)
    assert money.parse_factor("6") == 6
    assert money.parse_factor("100") == money.FACTOR_MAX
    for text in ("100.000001", "-0.1", "six"):
        with pytest.raises(NotAnAmount):
            money.parse_factor(text)


@given(st.integers(0, 10**10), st.integers(0, 10_000))
def test_a_share_is_never_more_than_the_whole(amount_fen: int, basis_points: int) -> None:
    assert 0 <= money.share_of(amount_fen, Fraction(basis_points, money.BASIS_POINTS)) <= amount_fen
