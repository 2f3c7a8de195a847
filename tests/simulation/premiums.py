"""Premiums of the paper bureau: ordered, said yes or no to by the tax bureau, asked back; and the days they cover."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from qinji.family.model import Binding
from qinji.flows.parts.facts import WorkingSet
from qinji.flows.parts.premium_payers import PayerFacts, PremiumPayer, payers
from qinji.flows.parts.premium_postings import confirming, going_back, ordering
from qinji.flows.parts.premium_quote import Quote, quote, waited_less
from qinji.insured.model import Insurance, Person, Status
from qinji.insured.rules import is_minor
from qinji.kernel.actor import Channel
from qinji.kernel.dates import local_day
from qinji.kernel.kinship import Relation
from qinji.kernel.purpose import Power, Premium, Purpose
from qinji.kernel.refusal import RefusalCode, Refused
from qinji.ledger.model import HELD_POCKET, Transfer
from qinji.mutual_aid.model import Grant
from qinji.mutual_aid.rules import usable
from qinji.policy.book import Book
from qinji.policy.waiting import WaitingTerms
from qinji.premium.model import (
    LIVE,
    BureauAnswer,
    Coverage,
    History,
    OrderState,
    PayerKind,
    PremiumOrder,
    Taken,
)
from qinji.premium.rules import answered, live, may_refund, refunding
from qinji.wallet.model import Part
from qinji.wallet.rules import put_back, spend
from tests.simulation.operations import AskBack, Order, Pair, Say

ONE_DAY = timedelta(days=1)


def may_run_errand(
    orderer: UUID, person: Person, kin: dict[Pair, Relation], given: Sequence[Grant], today: date
) -> bool:
    """For oneself, for whom one's own grant may pay, or for a child who is a minor: the errands of this simulation."""
    if orderer == person.person_id:
        return True
    if any(
        one.grantor_id == orderer and usable(one, today, Purpose.RESIDENT_PREMIUM) is None for one in given
    ):
        return True
    return kin.get((orderer, person.person_id)) is Relation.CHILD and is_minor(person, today)


def answer_to(order: PremiumOrder, number: int, asked: Say) -> BureauAnswer:
    """The tax bureau's word; its voucher is the order's number in the town."""
    return BureauAnswer(order.order_id, asked.said, f"V{number}", "不合要求")


