"""Pure: what the catalogue of the day of service says of the lines that an institution sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from qinji.flows.parts.commands import PricedLine
from qinji.kernel.bill import FeeLine, LineSplit, SentLine
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.policy.book import RegionPolicy


@dataclass(frozen=True, slots=True)
class Listed:
    """A fee line with the class of item that the catalogue gives it."""

    fee: FeeLine
    item_class: str


def listed_lines(lines: Sequence[SentLine], policy: RegionPolicy, day: date) -> list[Listed] | Refused:
    """Each line with its category, prior self-pay and ceiling of that day; refuses an unknown item."""
    found = []
    for line in lines:
        item = policy.item(line.item_code)
        if item is None:
            return refuse(
                RefusalCode.ITEM_UNKNOWN, item=line.item_code, field="item_code", day=day.isoformat()
            )
        fee = FeeLine(
            line.number,
            line.item_code,
            item.name,
            item.category,
            line.amount_fen,
            line.price,
            line.quantity,
            item.prior_ratio,
            item.ceiling_price,
            item.restricted,
            line.approval,
            item.own_expense_as,
            item.essential,
        )
        found.append(Listed(fee, item.item_class))
    return found


def priced_lines(listed: Sequence[Listed], parts: Sequence[LineSplit]) -> tuple[PricedLine, ...]:
    """The lines with what became of each."""
    return tuple(
        PricedLine(line.fee, line.item_class, part) for line, part in zip(listed, parts, strict=True)
    )
