"""The closed list of parameters: built anew it is the page that is read; each form says what would be right."""

from __future__ import annotations

import runpy

import pytest

from qinji.policy import forms, parameters
from qinji.policy.forms import BANDS_MAX, Form, Row, WrongValue, one_of, set_of
from tools import generate_parameters

ROW = {"upto": "100.00", "ratio": "0.5"}
LAST = {"upto": None, "ratio": "0.6"}
A_LIST = '应为分段的列表,如 [{upto: "30000.00", ratio: "0.85"}, {upto: null, ratio: "0.90"}]'
A_ROW = "每段应有 upto(上限,元,或 null)与 ratio(比例),可有 basis"
SOME_MONEY = '应为元,带引号的小数,如 "100.00"'


def test_the_list_built_anew_is_what_the_page_tells() -> None:
    anew = runpy.run_path(str(parameters.__file__), run_name=parameters.__name__)
    page = generate_parameters.render(anew["PARAMETERS"])
    assert page == generate_parameters.TARGET.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("form", "unit", "right"),
    [
        (forms.MONEY, "yuan", ["0.00", "100.00"]),
        (forms.CAP, "yuan", ["0.00", None]),
        (forms.RATIO, "ratio", ["0", "0.80", "1"]),
        (forms.FACTOR, "factor", ["6", "0.06"]),
        (forms.COUNT, "count", [0, 1, 500]),
        (forms.MOST, "count", [0, None]),
        (forms.DAYS, "days", [0, 90]),
        (forms.MOST_DAYS, "days", [0, None]),
        (forms.MONTHS, "months", [0, 3]),
        (forms.MOST_MONTHS, "months", [0, None]),
        (forms.SECONDS, "seconds", [0, 60]),
        (forms.MONTH, "count", [1, 12]),
        (forms.SWITCH, "switch", [True, False]),
        (forms.NEVER, "switch", [False]),
        (forms.WORDS, "text", ["亲情"]),
        (forms.CLOCK, "time", ["00:00", "19:30", "23:59"]),
        (forms.DAY_OF_YEAR, "day", ["01-01", "09-30", "12-31"]),
        (forms.REGIONS, "set", [[], ["310000", "320000"]]),
        (forms.MONEYS, "yuan", [["1300.00"], ["1300.00", "650.00"]]),
        (
            forms.BANDS,
            "bands",
            [[ROW, LAST], [LAST], [{**ROW, "basis": "fund_paid"}, {**LAST, "upto": "100.01"}]],
        ),
    ],
    ids=lambda _: "",
)
def test_what_is_written_rightly_is_taken(form: Form, unit: str, right: list[object]) -> None:
    assert form.unit == unit
    assert form.words == ()
    for value in right:
        form.check(value)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("form", "wrong", "told"),
    [
        (forms.MONEY, "1.001", SOME_MONEY),
        (forms.MONEY, 100, SOME_MONEY),
        (forms.MONEY, None, SOME_MONEY),
        (forms.MONEY, "-0.01", "金额不能小于 0"),
        (forms.CAP, "abc", SOME_MONEY),
        (forms.RATIO, 0.8, '应为 0 到 1 的带引号的小数,如 "0.80"'),
        (forms.RATIO, "80%", '应为 0 到 1 的带引号的小数,如 "0.80"'),
        (forms.RATIO, "1.01", '应为 0 到 1 的带引号的小数,如 "0.80"'),
        (forms.FACTOR, 6, '应为带引号的倍数,如 "6" 或 "0.06"'),
        (forms.FACTOR, "sechs", '应为带引号的倍数,如 "6" 或 "0.06"'),
        (forms.COUNT, -1, "应为不小于 0 的整数"),
        (forms.COUNT, True, "应为不小于 0 的整数"),
        (forms.COUNT, "3", "应为不小于 0 的整数"),
        (forms.COUNT, None, "应为不小于 0 的整数"),
        (forms.MOST, -1, "应为不小于 0 的整数"),
        (forms.MONTH, 0, "应为月份,1 到 12"),
        (forms.MONTH, 13, "应为月份,1 到 12"),
        (forms.MONTH, True, "应为月份,1 到 12"),
        (forms.MONTH, "7", "应为月份,1 到 12"),
        (forms.SWITCH, "true", "应为 true 或 false"),
        (forms.SWITCH, 1, "应为 true 或 false"),
        (forms.NEVER, True, "不支持要求授权人到场:使用人出示本人凭证即可(R-036),请写 false 或删去"),
        (forms.NEVER, None, "不支持要求授权人到场:使用人出示本人凭证即可(R-036),请写 false 或删去"),
        (forms.WORDS, " ", "不能是空的文字"),
        (forms.WORDS, 7, "应为带引号的文字"),
        (forms.CLOCK, "24:00", '应为带引号的时刻,如 "22:00"'),
        (forms.CLOCK, "7:00", '应为带引号的时刻,如 "22:00"'),
        (forms.CLOCK, 2200, "应为带引号的文字"),
        (forms.DAY_OF_YEAR, "13-01", '应为带引号的月-日,如 "12-25"'),
        (forms.DAY_OF_YEAR, "12-32", '应为带引号的月-日,如 "12-25"'),
        (forms.REGIONS, "310000", '应为六位区划代码的列表,如 ["310000", "320000"]'),
        (forms.REGIONS, ["310000", "31"], '应为六位区划代码的列表,如 ["310000", "320000"]'),
        (forms.REGIONS, [310000], '应为六位区划代码的列表,如 ["310000", "320000"]'),
        (
            forms.MONEYS,
            [],
            '应为金额的列表,依次为第一次、第二次……住院,最后一个用于以后各次,如 ["1300.00", "650.00"]',
        ),
        (
            forms.MONEYS,
            "1300.00",
            '应为金额的列表,依次为第一次、第二次……住院,最后一个用于以后各次,如 ["1300.00", "650.00"]',
        ),
        (forms.MONEYS, ["1300.00", 650], SOME_MONEY),
        (forms.BANDS, [], A_LIST),
        (forms.BANDS, "0.80", A_LIST),
        (forms.BANDS, [LAST] * (BANDS_MAX + 1), A_LIST),
        (forms.BANDS, ["0.80"], A_ROW),
        (forms.BANDS, [{"upto": None}], A_ROW),
        (forms.BANDS, [{**LAST, "basic": "fund_paid"}], A_ROW),
        (forms.BANDS, [{**LAST, "upto": 100}], SOME_MONEY),
        (forms.BANDS, [{**LAST, "ratio": "1.5"}], '应为 0 到 1 的带引号的小数,如 "0.80"'),
        (
            forms.BANDS,
            [{**LAST, "basis": "all"}],
            "basis 应为 in_scope_including_deductible、in_scope_after_deductible、fund_paid 之一",
        ),
        (forms.BANDS, [LAST, ROW], "upto 为 null 的一段没有上限,只能是最后一段"),
        (forms.BANDS, [ROW, ROW, LAST], "分段的上限应由低到高:100.00 不高于前一段的 100.00"),
        (forms.BANDS, [ROW, {**ROW, "upto": "99.99"}], "分段的上限应由低到高:99.99 不高于前一段的 100.00"),
    ],
    ids=lambda _: "",
)
def test_what_is_written_wrongly_is_told_the_right_form(form: Form, wrong: object, told: str) -> None:
    with pytest.raises(WrongValue) as refused:
        form.check(wrong)  # type: ignore[arg-type]
    assert str(refused.value) == told


