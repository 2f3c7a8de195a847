"""Bands by hand: where a year or a stay begins on the ladder, what lies beyond the pool, what a second layer adds."""

from fractions import Fraction

import pytest

from qinji.policy.ladder import LayerPaid, Rung, climb, pay_layer
from qinji.policy.model import Accumulated, Band, Basis, Layer, Period, Rules

TWO_FIFTHS, THREE_QUARTERS = Fraction(2, 5), Fraction(3, 4)
LADDER = (Band(TWO_FIFTHS, upto_fen=10_000), Band(THREE_QUARTERS, upto_fen=30_000))


def rungs(
    rules: Rules, used: Accumulated, deductible_fen: int, amount_fen: int
) -> list[tuple[int, Fraction]]:
    return [(int(rung.amount), rung.ratio) for rung in climb(rules, used, deductible_fen, amount_fen).rungs]


def test_a_bill_climbs_from_band_to_band_and_what_is_above_the_last_is_told() -> None:
    made = climb(Rules(bands=LADDER), Accumulated(), 0, 42_000)
    assert made.rungs == (
        Rung(Fraction(10_000), TWO_FIFTHS, Fraction(4_000)),
        Rung(Fraction(20_000), THREE_QUARTERS, Fraction(15_000)),
    )
    assert (int(made.fund), int(made.above), made.ratio) == (19_000, 12_000, TWO_FIFTHS)


def test_the_deductible_fills_the_first_band_where_the_ends_count_it() -> None:
    assert rungs(Rules(bands=LADDER), Accumulated(), 4_000, 8_000) == [
        (6_000, TWO_FIFTHS),
        (2_000, THREE_QUARTERS),
    ]


def test_the_deductible_does_not_count_where_the_ends_are_after_it() -> None:
    bands = (Band(TWO_FIFTHS, Basis.IN_SCOPE_AFTER_DEDUCTIBLE, 10_000), Band(THREE_QUARTERS))
    used = Accumulated(deductible_used_fen=3_000, in_scope_year_fen=5_000)
    assert rungs(Rules(bands=bands), Accumulated(), 4_000, 12_000)[0] == (10_000, TWO_FIFTHS)
    # Earlier in the year 5,000 were in scope, of which 3,000 filled the deductible: 2,000 of the band are used.
    assert rungs(Rules(bands=bands), used, 1_000, 12_000)[0] == (8_000, TWO_FIFTHS)


def test_a_year_goes_on_where_its_earlier_bills_ended_and_a_stay_begins_anew() -> None:
    used = Accumulated(deductible_used_fen=2_000, in_scope_year_fen=7_000)
    year, stay = Rules(bands=LADDER), Rules(bands=LADDER, deductible_period=Period.VISIT)
    assert rungs(year, used, 0, 5_000) == [(3_000, TWO_FIFTHS), (2_000, THREE_QUARTERS)]
    assert rungs(stay, used, 0, 5_000) == [(5_000, TWO_FIFTHS)]
    after = tuple(Band(band.ratio, Basis.IN_SCOPE_AFTER_DEDUCTIBLE, band.upto_fen) for band in LADDER)
    assert rungs(Rules(bands=after, deductible_period=Period.VISIT), used, 1_000, 11_000) == [
        (10_000, TWO_FIFTHS),
        (1_000, THREE_QUARTERS),
    ]


def test_where_the_year_counts_less_than_its_deductible_the_deductible_decides() -> None:
    used = Accumulated(deductible_used_fen=9_000, in_scope_year_fen=1_000)
    assert rungs(Rules(bands=LADDER), used, 0, 5_000) == [(1_000, TWO_FIFTHS), (4_000, THREE_QUARTERS)]


