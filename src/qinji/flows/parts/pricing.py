"""Pure: what the catalogue of the day of service says of the lines that an institution sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from qinji.flows.parts.commands import PricedLine
from qinji.kernel.bill import FeeLine, SentLine
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.policy.book import RegionPolicy
from qinji.policy.split import split_line


def price_lines(
    lines: Sequence[SentLine], policy: RegionPolicy, day: date
) -> list[tuple[FeeLine, PricedLine]] | Refused:
    """Each line with its category, prior self-pay and ceiling, and how it divides; refuses an unknown item."""
    priced = []
    for line in lines:
        item = policy.item(line.item_code)
        if item is None:
            return refuse(
                RefusalCode.ITEM_UNKNOWN, item=line.item_code, field="item_code", day=day.isoformat()
            )
        fee = FeeLine(
            number=line.number,
            item_code=line.item_code,
            item_name=item.name,
            category=item.category,
            amount_fen=line.amount_fen,
            price=line.price,
            quantity=line.quantity,
            prior_ratio=item.prior_ratio,
            ceiling_price=item.ceiling_price,
            restricted=item.restricted,
            approval=line.approval,
        )
        shown = PricedLine(
            number=line.number,
            amount_fen=line.amount_fen,
            price=line.price,
            quantity=line.quantity,
            ceiling_price=item.ceiling_price,
            prior_ratio=item.prior_ratio,
            category=item.category,
            item_class=item.item_class,
            restricted=item.restricted,
            parts=split_line(fee),
        )
        priced.append((fee, shown))
    return priced