def test_a_ladder_may_have_as_many_bands_as_the_bound_says() -> None:
    most: list[Row] = [{"upto": f"{number}.00", "ratio": "0.5"} for number in range(1, BANDS_MAX + 1)]
    forms.BANDS.check(most)


def test_one_word_of_a_closed_list() -> None:
    form = one_of("points", "factor")
    assert (form.unit, form.words) == ("choice", ("points", "factor"))
    form.check("factor")
    with pytest.raises(WrongValue) as refused:
        form.check("none")
    assert str(refused.value) == "应为 points、factor 之一"


def test_some_words_of_a_closed_list() -> None:
    form = set_of("spouse", "child", never={"health_food": "国家不许"})
    assert (form.unit, form.words) == ("set", ("spouse", "child"))
    form.check([])
    form.check(["child", "spouse"])
    for wrong, told in (
        ("spouse", "应为列表,可用 spouse、child"),
        (["spouse", "cousin"], "应为列表,可用 spouse、child"),
        ([7], "应为列表,可用 spouse、child"),
        (["spouse", "spouse"], "同一项写了两次"),
        (["spouse", "health_food"], "不能有 health_food:国家不许"),
    ):
        with pytest.raises(WrongValue) as refused:
            form.check(wrong)  # type: ignore[arg-type]
        assert str(refused.value) == told
    with pytest.raises(WrongValue, match=r"^应为列表,可用 spouse$"):
        set_of("spouse").check(["health_food"])
