"""Random lives of one person's money, by the chart's own entries: what records are tested on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

from qinji.kernel.bill import WALLET_POCKET
from qinji.kernel.dates import local_day, milliseconds
from qinji.kernel.ids import RANDOM_BYTES, uuid7
from qinji.ledger.chart import Account
from qinji.ledger.model import CURRENT_POCKET, HELD_POCKET, ONLY_POCKET, Transfer
from qinji.ledger.rules import balances_after, reversal
from qinji.settlement.model import SettlementKind, Spent

BEGIN = datetime(2025, 11, 20, 2, 0, tzinfo=UTC)
PLACES = ("H99010009001", "P99010009001", "H99020009001")
BOOK = "9901"


@dataclass
class Life:
    """What happened to one person's money, in order, and their bills as they stand at the end."""

    me: UUID
    relatives: Sequence[UUID]
    chance: Random
    now: datetime = BEGIN
    transfers: list[Transfer] = field(default_factory=list)
    bills: list[Spent] = field(default_factory=list)
    parts: dict[UUID, list[tuple[UUID, int]]] = field(default_factory=dict)
    balances: dict[int, int] = field(default_factory=dict)
    cash_moved: list[tuple[datetime, int]] = field(default_factory=list)
    sent: list[list[Transfer]] = field(default_factory=list)
    shared: list[list[Transfer]] = field(default_factory=list)

    def new_id(self) -> UUID:
        """An id of this moment."""
        return uuid7(milliseconds(self.now), self.chance.randbytes(RANDOM_BYTES))

    def add(self, rows: list[Transfer]) -> list[Transfer]:
        """Rows of this person are booked."""
        self.balances = balances_after(self.balances, rows)
        assert min(self.balances.values(), default=0) >= 0
        self.transfers += rows
        return rows

    def row(
        self,
        act: UUID,
        seq: int,
        debit: Account,
        credit: Account,
        fen: int,
        pocket: int | None = None,
        other: UUID | None = None,
        place: str | None = None,
    ) -> Transfer:
        """A row of this person's, now."""
        day = local_day(self.now) if place else None
        return Transfer(
            self.me, act, seq, debit, credit, fen, BOOK, self.now, day, place, pocket, other, None, None
        )

    def some(self, pocket: int) -> int:
        """A part of what is in a pocket, 0 where nothing is."""
        there = self.balances.get(pocket, 0)
        return self.chance.randint(1, there) if there else 0

    def credit(self) -> None:
        """A month's crediting, interest or a roll-over."""
        act, which = self.new_id(), self.chance.randrange(3)
        fen, current = self.chance.randint(1, 50_000), self.some(CURRENT_POCKET)
        if which == 2 and current:
            via = Account.CLEARING_ROLL_OVER
            self.add(
                [
                    self.row(act, 0, Account.PERSONAL, via, current, CURRENT_POCKET),
                    self.row(act, 1, via, Account.PERSONAL, current, ONLY_POCKET),
                ]
            )
            return
        source = Account.SOURCE_CONTRIBUTION if which else Account.SOURCE_INTEREST
        pocket = self.chance.choice((ONLY_POCKET, CURRENT_POCKET))
        self.add([self.row(act, 0, source, Account.PERSONAL, fen, pocket)])

    def bill(self) -> None:
        """A bill of this person's: the fund, own pockets, the wallet, relatives and cash each pay or do not."""
        act, place = self.new_id(), self.chance.choice(PLACES)
        payable, rows = Account.INSTITUTION_PAYABLE, list[Transfer]()
        fund, cash = self.chance.choice((0, 5_000)), self.chance.choice((0, 0, 1_234))
        if fund:
            rows.append(self.row(act, 0, Account.FUND_POOLED_EMPLOYEE, payable, fund, None, self.me, place))
        for pocket in self.chance.sample((ONLY_POCKET, CURRENT_POCKET, WALLET_POCKET), 2):
            debit = Account.WALLET if pocket == WALLET_POCKET else Account.PERSONAL
            if fen := self.some(pocket):
                rows.append(self.row(act, len(rows), debit, payable, fen, pocket, None, place))
        own = sum(one.amount_fen for one in rows if one.debit in {Account.PERSONAL, Account.WALLET})
        parts = []
        for who in self.chance.sample(self.relatives, self.chance.randrange(len(self.relatives) + 1)):
            fen = self.chance.randint(1, 9_000)
            parts.append((who, fen))
            via = Account.CLEARING_MUTUAL_AID
            rows.append(self.row(act, 2 * len(rows) + 1, via, payable, fen, None, who, place))
        aid = sum(fen for _, fen in parts)
        total = fund + own + aid + cash
        if not total:
            return
        self.add([replace(one, other_person=None) if one.other_person == self.me else one for one in rows])
        self.parts[act] = parts
        self.cash_moved.append((self.now, cash))
        kind = self.chance.choice(tuple(SettlementKind))
        self.bills.append(
            Spent(
                *(self.me, act, place, kind, local_day(self.now), self.now),
                *(total, fund, own, aid, cash, None),
            )
        )

    def cancel(self) -> None:
        """One of the bills is taken back."""
        live = [place for place, bill in enumerate(self.bills) if bill.returned_at is None]
        if not live:
            return
        place = self.chance.choice(live)
        bill = self.bills[place]
        rows = [one for one in self.transfers if one.act == bill.settlement]
        self.add(reversal(rows, self.new_id(), self.now))
        self.bills[place] = replace(bill, returned_at=self.now)
        self.cash_moved.append((self.now, -bill.cash_fen))

    def share(self) -> None:
        """The account pays for a relative, or what it paid is taken back."""
        if self.shared and self.chance.random() < 0.3:
            rows = self.shared.pop(self.chance.randrange(len(self.shared)))
            self.add(reversal(rows, self.new_id(), self.now))
            return
        act, who, place = self.new_id(), self.chance.choice(self.relatives), self.chance.choice(PLACES)
        rows = []
        for pocket in (ONLY_POCKET, CURRENT_POCKET):
            if fen := self.some(pocket):
                via = Account.CLEARING_MUTUAL_AID
                rows.append(self.row(act, len(rows), Account.PERSONAL, via, fen, pocket, who, place))
        if rows:
            self.shared.append(self.add(rows))

    def wallet(self) -> None:
        """Money is sent, accepted, comes back, or arrives."""
        act, who = self.new_id(), self.chance.choice(self.relatives)
        which = self.chance.randrange(4)
        if which == 0 and (fen := self.some(ONLY_POCKET)):
            row = self.row(act, 0, Account.PERSONAL, Account.HELD, fen, ONLY_POCKET, who)
            self.sent.append(self.add([row]))
        elif which == 1:
            fen = self.chance.randint(1, 20_000)
            via = Account.CLEARING_WALLET
            self.add([self.row(act, 1, via, Account.WALLET, fen, WALLET_POCKET, who)])
        elif self.sent:
            rows = self.sent.pop()
            if which == 2:
                self.add(reversal(rows, act, self.now))
            else:
                fen = sum(one.amount_fen for one in rows)
                via = Account.CLEARING_WALLET
                self.add([self.row(act, 0, Account.HELD, via, fen, HELD_POCKET, rows[0].other_person)])

    def step(self) -> None:
        """Time passes and something happens."""
        self.now += timedelta(hours=self.chance.randint(1, 300), milliseconds=self.chance.randrange(1000))
        acts = (self.credit, self.credit, self.bill, self.bill, self.cancel, self.share, self.wallet)
        self.chance.choice(acts)()

    def cash_between(self, since: datetime, until: datetime) -> int:
        """Cash paid for bills, less what was given back, in a span of time."""
        return sum(fen for at, fen in self.cash_moved if since <= at < until)


def lived(seed: int, steps: int, relatives: int = 2) -> Life:
    """The life of this seed."""
    chance = Random(seed)
    me, *others = (UUID(bytes=chance.randbytes(16), version=4) for _ in range(relatives + 1))
    life = Life(me, others, chance)
    for _ in range(steps):
        life.step()
    return life
