"""Money as an integer of fen, and the only place where anything is rounded (ARCHITECTURE 5.1).

A unit price is an integer of 0.000001 yuan, a quantity an integer of 0.0001; ratios are fractions.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache

FEN_PER_YUAN = 100
PRICE_UNITS_PER_YUAN = 1_000_000
QUANTITY_UNITS = 10_000
BASIS_POINTS = 10_000

AMOUNT_FEN_MAX = 10**14
"""num(16,2) of the national interface: 14 digits before the point."""

PRICE_MAX = 10**16
QUANTITY_MAX = 10**16
FACTOR_MAX = 100
"""The largest multiple of an average wage that a policy may name."""


TEXT_MAX = 26
"""Characters of a number; within the precision of ``decimal``, so that nothing is rounded on the way in."""


_TEXTS_KEPT = 8192
"""Prices, quantities and amounts that are kept as read; each is read once to be checked and once to be used."""


class NotAnAmount(ValueError):
    """The text is not a decimal number, has too many decimals, or is too large."""


@lru_cache(maxsize=_TEXTS_KEPT)
def parse_scaled(text: str, decimals: int, maximum: int) -> int:
    """Decimal text to an integer of ``10**-decimals``; refuses further decimals, exponents and overflow."""
    body = text.strip()
    digits = body.lstrip("+-").replace(".", "", 1)
    if not digits.isascii() or not digits.isdigit() or len(body) > TEXT_MAX:
        raise NotAnAmount(text)
    try:
        scaled = Decimal(body).scaleb(decimals)
    except InvalidOperation as broken:
        raise NotAnAmount(text) from broken
    number = int(scaled)
    if number != scaled or abs(number) > maximum:
        raise NotAnAmount(text)
    return number


def parse_yuan(text: str) -> int:
    """Yuan as decimal text to fen; refuses more than two decimals."""
    return parse_scaled(text, 2, AMOUNT_FEN_MAX)


def parse_price(text: str) -> int:
    """Yuan a unit as decimal text to an integer of 0.000001 yuan."""
    return parse_scaled(text, 6, PRICE_MAX)


def parse_quantity(text: str) -> int:
    """A quantity as decimal text to an integer of 0.0001."""
    return parse_scaled(text, 4, QUANTITY_MAX)


def yuan(amount_fen: int) -> str:
    """Fen as yuan with two decimals, for people: ``1234`` becomes ``12.34``."""
    sign = "-" if amount_fen < 0 else ""
    whole, rest = divmod(abs(amount_fen), FEN_PER_YUAN)
    return f"{sign}{whole}.{rest:02d}"


def yuan_number(amount_fen: int) -> Decimal:
    """Fen as an exact decimal of yuan, for a JSON number."""
    return Decimal(amount_fen).scaleb(-2)


def half_up(numerator: int, denominator: int) -> int:
    """The integer nearest to a quotient of integers; a half goes away from zero. The single rounding of the system.

    The denominator is above 0. Plain integers, because a bill rounds dozens of times and a fraction costs its
    greatest common divisor each time.
    """
    if numerator < 0:
        return -half_up(-numerator, denominator)
    return (2 * numerator + denominator) // (2 * denominator)


def round_half_up(value: Fraction) -> int:
    """The nearest integer; a half goes away from zero."""
    return half_up(value.numerator, value.denominator)


def share_of(amount_fen: int, ratio: Fraction) -> int:
    """``ratio`` of an amount in fen, rounded HALF_UP once."""
    return half_up(amount_fen * ratio.numerator, ratio.denominator)


_PRICE_TIMES_QUANTITY_PER_FEN = PRICE_UNITS_PER_YUAN * QUANTITY_UNITS // FEN_PER_YUAN


def line_amount(price: int, quantity: int) -> int:
    """Fen of unit price (0.000001 yuan) times quantity (0.0001), rounded HALF_UP."""
    return half_up(price * quantity, _PRICE_TIMES_QUANTITY_PER_FEN)


def parse_ratio(text: str) -> Fraction:
    """A ratio as decimal text between 0 and 1 to an exact fraction."""
    return _multiple(text, 1)


def parse_factor(text: str) -> Fraction:
    """A multiple as decimal text, such as 6 average wages, to an exact fraction; refuses more than ``FACTOR_MAX``."""
    return _multiple(text, FACTOR_MAX)


def _multiple(text: str, maximum: int) -> Fraction:
    number = parse_scaled(text, 6, maximum * PRICE_UNITS_PER_YUAN)
    if number < 0:
        raise NotAnAmount(text)
    return Fraction(number, PRICE_UNITS_PER_YUAN)
