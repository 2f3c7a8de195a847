"""Pure: the forms a value of policy may have, each with its unit, its check, and the right form in Chinese."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from qinji.kernel.money import NotAnAmount, parse_factor, parse_ratio, parse_yuan
from qinji.kernel.region import is_region

Row = Mapping[str, str | None]
"""One band of a ladder as it is written: ``upto`` (yuan, or null), ``ratio``, and where it applies ``basis``."""

Value = str | int | bool | list[str] | list[Row] | None

BASES = ("in_scope_including_deductible", "in_scope_after_deductible", "fund_paid")
BANDS_MAX = 20
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_DAY_OF_YEAR = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")


class WrongValue(ValueError):
    """The value has another form than its parameter; the message says the right one, in Chinese."""


@dataclass(frozen=True, slots=True)
class Form:
    """What a value is measured in and how it is checked; ``check`` raises WrongValue. ``words`` are all it may be."""

    unit: str
    check: Callable[[Value], None]
    words: tuple[str, ...] = ()


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise WrongValue("应为带引号的文字")
    return value


def _money(value: object) -> None:
    try:
        amount = parse_yuan(_text(value))
    except (NotAnAmount, WrongValue) as wrong:
        raise WrongValue('应为元,带引号的小数,如 "100.00"') from wrong
    if amount < 0:
        raise WrongValue("金额不能小于 0")


def _ratio(value: object) -> None:
    try:
        parse_ratio(_text(value))
    except (NotAnAmount, WrongValue) as wrong:
        raise WrongValue('应为 0 到 1 的带引号的小数,如 "0.80"') from wrong


def _factor(value: object) -> None:
    try:
        parse_factor(_text(value))
    except (NotAnAmount, WrongValue) as wrong:
        raise WrongValue('应为带引号的倍数,如 "6" 或 "0.06"') from wrong


def _count(value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise WrongValue("应为不小于 0 的整数")


def _month(value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value not in range(1, 13):
        raise WrongValue("应为月份,1 到 12")


def _switch(value: object) -> None:
    if not isinstance(value, bool):
        raise WrongValue("应为 true 或 false")


def _never(value: object) -> None:
    if value is not False:
        raise WrongValue("不支持要求授权人到场:使用人出示本人凭证即可(R-036),请写 false 或删去")


def _words(value: object) -> None:
    if not _text(value).strip():
        raise WrongValue("不能是空的文字")


def _clock(value: object) -> None:
    if not _CLOCK.fullmatch(_text(value)):
        raise WrongValue('应为带引号的时刻,如 "22:00"')


def _day_of_year(value: object) -> None:
    if not _DAY_OF_YEAR.fullmatch(_text(value)):
        raise WrongValue('应为带引号的月-日,如 "12-25"')


def _regions(value: object) -> None:
    if not isinstance(value, list) or not all(isinstance(one, str) and is_region(one) for one in value):
        raise WrongValue('应为六位区划代码的列表,如 ["310000", "320000"]')


def _moneys(value: object) -> None:
    if not isinstance(value, list) or not value:
        raise WrongValue(
            '应为金额的列表,依次为第一次、第二次……住院,最后一个用于以后各次,如 ["1300.00", "650.00"]'
        )
    for one in value:
        _money(one)


def _bands(value: object) -> None:
    if not isinstance(value, list) or not value or len(value) > BANDS_MAX:
        raise WrongValue('应为分段的列表,如 [{upto: "30000.00", ratio: "0.85"}, {upto: null, ratio: "0.90"}]')
    for row in value:
        _band(row)
    for lower, higher in pairwise(value):
        if lower["upto"] is None:
            raise WrongValue("upto 为 null 的一段没有上限,只能是最后一段")
        if higher["upto"] is not None and parse_yuan(higher["upto"]) <= parse_yuan(lower["upto"]):
            raise WrongValue(f"分段的上限应由低到高:{higher['upto']} 不高于前一段的 {lower['upto']}")


def _band(row: object) -> None:
    if not isinstance(row, dict) or not {"upto", "ratio"} <= set(row) <= {"upto", "ratio", "basis"}:
        raise WrongValue("每段应有 upto(上限,元,或 null)与 ratio(比例),可有 basis")
    if row["upto"] is not None:
        _money(row["upto"])
    _ratio(row["ratio"])
    if row.get("basis", BASES[0]) not in BASES:
        raise WrongValue(f"basis 应为 {'、'.join(BASES)} 之一")


def _or_null(check: Callable[[object], None]) -> Callable[[Value], None]:
    def checked(value: Value) -> None:
        if value is not None:
            check(value)

    return checked


MONEY = Form("yuan", _money)
CAP = Form("yuan", _or_null(_money))
RATIO = Form("ratio", _ratio)
FACTOR = Form("factor", _factor)
COUNT = Form("count", _count)
MOST = Form("count", _or_null(_count))
DAYS = Form("days", _count)
MOST_DAYS = Form("days", _or_null(_count))
MONTHS = Form("months", _count)
MOST_MONTHS = Form("months", _or_null(_count))
SECONDS = Form("seconds", _count)
MONTH = Form("count", _month)
SWITCH = Form("switch", _switch)
NEVER = Form("switch", _never)
WORDS = Form("text", _words)
CLOCK = Form("time", _clock)
DAY_OF_YEAR = Form("day", _day_of_year)
REGIONS = Form("set", _regions)
MONEYS = Form("yuan", _moneys)
BANDS = Form("bands", _bands)


def one_of(*allowed: str) -> Form:
    """One word of a closed list."""

    def check(value: Value) -> None:
        if value not in allowed:
            raise WrongValue(f"应为 {'、'.join(allowed)} 之一")

    return Form("choice", check, allowed)


def set_of(*allowed: str, never: Mapping[str, str] | None = None) -> Form:
    """Some words of a closed list; ``never`` are words that no region may use, each with the reason."""
    forbidden = never or {}

    def check(value: Value) -> None:
        if not isinstance(value, list):
            raise WrongValue(f"应为列表,可用 {'、'.join(allowed)}")
        for word in value:
            if isinstance(word, str) and word in forbidden:
                raise WrongValue(f"不能有 {word}:{forbidden[word]}")
        if any(word not in allowed for word in value):
            raise WrongValue(f"应为列表,可用 {'、'.join(allowed)}")
        if len({str(word) for word in value}) < len(value):
            raise WrongValue("同一项写了两次")

    return Form("set", check, allowed)
