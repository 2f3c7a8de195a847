"""The invariants, computed by a second way: by sums over the ledger and over what was settled, never by the rules.

I1 an act's clearing is zero · I2 amounts are whole and positive · I3 a balance is the sum of its postings · I4 never
below zero · I5 the parts are the total · I6 relatives pay only what the own account cannot, in order · I7 only under
a live grant, within its limits, above its floor · I8 a binding moves nothing · I11 what comes back is what was paid,
once, to whom · I14 rows that are written stay as they are.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from random import Random
from uuid import UUID

from qinji.flows.parts.commands import AccountUse
from qinji.flows.parts.comparing import compare_settlement
from qinji.flows.parts.document import wallet_refund_to
from qinji.flows.parts.wallet_spending import given_on
from qinji.insured.model import Status
from qinji.insured.rules import account_usable
from qinji.kernel.bill import WALLET_POCKET, PayerKind, Share
from qinji.kernel.dates import local_day
from qinji.kernel.refusal import Refused
from qinji.ledger.chart import CLEARING, Account
from qinji.ledger.model import HELD_POCKET, ONLY_POCKET, POCKET_OF, Transfer
from qinji.mutual_aid.model import Grant, GrantState
from qinji.policy.model import Case
from qinji.settlement.model import YearUse
from tests.simulation.booked import Booked, Result
from tests.simulation.cast import packs
from tests.simulation.operations import Bind, Cancel, Operation, Settle, Unbind, draw
from tests.simulation.paper import Paper

Spent = Counter[tuple[UUID, str]]


class Broken(AssertionError):
    """An invariant does not hold."""


def insist(condition: bool, invariant: str, **facts: object) -> None:
    """Raise Broken unless the condition holds."""
    if not condition:
        raise Broken(f"{invariant}: {facts}")


def periods(day: date) -> tuple[str, str, str]:
    """The names of a day, its month and its year."""
    return day.isoformat(), day.isoformat()[:7], day.isoformat()[:4]


@dataclass(slots=True)
class Auditor:
    """Looks over the paper bureau's shoulder; keeps sums of its own."""

    paper: Paper
    read: int = 0
    chain: bytes = b""
    owed: Counter[tuple[UUID, int]] = field(default_factory=Counter)
    spent: Spent = field(default_factory=Counter)
    years: Counter[tuple[UUID, str, int, str]] = field(default_factory=Counter)
    days: Counter[tuple[UUID, date, str]] = field(default_factory=Counter)

    def step(self, operation: Operation) -> Result:
        """Do an operation and check everything that it touched."""
        paper = self.paper
        self.catch_up()
        before_grants: tuple[Grant, ...] = ()
        money: dict[UUID, int] = {}
        if isinstance(operation, Settle):
            before_grants = tuple(paper.facts.grants.get(operation.person, ()))
            money = {
                person: paper.balance(person)
                for person in {operation.person, *(grant.grantor_id for grant in before_grants)}
            }
        written, settled = len(paper.transfers), paper.settled
        result = paper.do(operation)
        touched = paper.transfers[written:]
        self.catch_up()
        if isinstance(operation, Bind | Unbind):
            insist(not touched, "I8 a binding moves nothing", operation=operation)
        if paper.settled > settled and isinstance(operation, Settle):
            self._settled(paper.booked[-1], operation, before_grants, money)
        elif isinstance(operation, Cancel) and not isinstance(result, str):
            self._cancelled(paper.booked[operation.settlement])
        elif isinstance(operation, Settle):
            insist(not touched, "a refusal consumes nothing", result=result)
        self._rows(touched)
        return result

    def catch_up(self) -> None:
        """Add what was written since the last look to the own sums, and to the chain."""
        for row in self.paper.transfers[self.read :]:
            self.chain = link(self.chain, row)
            for account, sign in ((row.credit, 1), (row.debit, -1)):
                if account in POCKET_OF:
                    pocket = POCKET_OF[account]
                    self.owed[row.person, ONLY_POCKET if pocket is None else pocket] += sign * row.amount_fen
        self.read = len(self.paper.transfers)

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
        for pocket in (ONLY_POCKET, HELD_POCKET, WALLET_POCKET):
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
        live = {str(grant.grant_id): grant for grant in grants}
        for share in paid.shares:
            if share.kind is PayerKind.GRANTOR:
                self._lawful(share, live.get(share.grant or ""), asked, money)
        self._in_order(booked, asked, grants, money)
        person, insurance = settled.person, settled.insurance
        for name, amount in _year_parts(booked).items():
            self.years[person, insurance, settled.year, name] += amount
        self.days[person, settled.service_day, settled.level] += settled.fund_fen
        self._accumulated(booked)

    def _lawful(self, share: Share, grant: Grant | None, asked: Settle, money: dict[UUID, int]) -> None:
        """I7: a live grant of this very payer, in its limits today, this month and year, above its floor."""
        insist(asked.account_use is not AccountUse.NONE, "I7 no account was to be used")
        insist(not asked.own_money_only, "I7 only own money was to be used")
        insist(grant is not None and grant.state is GrantState.ACTIVE, "I7 a live grant", share=share)
        if grant is None:
            return
        today = self.paper.today
        insist(grant.ends_on is None or today < grant.ends_on, "I7 not past its last day")
        insist(str(grant.grantor_id) == share.person and grant.person_id == asked.person, "I7 whose grant")
        policy = packs().at(self.paper.cast.people[grant.grantor_id].region, today)
        insist(not isinstance(policy, Refused), "I7 a region with policy")
        if isinstance(policy, Refused):
            return
        sharing = policy.sharing()
        insist(grant.relation in sharing.relations, "I7 a relation of the grantor's region", grant=grant)
        insist(set(share.by_class) <= sharing.pays, "I7 classes that the grantor's region allows")
        limits = grant.limits
        for limit, name in zip(
            (limits.per_day_fen, limits.per_month_fen, limits.per_year_fen), periods(today), strict=True
        ):
            self.spent[grant.grant_id, name] += share.amount_fen
            insist(limit is None or self.spent[grant.grant_id, name] <= limit, "I7 limits", period=name)
        insist(limits.per_use_fen is None or share.amount_fen <= limits.per_use_fen, "I7 limit per use")
        left = money[grant.grantor_id] - share.amount_fen
        insist(left >= max(limits.floor_fen, sharing.retained_balance_fen), "I7 the floor stays", left=left)

    def _in_order(
        self, booked: Booked, asked: Settle, grants: tuple[Grant, ...], money: dict[UUID, int]
    ) -> None:
        """I6: what a later payer paid, an earlier one could not pay; own first, then by rank."""
        policy = packs().at(booked.decided.settlement.region, booked.decided.settlement.service_day)
        insist(not isinstance(policy, Refused), "I6 a region with policy")
        if isinstance(policy, Refused):
            return
        shares = booked.decided.bill.plan.shares
        patient = self.paper.cast.people[asked.person]
        relatives = [share for share in shares if share.kind is PayerKind.GRANTOR]
        own = next((share for share in shares if share.kind is PayerKind.OWN and not share.pocket), None)
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
        own_left = money[asked.person] - (own.amount_fen if own else 0)
        if account_usable(patient) and by_relatives & rules.own_pays:
            insist(own_left == 0, "I6 the own account first", left=own_left, shares=shares)
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

    def _cancelled(self, booked: Booked) -> None:
        """I11: every fen to whom it came from; accumulators fall by what was added; limits are free again."""
        settled, back = booked.decided.settlement, booked.back or ()
        mirror = tuple(row for row in back if row.reverses == settled.settlement)
        insist(_effect(booked.decided.transfers) == _effect(mirror, -1), "I11", settled=settled)
        onward = [row for row in back if row.reverses is None]
        to = wallet_refund_to(booked.document)
        returned = {row.person: 0 for row in onward if row.credit is Account.PERSONAL}
        for row in onward:
            if row.credit is Account.PERSONAL:
                returned[row.person] += row.amount_fen
        insist(len(mirror) + len(onward) == len(back), "I11 reverses its original")
        insist(returned == given_on(booked.decided.parts, to), "I11 a wallet's money to its source")
        for name, amount in _year_parts(booked).items():
            self.years[settled.person, settled.insurance, settled.year, name] -= amount
        self.days[settled.person, settled.service_day, settled.level] -= settled.fund_fen
        day = local_day(settled.booked_at)
        for given in booked.decided.grants:
            for name in periods(day):
                self.spent[given.grant, name] -= given.amount_fen
        self._accumulated(booked)

    def everything(self) -> None:
        """Every invariant over everybody, from the sums."""
        self.catch_up()
        paper = self.paper
        for person in paper.people:
            self._owed(person)
        today = paper.today
        for grant in (*paper.ended_grants.values(), *(g for own in paper.facts.grants.values() for g in own)):
            used = grant.used.on(today)
            if used.day == today:
                seen = (used.day_fen, used.month_fen, used.year_fen)
                sums = tuple(self.spent[grant.grant_id, name] for name in periods(today))
                insist(seen == sums, "I7 used limits are what was paid", seen=seen, sums=sums)
        for (person, insurance, year), use in paper.facts.years.items():
            sums = tuple(self.years[person, insurance, year, name] for name in YEAR_PARTS)
            insist(use == YearUse(*sums), "accumulators", person=person)

    def from_scratch(self) -> None:
        """The same once more from the first row: nothing that was written has changed since (I14)."""
        fresh = Auditor(self.paper)
        fresh.catch_up()
        insist(fresh.chain == self.chain, "I14 rows never change")
        insist(fresh.owed == self.owed, "I3 from the first row")
        self.everything()
        for booked in self.paper.booked:
            broken = compare_settlement(booked.decided.settlement, booked.document, booked.decided.transfers)
            insist(not broken, "I14", broken=broken)


