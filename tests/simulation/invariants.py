"""The invariants, computed by a second way: by sums over the ledger and over what was settled, never by the rules."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from qinji.flows.parts.commands import AccountUse
from qinji.flows.parts.comparing import compare_settlement
from qinji.flows.parts.document import wallet_refund_to
from qinji.flows.parts.wallet_spending import given_on
from qinji.insured.model import CodeState, Status
from qinji.insured.rules import account_usable
from qinji.kernel.bill import WALLET_POCKET, PayerKind, Share
from qinji.kernel.dates import first_of_month, local_day, months_after
from qinji.kernel.refusal import Refused
from qinji.ledger.chart import CLEARING, Account
from qinji.ledger.model import CURRENT_POCKET, HELD_POCKET, ONLY_POCKET, POCKET_OF, POCKETS, Transfer
from qinji.mutual_aid.model import Grant
from qinji.policy.model import Case
from qinji.settlement.model import YearUse
from tests.simulation.booked import DONE, Booked, Result
from tests.simulation.bounding import Bounding, insist, periods
from tests.simulation.lapsing import Lapsing
from tests.simulation.lending import Lending
from tests.simulation.mending import Mending
from tests.simulation.operations import (
    Bind,
    Cancel,
    Contribute,
    Credit,
    Freeze,
    Give,
    Operation,
    Order,
    Say,
    Settle,
    Unbind,
)
from tests.simulation.owing import Owing
from tests.simulation.paper import Paper
from tests.simulation.promises import MOVES_NOTHING
from tests.simulation.silencing import Silencing
from tests.simulation.sums import YEAR_PARTS, effect, link, year_parts
from tests.simulation.taking import Taken
from tests.simulation.tills import Tills

MEMBERS_MAX, HOLDERS_MAX = 5, 2


@dataclass(slots=True)
class Auditor:
    """Looks over the paper bureau's shoulder; keeps sums of its own."""

    paper: Paper
    read: int = 0
    chain: bytes = b""
    owed: Counter[tuple[UUID, int]] = field(default_factory=Counter)
    years: Counter[tuple[UUID, str, int, str]] = field(default_factory=Counter)
    days: Counter[tuple[UUID, date, str]] = field(default_factory=Counter)
    bounding: Bounding = field(default_factory=Bounding)
    lending: Lending = field(init=False)
    mending: Mending = field(init=False)
    silencing: Silencing = field(init=False)
    lapsing: Lapsing = field(init=False)
    owing: Owing = field(default_factory=Owing)
    taken: Taken = field(default_factory=Taken)
    tills: Tills = field(default_factory=Tills)
    brought: Counter[UUID] = field(default_factory=Counter)
    months: set[tuple[UUID, date]] = field(default_factory=set)
    frozen: set[UUID] = field(default_factory=set)
    members: Counter[UUID] = field(default_factory=Counter)
    holders: Counter[UUID] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.brought.update(self.paper.cast.balances)
        self.lending = Lending(self.paper)
        self.silencing = Silencing(self.paper, self.frozen)
        self.lapsing = Lapsing(self.paper)
        self.mending = Mending(self.paper, self.bounding, self.lending, self.silencing, self.frozen)

    def step(self, operation: Operation) -> Result:
        """Do an operation and check everything that it touched."""
        paper = self.paper
        self.catch_up()
        before_grants: tuple[Grant, ...] = ()
        money: dict[UUID, int] = {}
        if isinstance(operation, Settle | Order):
            before_grants = tuple(paper.facts.grants.get(operation.person, ()))
            money = {
                person: paper.balance(person)
                for person in {operation.person, *(grant.grantor_id for grant in before_grants)}
            }
        written, settled = len(paper.transfers), paper.settled
        result = paper.do(operation)
        touched = paper.transfers[written:]
        self.catch_up()
        self.bounding.follow(operation, result, paper)
        self.owing.follow(operation, result, paper)
        self.taken.follow(operation, touched, paper.credited, self.owed)
        self.mending.follow(operation, result, touched)
        self.silencing.follow(operation, result)
        self.lapsing.follow(operation, result, before_grants, money)
        self.tills.follow(operation, result, paper.shown)
        self._follow(operation, result)
        self._tied(operation, result)
        if isinstance(operation, MOVES_NOTHING):
            insist(not touched, "I8 a binding, a grant, an answer move nothing", operation=operation)
        if isinstance(operation, Order) and operation.grantor is not None and result == DONE:
            self.lending.ordered(operation, before_grants, money[operation.grantor], self.bounding)
        elif isinstance(operation, Say) and result == DONE:
            self.lending.said(operation, touched)
        if paper.settled > settled and isinstance(operation, Settle):
            self._settled(paper.booked[-1], operation, before_grants, money)
        elif isinstance(operation, Cancel) and not isinstance(result, str):
            self._cancelled(operation.settlement)
        elif isinstance(operation, Settle):
            insist(not touched, "a refusal consumes nothing", result=result)
        self._rows(touched)
        return result

    @property
    def seen(self) -> Counter[str]:
        """How often what is worth counting came about."""
        found = self.bounding.used + self.tills.seen + self.lending.seen + self.mending.seen
        return found + self.silencing.seen + self.lapsing.seen

    def catch_up(self) -> None:
        """Add what was written since the last look to the own sums, and to the chain."""
        for row in self.paper.transfers[self.read :]:
            self.chain = link(self.chain, row)
            for account, sign in ((row.credit, 1), (row.debit, -1)):
                if account in POCKET_OF:
                    pocket = POCKET_OF[account]
                    place = (row.pocket or ONLY_POCKET) if pocket is None else pocket
                    self.owed[row.person, place] += sign * row.amount_fen
        self.read = len(self.paper.transfers)

    def _follow(self, operation: Operation, result: Result) -> None:
        """What came in, once a month; whose code is frozen."""
        if result != DONE:
            return
        match operation:
            case Contribute(person, amount_fen):
                self.brought[person] += amount_fen
            case Credit(person, back, amount_fen):
                month = months_after(first_of_month(self.paper.today), -back)
                insist((person, month) not in self.months, "a month is credited once", person=person)
                self.months.add((person, month))
                self.brought[person] += amount_fen
            case Freeze(person, CodeState.ACTIVE):
                self.frozen.discard(person)
            case Freeze(person):
                self.frozen.add(person)

    def _tied(self, operation: Operation, result: Result) -> None:
        """I9, I10: nobody is bound to or grants to themself; five members, two holders."""
        if result != DONE or not isinstance(operation, Bind | Give | Unbind):
            return
        if isinstance(operation, Give):
            insist(operation.grantor != operation.beneficiary, "I10", operation=operation)
            return
        sign = 1 if isinstance(operation, Bind) else -1
        insist(operation.holder != operation.member, "I10", operation=operation)
        self.members[operation.holder] += sign
        self.holders[operation.member] += sign
        insist(0 <= self.members[operation.holder] <= MEMBERS_MAX, "I9 five members", operation=operation)
        insist(0 <= self.holders[operation.member] <= HOLDERS_MAX, "I9 two holders", operation=operation)

    def _rows(self, rows: list[Transfer]) -> None:
        clearing: Counter[tuple[UUID, Account]] = Counter()
        for row in rows:
            insist(type(row.amount_fen) is int and row.amount_fen > 0, "I2", row=row)
            for account, sign in ((row.debit, 1), (row.credit, -1)):
                if account in CLEARING:
                    clearing[row.act, account] += sign * row.amount_fen
            self._owed(row.person)
        insist(not any(clearing.values()), "I1", rows=rows)

    def _owed(self, person: UUID) -> None:
        """I3, I4: account, money on its way and wallet; and what is left of what came into the wallet."""
        facts = self.paper.facts
        for pocket in (*POCKETS, HELD_POCKET, WALLET_POCKET):
            balance = facts.balances.get((person, pocket), 0)
            insist(balance == self.owed[person, pocket], "I3", person=person, pocket=pocket, balance=balance)
            insist(balance >= 0, "I4", person=person, pocket=pocket, balance=balance)
        left = sum(lot.left_fen for lot in facts.lots.get(person, ()))
        insist(left == self.owed[person, WALLET_POCKET], "I3 what is left of what came", person=person)

    def _settled(
        self, booked: Booked, asked: Settle, grants: tuple[Grant, ...], money: dict[UUID, int]
    ) -> None:
        settled, paid = booked.decided.settlement, booked.decided.bill.plan
        parts = settled.fund_fen + settled.own_fen + settled.mutual_aid_fen + settled.cash_fen
        insist(parts == settled.total_fen, "I5", settled=settled)
        insist(min(settled.fund_fen, settled.own_fen, settled.cash_fen) >= 0, "I5 no part below zero")
        broken = compare_settlement(settled, booked.document, booked.decided.transfers)
        insist(not broken, "I14", broken=broken)
        shown = asked.shown_by is not None
        insist(not shown or asked.person not in self.frozen, "a frozen code pays nothing", asked=asked)
        live = {str(grant.grant_id): grant for grant in grants}
        for share in paid.shares:
            if share.kind is PayerKind.GRANTOR:
                self._lawful(share, live.get(share.grant or ""), asked, money)
        self._in_order(booked, asked, grants, money)
        person, insurance = settled.person, settled.insurance
        for name, amount in year_parts(booked).items():
            self.years[person, insurance, settled.year, name] += amount
        self.days[person, settled.service_day, settled.level] += settled.fund_fen
        self._accumulated(booked)

    def _lawful(self, share: Share, grant: Grant | None, asked: Settle, money: dict[UUID, int]) -> None:
        """I7: a live grant of this very payer, in its limits today, this month and year, above its floor."""
        insist(asked.account_use is not AccountUse.NONE, "I7 no account was to be used")
        insist(not asked.own_money_only, "I7 only own money was to be used")
        insist(grant is not None, "I7 a live grant", share=share)
        if grant is None:
            return
        insist(str(grant.grantor_id) == share.person and grant.person_id == asked.person, "I7 whose grant")
        limits = self.bounding.paying(
            grant,
            self.paper.visits.bill(asked.institution, asked.visit),
            share.amount_fen,
            self.paper.now,
        )
        sharing = self.lending.lend(grant, share.amount_fen, money[grant.grantor_id], limits)
        insist(set(share.by_class) <= sharing.pays, "I7 classes that the grantor's region allows")

    def _in_order(
        self, booked: Booked, asked: Settle, grants: tuple[Grant, ...], money: dict[UUID, int]
    ) -> None:
        """I6: what a later payer paid, an earlier one could not pay; own first, then by rank."""
        policy = self.paper.book.at(booked.decided.settlement.region, booked.decided.settlement.service_day)
        insist(not isinstance(policy, Refused), "I6 a region with policy")
        if isinstance(policy, Refused):
            return
        shares = booked.decided.bill.plan.shares
        patient = self.paper.people_now[asked.person]
        relatives = [share for share in shares if share.kind is PayerKind.GRANTOR]
        own = {share.pocket: share.amount_fen for share in shares if share.kind is PayerKind.OWN}
        terms = policy.settlement()
        insist(
            terms.self_position == "first", "I6 the packs of this simulation let the own account pay first"
        )
        rules = policy.rules(
            Case(
                patient.insurance,
                patient.person_status,
                0,
                booked.decided.settlement.level,
                booked.decided.bill.medical_type,
            )
        )
        by_relatives = {use for share in relatives for use in share.by_class}
        own_left = money[asked.person] - own.get(ONLY_POCKET, 0)
        if account_usable(patient) and by_relatives & rules.own_pays:
            insist(own_left == 0, "I6 the own account first", left=own_left, shares=shares)
        if account_usable(patient) and terms.two_balances and by_relatives & rules.current_pays:
            left = self.paper.facts.balances.get((asked.person, CURRENT_POCKET), 0)
            insist(left == 0, "I6 this year's balance first", left=left, shares=shares)
        if patient.status is Status.NORMAL and by_relatives & rules.own_pays and terms.wallet_purposes:
            left = self.paper.facts.balances.get((asked.person, WALLET_POCKET), 0)
            insist(left == 0, "I6 the wallet before relatives", left=left, shares=shares)
        rank = {str(grant.grant_id): grant.rank for grant in grants}
        if terms.grantor_order == "user_priority":
            ranks = [rank[share.grant or ""] for share in relatives]
            insist(ranks == sorted(ranks), "I6 relatives in their order", ranks=ranks)

    def _accumulated(self, booked: Booked) -> None:
        settled = booked.decided.settlement
        use = self.paper.facts.years[settled.person, settled.insurance, settled.year]
        sums = [self.years[settled.person, settled.insurance, settled.year, name] for name in YEAR_PARTS]
        insist([getattr(use, name) for name in YEAR_PARTS] == sums, "accumulators of the year", use=use)
        day_key = (settled.person, settled.service_day, settled.level)
        insist(self.paper.facts.days[day_key] == self.days[day_key], "accumulator of the day", key=day_key)
        insist(
            min(sums) >= 0 <= self.days[day_key],
            "no accumulator below zero",
            sums=sums,
            day=self.days[day_key],
        )

    def _cancelled(self, number: int) -> None:
        """I11: every fen to whom it came from; accumulators fall by what was added; limits are free again."""
        booked = self.paper.booked[number]
        settled, back = booked.decided.settlement, booked.back or ()
        mirror = tuple(row for row in back if row.reverses == settled.settlement)
        undone = (*mirror, *booked.mended)
        insist(effect(booked.decided.transfers) == effect(undone, -1), "I11", settled=settled)
        self.mending.cancelled(number)
        onward = [row for row in back if row.reverses is None]
        to = wallet_refund_to(booked.document)
        returned = {row.person: 0 for row in onward if row.credit is Account.PERSONAL}
        for row in onward:
            if row.credit is Account.PERSONAL:
                returned[row.person] += row.amount_fen
        insist(len(mirror) + len(onward) == len(back), "I11 reverses its original")
        insist(returned == given_on(booked.decided.parts, to), "I11 a wallet's money to its source")
        for name, amount in year_parts(booked).items():
            self.years[settled.person, settled.insurance, settled.year, name] -= amount
        self.days[settled.person, settled.service_day, settled.level] -= settled.fund_fen
        day = local_day(settled.booked_at)
        for given in (one for one in booked.decided.grants if not self.mending.freed(number, one.grant)):
            self.lending.give_back(given.grant, day, given.amount_fen)
        self._accumulated(booked)

    def everything(self) -> None:
        """Every invariant over everybody, from the sums."""
        self.catch_up()
        paper = self.paper
        for person in paper.people:
            self._owed(person)
        brought: Counter[UUID] = Counter()
        for row in paper.transfers:
            if row.debit is Account.SOURCE_CONTRIBUTION:
                brought[row.person] += row.amount_fen
        self.owing.everything(paper)
        insist(+brought == +self.brought, "what came in is what was credited")
        today = paper.today
        for grant in (*paper.grants.ended.values(), *(g for own in paper.facts.grants.values() for g in own)):
            used = grant.used.on(today)
            if used.day == today:
                seen = (used.day_fen, used.month_fen, used.year_fen)
                sums = tuple(self.lending.spent[grant.grant_id, name] for name in periods(today))
                insist(seen == sums, "I7 used limits are what was paid", seen=seen, sums=sums)
        for (person, insurance, year), use in paper.facts.years.items():
            sums = tuple(self.years[person, insurance, year, name] for name in YEAR_PARTS)
            insist(use == YearUse(*sums), "accumulators", person=person)

    def _institutions(self) -> None:
        """I17: what each institution is owed is its live settlements, but for the cash that it took itself."""
        owed: Counter[str | None] = Counter()
        for row in self.paper.transfers:
            for account, sign in ((row.credit, 1), (row.debit, -1)):
                if account is Account.INSTITUTION_PAYABLE:
                    owed[row.institution] += sign * row.amount_fen
        live: Counter[str | None] = Counter()
        for number, one in enumerate(self.paper.booked):
            settled = one.decided.settlement
            if one.back is None:
                less = settled.cash_fen + self.mending.less(number)
                live[settled.institution] += settled.total_fen - less
        insist(+owed == +live and not -owed, "I17", owed=owed, live=live)

    def from_scratch(self) -> None:
        """The same once more from the first row: nothing that was written has changed since (I14)."""
        fresh = Auditor(self.paper)
        fresh.catch_up()
        self._institutions()
        insist(fresh.chain == self.chain, "I14 rows never change")
        insist(fresh.owed == self.owed, "I3 from the first row")
        self.everything()
        for booked in self.paper.booked:
            broken = compare_settlement(booked.decided.settlement, booked.document, booked.decided.transfers)
            insist(not broken, "I14", broken=broken)