@pytest.mark.parametrize(
    ("paid", "first"),
    [(0, 25_000), (9_999, 2), (10_000, 0), (10_500, 0)],
    ids=["new", "nearly", "at", "over"],
)
def test_a_band_by_fund_paid_has_room_for_what_the_fund_still_pays_in_it(paid: int, first: int) -> None:
    bands = (Band(TWO_FIFTHS, Basis.FUND_PAID, 10_000), Band(THREE_QUARTERS))
    made = climb(Rules(bands=bands), Accumulated(fund_paid_year_fen=paid), 0, 26_000)
    amounts = {rung.ratio: rung.amount for rung in made.rungs}
    assert int(amounts.get(TWO_FIFTHS, Fraction(0))) == first
    assert made.above == 0


def test_a_band_that_pays_nothing_takes_all_that_is_left_of_the_bill() -> None:
    bands = (Band(Fraction(0), Basis.FUND_PAID, 10_000), Band(THREE_QUARTERS))
    assert rungs(Rules(bands=bands), Accumulated(), 0, 26_000) == [(26_000, Fraction(0))]


def test_no_amount_climbs_nothing() -> None:
    made = climb(Rules(bands=LADDER), Accumulated(), 0, 0)
    assert made.rungs == ()
    assert (int(made.fund), int(made.above), int(made.ratio)) == (0, 0, 0)


@pytest.mark.parametrize(
    ("paid", "beyond"),
    [(19_000, 12_000), (4_000, 32_000), (7_000, 28_000), (2_000, 37_000), (0, 42_000), (3_999, 32_003)],
)
def test_what_lies_beyond_the_point_at_which_the_pool_has_paid_so_much(paid: int, beyond: int) -> None:
    # 10,000 at 2/5 pay 4,000; 20,000 at 3/4 pay 15,000; 12,000 lie above. 7,000: 3,000 more are 4,000 of the second.
    # 3,999 take 9,997.5 of the first band: 32,002.5 are left.
    found = climb(Rules(bands=LADDER), Accumulated(), 0, 42_000).beyond(paid)
    assert found == beyond


LAYER = Layer(10_000, (Band(Fraction(1, 2), upto_fen=20_000), Band(Fraction(4, 5))), cap_fen=None)


@pytest.mark.parametrize(
    ("before", "base", "fund"),
    [
        (0, 10_000, 0),
        (0, 10_001, 1),  # half a fen, away from zero
        (0, 30_000, 10_000),
        (0, 31_000, 10_800),
        (9_000, 3_000, 1_000),
        (10_000, 2_000, 1_000),
        (29_000, 2_000, 1_300),
        (50_000, 1_000, 800),
    ],
)
def test_a_layer_pays_its_bands_of_the_years_base_above_the_threshold(
    before: int, base: int, fund: int
) -> None:
    assert pay_layer(LAYER, before, base, 0).fund_fen == fund


def test_a_layers_bands_may_count_from_nothing() -> None:
    layer = Layer(10_000, LAYER.bands, None, absolute=True)
    assert pay_layer(layer, 0, 20_000, 0).fund_fen == 5_000
    assert pay_layer(layer, 0, 25_000, 0).fund_fen == 5_000 + 4_000
    assert [int(rung.amount) for rung in pay_layer(layer, 0, 25_000, 0).rungs] == [10_000, 5_000]


def test_a_layer_pays_no_more_than_its_cap_leaves_for_the_year() -> None:
    layer = Layer(0, (Band(Fraction(1, 2)),), cap_fen=1_000)
    assert pay_layer(layer, 0, 1_000, 0) == LayerPaid(
        500, 500, (Rung(Fraction(1_000), Fraction(1, 2), Fraction(500)),)
    )
    assert (pay_layer(layer, 0, 4_000, 0).fund_fen, pay_layer(layer, 0, 4_000, 0).uncapped_fen) == (
        1_000,
        2_000,
    )
    assert pay_layer(layer, 0, 4_000, 400).fund_fen == 600
    assert pay_layer(layer, 0, 4_000, 1_200).fund_fen == 0


def test_below_its_threshold_a_layer_has_no_rungs() -> None:
    assert pay_layer(LAYER, 0, 9_999, 0) == LayerPaid(0, 0, ())
