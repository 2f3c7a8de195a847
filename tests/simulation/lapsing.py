"""Breaks in employees' payments counted a second way: from what employers said, and never by the program's rules.

Nobody's fund and no relative pays in a break; the old balance does where the region lets it; afterwards benefits hold
from the day that the region's rule says, for the bills of the break too where it says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from qinji.flows.parts.commands import AccountUse
from qinji.insured.model import Insurance, Status
from qinji.kernel.bill import WALLET_POCKET, PayerKind
from qinji.kernel.refusal import RefusalCode, Refused
from qinji.ledger.model import CURRENT_POCKET, ONLY_POCKET
from qinji.mutual_aid.model import Grant, GrantState
from qinji.policy.arrears import GapTerms
from qinji.policy.model import Case
from qinji.premium.model import PayerKind as PremiumPayer
from tests.simulation.booked import DONE, Booked, Result
from tests.simulation.bounding import insist
from tests.simulation.breaks import ONE_DAY, first_day, last_paid_on, month_of
from tests.simulation.operations import Give, Lapse, Operation, Order, Resume, Send, Settle
from tests.simulation.paper import Paper


@dataclass(slots=True)
class Life:
    """One employee's benefits: ``lost`` are days without, first and last, None while they last.

    ``since`` is when the running break began, ``bridged`` the breaks that were made good whole.
    """

    since: date | None = None
    lost: list[tuple[date, date | None]] = field(default_factory=list)
    bridged: list[tuple[date, date]] = field(default_factory=list)

    def holds(self, day: date) -> bool:
        """Whether benefits run on a day."""
        return not any(first <= day and (last is None or day <= last) for first, last in self.lost)

    def bridges(self, day: date) -> bool:
        """Whether a day lies in a break that was made good whole."""
        return any(first <= day <= last for first, last in self.bridged)


@dataclass(slots=True)
class Lapsing:
    """What each employee's benefits are. Who was in arrears before anything happened is so from the day known then."""

    paper: Paper
    lives: dict[UUID, Life] = field(default_factory=dict)
    seen: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        for who, person in self.paper.cast.people.items():
            if person.insurance is Insurance.EMPLOYEE and person.status is Status.ARREARS:
                since = person.suspended_since
                assert since is not None
                self.lives[who] = Life(since, [(since, None)])

    def terms(self, person: UUID) -> GapTerms:
        """What the person's region says of breaks today."""
        policy = self.paper.book.at(self.paper.cast.people[person].region, self.paper.today)
        assert not isinstance(policy, Refused)
        terms = policy.gaps()
        assert terms is not None
        return terms

    def in_break(self, person: UUID) -> bool:
        """Whether somebody's payments have stopped."""
        life = self.lives.get(person)
        return life is not None and life.since is not None

    def follow(
        self, operation: Operation, result: Result, grants: Sequence[Grant], money: dict[UUID, int]
    ) -> None:
        """What an employer said, or what somebody in a break tried to do."""
        if isinstance(operation, Settle):
            self._billed(operation, result, grants, money)
        elif result == DONE:
            self._done(operation)

    def _done(self, operation: Operation) -> None:
        match operation:
            case Lapse(person):
                since = first_day(month_of(last_paid_on(operation, self.paper.today)) + 1)
                life = self.lives.setdefault(person, Life())
                life.since = since
                life.lost.append((since, None))
                self.seen["payments stopped"] += 1
            case Resume(person, paid_back):
                self._resumed(person, paid_back=paid_back)
            case Send(sender, receiver):
                both = self.in_break(sender) or self.in_break(receiver)
                insist(not both, "no money is sent in a break", operation=operation)
            case Give(grantor):
                insist(not self.in_break(grantor), "nobody grants in a break", operation=operation)
            case Order(orderer, _, _, PremiumPayer.OWN_ACCOUNT) if self.in_break(orderer):
                insist(
                    self.terms(orderer).account_usable, "the account rests in a break", operation=operation
                )
                self.seen["premium ordered from the old balance in a break"] += 1
            case Order(grantor=grantor) if grantor is not None and self.in_break(grantor):
                insist(self.terms(grantor).grant_usable, "I7 grants rest in a break", operation=operation)

    def _resumed(self, person: UUID, *, paid_back: bool) -> None:
        """Days of the break come back whole, or benefits begin some months later; earlier waits are waited out."""
        life, terms, today = self.lives[person], self.terms(person), self.paper.today
        assert life.since is not None
        first = life.lost.pop()[0]
        insist(first == life.since, "one break at a time", life=life)
        missed = range(month_of(first - ONE_DAY) + 1, month_of(today))
        unserved = [last for _, last in life.lost if last is not None and last >= first]
        begins = month_of(today) + (1 if missed and not terms.resumes_same_month else 0)
        short = paid_back and len(missed) <= terms.ok_months
        if missed and short and terms.retroactive:
            life.bridged.append((first, today))
            if unserved:
                life.lost.append((first, max(unserved)))
            self.seen["break made good whole"] += 1
        elif missed:
            wait = 0 if short else terms.wait_months
            self.seen["break waited for" if wait else "break without its bills"] += 1
            life.lost.append((first, first_day(begins + wait) - ONE_DAY))
        elif first < first_day(begins):
            life.lost.append((first, first_day(begins) - ONE_DAY))
        life.since = None
        self.seen["payments resumed"] += 1

    def _billed(self, asked: Settle, result: Result, grants: Sequence[Grant], money: dict[UUID, int]) -> None:
        life = self.lives.get(asked.person)
        if life is None:
            self._lenders(asked, result, grants, money)
            return
        visit = None if asked.visit is None else self.paper.visits.opened[asked.visit]
        day = self.paper.today if visit is None else visit.day
        if life.since is not None:
            self._in_break(asked, result, day, life.since)
            return
        waiting = result in (RefusalCode.BENEFIT_WAITING.name, RefusalCode.BENEFIT_LAPSED.name)
        insist(not waiting or not life.holds(day), "benefits that hold", day=day, life=life)
        insist(isinstance(result, str) or life.holds(day), "benefits that do not hold", day=day, life=life)
        insist(result != RefusalCode.BENEFIT_STOPPED.name, "who is paid for is not stopped", life=life)
        self.seen["bill in a wait refused"] += waiting
        if not isinstance(result, str) and life.bridges(day) and day < first_day(month_of(self.paper.today)):
            self.seen["bill of a break paid by the fund, once it was made good"] += bool(result[1])
        self._lenders(asked, result, grants, money)

    def _in_break(self, asked: Settle, result: Result, day: date, since: date) -> None:
        """No fund, no relative, no wallet; the old balance first, then cash."""
        usable = self.terms(asked.person).account_usable
        stopped = result == RefusalCode.BENEFIT_STOPPED.name
        insist(not stopped or not usable or day < since, "the old balance pays", asked=asked)
        self.seen["bill in a break refused"] += stopped
        if isinstance(result, str):
            return
        insist(usable and day >= since, "a bill in a break", asked=asked, day=day, since=since)
        paid = self.paper.booked[-1].decided.bill.plan
        _, fund_fen, own_fen, lent_fen, cash_fen = result
        insist(not fund_fen and not lent_fen, "I7 no fund and no relative pays in a break", result=result)
        wallet = sum(one.amount_fen for one in paid.shares if one.pocket == WALLET_POCKET)
        insist(not wallet, "I6 no wallet pays in a break", paid=paid)
        if asked.account_use is not AccountUse.NONE:
            self._old_balance_first(asked.person)
        self.seen["old balance paid in a break"] += bool(own_fen)
        self.seen["cash in a break"] += bool(cash_fen)
        self.seen["relatives left out in a break"] += self._could_share(asked)

    def _old_balance_first(self, person: UUID) -> None:
        """I6: of what the account may pay nothing is paid in cash while it holds anything."""
        decided = self.paper.booked[-1].decided
        settled, bill = decided.settlement, decided.bill
        policy = self.paper.book.at(settled.region, settled.service_day)
        assert not isinstance(policy, Refused)
        status = self.paper.people_now[person].person_status
        rules = policy.rules(
            Case(settled.insurance, status, 0, settled.level, bill.medical_type, lapsed=True)
        )
        left = Counter(bill.split.personal)
        for share in bill.plan.shares:
            left.subtract(share.by_class)
        pockets = [(ONLY_POCKET, rules.own_pays)]
        if policy.settlement().two_balances:
            pockets.append((CURRENT_POCKET, rules.current_pays))
        for pocket, pays in pockets:
            open_fen = sum(fen for use, fen in left.items() if use in pays)
            there = self.paper.facts.balances.get((person, pocket), 0)
            insist(not open_fen or not there, "I6 the old balance before cash", left=left, there=there)

    def _could_share(self, asked: Settle) -> bool:
        grants = self.paper.facts.grants.get(asked.person, ())
        active = any(one.state is GrantState.ACTIVE for one in grants)
        return active and asked.account_use is AccountUse.SHARED and not asked.own_money_only

    def _lenders(
        self, asked: Settle, result: Result, grants: Sequence[Grant], money: dict[UUID, int]
    ) -> None:
        """I7: an account in a break pays for relatives only where its region says so."""
        if isinstance(result, str):
            return
        booked = self.paper.booked[-1]
        for who in lenders(booked):
            rests = self.in_break(who) and not self.terms(who).grant_usable
            insist(not rests, "I7 what was granted rests in a break", asked=asked)
            self.seen["lent in a break"] += self.in_break(who)
        cash = booked.decided.settlement.cash_fen
        resting = [one for one in grants if self.in_break(one.grantor_id) and one.state is GrantState.ACTIVE]
        with_money = any(money[one.grantor_id] for one in resting)
        use = asked.account_use is AccountUse.SHARED and not asked.own_money_only
        self.seen["grant rested in a break"] += bool(cash) and with_money and use


def lenders(booked: Booked) -> list[UUID]:
    """Whose granted accounts paid a bill."""
    shares = booked.decided.bill.plan.shares
    return [UUID(one.person) for one in shares if one.kind is PayerKind.GRANTOR and one.pocket == ONLY_POCKET]
