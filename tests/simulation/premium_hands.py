"""Premiums of the bureau with a real database: ordered, answered by the tax bureau and asked back by the flows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from qinji.access.model import PersonActor
from qinji.flows import answer_premiums, order_premium, preview_premium, refund_premium
from qinji.flows.deps import Deps
from qinji.kernel.actor import Channel
from qinji.kernel.dates import local_day
from qinji.kernel.refusal import Refused
from qinji.platform.keyed_calls import KeyedCall
from qinji.premium import queries
from qinji.premium.model import PremiumOrder, Taken
from tests.simulation.booked import DONE
from tests.simulation.operations import AskBack, Order, Say
from tests.simulation.premiums import answer_to


@dataclass(slots=True)
class PremiumHands:
    """Does what people and the tax bureau do about premiums; ``orders`` is every order as it was made."""

    deps: Deps
    call: Callable[[str], KeyedCall[Any]]
    number: Callable[[UUID], str]
    orders: list[PremiumOrder] = field(default_factory=list)

    async def order(self, asked: Order, grant: UUID | None) -> bytes:
        """Order at the amount that a preview shows; ``grant`` is the one that pays, where one does."""
        actor = PersonActor(asked.orderer)
        member = None if asked.person == asked.orderer else self.number(asked.person)
        shown = await preview_premium.run(actor, member, self.deps)
        year = local_day(self.deps.clock()).year + asked.years_on
        quotes = () if isinstance(shown, Refused) else shown.quotes
        amount_fen = next((one.amount_fen for one in quotes if one.year == year), 0)
        command = order_premium.OrderPremium(
            self.call("premium"), actor, Channel.WEB, member, year, amount_fen, asked.payer, grant
        )
        reply = await order_premium.run(command, self.deps)
        known = {one.order_id for one in self.orders}
        async with self.deps.database.reading() as connection:
            mine = (await queries.history(connection, asked.person)).orders
        self.orders += [one for one in mine if one.order_id not in known]
        return reply

    async def say(self, asked: Say) -> str:
        """The tax bureau's word."""
        answer = answer_to(self.orders[asked.order], asked.order, asked)
        (taken,) = await answer_premiums.run(answer_premiums.AnswerPremiums([answer]), self.deps)
        return DONE if taken is Taken.DONE else taken.value

    async def ask_back(self, asked: AskBack) -> bytes:
        """The orderer wants it back."""
        order = self.orders[asked.order]
        command = refund_premium.RefundPremium(
            self.call("back"), PersonActor(order.orderer_id), Channel.WEB, order.order_id
        )
        return await refund_premium.run(command, self.deps)
