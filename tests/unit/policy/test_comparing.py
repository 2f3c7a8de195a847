"""Two regions, two days or two editions of packs: what differs, on both sides, with the sources."""

from __future__ import annotations

from datetime import date

from qinji.policy.comparing import differences
from qinji.policy.load import load
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
