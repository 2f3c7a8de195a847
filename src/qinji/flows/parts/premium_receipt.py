"""Pure: a receipt of a paid premium (缴费凭证): what it says, and the bytes of it that are signed."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date

from qinji.insured.model import Person
from qinji.kernel.dates import local_day
from qinji.kernel.identity import masked_name
from qinji.kernel.purpose import PREMIUM_CHINESE
from qinji.policy.premium import CLASS_CHINESE
from qinji.premium.model import PAYER_CHINESE, OrderState, PremiumOrder

RECEIPT_STATES = frozenset({OrderState.PAID, OrderState.REFUNDING})


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was paid, for whom and how; amounts in fen. The name is masked: whoever holds the paper may show it."""

    number: str
    name: str
    region_name: str
    item: str
    year: int
    premium_class: str
    repair: bool
    amount_fen: int
    payer: str
    voucher: str
    paid_on: date


def receipt_of(order: PremiumOrder, person: Person, region_name: str) -> Receipt | None:
    """The receipt of a paid order; None of any other."""
    if order.state not in RECEIPT_STATES or order.answered_at is None:
        return None
    return Receipt(
        number=order.number,
        name=masked_name(person.name),
        region_name=region_name,
        item=PREMIUM_CHINESE[order.premium],
        year=order.year,
        premium_class=CLASS_CHINESE[order.premium_class],
        repair=order.repair,
        amount_fen=order.amount_fen,
        payer=PAYER_CHINESE[order.payer_kind],
        voucher=order.voucher or "",
        paid_on=local_day(order.answered_at),
    )


def written(receipt: Receipt) -> bytes:
    """The receipt as it is signed."""
    words = asdict(receipt) | {"paid_on": receipt.paid_on.isoformat()}
    return json.dumps(words, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def read(content: bytes) -> Receipt:
    """A signed receipt; ValueError where it is none."""
    words = json.loads(content)
    try:
        return Receipt(**{**words, "paid_on": date.fromisoformat(words["paid_on"])})
    except (TypeError, KeyError) as problem:
        raise ValueError("not a receipt") from problem
