"""A little tax bureau for tests: it collects each order once, and may lose replies, answer late or refuse."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID

from qinji.flows.send_premiums import Unanswered
from qinji.premium.model import BureauAnswer, PremiumOrder, Said


@dataclass
class LittleTaxBureau:
    """``collected`` and ``paid_back`` are its own books, in fen by order; ``asked`` how often it was asked for each.

    ``lost`` replies are lost on their way back; while ``late`` it answers nothing at once; ``refuses`` says why.
    """

    lost: int = 0
    late: bool = False
    refuses: str = ""
    refuses_refund: str = ""
    collected: dict[UUID, int] = field(default_factory=dict)
    paid_back: dict[UUID, int] = field(default_factory=dict)
    asked: Counter[UUID] = field(default_factory=Counter)

    async def collect(self, order: PremiumOrder) -> BureauAnswer | None:
        """Collects once an order, however often it is asked."""
        self.asked[order.order_id] += 1
        if self.refuses and order.order_id not in self.collected:
            return self._heard(BureauAnswer(order.order_id, Said.REFUSED, reason=self.refuses))
        self.collected.setdefault(order.order_id, order.amount_fen)
        return self._heard(self.paid(order.order_id))

    async def pay_back(self, order: PremiumOrder) -> BureauAnswer | None:
        """Pays back once what it collected."""
        if self.refuses_refund:
            return self._heard(BureauAnswer(order.order_id, Said.REFUND_REFUSED, reason=self.refuses_refund))
        self.paid_back.setdefault(order.order_id, self.collected[order.order_id])
        return self._heard(BureauAnswer(order.order_id, Said.REFUNDED, "退票1"))

    def paid(self, order: UUID) -> BureauAnswer:
        """Its word about an order that it collected: always the same."""
        return BureauAnswer(order, Said.PAID, f"税票{list(self.collected).index(order) + 1}")

    def _heard(self, answer: BureauAnswer) -> BureauAnswer | None:
        if self.lost:
            self.lost -= 1
            raise Unanswered("the reply was lost")
        return None if self.late else answer
