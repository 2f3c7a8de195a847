"""The smallest pieces of the wire: empty values, texts, numbers and times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import TypeAlias

from qinji.kernel.dates import CHINA
from qinji.kernel.money import AMOUNT_FEN_MAX, PRICE_MAX, QUANTITY_MAX, NotAnAmount, parse_scaled, yuan_number

Json: TypeAlias = "str | int | Decimal | bool | Mapping[str, Json] | Sequence[Json] | None"

_DIGITS_MAX = 40
_NUMBERS_KEPT = 8192
"""Numbers and times kept as made: prices, quantities and zeros come again in every bill, a time in each line."""

_MAXIMA = {2: AMOUNT_FEN_MAX, 4: QUANTITY_MAX, 6: PRICE_MAX}
_FORMS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M")
_YEARS = range(1900, 2200)


def as_text(value: Json) -> str | None:
    """The text of a plain value; ``null``, ``""``, ``"null"`` and ``"NULL"`` are empty. None when it is no text."""
    if value is None:
        return ""
    if isinstance(value, str):
        stripped = value.strip()
        if "\x00" in stripped:
            return None
        return "" if len(stripped) == len("null") and stripped.casefold() == "null" else stripped
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    return number_text(Decimal(value))


def number_text(value: Decimal) -> str:
    """A number without exponent and without zeros at its end, so that 10, 10.0 and 1E+1 are one."""
    if not value.is_finite() or abs(value.adjusted()) > _DIGITS_MAX:
        return str(value)
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def is_number(text: str, decimals: int) -> bool:
    """Whether the text is a decimal number with at most so many decimals, and not too large to be money."""
    try:
        parse_scaled(text, decimals, _MAXIMA.get(decimals, AMOUNT_FEN_MAX))
    except NotAnAmount:
        return False
    return True


@lru_cache(maxsize=_NUMBERS_KEPT)
def parse_moment(text: str) -> datetime | None:
    """A date with or without a time, in China standard time; None when it is none."""
    body = text.partition(".")[0]
    for form in _FORMS:
        try:
            found = datetime.strptime(body, form).replace(tzinfo=CHINA)
        except ValueError:
            continue
        return found if found.year in _YEARS else None
    return None


def moment_text(moment: datetime) -> str:
    """``yyyy-MM-dd HH:mm:ss`` in China standard time."""
    return moment.astimezone(CHINA).replace(tzinfo=None).isoformat(" ", "seconds")


def stamp_text(moment: datetime) -> str:
    """``yyyyMMddHHmmssSSS`` in China standard time."""
    text = moment.astimezone(CHINA).isoformat(" ", "milliseconds")
    return f"{text[:4]}{text[5:7]}{text[8:10]}{text[11:13]}{text[14:16]}{text[17:19]}{text[20:23]}"


@lru_cache(maxsize=_NUMBERS_KEPT)
def money(amount_fen: int) -> Decimal:
    """Fen as a JSON number of yuan."""
    return yuan_number(amount_fen)


@lru_cache(maxsize=_NUMBERS_KEPT)
def scaled(value: int, decimals: int) -> Decimal:
    """An integer of ``10**-decimals`` as a JSON number without zeros at its end."""
    while decimals and value % 10 == 0:
        value, decimals = value // 10, decimals - 1
    return Decimal(value).scaleb(-decimals)


@lru_cache(maxsize=_NUMBERS_KEPT)
def scaled_exactly(value: int, decimals: int) -> Decimal:
    """An integer of ``10**-decimals`` as a JSON number with all its decimals."""
    return Decimal(value).scaleb(-decimals)
