"""Wallets of the paper bureau: who has one, what is on its way, and what came into each, in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from qinji.flows.parts.document import wallet_refund_to
from qinji.flows.parts.facts import WorkingSet
from qinji.flows.parts.wallet_postings import accepting, available, going_back, sending
from qinji.flows.parts.wallet_spending import refund
from qinji.flows.parts.wallet_terms import may_open, party_of, sending_terms
from qinji.kernel.actor import Channel
from qinji.kernel.bill import WALLET_POCKET
from qinji.kernel.dates import local_day
from qinji.kernel.kinship import Relation
from qinji.kernel.refusal import Refused
from qinji.ledger.model import HELD_POCKET, POCKETS, Transfer
from qinji.ledger.rules import check_act, reversal
from qinji.policy.book import Book
from qinji.wallet.model import Answer, Lot, Part, Purse, TransferState, WalletTransfer, Wish
from qinji.wallet.rules import may_answer, may_send, returns_at
from tests.simulation.booked import Booked
from tests.simulation.cases import standing_rows
from tests.simulation.operations import Pair, Reply, Send


@dataclass(slots=True)
class Purses:
    """What there is of wallets. ``on_the_way`` is every transfer in the order in which it was sent."""

    facts: WorkingSet
    kin: dict[Pair, Relation]
    book: Book
    new_id: Callable[[], UUID]
    opened: set[UUID] = field(default_factory=set)
    on_the_way: list[WalletTransfer] = field(default_factory=list)
    rows: dict[UUID, list[Transfer]] = field(default_factory=dict)
    counted: Counter[tuple[UUID, object]] = field(default_factory=Counter)
    came: dict[UUID, dict[UUID, UUID | None]] = field(default_factory=dict)
    sums: Counter[tuple[UUID, UUID]] = field(default_factory=Counter)

    @property
    def filled(self) -> list[UUID]:
        """Into whose wallet something ever came."""
        return list(self.came)

    def open_for(self, person: UUID, now: datetime) -> None:
        """Open a wallet, if the region has any."""
        region = self.facts.persons[person].region
        if may_open(self.book, region, local_day(now), by_proxy=False) is None:
            self.opened.add(person)
            self.facts.balances.setdefault((person, WALLET_POCKET), 0)

    def do(self, asked: Send | Reply, now: datetime) -> list[Transfer] | Refused:
        """One act."""
        return self.send(asked, now) if isinstance(asked, Send) else self.answer(asked, now)

    def taken_back(self, booked: Booked, now: datetime) -> list[Transfer]:
        """The rows that take a bill back, and on to their givers what its wallet part was."""
        act, rows, people = self.new_id(), standing_rows(booked), self.facts.persons
        to = wallet_refund_to(booked.document)
        onward = refund(
            booked.decided.parts, to, act, len(booked.decided.transfers), lambda who: people[who].region, now
        )
        self.keep(onward.parts)
        back = [*reversal(rows, act, now), *onward.transfers]
        check_act(back)
        return back

    def send(self, asked: Send, now: datetime) -> list[Transfer] | Refused:
        """Send money; both open their wallets before."""
        for one in (asked.sender, asked.receiver):
            self.open_for(one, now)
        day, people = local_day(now), self.facts.persons
        terms = sending_terms(self.book, people[asked.sender].region, day)
        if isinstance(terms, Refused):
            return terms
        mine, theirs = (
            party_of(people[one], self.book, day, has_wallet=one in self.opened)
            for one in (asked.sender, asked.receiver)
        )
        pockets = {one: self.facts.balances.get((asked.sender, one), 0) for one in POCKETS}
        relation, sent = self.kin.get((asked.sender, asked.receiver)), self.counted[asked.sender, day]
        balance = available(Purse.ACCOUNT, pockets)
        refusal = may_send(
            Wish(mine, theirs, relation, asked.amount_fen, Purse.ACCOUNT, balance, sent), terms, now
        )
        if refusal is not None:
            return refusal
        assert relation is not None
        transfer = WalletTransfer(
            asked.sender,
            self.new_id(),
            asked.receiver,
            relation,
            asked.amount_fen,
            Purse.ACCOUNT,
            TransferState.PENDING,
            Channel.WEB,
            day,
            now,
            returns_at(now, terms),
        )
        self.facts.balances.setdefault((asked.sender, HELD_POCKET), 0)
        self.counted[asked.sender, day] += 1
        self.on_the_way.append(transfer)
        self.rows[transfer.transfer_id] = sending(transfer, people[asked.sender].region, pockets)
        return self.rows[transfer.transfer_id]

    def answer(self, asked: Reply, now: datetime) -> list[Transfer] | Refused:
        """Accept, or give back."""
        known = self.on_the_way[asked.transfer]
        answer = Answer.ACCEPT if asked.accepted else Answer.RETURN
        refusal = may_answer(known, known.receiver_id, answer, now)
        if refusal is not None:
            return refusal
        state = TransferState.ACCEPTED if asked.accepted else TransferState.RETURNED
        return self._ended(asked.transfer, state, now)

    def expire(self, now: datetime) -> list[Transfer]:
        """What nobody accepted goes back."""
        late = [
            place
            for place, one in enumerate(self.on_the_way)
            if one.state is TransferState.PENDING and one.returns_at <= now
        ]
        return [row for place in late for row in self._ended(place, TransferState.EXPIRED, now)]

    def _ended(self, place: int, state: TransferState, now: datetime) -> list[Transfer]:
        act, known, people = self.new_id(), self.on_the_way[place], self.facts.persons
        self.on_the_way[place] = known.ended(state, act, now)
        if state is not TransferState.ACCEPTED:
            return going_back(self.rows[known.transfer_id], act, now)
        self.keep([Part(known.receiver_id, act, known.transfer_id, known.person_id, known.amount_fen)])
        regions = people[known.person_id].region, people[known.receiver_id].region
        return accepting(known, *regions, act, now)

    def keep(self, parts: Iterable[Part]) -> None:
        """Add up what came in and was taken; what is left stands in the order in which it came."""
        for part in parts:
            self.came.setdefault(part.person_id, {}).setdefault(part.origin, part.giver_id)
            self.sums[part.person_id, part.origin] += part.change_fen
            self.facts.lots[part.person_id] = [
                Lot(origin, giver, self.sums[part.person_id, origin])
                for origin, giver in self.came[part.person_id].items()
                if self.sums[part.person_id, origin]
            ]
