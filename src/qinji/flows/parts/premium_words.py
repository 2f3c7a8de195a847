"""Pure: a premium in one line, for consents and notices: who is insured (masked), which year, how much, whose money."""

from __future__ import annotations

from qinji.insured.model import Person
from qinji.kernel.identity import masked_name
from qinji.kernel.money import yuan
from qinji.premium.model import PAYER_CHINESE, PremiumOrder


def premium_text(order: PremiumOrder, person: Person) -> str:
    """王** 2027 年居民医保 330.00 元,缴费人本人的个人账户."""
    kind = "补缴" if order.repair else "居民医保"
    payer = PAYER_CHINESE[order.payer_kind]
    return f"{masked_name(person.name)} {order.year} 年{kind} {yuan(order.amount_fen)} 元,{payer}"
