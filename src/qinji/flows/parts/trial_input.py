"""Pure: read a bill to try, in the form of the worked examples. The keys are closed: an unknown one is named.

What a file says of the result it expects (``expected``, ``expected_detail``, ``hand``) is never read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from qinji.kernel.bill import Approval, Category, FeeLine
from qinji.kernel.money import (
    QUANTITY_UNITS,
    NotAnAmount,
    line_amount,
    parse_price,
    parse_quantity,
    parse_ratio,
    parse_yuan,
)
from qinji.kernel.purpose import UseClass
from qinji.policy.model import ALL_CLASSES, Accumulated, Band, Basis, Period, RemoteMode, Rules

T = TypeVar("T")
_PRICE_UNITS_PER_FEN = 10_000
LINES_MAX = 500
ACCOUNTS_MAX = 50
BANDS_MAX = 20
_NEVER_READ = ("expected", "expected_detail", "hand")
_TOP_KEYS = (
    "id",
    "name",
    "region",
    "pack",
    "date",
    "person",
    "institution_level",
    "accumulators",
    "fee_lines",
    "accounts",
    "rules",
    "source",
    "certainty",
)
_PERSON_KEYS = ("insurance", "status", "age")
_USED_KEYS = ("deductible_used", "fund_paid_year", "fund_paid_day", "in_scope_year")
_LINE_KEYS = (
    "category",
    "amount",
    "prior_self_pay_ratio",
    "name",
    "item",
    "price",
    "quantity",
    "ceiling_price",
    "restricted",
    "approval",
)
_ACCOUNT_KEYS = (
    "owner",
    "relation",
    "balance",
    "kind",
    "status",
    "retain",
    "limit_per_tx",
    "limit_year_left",
)
RULE_KEYS = (
    "deductible",
    "bands",
    "day_fund_cap",
    "year_fund_cap",
    "fund_pays",
    "account_pays",
    "account_order",
    "current_year_account_first",
    "kinds_not_shared",
    "remote",
)
_ACCOUNT_PAYS = {
    "all_personal": ALL_CLASSES,
    "exclude_C": ALL_CLASSES - {UseClass.CATEGORY_C},
    "none": frozenset[UseClass](),
}


class TrialInvalid(ValueError):
    """The object cannot be tried; the text names the key and the right form, in Chinese."""


@dataclass(frozen=True, slots=True)
class TrialAccount:
    """An account that may pay. ``relation`` is what its owner is to the patient; ``status`` empty or normal pays."""

    owner: str
    relation: str
    balance_fen: int
    kind: str
    status: str
    retain_fen: int
    per_use_fen: int | None
    year_left_fen: int | None


@dataclass(frozen=True, slots=True)
class TrialLine:
    """A fee line; ``item`` is a catalogue code, whose category and ratio then hold."""

    line: FeeLine
    item: str


@dataclass(frozen=True, slots=True)
class Trial:
    """A bill to try: with rules of its own, or with those of a region and a day."""

    identifier: str
    region: str
    day: date | None
    insurance: str
    status: str
    age: int
    level: str
    used: Accumulated
    lines: tuple[TrialLine, ...]
    accounts: tuple[TrialAccount, ...]
    rules: Rules | None


def read_trial(given: object) -> Trial:
    """The object as a trial; refuses an unknown key by name and a value of the wrong form."""
    top = _mapping(given, "对象")
    _closed({key: None for key in top if key not in _NEVER_READ}, _TOP_KEYS, "")
    person = _mapping(top.get("person", {}), "person")
    _closed(person, _PERSON_KEYS, "person.")
    lines = _list(top, "fee_lines", LINES_MAX)
    if not lines:
        raise TrialInvalid("fee_lines 至少要有一条费用明细")
    accounts = _list(top, "accounts", ACCOUNTS_MAX)
    return Trial(
        identifier=_text(top, "id", ""),
        region=_text(top, "region", ""),
        day=_day(top),
        insurance=_text(person, "insurance", "person."),
        status=_text(person, "status", "person."),
        age=_number(person, "age", "person."),
        level=_text(top, "institution_level", ""),
        used=_used(_mapping(top.get("accumulators", {}), "accumulators")),
        lines=tuple(_line(row, place) for place, row in enumerate(lines)),
        accounts=tuple(_account(row, f"accounts[{place}].") for place, row in enumerate(accounts)),
        rules=_rules(_mapping(top["rules"], "rules")) if "rules" in top else None,
    )


def _closed(given: Mapping[str, object], allowed: Sequence[str], where: str) -> None:
    for key in given:
        if key not in allowed:
            raise TrialInvalid(f"不认识的键 {where}{key}。可用的键:{'、'.join(allowed)}")


def _mapping(value: object, where: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise TrialInvalid(f"{where} 应为“键: 值”的对象")
    return {str(key): inner for key, inner in value.items()}


def _list(given: Mapping[str, object], key: str, limit: int, where: str = "") -> list[object]:
    value = given.get(key, [])
    if not isinstance(value, list):
        raise TrialInvalid(f"{where}{key} 应为列表")
    if len(value) > limit:
        raise TrialInvalid(f"{where}{key} 最多 {limit} 条,现有 {len(value)} 条")
    return value


def _text(given: Mapping[str, object], key: str, where: str) -> str:
    value = given.get(key, "")
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise TrialInvalid(f"{where}{key} 应为文字")
    return str(value)


def _switch(given: Mapping[str, object], key: str, where: str, default: bool) -> bool:
    value = given.get(key, default)
    if not isinstance(value, bool):
        raise TrialInvalid(f"{where}{key} 应为 true 或 false")
    return value


def _number(given: Mapping[str, object], key: str, where: str) -> int:
    value = given.get(key, 0)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise TrialInvalid(f"{where}{key} 应为不小于 0 的整数")
    return value


def _day(top: Mapping[str, object]) -> date | None:
    text = _text(top, "date", "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as wrong:
        raise TrialInvalid(f"date 应为日期,如 2025-03-17,不是 {text}") from wrong


def _parsed(value: object, where: str, parse: Callable[[str], T], form: str) -> T:
    """A decimal number, written as text or as an exact JSON number."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise TrialInvalid(f"{where} 应为{form}")
    try:
        return parse(str(value))
    except NotAnAmount as wrong:
        raise TrialInvalid(f"{where} 应为{form},不是 {value}") from wrong


