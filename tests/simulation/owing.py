"""Premiums counted a second way: what is held for orders, what the tax bureau is owed, and that a year is paid once."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from qinji.ledger.chart import Account
from qinji.ledger.model import HELD_POCKET
from qinji.premium.model import Said
from qinji.wallet.model import TransferState
from tests.simulation.booked import DONE, Result
from tests.simulation.bounding import insist
from tests.simulation.operations import AskBack, Operation, Order, Say
from tests.simulation.paper import Paper


@dataclass(slots=True)
class Owing:
    """Sums in fen. ``live`` is which person's year each order is for, while it is not over."""

    held_fen: int = 0
    owed_fen: int = 0
    live: dict[int, tuple[UUID, int]] = field(default_factory=dict)
    paid: set[int] = field(default_factory=set)

    def follow(self, operation: Operation, result: Result, paper: Paper) -> None:
        """What was ordered, said or asked back."""
        if result != DONE:
            return
        match operation:
            case Order(person=person):
                order = paper.premiums.orders[-1]
                insist((person, order.year) not in self.live.values(), "I12 a year is paid once", order=order)
                self.live[len(paper.premiums.orders) - 1] = (person, order.year)
                self.held_fen += order.account_fen
            case Say(number, said):
                self._said(number, said, paper.premiums.orders[number].account_fen)
            case AskBack(number):
                insist(number in self.paid, "only what is paid is asked back")

    def _said(self, number: int, said: Said, account_fen: int) -> None:
        if said is Said.PAID:
            insist(number not in self.paid, "a premium is paid once", order=number)
            self.paid.add(number)
            self.held_fen -= account_fen
            self.owed_fen += account_fen
        elif said is Said.REFUSED:
            self.held_fen -= account_fen
            del self.live[number]
        elif said is Said.REFUNDED:
            self.owed_fen -= account_fen
            self.paid.discard(number)
            del self.live[number]

    def everything(self, paper: Paper) -> None:
        """The sums are those of the ledger."""
        owed = 0
        for row in paper.transfers:
            owed += row.amount_fen * ((row.credit is OWED) - (row.debit is OWED))
        insist(owed == self.owed_fen, "what the tax bureau is owed", owed=owed, counted=self.owed_fen)
        held = sum(fen for (_, pocket), fen in paper.facts.balances.items() if pocket == HELD_POCKET)
        waiting = sum(one.amount_fen for one in paper.purses.on_the_way if one.state is TransferState.PENDING)
        insist(held == self.held_fen + waiting, "what is held", held=held, waiting=waiting)


OWED = Account.PREMIUM_PAYABLE
