"""Pure: read plain objects strictly: the keys are closed, a wrong form is named with its place, in Chinese."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from qinji.kernel.money import NotAnAmount, parse_price, parse_ratio, parse_yuan
from qinji.kernel.refusal import Refused

T = TypeVar("T")
WORDS_MAX = 50
NUMBER_MAX = 9_999
"""The highest age, number of days or of stays; a wrong one must not make a server count for hours."""


class TrialInvalid(ValueError):
    """The object cannot be tried; the text names the key and the right form, in Chinese.

    ``refused`` is there where a settlement of this bill would be refused for the same reason.
    """

    def __init__(self, text: str, refused: Refused | None = None) -> None:
        super().__init__(text)
        self.refused = refused


def closed(given: Mapping[str, object], allowed: Sequence[str], where: str) -> None:
    """Refuses a key that is not allowed, by name."""
    for key in given:
        if key not in allowed:
            raise TrialInvalid(f"不认识的键 {where}{key}。可用的键:{'、'.join(allowed)}")


def mapping(value: object, where: str) -> Mapping[str, object]:
    """A table with text keys."""
    if not isinstance(value, Mapping):
        raise TrialInvalid(f"{where} 应为“键: 值”的对象")
    return {str(key): inner for key, inner in value.items()}


def list_of(given: Mapping[str, object], key: str, limit: int, where: str = "") -> list[object]:
    """The list at a key, empty where it is absent; at most so many."""
    value = given.get(key, [])
    if not isinstance(value, list):
        raise TrialInvalid(f"{where}{key} 应为列表")
    if len(value) > limit:
        raise TrialInvalid(f"{where}{key} 最多 {limit} 条,现有 {len(value)} 条")
    return value


def text_of(given: Mapping[str, object], key: str, where: str) -> str:
    """The text at a key, empty where it is absent."""
    value = given.get(key, "")
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise TrialInvalid(f"{where}{key} 应为文字")
    return str(value)


def switch_of(given: Mapping[str, object], key: str, where: str, default: bool) -> bool:
    """True or false."""
    value = given.get(key, default)
    if not isinstance(value, bool):
        raise TrialInvalid(f"{where}{key} 应为 true 或 false")
    return value


def number_of(given: Mapping[str, object], key: str, where: str) -> int:
    """A whole number from 0 to ``NUMBER_MAX``, 0 where it is absent."""
    value = given.get(key, 0)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= NUMBER_MAX:
        raise TrialInvalid(f"{where}{key} 应为 0 到 {NUMBER_MAX} 的整数")
    return value


def day_of(top: Mapping[str, object]) -> date | None:
    """The day of service, None where it is absent."""
    text = text_of(top, "date", "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as wrong:
        raise TrialInvalid(f"date 应为日期,如 2025-03-17,不是 {text}") from wrong


def parsed(value: object, where: str, parse: Callable[[str], T], form: str) -> T:
    """A decimal number, written as text or as an exact JSON number."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise TrialInvalid(f"{where} 应为{form}")
    try:
        return parse(str(value))
    except NotAnAmount as wrong:
        raise TrialInvalid(f"{where} 应为{form},不是 {value}") from wrong


def yuan_of(value: object, where: str) -> int:
    """Yuan as fen, from 0."""
    amount = parsed(value, where, parse_yuan, "元(最多两位小数)")
    if amount < 0:
        raise TrialInvalid(f"{where} 不能小于 0")
    return amount


def maybe_yuan(given: Mapping[str, object], key: str, where: str) -> int | None:
    """The same at a key; None where it is absent."""
    value = given.get(key)
    return None if value is None else yuan_of(value, f"{where}{key}")


def ratio_of(value: object, where: str) -> Fraction:
    """A ratio between 0 and 1."""
    return parsed(value, where, parse_ratio, " 0 到 1 的小数")


def needed(given: Mapping[str, object], key: str, where: str) -> object:
    """What stands at a key that must be there."""
    if key not in given:
        raise TrialInvalid(f"缺少 {where}{key}")
    return given[key]


def choice_of(given: Mapping[str, object], key: str, where: str, allowed: Sequence[str]) -> str:
    """One of the allowed words; the first where the key is absent."""
    value = given.get(key, allowed[0])
    if not isinstance(value, str) or value not in allowed:
        raise TrialInvalid(f"{where}{key} 应为 {'、'.join(allowed)} 之一,不是 {value}")
    return value


def maybe_price(given: Mapping[str, object], key: str, where: str) -> int | None:
    """A unit price in 0.000001 yuan; None where it is absent."""
    value = given.get(key)
    if value is None:
        return None
    price = parsed(value, f"{where}{key}", parse_price, "单价(元,最多六位小数)")
    if price < 0:
        raise TrialInvalid(f"{where}{key} 不能小于 0")
    return price


def words_of(given: Mapping[str, object], key: str, where: str) -> list[str]:
    """A list of texts."""
    words = list_of(given, key, WORDS_MAX, where)
    if not all(isinstance(word, str) for word in words):
        raise TrialInvalid(f"{where}{key} 应为文字的列表")
    return [str(word) for word in words]
