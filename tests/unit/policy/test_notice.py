"""A pack printed as a public notice: what holds for whom, in the words of a notice, each with its document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from qinji.policy.load import load
from qinji.policy.model import Source
from qinji.policy.notice import notice
from qinji.policy.pack import Catalogue
from qinji.policy.parameters import PARAMETERS
from qinji.policy.standing import standing
from qinji.policy.wording import percent, spoken, word
from tests.unit.policy.bills import POLICIES
from tests.unit.policy.made_packs import DAY, made_pack

BOOK = load(POLICIES)


@pytest.fixture
def wuhan() -> str:
    """The notice of a city whose pack has most shapes of values."""
    return notice(BOOK.lineage("420100"), date(2024, 2, 20))


def rows_of(text: str, head: str) -> list[list[str]]:
    """The cells of the table that begins with this heading, its notes taken away."""
    lines = text.splitlines()
    start = next(place for place, line in enumerate(lines) if line.startswith(f"| {head} "))
    rows = []
    for line in lines[start:]:
        if not line.startswith("|"):
            break
        rows.append([re.sub(r"\[\d+\]", "", cell).strip() for cell in line.strip("|").split("|")])
    return [rows[0], *rows[2:]]


def test_ratios_stand_in_a_table_of_groups_and_levels_as_a_bill_finds_them(wuhan: str) -> None:
    assert rows_of(wuhan, "报销比例") == [
        ["报销比例", "村卫生室", "社区", "一级", "二级", "三级", "药店"],
        ["在职职工", "80%", "80%", "80%", "60%", "50%", "—"],
        ["退休职工、高龄退休职工", "84%", "84%", "84%", "68%", "60%", "—"],
    ]


def test_what_is_the_same_at_every_level_stands_in_one_column(wuhan: str) -> None:
    assert rows_of(wuhan, "起付线")[0] == ["起付线", "各级"]
    assert rows_of(wuhan, "起付线")[1] == ["在职职工", "700.00 元"]


def test_sets_are_words_and_sources_are_notes(wuhan: str) -> None:
    line = next(line for line in wuhan.splitlines() if line.startswith("* 可共济的关系"))
    assert "配偶、父母、子女[" in line
    number = re.findall(r"\[(\d+)\]", line)[-1]
    note = next(line for line in wuhan.splitlines() if line.startswith(f"[{number}] "))
    assert "国办发〔2021〕14号《国务院办公厅" in note
    assert "2021-04-22 起;已核实;全国的政策包 000000-national" in note


def test_every_mark_has_its_note_and_every_note_its_mark(wuhan: str) -> None:
    body, _, notes = wuhan.partition("## 依据")
    assert set(re.findall(r"\[(\d+)\]", body)) == set(re.findall(r"^\[(\d+)\]", notes, re.MULTILINE))


def test_a_ladder_a_stay_a_layer_and_care_elsewhere_are_told_in_sentences() -> None:
    text = notice(
        (
            made_pack(
                {
                    "inpatient.employee.deductible.1": ["400.00"],
                    "inpatient.employee.deductible.3": ["1300.00", "650.00"],
                    "inpatient.employee.bands.3": [
                        {"upto": "30000.00", "ratio": "0.85"},
                        {"upto": None, "ratio": "0.90"},
                    ],
                    "large_amount.employee.threshold": "30404.00",
                    "large_amount.employee.bands": [{"upto": None, "ratio": "0.60"}],
                    "large_amount.employee.cap": None,
                    "remote.referral.mode": "none",
                    "remote.other_province.unfiled.mode": "points",
                    "remote.other_province.unfiled.value": "0.20",
                    "remote.same_province.unfiled.mode": "prior_self_pay",
                    "remote.same_province.unfiled.value": "0.10",
                }
            ),
        ),
        DAY,
    )
    assert "30000.00 元以下部分 85%;30000.00 元以上部分 90%" in text
    assert "* 职工(三级):第一次 1300.00 元,以后每次 650.00 元" in text
    assert rows_of(text, "起付线")[1] == ["职工", "400.00 元", "400.00 元", "400.00 元", "—", "见下"]
    assert "* 起付标准:职工 30404.00 元" in text
    assert "* 年度封顶:职工 不封顶" in text
    assert rows_of(text, "异地就医") == [
        ["异地就医", "省内", "跨省"],
        ["转诊", "不降低", "不降低"],
        ["未备案", "先行自付 10%", "报销比例降低 20 个百分点"],
    ]


def test_a_wider_value_that_a_nearer_pack_covers_is_not_printed() -> None:
    nation = made_pack(
        {"outpatient.employee.in_service.ratio.1": "0.50"}, folder="000000-national", region="000000"
    )
    city = made_pack({"outpatient.employee.ratio.1": "0.70"})
    assert [one.covered for one in standing((city, nation), DAY)] == [False, True]
    told = notice((city, nation), DAY)
    assert "70%" in told
    assert "50%" not in told


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("outpatient.employee.ratio.1", "0.805", "80.5%"),
        ("outpatient.employee.year_fund_cap", None, "不封顶"),
        ("mutual_aid.max_grantors", None, "不限"),
        ("mutual_aid.unbind_min_days", 90, "90 天"),
        ("balance.rollover_day", "12-31", "12 月 31 日"),
        ("outpatient.employee.year_fund_cap_wage_factor", "0.06", "0.06 倍"),
        ("cross_city.pharmacy", "none", "不能直接结算"),
        ("remote.unfiled.mode", "none", "不降低"),
        ("mutual_aid.premiums", [], "无"),
        ("inpatient.employee.deductible.1", ["400.00"], "400.00 元"),
        (
            "inpatient.employee.bands.1",
            [{"upto": "100.00", "ratio": "0.5", "basis": "fund_paid"}, {"upto": "200.00", "ratio": "0.6"}],
            "100.00 元以下部分 50%(按统筹基金已付);100.00 元以上至 200.00 元部分 60%",
        ),
    ],
)
def test_a_value_in_the_words_of_a_notice(name: str, value: object, told: str) -> None:
    assert spoken(name, value) == told  # type: ignore[arg-type]


def test_percentages_are_exact() -> None:
    from fractions import Fraction

    told = [percent(Fraction(points, 10_000)) for points in (0, 5, 50, 800, 8_050, 10_000)]
    assert told == ["0%", "0.05%", "0.5%", "8%", "80.5%", "100%"]


def _words() -> Iterator[tuple[str, str]]:
    for name, parameter in PARAMETERS.items():
        for one in parameter.form.words:
            yield name, one


def test_every_word_that_a_pack_may_write_has_its_chinese() -> None:
    assert {one for name, one in _words() if word(name, one) == one} == set()


def test_the_notice_names_its_day_and_its_pack(wuhan: str) -> None:
    assert wuhan.startswith("# 武汉市医疗保险待遇与家庭共济规定(2024-02-20 执行的数值)\n")
    assert Path(POLICIES / "420100-wuhan").name in wuhan


def test_the_same_value_from_two_packs_stands_in_two_rows_each_with_its_own_note() -> None:
    nation = made_pack({"outpatient.employee.ratio.1": "0.70"}, folder="000000-national", region="000000")
    city = made_pack({"outpatient.resident.ratio.1": "0.70"})
    rows = rows_of(notice((city, nation), DAY), "报销比例")
    assert [row[0] for row in rows] == ["报销比例", "职工", "居民"]


def test_a_code_that_is_no_word_is_told_as_it_is() -> None:
    assert spoken("remote.exempt_areas", ["310000", "320000"]) == "310000、320000"


def test_the_notice_of_a_small_region_word_for_word() -> None:
    nation = made_pack(
        {
            "family_account.max_members": 5,
            "outpatient.employee.ratio.1": "0.70",
            "remote.referral.mode": "points",
            "remote.referral.value": "0.05",
        },
        folder="000000-national",
        region="000000",
        clause="第九条",
        certainty="believed",
    )
    city = made_pack(
        {
            "outpatient.employee.deductible": "100.00",
            "outpatient.resident.ratio.1": "0.60",
            "inpatient.employee.bands.3": [
                {"upto": "30000.00", "ratio": "0.85"},
                {"upto": None, "ratio": "0.90"},
            ],
            "inpatient.employee.bands.2": [
                {"upto": "30000.00", "ratio": "0.85"},
                {"upto": None, "ratio": "0.90"},
            ],
            "catastrophic.resident.threshold": "15000.00",
            "remote.same_province.unfiled.mode": "factor",
            "remote.same_province.unfiled.value": "0.80",
            "remote.temporary.mode": "points",
            "remote.emergency.mode": "none",
            "remote.emergency.value": "0.30",
            "cross_city.pharmacy": "none",
            "mutual_aid.relations": ["spouse", "child"],
        },
    )
    listed = Source("医保目录", "全文", "unsure", "2025-03-01")
    nation = replace(nation, catalogue=(Catalogue(date(2025, 3, 1), {}, listed),))
    assert notice((city, nation), DAY) == SMALL


SMALL = """\
# 东澜市医疗保险待遇与家庭共济规定(2025-06-01 执行的数值)

