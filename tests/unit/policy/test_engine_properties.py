"""What holds for every bill under every rule: bounds, monotony, no care for order, bills of a year that add up."""

from dataclasses import replace
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from qinji.kernel.bill import Category, FeeLine, Split
from qinji.kernel.purpose import UseClass
from qinji.policy.model import Accumulated, Band, Basis, Layer, Merge, Period, Rules, Source
from qinji.policy.split import accumulate, split
from tests.unit.policy import bills

many_lines = st.lists(bills.lines(), max_size=6)
NONE = Accumulated()


def funds(made: Split) -> int:
    return made.fund_fen + made.layers_fen


@given(many_lines, bills.rules, bills.used)
def test_all_funds_together_never_pay_more_than_what_is_in_scope(
    fees: list[FeeLine], rules: Rules, used: Accumulated
) -> None:
    made = split(fees, rules, used)
    assert 0 <= funds(made) <= made.in_scope_fen
    assert made.personal[UseClass.DEDUCTIBLE] + made.personal[UseClass.IN_SCOPE_SHARE] == (
        made.in_scope_fen - made.prepaid_fen - funds(made)
    )


@given(many_lines, bills.rules, bills.used, st.data())
def test_the_order_of_the_lines_does_not_matter(
    fees: list[FeeLine], rules: Rules, used: Accumulated, data: st.DataObject
) -> None:
    one, other = split(fees, rules, used), split(data.draw(st.permutations(fees)), rules, used)
    assert (one.fund_fen, one.layers, one.personal) == (other.fund_fen, other.layers, other.personal)


@given(st.integers(0, 10**7), st.integers(0, 10**7), bills.rules, bills.used)
def test_more_cost_never_makes_the_funds_pay_less(
    less: int, more: int, rules: Rules, used: Accumulated
) -> None:
    low, high = (split([bills.line(amount)], rules, used) for amount in sorted((less, more)))
    assert low.fund_fen <= high.fund_fen
    # Each layer rounds its part by itself: two fen at most are lost to that.
    assert funds(low) <= funds(high) + 2


@given(st.integers(0, 10**7), bills.rules, bills.used, bills.ratios)
def test_a_higher_ratio_never_makes_the_fund_pay_less(
    amount: int, rules: Rules, used: Accumulated, more: Fraction
) -> None:
    better = tuple(replace(band, ratio=min(Fraction(1), band.ratio + more)) for band in rules.bands)
    fee = bills.line(amount)
    assert split([fee], rules, used).fund_fen <= split([fee], replace(rules, bands=better), used).fund_fen


@given(st.integers(0, 10**7), bills.rules, bills.used, st.integers(0, 10**6))
def test_a_higher_deductible_never_makes_the_fund_pay_more(
    amount: int, rules: Rules, used: Accumulated, more: int
) -> None:
    flat = replace(rules, bands=rules.bands[-1:])
    dearer = replace(flat, deductible_fen=flat.deductible_fen + more)
    fee = bills.line(amount)
    assert split([fee], dearer, used).fund_fen <= split([fee], flat, used).fund_fen


@given(st.integers(0, 5 * 10**6), st.integers(0, 5 * 10**6), bills.yearly_rules)
def test_two_bills_of_a_year_are_paid_like_one(first: int, second: int, rules: Rules) -> None:
    one = split([bills.line(first)], rules, NONE)
    other = split([bills.line(second)], rules, accumulate(NONE, one))
    whole = split([bills.line(first + second)], rules, NONE)
    assert one.deductible_fen + other.deductible_fen == whole.deductible_fen
    assert abs(one.fund_fen + other.fund_fen - whole.fund_fen) <= 2
    assert abs(funds(one) + funds(other) - funds(whole)) <= 6


@given(many_lines, bills.rules, bills.used)
def test_the_trace_tells_every_fen_of_every_fund(
    fees: list[FeeLine], rules: Rules, used: Accumulated
) -> None:
    made = split(fees, rules, used)
    told = {step.values["layer"]: step.values["fund_fen"] for step in made.trace if step.code == "layer"}
    assert told == {layer.name: layer.fund_fen for layer in made.layers}
    deductible = [step.values["now_fen"] for step in made.trace if step.code == "deductible"]
    assert deductible == ([made.deductible_fen] if rules.fund_pays else [])