YEAR_PARTS = ("deductible_used_fen", "fund_paid_fen", "in_scope_fen")


def _year_parts(booked: Booked) -> dict[str, int]:
    settled = booked.decided.settlement
    return dict(
        zip(YEAR_PARTS, (settled.deductible_fen, settled.fund_fen, settled.in_scope_fen), strict=True)
    )


def _effect(rows: tuple[Transfer, ...], sign: int = 1) -> Counter[tuple[UUID, Account, int]]:
    """What rows do to each account, in a form that two sets of rows can be compared by."""
    effect: Counter[tuple[UUID, Account, int]] = Counter()
    for row in rows:
        effect[row.person, row.debit, row.seq] -= sign * row.amount_fen
        effect[row.person, row.credit, row.seq] += sign * row.amount_fen
    return effect


def link(chain: bytes, row: Transfer) -> bytes:
    """The next value of a chain over all rows."""
    text = (
        f"{row.person.int}|{row.act.int}|{row.seq}|{row.debit}|{row.credit}|{row.amount_fen}|{row.reverses}"
    )
    return hashlib.blake2b(text.encode(), key=chain, digest_size=32).digest()


def play(paper: Paper, seed: int, count: int, all_every: int = 1_000) -> Counter[str]:
    """So many operations of a seed, checked as they go; how often each outcome came."""
    auditor, chance = Auditor(paper), Random(seed)
    outcomes: Counter[str] = Counter()
    for number in range(count):
        operation = draw(chance, paper)
        try:
            result = auditor.step(operation)
            if number % all_every == 0:
                auditor.everything()
        except Exception as problem:
            raise Broken(f"seed {seed}, operation {number}: {operation}") from problem
        outcomes[f"{type(operation).__name__}: {result if isinstance(result, str) else 'done'}"] += 1
    auditor.from_scratch()
    return outcomes