def _yuan(value: object, where: str) -> int:
    amount = _parsed(value, where, parse_yuan, "元(最多两位小数)")
    if amount < 0:
        raise TrialInvalid(f"{where} 不能小于 0")
    return amount


def _maybe_yuan(given: Mapping[str, object], key: str, where: str) -> int | None:
    value = given.get(key)
    return None if value is None else _yuan(value, f"{where}{key}")


def _ratio(value: object, where: str) -> Fraction:
    return _parsed(value, where, parse_ratio, " 0 到 1 的小数")


def _needed(given: Mapping[str, object], key: str, where: str) -> object:
    if key not in given:
        raise TrialInvalid(f"缺少 {where}{key}")
    return given[key]


def _choice(given: Mapping[str, object], key: str, where: str, allowed: Sequence[str]) -> str:
    """One of the allowed words; the first where the key is absent."""
    value = given.get(key, allowed[0])
    if not isinstance(value, str) or value not in allowed:
        raise TrialInvalid(f"{where}{key} 应为 {'、'.join(allowed)} 之一,不是 {value}")
    return value


def _used(given: Mapping[str, object]) -> Accumulated:
    _closed(given, _USED_KEYS, "accumulators.")
    deductible, year, day, scope = (_maybe_yuan(given, key, "accumulators.") or 0 for key in _USED_KEYS)
    return Accumulated(deductible, year, day, scope)


def _line(given: object, place: int) -> TrialLine:
    where = f"fee_lines[{place}]."
    row = _mapping(given, where)
    _closed(row, _LINE_KEYS, where)
    item = _text(row, "item", where)
    letter = (
        _choice(row, "category", where, ("A", "B", "C")) if item else str(_needed(row, "category", where))
    )
    if letter not in ("A", "B", "C"):
        raise TrialInvalid(f"{where}category 应为 A、B、C 之一,不是 {letter}")
    quantity = _parsed(row.get("quantity", 1), f"{where}quantity", parse_quantity, "数量(最多四位小数)")
    price = _maybe_price(row, "price", where)
    amount = _maybe_yuan(row, "amount", where)
    if amount is None and price is None:
        raise TrialInvalid(f"缺少 {where}amount")
    if amount is None:
        amount = line_amount(price or 0, quantity)
    line = FeeLine(
        number=str(place + 1),
        item_code=item,
        item_name=_text(row, "name", where),
        category=Category(letter),
        amount_fen=amount,
        price=price if price is not None else amount * _PRICE_UNITS_PER_FEN,
        quantity=quantity if price is not None else QUANTITY_UNITS,
        prior_ratio=_ratio(row.get("prior_self_pay_ratio", 0), f"{where}prior_self_pay_ratio"),
        ceiling_price=_maybe_price(row, "ceiling_price", where),
        restricted=_switch(row, "restricted", where, default=False),
        approval=Approval(_choice(row, "approval", where, ("", "0", "1", "2"))),
    )
    return TrialLine(line, item)


