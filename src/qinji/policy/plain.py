"""Pure: rules as plain JSON values, as they are stored with a settlement, and back.

Only what differs from the default is written: a stored rule is small, and one that a later version adds is read from
an older settlement as what it was then, absent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from fractions import Fraction

from qinji.kernel.purpose import UseClass
from qinji.policy.model import Band, Basis, Layer, Merge, Period, RemoteMode, Rules, Source

Plain = Mapping[str, object]


def to_plain(rules: Rules) -> dict[str, object]:
    """Rules as JSON values: fractions as ``n/d``, sets sorted; what has its default is left out."""
    default = Rules()
    return {
        one.name: _plain(getattr(rules, one.name))
        for one in fields(Rules)
        if getattr(rules, one.name) != getattr(default, one.name)
    }


def _plain(value: object) -> object:
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, Band):
        return {"ratio": _plain(value.ratio), "basis": value.basis.value, "upto_fen": value.upto_fen}
    if isinstance(value, Layer):
        return {
            "threshold_fen": value.threshold_fen,
            "bands": _plain(value.bands),
            "cap_fen": value.cap_fen,
            "absolute": value.absolute,
        }
    if isinstance(value, Source):
        return [getattr(value, one.name) for one in fields(Source)]
    if isinstance(value, frozenset):
        return sorted(str(member) for member in value)
    if isinstance(value, tuple):
        return [_plain(member) for member in value]
    if isinstance(value, Mapping):
        return {str(name): _plain(inner) for name, inner in sorted(value.items())}
    return value


def from_plain(plain: Plain) -> Rules:
    """The rules that ``to_plain`` wrote; TypeError where the stored value has another form."""
    unknown = set(plain) - set(_READERS)
    if unknown:
        raise TypeError(f"stored rules have unknown parts: {sorted(unknown)}")
    read: dict[str, object] = {name: _READERS[name](value) for name, value in plain.items()}
    return Rules(**read)  # type: ignore[arg-type]  # each reader makes the type of its field


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError("a stored amount is no integer")
    return value


def _maybe(value: object) -> int | None:
    return None if value is None else _whole(value)


def _switch(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError("a stored switch is neither true nor false")
    return value


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError("a stored list is no list")
    return value


def _mapping(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise TypeError("a stored table is no table")
    return value


def _classes(value: object) -> frozenset[UseClass]:
    return frozenset(UseClass(str(name)) for name in _list(value))


def _words(value: object) -> frozenset[str]:
    return frozenset(str(word) for word in _list(value))


def _fraction(value: object) -> Fraction:
    return Fraction(str(value))


def _band(value: object) -> Band:
    row = _mapping(value)
    return Band(_fraction(row["ratio"]), Basis(str(row["basis"])), _maybe(row["upto_fen"]))


def _bands(value: object) -> tuple[Band, ...]:
    return tuple(_band(row) for row in _list(value))


def _layer(value: object) -> Layer | None:
    if value is None:
        return None
    row = _mapping(value)
    return Layer(
        _whole(row["threshold_fen"]), _bands(row["bands"]), _maybe(row["cap_fen"]), _switch(row["absolute"])
    )


def _bonuses(value: object) -> tuple[tuple[str, Fraction], ...]:
    pairs = [_list(pair) for pair in _list(value)]
    return tuple((str(name), _fraction(points)) for name, points in pairs)


def _wage_cap(value: object) -> tuple[int, Fraction] | None:
    if value is None:
        return None
    wage, factor = _list(value)
    return _whole(wage), _fraction(factor)


def _sources(value: object) -> Mapping[str, Source]:
    return {name: Source(*(str(part) for part in _list(parts))) for name, parts in _mapping(value).items()}


_READERS: dict[str, Callable[[object], object]] = {
    "deductible_fen": _whole,
    "deductible_period": lambda value: Period(str(value)),
    "deductible_merge": lambda value: Merge(str(value)),
    "deductible_less_fen": _whole,
    "stay_continues": _switch,
    "essential_without_deductible": _switch,
    "bands": _bands,
    "bonuses": _bonuses,
    "fund_pays": _switch,
    "visit_fund_cap_fen": _maybe,
    "day_fund_cap_fen": _maybe,
    "month_fund_cap_fen": _maybe,
    "year_fund_cap_fen": _maybe,
    "year_fund_cap_shared": _switch,
    "wage_cap": _wage_cap,
    "large_amount": _layer,
    "catastrophic": _layer,
    "own_pays": _classes,
    "current_pays": _classes,
    "aid_pays": _classes,
    "self_first": _switch,
    "current_first": _switch,
    "current_year_account_first": _switch,
    "kinds_not_shared": _words,
    "remote_mode": lambda value: RemoteMode(str(value)),
    "remote_value": _fraction,
    "filing": str,
    "treatment": str,
    "group": str,
    "sources": _sources,
}