@given(st.integers(0, 10**7), bills.layers, bills.used)
def test_a_second_layer_never_pays_beyond_its_cap_nor_more_than_its_base(
    amount: int, layer: Layer, used: Accumulated
) -> None:
    rules = Rules(bands=(Band(Fraction(1, 2)),), catastrophic=layer)
    made = split([bills.line(amount)], rules, used)
    (paid,) = made.layers or (None,)
    if paid is not None:
        assert 0 <= paid.fund_fen <= paid.base_fen
        assert layer.cap_fen is None or paid.fund_fen <= max(0, layer.cap_fen - used.catastrophic_paid_fen)


def test_each_level_has_a_deductible_of_its_own_where_the_region_has_it_so() -> None:
    used = Accumulated(deductible_used_fen=30_000, deductible_used_level_fen=5_000)
    highest = Rules(deductible_fen=40_000, bands=(Band(Fraction(1)),))
    each = replace(highest, deductible_merge=Merge.EACH_LEVEL)
    assert split([bills.line(100_000)], highest, used).deductible_fen == 10_000
    assert split([bills.line(100_000)], each, used).deductible_fen == 35_000


def test_a_stay_goes_on_after_a_transfer_and_its_deductible_with_it() -> None:
    rules = Rules(deductible_fen=80_000, deductible_period=Period.VISIT, bands=(Band(Fraction(1)),))
    used = Accumulated(deductible_used_fen=70_000, deductible_used_stay_fen=60_000)
    assert split([bills.line(100_000)], rules, used).deductible_fen == 80_000
    assert split([bills.line(100_000)], replace(rules, stay_continues=True), used).deductible_fen == 20_000


def test_essential_drugs_need_not_fill_the_deductible() -> None:
    rules = Rules(deductible_fen=60_000, essential_without_deductible=True, bands=(Band(Fraction(1, 2)),))
    fees = [bills.line(20_000, essential=True), bills.line(10_000)]
    made = split(fees, rules, NONE)
    assert (made.deductible_fen, made.fund_fen) == (10_000, 10_000)
    (step,) = (step for step in made.trace if step.code == "deductible")
    assert step.values["waived_fen"] == 20_000


def test_a_month_has_a_cap_and_a_shared_cap_counts_other_treatment() -> None:
    month = Rules(bands=(Band(Fraction(1)),), month_fund_cap_fen=10_000)
    assert split([bills.line(9_000)], month, Accumulated(fund_paid_month_fen=4_000)).fund_fen == 6_000
    year = Rules(bands=(Band(Fraction(1)),), year_fund_cap_fen=10_000)
    used = Accumulated(fund_paid_year_fen=1_000, fund_paid_other_fen=5_000)
    assert split([bills.line(9_000)], year, used).fund_fen == 9_000
    shared = replace(year, year_fund_cap_shared=True)
    assert split([bills.line(9_000)], shared, used).fund_fen == 4_000


def test_beyond_the_pools_cap_the_large_amount_layer_pays() -> None:
    layer = Layer(0, (Band(Fraction(4, 5)),), cap_fen=None)
    rules = Rules(bands=(Band(Fraction(1, 2)),), year_fund_cap_fen=10_000, large_amount=layer)
    made = split([bills.line(50_000)], rules, NONE)
    # 10,000 of the pool take 20,000 of the bill; 30,000 lie beyond, of which the layer pays four fifths.
    assert (made.fund_fen, made.layers_fen) == (10_000, 24_000)
    assert made.personal[UseClass.IN_SCOPE_SHARE] == 16_000


def test_above_the_last_band_the_large_amount_layer_pays_too() -> None:
    layer = Layer(0, (Band(Fraction(1, 2)),), cap_fen=3_000)
    rules = Rules(bands=(Band(Fraction(1), upto_fen=10_000),), large_amount=layer)
    made = split([bills.line(50_000)], rules, NONE)
    assert (made.fund_fen, made.layers_fen) == (10_000, 3_000)
    assert [step.code for step in made.trace if step.code.startswith("layer")] == [
        "layer",
        "layer_band",
        "layer_cap",
    ]


def test_a_day_cap_leaves_nothing_to_the_large_amount_layer() -> None:
    layer = Layer(0, (Band(Fraction(1, 2)),), cap_fen=None)
    rules = Rules(bands=(Band(Fraction(1)),), day_fund_cap_fen=100, large_amount=layer)
    assert split([bills.line(50_000)], rules, NONE).layers == ()


