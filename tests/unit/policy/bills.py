"""Bills, rules and packs made for the tests of this folder."""

from __future__ import annotations

import shutil
from dataclasses import fields
from fractions import Fraction
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from qinji.kernel.bill import Approval, Category, FeeLine
from qinji.kernel.purpose import OWN_EXPENSE, UseClass
from qinji.policy.model import Accumulated, Band, Basis, Layer, Merge, Period, RemoteMode, Rules, Source

Example = dict[str, Any]
"""One object of worked_examples.json."""

POLICIES = Path(__file__).resolve().parents[3] / "policies"
ratios = st.integers(0, 10_000).map(lambda points: Fraction(points, 10_000))
fen = st.integers(0, 5_000_000)


def line(
    amount_fen: int, category: Category = Category.A, prior: Fraction = Fraction(0), **more: object
) -> FeeLine:
    made = {"price": amount_fen * 10_000, "quantity": 10_000, **more}
    return FeeLine("1", "item", "项目", category, amount_fen, prior_ratio=prior, **made)  # type: ignore[arg-type]


@st.composite
def lines(draw: st.DrawFn) -> FeeLine:
    price, quantity = draw(st.integers(0, 10**9)), draw(st.integers(1, 50_000))
    amount = (price * quantity * 100 + 5 * 10**9) // 10**10
    return FeeLine(
        number=str(draw(st.integers(1, 99))),
        item_code="item",
        item_name="项目",
        category=draw(st.sampled_from(Category)),
        amount_fen=amount,
        price=price,
        quantity=quantity,
        prior_ratio=draw(ratios),
        ceiling_price=draw(st.none() | st.integers(0, 10**9)),
        restricted=draw(st.booleans()),
        approval=draw(st.sampled_from(Approval)),
        own_expense_as=draw(st.sampled_from(OWN_EXPENSE)),
        essential=draw(st.booleans()),
    )


@st.composite
def band_lists(draw: st.DrawFn) -> tuple[Band, ...]:
    basis = draw(st.sampled_from(Basis))
    ends = sorted(draw(st.lists(st.integers(1, 3_000_000), max_size=4, unique=True)))
    bands = [Band(draw(ratios), basis, end) for end in ends]
    return (*bands, Band(draw(ratios))) if draw(st.booleans()) else tuple(bands)


@st.composite
def layer_bands(draw: st.DrawFn) -> tuple[Band, ...]:
    ends = sorted(draw(st.lists(st.integers(1, 3_000_000), max_size=3, unique=True)))
    return (*(Band(draw(ratios), upto_fen=end) for end in ends), Band(draw(ratios)))


layers = st.builds(Layer, fen, layer_bands(), st.none() | fen, st.booleans())
bonuses = st.lists(
    st.tuples(st.sampled_from(["bonus.low_income", "bonus.signed_doctor"]), ratios), max_size=2
)

yearly_rules = st.builds(
    Rules,
    deductible_fen=fen,
    bands=band_lists(),
    year_fund_cap_fen=st.none() | fen,
    large_amount=st.none(),
    catastrophic=st.none() | layers,
)
"""Rules that look at the year alone, so that a bill cut in two is paid like the whole."""

rules = st.builds(
    Rules,
    deductible_fen=fen,
    deductible_period=st.sampled_from(Period),
    deductible_merge=st.sampled_from(Merge),
    stay_continues=st.booleans(),
    essential_without_deductible=st.booleans(),
    bonuses=bonuses.map(tuple),
    month_fund_cap_fen=st.none() | fen,
    year_fund_cap_shared=st.booleans(),
    wage_cap=st.none() | st.tuples(fen, ratios),
    large_amount=st.none() | layers,
    catastrophic=st.none() | layers,
    current_pays=st.frozensets(st.sampled_from(UseClass)),
    current_first=st.booleans(),
    filing=st.sampled_from(["", "referral"]),
    bands=band_lists(),
    fund_pays=st.booleans(),
    visit_fund_cap_fen=st.none() | fen,
    day_fund_cap_fen=st.none() | fen,
    year_fund_cap_fen=st.none() | fen,
    own_pays=st.frozensets(st.sampled_from(UseClass)),
    aid_pays=st.frozensets(st.sampled_from(UseClass)),
    self_first=st.booleans(),
    current_year_account_first=st.booleans(),
    kinds_not_shared=st.frozensets(st.sampled_from(["current_year", "history"])),
    remote_mode=st.sampled_from(RemoteMode),
    remote_value=ratios,
    sources=st.dictionaries(
        st.sampled_from(["deductible", "ratio", "catalogue"]),
        st.builds(
            Source, st.text(max_size=5), st.text(max_size=5), st.just("certain"), st.just("2025-01-01")
        ),
    ),
)
used = st.builds(Accumulated, *([fen] * len(fields(Accumulated))))

SOME_PACKS = ("000000", "110100", "420100", "990000", "990100", "990200")


def some_packs(folder: Path) -> Path:
    """A copy of a few packs, among them all that the nation's own scenarios ask for: quicker to check than twenty."""
    copy = folder / "policies"
    for pack in POLICIES.iterdir():
        if pack.name.startswith(SOME_PACKS):
            shutil.copytree(pack, copy / pack.name)
    return copy
