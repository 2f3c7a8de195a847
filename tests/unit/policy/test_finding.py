"""An item of the catalogue is found by its code, by a part of its name, or by the first letters of its pinyin."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qinji.kernel.refusal import Refused
from qinji.policy.book import RegionPolicy
from qinji.policy.finding import FOUND_MAX, TYPED_MAX, Finder
from qinji.policy.initials import initials_of
from qinji.policy.load import load
from qinji.policy.model import CatalogueItem
from tests.simulation.cast import FIRST_DAY
from tests.unit.policy.bills import POLICIES


def _policy() -> RegionPolicy:
    policy = load(POLICIES).at("990100", FIRST_DAY)
    assert not isinstance(policy, Refused)
    return policy


FINDER, ITEMS = _policy().finder, _policy().items()


def names(typed: str, limit: int = FOUND_MAX) -> list[str]:
    return [item.name for item in Finder(ITEMS).find(typed, limit)]


def made(code: str, name: str) -> CatalogueItem:
    return replace(ITEMS[0], code=code, name=name)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("A1", ["A1", "A12", "ZA1"]),
        ("ａ１", ["A1", "A12", "ZA1"]),
        ("甘草", ["D1", "D2"]),
        ("VC片", ["C1"]),
        ("vc 片", ["C1"]),
        ("gc", ["D1", "D2"]),
    ],
)
def test_the_nearest_comes_first(typed: str, found: list[str]) -> None:
    items = [
        made("ZA1", "丁"),
        made("A12", "丙"),
        made("A1", "乙"),
        made("D2", "炙甘草"),
        made("D1", "甘草"),
        made("C1", "ＶＣ 片"),
    ]
    assert [item.code for item in Finder(items).find(typed)] == found


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("XJ01CAA001A001010100006", "阿莫西林胶囊"),
        ("xj01caa001a001010100006", "阿莫西林胶囊"),
        ("XJ01C", "阿莫西林胶囊"),
        ("阿莫", "阿莫西林胶囊"),
        ("氨氯地平", "苯磺酸氨氯地平片"),
        ("amxljn", "阿莫西林胶囊"),
        ("AMX", "阿莫西林胶囊"),
        ("ａｍｘ", "阿莫西林胶囊"),
        ("a m x", "阿莫西林胶囊"),
        ("aldp", "苯磺酸氨氯地平片"),
        ("xys", "西洋参"),
        ("xyc", "西洋参"),
        ("ysaxs", "盐酸氨溴索口服溶液"),
        ("xxjsjtcps", "X线计算机体层平扫"),
    ],
)
def test_what_is_typed_finds_the_item(typed: str, first: str) -> None:
    assert names(typed)[0] == first


def test_a_name_that_begins_so_comes_before_one_that_only_contains_it() -> None:
    found = names("门诊")
    assert found[0].startswith("门诊")
    assert {"普通门诊诊察费", "专家门诊诊察费"} <= set(found)


@pytest.mark.parametrize("typed", ["", "  ", "没有这样的药", "zzzzzz", "%", "_", "\x00"])
def test_what_fits_nothing_finds_nothing(typed: str) -> None:
    assert names(typed) == []


def test_no_more_are_shown_than_asked_for() -> None:
    assert len(names("0", 3)) == 3
    assert len(names("0")) == FOUND_MAX


def test_a_text_without_end_is_cut() -> None:
    code = max((item.code for item in ITEMS), key=len)
    assert names(code + " " * 100_000)
    assert names("a" * (TYPED_MAX + 1)) == []


def test_every_character_of_every_name_has_its_letter() -> None:
    for item in ITEMS:
        spoken = [one for one in item.name if one.isalnum()]
        assert len(initials_of(item.name)) == len(spoken), item.name


@given(st.sampled_from(ITEMS), st.data())
def test_an_item_is_found_by_any_reading_of_its_name(item: CatalogueItem, data: st.DataObject) -> None:
    letters = [data.draw(st.sampled_from(one)) for one in initials_of(item.name)]
    assert item in FINDER.find("".join(letters), len(ITEMS))


@given(st.text(max_size=80))
def test_any_text_may_be_typed(typed: str) -> None:
    assert len(FINDER.find(typed)) <= FOUND_MAX