由政策包 990100-donglan 印出,供与文件逐项核对;方括号中的号码见文末“依据”。

## 一、门诊

### 普通门诊

| 报销比例 | 村卫生室 | 社区   | 一级   | 二级 | 三级 | 药店 |
|----------|----------|--------|--------|------|------|------|
| 职工     | 70%[1]   | 70%[1] | 70%[1] | —    | —    | —    |
| 居民     | 60%[2]   | 60%[2] | 60%[2] | —    | —    | —    |

| 起付线 | 各级         |
|--------|--------------|
| 职工   | 100.00 元[2] |

## 二、住院

### 住院

| 报销比例 | 村卫生室 | 社区 | 一级 | 二级 | 三级 |
|----------|----------|------|------|------|------|
| 职工     | —        | —    | —    | 见下 | 见下 |

* 职工(二级、三级):30000.00 元以下部分 85%;30000.00 元以上部分 90%[2]

## 三、大额与大病

### 大病保险

* 起付标准:居民 15000.00 元[2]

## 四、异地就医

| 异地就医     | 省内                       | 跨省                       |
|--------------|----------------------------|----------------------------|
| 临时备案     | 报销比例降低百分点[2]      | 报销比例降低百分点[2]      |
| 转诊         | 报销比例降低 5 个百分点[1] | 报销比例降低 5 个百分点[1] |
| 异地急诊抢救 | 不降低[2]                  | 不降低[2]                  |
| 未备案       | 按本地报销比例的 80%[2]    | —                          |

* 异地药店直接结算到哪里:不能直接结算[2]

## 五、家庭共济

* 可共济的关系(使用人是授权人的什么人):配偶、子女[2]

## 六、亲情账户

* 最多几名成员:5[1]

## 医保目录

0 项[3]

## 依据

[1] 东澜文〔2025〕1号《东澜办法》,条款:第九条;2025-01-01 起;较可信,未核对原文;东澜市的政策包 000000-national
[2] 东澜文〔2025〕1号《东澜办法》,条款:第一条;2025-01-01 起;已核实
[3] 医保目录,条款:全文;2025-03-01 起;未核实;东澜市的政策包 000000-national
"""
