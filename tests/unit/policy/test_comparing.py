"""Two regions, two days or two editions of packs: what differs, on both sides, with the sources."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from qinji.kernel.bill import Category
from qinji.policy.comparing import differences
from qinji.policy.load import load
from qinji.policy.model import CatalogueItem, Source
from qinji.policy.pack import Catalogue
from tests.unit.policy.bills import POLICIES
from tests.unit.policy.made_packs import DAY, made_pack

BOOK = load(POLICIES)
RATIO = "outpatient.employee.ratio.1"
BOTH = (DAY, DAY)


def test_a_region_does_not_differ_from_itself() -> None:
    packs = BOOK.lineage("420100")
    assert differences(packs, packs, BOTH, sources=True) == []


def test_a_value_that_changes_on_a_day_is_told_with_both_documents() -> None:
    packs = BOOK.lineage("420100")
    days = (date(2024, 7, 25), date(2024, 7, 26))
    (found,) = differences(packs, packs, days, sources=True)
    assert found.name == "mutual_aid.relations"
    assert found.one == '["spouse", "parent", "child"]'
    assert "国办发〔2021〕14号" in found.one_source
    assert "国办发〔2024〕38号" in found.other_source
    assert "000000-national/sharing.yaml 第 4 行" in found.other_source


def test_what_only_one_side_writes_is_told() -> None:
    one, other = made_pack({RATIO: "0.80"}), made_pack({RATIO: "0.80", "pharmacy.fund_pays": True})
    (found,) = differences((one,), (other,), BOTH, sources=True)
    assert (found.name, found.one, found.other) == ("pharmacy.fund_pays", None, "True")
    (turned,) = differences((other,), (one,), BOTH, sources=True)
    assert (turned.one, turned.other, turned.other_source) == ("True", None, "")


def test_another_clause_or_certainty_differs_within_a_region_only() -> None:
    one = made_pack({RATIO: "0.80"})
    for other in (
        made_pack({RATIO: "0.80"}, clause="第二条"),
        made_pack({RATIO: "0.80"}, certainty="unsure"),
    ):
        (found,) = differences((one,), (other,), BOTH, sources=True)
        assert found.same_value
        assert differences((one,), (other,), BOTH, sources=False) == []


def test_items_of_the_catalogue_differ_too() -> None:
    wuhan = BOOK.lineage("420100")
    found = differences(wuhan, (wuhan[0],), BOTH, sources=True)
    items = [one for one in found if one.name.startswith("catalogue.")]
    assert len(items) == len(wuhan[-1].catalogue[-1].items)
    assert all(one.one is not None and one.other is None for one in items)


def test_an_item_is_told_with_all_that_decides_its_price() -> None:
    plain = CatalogueItem("X1", "某药", Category.A, 1_500_000, None, Fraction(0), False, "drug", "101")
    whole = replace(
        plain,
        category=Category.B,
        ceiling_price=1_200_000,
        prior_ratio=Fraction(1, 10),
        restricted=True,
        essential=True,
    )
    one, other = (
        replace(
            made_pack({}),
            catalogue=(Catalogue(DAY, {"X1": item}, Source("目录", "1", "certain", "2025-06-01")),),
        )
        for item in (plain, whole)
    )
    (found,) = differences((one,), (other,), BOTH, sources=True)
    assert (found.name, found.title) == ("catalogue.X1", "医保目录:某药")
    assert found.one == "某药,A 类,价格 1500000 微元,category_c"
    assert found.other == (
        "某药,B 类,先行自付 1÷10,限价 1200000 微元,价格 1500000 微元,限制用药,基本药物,category_c"
    )


def test_a_catalogue_holds_from_its_day_on() -> None:
    item = CatalogueItem("X1", "某药", Category.A, 1_500_000, None, Fraction(0), False, "drug", "101")
    listed = Catalogue(DAY, {"X1": item}, Source("目录", "1", "certain", "2025-06-01"))
    pack = replace(made_pack({}), catalogue=(listed,))
    (found,) = differences((pack,), (pack,), (DAY - timedelta(days=1), DAY), sources=True)
    assert (found.one, found.other) == (None, "某药,A 类,价格 1500000 微元,category_c")
