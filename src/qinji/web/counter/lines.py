"""Lines as a cashier types them: an item, a quantity, a price; each mistake is told beside its field."""

from __future__ import annotations

from dataclasses import dataclass

from qinji.kernel.money import (
    AMOUNT_FEN_MAX,
    QUANTITY_UNITS,
    NotAnAmount,
    line_amount,
    parse_price,
    parse_quantity,
)
from qinji.policy.book import RegionPolicy
from qinji.policy.model import CatalogueItem
from qinji.web.counter.tickets import HeldLine
from qinji.web.texts import _

LINES_MAX = 100
"""Lines of one sale at a counter; a bill of a hospital may have five hundred."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A line as it was typed; empty fields are one piece at the price of the catalogue."""

    item: str
    quantity: str = ""
    price: str = ""
    approved: bool = False


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with what was typed into a field, and how to write it."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Choice:
    """Items that fit what was typed, when it names no single one."""

    items: tuple[CatalogueItem, ...]


def take_in(typed: Typed, policy: RegionPolicy) -> HeldLine | Choice | tuple[Mistake, ...]:
    """The line, or the items it may be, or every mistake in it at once."""
    item = policy.item(typed.item.strip().upper())
    if item is None:
        found = policy.finder.find(typed.item)
        if len(found) != 1:
            return (
                Choice(tuple(found))
                if found
                else (Mistake("item", _("目录中没有这一项。请核对编码、名称或拼音首字母")),)
            )
        item = found[0]
    quantity, price = _quantity(typed.quantity), _price(typed.price, item)
    mistakes = tuple(one for one in (quantity, price) if isinstance(one, Mistake))
    if isinstance(quantity, Mistake) or isinstance(price, Mistake):
        return mistakes
    amount_fen = line_amount(price, quantity)
    if amount_fen > AMOUNT_FEN_MAX:
        return (Mistake("quantity", _("金额太大。请核对数量和单价")),)
    return HeldLine(item.code, item.name, price, quantity, amount_fen, item.restricted, typed.approved)


def _quantity(text: str) -> int | Mistake:
    if not text.strip():
        return QUANTITY_UNITS
    try:
        quantity = parse_quantity(text)
    except NotAnAmount:
        return Mistake("quantity", _("数量请写成 1 或 0.5 这样的数,小数最多 4 位"))
    return quantity if quantity > 0 else Mistake("quantity", _("数量要大于 0"))


def _price(text: str, item: CatalogueItem) -> int | Mistake:
    if not text.strip():
        return item.price
    try:
        price = parse_price(text.strip().removeprefix("¥"))
    except NotAnAmount:
        return Mistake("price", _("单价请写成 12.80 这样的数,小数最多 6 位"))
    return price if price >= 0 else Mistake("price", _("单价不能小于 0"))
