"""A timer's flow: orders go to the tax bureau, which collects, and its word is booked. No network inside a transaction.

Each order is marked as sent first, in a transaction; then the bureau is asked, under the order's own number; then its
word is booked, in a transaction of its own. Whatever stops it in between, the order is due again later and is sent
under the same number, for which the bureau collects once.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from qinji.flows.acts.act import Scene
from qinji.flows.acts.premiums import take_answer
from qinji.flows.deps import Deps
from qinji.platform.database import Connection, lock_persons
from qinji.premium import queries, store
from qinji.premium.model import BureauAnswer, OrderState, PremiumOrder
from qinji.premium.rules import ask_again_at

ORDERS_MAX = 50
"""Orders of one call; whoever calls goes on while there are as many."""


class Unanswered(Exception):
    """Nothing was heard from the tax bureau: it was not reached, or its reply was lost."""


class TaxBureau(Protocol):
    """The tax bureau, which collects premiums. The same order number is the same order, however often it is sent."""

    async def collect(self, order: PremiumOrder) -> BureauAnswer | None:
        """Ask it to collect; None: it has taken the order and answers later. Raises Unanswered."""

    async def pay_back(self, order: PremiumOrder) -> BureauAnswer | None:
        """Ask it to pay back what it collected; None: it answers later. Raises Unanswered."""


async def run(deps: Deps, bureau: TaxBureau | None) -> int:
    """Send what is due, the oldest first, and answer how many; safe to run twice and by two at once.

    Without a bureau that can be reached orders wait for its answer file.
    """
    if bureau is None:
        return 0
    sent = await _mark(deps)
    for order in sent:
        ask = bureau.pay_back if order.state is OrderState.REFUNDING else bureau.collect
        try:
            answer = await ask(order)
        except Unanswered:
            continue
        if answer is not None:
            await _take(answer, deps)
    return len(sent)


async def _mark(deps: Deps) -> list[PremiumOrder]:
    now = deps.clock()

    async def attempt() -> list[PremiumOrder]:
        async with deps.database.transaction() as connection:
            return await _sent(connection, now)

    return await deps.database.repeatedly(attempt)


async def _sent(connection: Connection, now: datetime) -> list[PremiumOrder]:
    due = await queries.due(connection, now, ORDERS_MAX)
    locked = await lock_persons(connection, sorted({one.person_id for one in due}))
    # An answer may have come first, or another process: what is due is read again behind the locks.
    again = await queries.due(connection, now, ORDERS_MAX)
    sent = [one.tried(ask_again_at(one.attempts, now)) for one in again if one.person_id in locked]
    for order in sent:
        await store.change(connection, order)
    return sent


async def _take(answer: BureauAnswer, deps: Deps) -> None:
    now = deps.clock()

    async def attempt() -> None:
        async with deps.database.transaction() as connection:
            await take_answer(answer, Scene(connection, now, deps))

    await deps.database.repeatedly(attempt)