def _maybe_price(given: Mapping[str, object], key: str, where: str) -> int | None:
    value = given.get(key)
    if value is None:
        return None
    price = _parsed(value, f"{where}{key}", parse_price, "单价(元,最多六位小数)")
    if price < 0:
        raise TrialInvalid(f"{where}{key} 不能小于 0")
    return price


def _account(given: object, where: str) -> TrialAccount:
    row = _mapping(given, where)
    _closed(row, _ACCOUNT_KEYS, where)
    owner = _text(row, "owner", where)
    if not owner:
        raise TrialInvalid(f"缺少 {where}owner")
    return TrialAccount(
        owner=owner,
        relation=_text(row, "relation", where),
        balance_fen=_yuan(_needed(row, "balance", where), f"{where}balance"),
        kind=_text(row, "kind", where),
        status=_text(row, "status", where),
        retain_fen=_maybe_yuan(row, "retain", where) or 0,
        per_use_fen=_maybe_yuan(row, "limit_per_tx", where),
        year_left_fen=_maybe_yuan(row, "limit_year_left", where),
    )


def _rules(given: Mapping[str, object]) -> Rules:
    _closed(given, RULE_KEYS, "rules.")
    deductible_fen, period = _deductible(_mapping(given.get("deductible", {"amount": 0}), "rules.deductible"))
    mode, value = _remote(_mapping(given.get("remote", {}), "rules.remote"))
    pays = _ACCOUNT_PAYS[_choice(given, "account_pays", "rules.", tuple(_ACCOUNT_PAYS))]
    return Rules(
        deductible_fen=deductible_fen,
        deductible_period=period,
        bands=_bands(given),
        fund_pays=_switch(given, "fund_pays", "rules.", default=True),
        day_fund_cap_fen=_maybe_yuan(given, "day_fund_cap", "rules."),
        year_fund_cap_fen=_maybe_yuan(given, "year_fund_cap", "rules."),
        own_pays=pays,
        aid_pays=pays,
        self_first=_choice(given, "account_order", "rules.", ("self_first", "grantor_first")) == "self_first",
        current_year_account_first=_switch(given, "current_year_account_first", "rules.", default=False),
        kinds_not_shared=frozenset(_words(given, "kinds_not_shared", "rules.")),
        remote_mode=mode,
        remote_value=value,
    )


def _words(given: Mapping[str, object], key: str, where: str) -> list[str]:
    words = _list(given, key, ACCOUNTS_MAX, where)
    if not all(isinstance(word, str) for word in words):
        raise TrialInvalid(f"{where}{key} 应为文字的列表")
    return [str(word) for word in words]


def _deductible(given: Mapping[str, object]) -> tuple[int, Period]:
    where = "rules.deductible."
    _closed(given, ("amount", "period"), where)
    amount = _yuan(_needed(given, "amount", where), f"{where}amount")
    return amount, Period(_choice(given, "period", where, ("year", "visit")))


def _remote(given: Mapping[str, object]) -> tuple[RemoteMode, Fraction]:
    where = "rules.remote."
    _closed(given, ("mode", "value"), where)
    mode = RemoteMode(_choice(given, "mode", where, tuple(each.value for each in RemoteMode)))
    if mode is RemoteMode.NONE:
        return mode, Fraction(0)
    return mode, _ratio(_needed(given, "value", where), f"{where}value")


def _bands(given: Mapping[str, object]) -> tuple[Band, ...]:
    bands: list[Band] = []
    for place, row in enumerate(_list(given, "bands", BANDS_MAX, "rules.")):
        where = f"rules.bands[{place}]."
        band = _band(_mapping(row, where), where)
        before = bands[-1] if bands else None
        if before is not None and before.upto_fen is None:
            raise TrialInvalid(f"{where[:-1]} 不会用到:前一档没有上限")
        if (
            before
            and band.upto_fen is not None
            and band.basis is before.basis
            and band.upto_fen <= (before.upto_fen or 0)
        ):
            raise TrialInvalid(f"{where[:-1]} 的上限须高于前一档")
        bands.append(band)
    return tuple(bands)


def _band(given: Mapping[str, object], where: str) -> Band:
    _closed(given, ("ratio", "upto_in_scope", "upto_fund_paid"), where)
    ratio = _ratio(_needed(given, "ratio", where), f"{where}ratio")
    scope, paid = _maybe_yuan(given, "upto_in_scope", where), _maybe_yuan(given, "upto_fund_paid", where)
    if scope is not None and paid is not None:
        raise TrialInvalid(f"{where[:-1]} 只能有 upto_in_scope、upto_fund_paid 中的一个")
    if paid is not None:
        return Band(ratio, Basis.FUND_PAID, paid)
    return Band(ratio, Basis.IN_SCOPE_INCLUDING_DEDUCTIBLE, scope)