def test_bands_of_a_layer_count_from_the_threshold_or_from_nothing() -> None:
    bands = (Band(Fraction(1, 2), upto_fen=20_000), Band(Fraction(4, 5)))
    no_pool = Rules(bands=(Band(Fraction(0)),))
    above = replace(no_pool, catastrophic=Layer(10_000, bands, None))
    absolute = replace(no_pool, catastrophic=Layer(10_000, bands, None, absolute=True))
    # 35,000: above the threshold 20,000 at a half and 5,000 at four fifths; from 0 10,000 and 15,000.
    assert split([bills.line(35_000)], above, NONE).layers_fen == 14_000
    assert split([bills.line(35_000)], absolute, NONE).layers_fen == 17_000


def test_a_layer_goes_on_where_the_years_burden_stands() -> None:
    layer = Layer(10_000, (Band(Fraction(1, 2)),), None)
    rules = Rules(bands=(Band(Fraction(0)),), catastrophic=layer)
    assert split([bills.line(4_000)], rules, Accumulated(catastrophic_base_fen=8_000)).layers_fen == 1_000
    assert split([bills.line(4_000)], rules, Accumulated(catastrophic_base_fen=20_000)).layers_fen == 2_000


def test_the_layer_may_pay_back_a_part_of_the_deductible() -> None:
    layer = Layer(0, (Band(Fraction(3, 5)),), None)
    rules = Rules(deductible_fen=10_000, bands=(Band(Fraction(1)),), catastrophic=layer)
    made = split([bills.line(12_000)], rules, NONE)
    assert (made.deductible_fen, made.fund_fen, made.layers_fen) == (10_000, 2_000, 6_000)
    assert (made.personal[UseClass.DEDUCTIBLE], made.personal[UseClass.IN_SCOPE_SHARE]) == (4_000, 0)


def test_what_is_bought_decides_the_class_of_own_expense() -> None:
    device = bills.line(5_000, Category.C, own_expense_as=UseClass.DEVICE)
    plain = bills.line(3_000, Category.C)
    made = split([device, plain, device], Rules(), NONE)
    assert made.personal[UseClass.DEVICE] == 10_000
    assert made.personal[UseClass.CATEGORY_C] == 3_000


def test_a_bill_that_used_an_unverified_value_says_so() -> None:
    source = Source("文件", "条", "unsure", "2025-01-01")
    made = split([bills.line(100)], Rules(bands=(Band(Fraction(1)),), sources={"ratio": source}), NONE)
    assert made.trace[-1].code == "unverified"
    assert made.trace[-1].values == {"count": 1}


def test_a_band_by_what_the_fund_paid_ends_where_the_year_has_paid_it() -> None:
    bands = (Band(Fraction(1, 2), Basis.FUND_PAID, 10_000), Band(Fraction(1, 4)))
    made = split([bills.line(20_000)], Rules(bands=bands), Accumulated(fund_paid_year_fen=8_000))
    assert made.fund_fen == 2_000 + 4_000


def test_after_a_bill_everything_that_counts_is_counted() -> None:
    layer = Layer(1_000, (Band(Fraction(1, 2)),), None)
    rules = Rules(
        deductible_fen=2_000,
        bands=(Band(Fraction(1, 2)),),
        year_fund_cap_fen=4_000,
        large_amount=layer,
        catastrophic=layer,
    )
    before = Accumulated(*range(1, 13))
    made = split([bills.line(20_000), bills.line(500, Category.C)], rules, before)
    assert {share.name: (share.base_fen, share.fund_fen) for share in made.layers} == {
        "large_amount": (10_005, 4_507),
        "catastrophic": (11_495, 5_253),
    }
    assert accumulate(before, made) == Accumulated(
        deductible_used_fen=1 + 1_999,
        fund_paid_year_fen=2 + 3_998,
        fund_paid_day_fen=3 + 3_998,
        in_scope_year_fen=4 + 20_000,
        fund_paid_month_fen=5 + 3_998,
        deductible_used_level_fen=6 + 1_999,
        deductible_used_stay_fen=7,
        fund_paid_other_fen=8,
        large_amount_base_fen=9 + 10_005,
        large_amount_paid_fen=10 + 4_507,
        catastrophic_base_fen=11 + 11_495,
        catastrophic_paid_fen=12 + 5_253,
    )


def test_after_a_bill_without_layers_they_stand_where_they_stood() -> None:
    before = Accumulated(*range(1, 13))
    after = accumulate(before, split([bills.line(100)], Rules(bands=(Band(Fraction(1)),)), before))
    assert (after.large_amount_base_fen, after.large_amount_paid_fen) == (9, 10)
    assert (after.catastrophic_base_fen, after.catastrophic_paid_fen) == (11, 12)