@dataclass(slots=True)
class Premiums:
    """Every order in the order in which it was made, with the rows of its acts.

    ``keep`` takes wallets' parts, ``give_back`` what a grant paid of a day; by ``bindings`` holders run errands too.
    """

    facts: WorkingSet
    kin: dict[Pair, Relation]
    people: dict[UUID, Person]
    book: Book
    new_id: Callable[[], UUID]
    keep: Callable[[Iterable[Part]], None]
    give_back: Callable[[UUID, UUID, date, int], None]
    bindings: dict[Pair, Binding]
    covers: dict[UUID, list[Coverage]] = field(default_factory=dict)
    orders: list[PremiumOrder] = field(default_factory=list)
    rows: dict[UUID, list[Transfer]] = field(default_factory=dict)
    taken: dict[UUID, list[Part]] = field(default_factory=dict)

    def errands(self, today: date) -> list[Pair]:
        """(who orders, for whom): residents for themselves, parents for a minor, and one employee in vain."""
        residents = [who for who, one in self.people.items() if one.insurance is Insurance.RESIDENT]
        parents = [
            (one, child)
            for (one, child), relation in self.kin.items()
            if relation is Relation.CHILD and may_run_errand(one, self.people[child], self.kin, (), today)
        ]
        employee = next(who for who, one in self.people.items() if one.insurance is Insurance.EMPLOYEE)
        return [*((one, one) for one in residents), *parents, (employee, employee)]

    def history(self, person: UUID) -> History:
        """What is known of somebody's premiums."""
        mine = [one for one in self.orders if one.person_id == person and one.state in LIVE]
        return History(tuple(self.covers.get(person, ())), tuple(mine))

    def order(self, asked: Order, now: datetime) -> list[Transfer] | str:
        """Order a year's premium at its right amount."""
        today, person = local_day(now), self.people[asked.person]
        given = self.facts.grants.get(asked.person, [])
        bound = self.bindings.get((asked.orderer, asked.person))
        by_power = bound is not None and Power.PAY_PREMIUM in bound.powers
        if not by_power and not may_run_errand(asked.orderer, person, self.kin, given, today):
            return (RefusalCode.NOT_FOUND if bound is None else RefusalCode.POWER_NOT_GIVEN).name
        found = quote(person, self.history(asked.person), today.year + asked.years_on, today, self.book)
        if isinstance(found, Refused):
            return found.code.name
        payer = self._payer(asked, person, given, today)
        if payer is None or payer.reason:
            return RefusalCode.PREMIUM_PAYER.name
        account_fen = 0 if payer.kind is PayerKind.CASH else found.amount_fen
        if account_fen > payer.available_fen:
            return RefusalCode.PREMIUM_BALANCE.name
        made = self._made(asked, found, payer, account_fen, now)
        self.orders.append(made)
        if made.payer_id is None:
            return []
        if made.grant_id is not None:
            self.facts.grants[asked.person] = [
                one.after_use(made.day, account_fen) if one.grant_id == made.grant_id else one
                for one in given
            ]
        rows = ordering(made, self.people[made.payer_id].region, self._pockets(made.payer_id))
        self.rows[made.order_id] = rows
        self.facts.balances.setdefault((made.payer_id, HELD_POCKET), 0)
        if made.payer_kind is PayerKind.OWN_WALLET:
            parts = spend(self.facts.lots.get(asked.person, []), asked.person, made.order_id, account_fen)
            self.taken[made.order_id] = parts
            self.keep(parts)
        return rows

    def _pockets(self, person: UUID) -> dict[int, int]:
        return {pocket: fen for (who, pocket), fen in self.facts.balances.items() if who == person}

    def _payer(
        self, asked: Order, person: Person, given: Sequence[Grant], today: date
    ) -> PremiumPayer | None:
        concerned = {asked.orderer, asked.person, *(one.grantor_id for one in given)}
        facts = PayerFacts(
            orderer=asked.orderer,
            insured=person,
            people={one: self.people[one] for one in concerned},
            pockets={one: self._pockets(one) for one in concerned},
            grants=given,
            relations={
                one: self.kin[one, asked.person] for one in concerned if (one, asked.person) in self.kin
            },
            today=today,
        )
        grant = next((one.grant_id for one in given if one.grantor_id == asked.grantor), None)
        wanted = asked.payer, grant
        return next((one for one in payers(facts, self.book) if (one.kind, one.grant) == wanted), None)

    def _made(
        self, asked: Order, found: Quote, payer: PremiumPayer, account_fen: int, now: datetime
    ) -> PremiumOrder:
        return PremiumOrder(
            person_id=asked.person,
            order_id=self.new_id(),
            orderer_id=asked.orderer,
            payer_id=payer.person,
            payer_kind=payer.kind,
            grant_id=payer.grant,
            premium=Premium.RESIDENT,
            year=found.year,
            premium_class=found.premium_class,
            region=self.people[asked.person].region,
            amount_fen=found.amount_fen,
            account_fen=account_fen,
            repair=found.repair,
            missed=found.missed,
            in_window=found.in_window,
            exempt=found.wait.exempt,
            wait_months=found.wait.months,
            covered_from=found.covered_from,
            covered_until=found.covered_until,
            document=found.document,
            clause=found.clause,
            state=OrderState.ORDERED,
            basis="",
            channel=Channel.WEB,
            day=local_day(now),
            ordered_at=now,
            next_send_at=now,
        )

    def ask_back(self, asked: AskBack, now: datetime) -> str:
        """The orderer asks for a paid premium back."""
        order, today = self.orders[asked.order], local_day(now)
        policy = self.book.at(self.people[order.person_id].region, today)
        terms = None if isinstance(policy, Refused) else policy.premium()
        rows = self.covers.get(order.person_id, [])
        begins = next(
            (one.covered_from for one in rows if one.order_id == order.order_id), order.covered_from
        )
        offered = terms is not None and terms.refundable
        refusal = may_refund(order, order.orderer_id, today, begins, offered=offered)
        if refusal is not None:
            return refusal.code.name
        self.orders[asked.order] = refunding(order, now)
        return "done"

    def say(self, asked: Say, now: datetime) -> list[Transfer] | str:
        """The tax bureau says a word about an order; the same one again does nothing."""
        order = self.orders[asked.order]
        answer = answer_to(order, asked.order, asked)
        taken, state = answered(order, answer)
        if taken is not Taken.DONE:
            return taken.value
        refused_refund = order.state is OrderState.REFUNDING and state is OrderState.PAID
        changed = replace(
            order,
            state=state,
            next_send_at=None,
            answered_at=order.answered_at or now,
            voucher=answer.voucher or order.voucher,
            reason=answer.reason or None,
        )
        rows: list[Transfer] = []
        if not refused_refund:
            changed, rows = self._moved(changed, now)
        self.orders[asked.order] = changed
        if not refused_refund:
            self._covered(changed, now)
        return rows

    def _moved(self, order: PremiumOrder, now: datetime) -> tuple[PremiumOrder, list[Transfer]]:
        act, back = self.new_id(), self.new_id()
        known = self.rows.get(order.order_id, [])
        if order.state is OrderState.REFUNDED:
            moved = replace(order, refund_act=act, back_act=back)
            confirmed = self.rows.get(order.ending_act or act, [])
            rows = [*going_back(confirmed, act, now), *going_back(known, back, now)] if known else []
        elif order.state is OrderState.PAID:
            moved = replace(order, ending_act=act)
            rows = confirming(order, self.people[order.payer_id or order.person_id].region, act, now)
            self.rows[act] = rows
        else:
            moved = replace(order, ending_act=act)
            rows = going_back(known, act, now) if known else []
        if order.state is not OrderState.PAID and order.order_id in self.taken:
            self.keep(put_back(self.taken[order.order_id], act))
        if order.state is not OrderState.PAID and order.grant_id is not None:
            self.give_back(order.person_id, order.grant_id, order.day, order.account_fen)
        return moved, rows

    def _covered(self, order: PremiumOrder, now: datetime) -> None:
        if order.state is OrderState.REFUNDED:
            self._uncover(order, now)
        elif order.state is OrderState.PAID and order.repair:
            self._begin_earlier(order, now)
        elif order.state is OrderState.PAID:
            self._cover(order, now)
        self.recount()

    def recount(self) -> None:
        """Bills follow the days that are covered now."""
        self.facts.coverages = {who: live(rows) for who, rows in self.covers.items()}

    def _waiting(self, person: Person, now: datetime) -> WaitingTerms | None:
        policy = self.book.at(person.region, local_day(now))
        return None if isinstance(policy, Refused) else policy.waiting()

    def _cover(self, order: PremiumOrder, now: datetime) -> None:
        person, mine = self.people[order.person_id], self.covers.setdefault(order.person_id, [])
        history = self.history(order.person_id)
        if not live(mine):
            mine += self._of_the_register(person, now)
        begins = waited_less(order, person, history, self._waiting(person, now))
        mine.append(
            Coverage(
                person.person_id, self.new_id(), order.year, order.order_id, begins, order.covered_until, now
            )
        )
        if person.status is not Status.NORMAL:
            self.people[person.person_id] = replace(person, status=Status.NORMAL, suspended_since=None)

    def _of_the_register(self, person: Person, now: datetime) -> list[Coverage]:
        if person.status is Status.STOPPED:
            if person.suspended_since is None or person.suspended_since <= person.insured_since:
                return []
            until = person.suspended_since - ONE_DAY
        else:
            until = date(local_day(now).year, 12, 31)
        begins = min(person.insured_since, until)
        return [Coverage(person.person_id, self.new_id(), until.year, None, begins, until, now)]

    def _begin_earlier(self, repair: PremiumOrder, now: datetime) -> None:
        person = self.people[repair.person_id]
        history = self.history(repair.person_id)
        mine = self.covers.get(repair.person_id, [])
        for order in history.orders:
            row = next((one for one in live(mine) if one.order_id == order.order_id), None)
            if row is None or repair.year not in order.missed:
                continue
            begins = waited_less(order, person, history, self._waiting(person, now))
            if begins < row.covered_from:
                mine[mine.index(row)] = replace(row, covered_from=begins)

    def _uncover(self, order: PremiumOrder, now: datetime) -> None:
        mine = self.covers.get(order.person_id, [])
        today = local_day(now)
        self.covers[order.person_id] = [
            replace(one, ended_at=now) if one.order_id == order.order_id else one for one in mine
        ]
        rows = live(self.covers[order.person_id])
        if any(one.covered_until is None or one.covered_until >= today for one in rows):
            return
        last = max((one.covered_until for one in rows if one.covered_until is not None), default=None)
        person = self.people[order.person_id]
        since = today if last is None else last + ONE_DAY
        self.people[order.person_id] = replace(person, status=Status.STOPPED, suspended_since=since)
