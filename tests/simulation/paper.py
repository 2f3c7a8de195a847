"""A bureau on paper: all of its state in memory, and what each operation does to it by the pure rules alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import singledispatchmethod
from uuid import UUID

from qinji.family.model import Binding as FamilyBinding
from qinji.flows.parts.code_states import code_after
from qinji.flows.parts.commands import AccountUse, CredentialKind
from qinji.flows.parts.decide import Request, apply, decide
from qinji.flows.parts.facts import Presented, WorkingSet, month_key
from qinji.flows.parts.undoing import grant_returns, taken_back
from qinji.institution.model import PHARMACY
from qinji.insured.model import CodeState, Person
from qinji.kernel.dates import milliseconds
from qinji.kernel.ids import RANDOM_BYTES, uuid7
from qinji.kernel.refusal import RefusalCode, Refused
from qinji.ledger.chart import Account
from qinji.ledger.model import ONLY_POCKET, Transfer
from qinji.ledger.rules import balance_changes
from qinji.policy.book import Book
from qinji.settlement.model import SettlementKind, YearUse
from tests.simulation.accounts import Accounts
from tests.simulation.booked import DONE, Booked, Result, amounts
from tests.simulation.breaks import Breaks
from tests.simulation.cases import Cases, standing_rows
from tests.simulation.cast import NOON, Cast, packs
from tests.simulation.granting import Grants
from tests.simulation.operations import (
    Answer,
    Ask,
    AskBack,
    Bind,
    Cancel,
    Change,
    ClawBack,
    Close,
    Complain,
    Contribute,
    Credit,
    Decide,
    Disown,
    Empower,
    Freeze,
    Give,
    Lapse,
    Look,
    Operation,
    Order,
    Pair,
    Pause,
    Propose,
    Reply,
    Resume,
    Revoke,
    Say,
    Send,
    Settle,
    Show,
    TakeBack,
    Unbind,
    Wait,
    WorkOn,
    sent,
)
from tests.simulation.premiums import Premiums
from tests.simulation.purses import Purses
from tests.simulation.seen import Seen
from tests.simulation.showing import Codes
from tests.simulation.stopping import Stops
from tests.simulation.tying import Ties
from tests.simulation.visiting import BATCH, Visits, paid_of


class Paper(Seen):
    """The state and the operations. ``transfers`` is the whole ledger, ``booked`` every settlement in order."""

    def __init__(self, cast: Cast, book: Book | None = None) -> None:
        self.book = book or packs()
        self.cast = cast
        self.now = NOON
        self.people_now: dict[UUID, Person] = dict(cast.people)
        self._made = 0
        self.people: list[UUID] = sorted(cast.people)
        self.pairs = [(one, other, relation) for (one, other), relation in sorted(cast.kin.items())]
        self.transfers: list[Transfer] = []
        self.booked: list[Booked] = []
        self.bindings: dict[Pair, FamilyBinding] = {}
        self.visits = Visits(self.new_id)
        self._places: dict[str, list[str]] = {}
        self.facts = WorkingSet(
            institutions=cast.institutions,
            persons=self.people_now,
            certificates=dict.fromkeys(cast.people, ""),
            locked=frozenset(cast.people),
            balances={(person, ONLY_POCKET): 0 for person in cast.people},
            grants={},
            visits={},
            batches={},
            notes={},
            pharmacy_lines={},
            years={},
            days={},
        )
        self.purses = Purses(self.facts, dict(cast.kin), self.book, self.new_id)
        self.grants = Grants(self.facts, cast, self.book, self.new_id)
        self.premiums = Premiums(
            self.facts,
            dict(cast.kin),
            self.people_now,
            self.book,
            self.new_id,
            self.purses.keep,
            self.grants.give_back,
            self.bindings,
        )
        self.codes = Codes(self.facts, self.people_now, self.bindings, self.book, self.new_id)
        self.ties = Ties(cast, self.book, self.new_id, self.bindings, self.codes.stop)
        stops = Stops(self.people_now, self.grants, self.ties, self.codes.stop)
        self.complaints = Cases(self.grants, self.codes, stops, self.booked, self.new_id)
        covers, recount = self.premiums.covers, self.premiums.recount
        self.breaks = Breaks(self.people_now, covers, self.book, self.new_id, recount)
        self.accounts = Accounts(self.facts, cast, self.book, self.new_id)
        self.credited = self.accounts.credited
        for person, balance_fen in cast.balances.items():
            if balance_fen:
                self._open(person, balance_fen)

    def new_id(self) -> UUID:
        """A fresh id; the same in every run."""
        self._made += 1
        return uuid7(milliseconds(self.now), self._made.to_bytes(RANDOM_BYTES, "big"))

    def _open(self, person: UUID, balance_fen: int) -> None:
        """What was in an account before the books begin: a balance of past years."""
        ids = person, self.new_id(), 0
        sides = Account.SOURCE_CONTRIBUTION, Account.PERSONAL
        region = self.cast.people[person].region
        self._moved([Transfer(*ids, *sides, balance_fen, region, self.now, pocket=ONLY_POCKET)])

    @singledispatchmethod
    def do(self, operation: Operation) -> Result:
        """Do one operation and say what came of it."""
        raise TypeError(operation)

    @do.register
    def _tie(self, asked: Bind | Unbind | Empower) -> Result:
        return self.ties.do(asked, self.now)

    @do.register
    def _break(self, asked: Lapse | Resume) -> Result:
        return self.breaks.do(asked, self.now)

    @do.register
    def _show(self, asked: Show) -> Result:
        return self.codes.show(asked, self.now)

    @do.register
    def _look(self, asked: Look) -> Result:
        self.complaints.looks.append(asked)
        return DONE

    @do.register
    def _sharing(self, asked: Give | Revoke | Pause | Change | Answer) -> Result:
        match asked:
            case Give():
                return self.grants.give(asked, self.now)
            case Revoke():
                return self.grants.revoke(asked, self.now)
            case Pause():
                return self.grants.pause(asked, self.now)
            case Change():
                return self.grants.change(asked, self.now)
        return self.grants.answer(asked, self.visits.bill(asked.institution, asked.visit), self.now)

    @do.register
    def _ask(self, asked: Ask) -> Result:
        pharmacy = self.cast.institutions[asked.institution].level == PHARMACY
        visit = None if pharmacy else self.visits.of(asked, self.now)
        bill = Settle(
            asked.person, asked.institution, asked.lines, AccountUse.SHARED, shown_by=None, visit=visit
        )
        request = self.request_of(bill, preview=True)
        if isinstance(request, str):
            return request
        shown = decide(request, self.facts, self.book, self.now)
        if isinstance(shown, Refused):
            return shown.code.name
        if visit is not None:
            self.visits.opened[visit].shown = paid_of(shown)
        self.grants.ask(shown, self.now)
        return amounts(shown)

    @do.register
    def _freeze(self, asked: Freeze) -> Result:
        person = self.people_now[asked.person]
        state = code_after(person, asked.wanted)
        if isinstance(state, Refused):
            return state.code.name
        self.people_now[asked.person] = replace(person, code_state=state)
        if state is not CodeState.ACTIVE:
            self.codes.stop(asked.person)
        return DONE

    def _presented(self, asked: Settle) -> Presented | str:
        """The card, or the code: shown and scanned at once, or shown before."""
        number = asked.code
        if number is None and asked.shown_by is None:
            return Presented(asked.person, None, CredentialKind.CARD)
        if number is None and asked.shown_by is not None:
            shown = self.codes.show(Show(asked.shown_by, asked.person, asked.own_money_only), self.now)
            if shown != DONE:
                return shown
            number = len(self.codes.shown) - 1
        assert number is not None
        return self.codes.scan(number, asked.institution, self.now)

    def request_of(self, asked: Settle, *, preview: bool = False) -> Request | str:
        """The request of a bill, with its code scanned, or why there is none."""
        presented = self._presented(asked)
        if isinstance(presented, str):
            return presented
        wish = asked.own_money_only if asked.code is None else self.codes.shown[asked.code].own_money_only
        known = None if asked.visit is None else self.visits.opened[asked.visit]
        if known is not None and known.settled is not None:
            return RefusalCode.ALREADY_SETTLED.name
        lines = sent(asked.lines, "L", self.now) if known is None else known.sent
        pharmacy = self.cast.institutions[asked.institution].level == PHARMACY
        return Request(
            person=asked.person,
            presented=presented,
            institution=asked.institution,
            message_id="M",
            visit=self.new_id() if known is None else known.visit,
            batch="" if pharmacy else BATCH,
            lines=lines,
            service_day=self.today if known is None else known.day,
            total_fen=sum(line.amount_fen for line in lines),
            account_use=asked.account_use,
            medical_type="41" if pharmacy else "11",
            kind=SettlementKind.PHARMACY if pharmacy else SettlementKind.OUTPATIENT,
            preview=preview,
            settlement=self.new_id(),
            own_money_only=wish,
        )

    @do.register
    def _settle(self, asked: Settle) -> Result:
        request = self.request_of(asked)
        if isinstance(request, str):
            return request
        decided = decide(request, self.facts, self.book, self.now)
        if isinstance(decided, Refused):
            return decided.code.name
        if asked.visit is not None:
            known = self.visits.opened[asked.visit]
            if known.shown is not None and known.shown != paid_of(decided):
                return RefusalCode.PREVIEW_CHANGED.name
            known.settled = decided.settlement.settlement
        apply(decided, self.facts)
        # Line numbers of a pharmacy are new for each bill here; the paper bureau does not keep them.
        self.facts.pharmacy_lines.clear()
        self.purses.keep(decided.parts)
        self.grants.use_up(decided)
        self.transfers += decided.transfers
        self.complaints.numbers[decided.settlement.settlement] = len(self.booked)
        self.booked.append(Booked(decided))
        return amounts(decided)

    @do.register
    def _cancel(self, asked: Cancel) -> Result:
        booked = self.booked[asked.settlement]
        if booked.back is not None:
            return RefusalCode.SETTLEMENT_CANCELLED.name
        settled = booked.decided.settlement
        rows = self.purses.taken_back(booked, self.now)
        booked.back = tuple(rows)
        self.transfers += rows
        self._move(rows)
        self.visits.free(settled.settlement, settled.visit)
        for given in grant_returns(settled, booked.document, standing_rows(booked)):
            self.grants.give_back(given.person, given.grant, given.day, given.amount_fen)
        year, day = taken_back(settled)
        year_key = (year.person, year.insurance, year.year)
        before = self.facts.years[year_key]
        self.facts.years[year_key] = YearUse(
            before.deductible_used_fen + year.deductible_used_fen,
            before.fund_paid_fen + year.fund_paid_fen,
            before.in_scope_fen + year.in_scope_fen,
        )
        self.facts.days[(day.person, day.service_day, day.level)] += day.fund_paid_fen
        self.facts.months[month_key(year.person, year.insurance, day.service_day)] += day.fund_paid_fen
        self.facts.levels[(*year_key, day.level)] += year.deductible_used_fen
        return amounts(booked.decided)

    def _move(self, rows: Sequence[Transfer]) -> None:
        for change in balance_changes(rows):
            place = (change.person, change.pocket)
            self.facts.balances[place] = self.facts.balances.get(place, 0) + change.change_fen

    @do.register
    def _credit(self, asked: Contribute | Credit | ClawBack) -> Result:
        rows = self.accounts.do(asked, self.now)
        return rows if isinstance(rows, str) else self._moved(rows)

    @do.register
    def _premium(self, asked: Order | Say | AskBack) -> Result:
        if isinstance(asked, AskBack):
            return self.premiums.ask_back(asked, self.now)
        rows = (
            self.premiums.order(asked, self.now)
            if isinstance(asked, Order)
            else self.premiums.say(asked, self.now)
        )
        return rows if isinstance(rows, str) else self._moved(rows)

    @do.register
    def _case(self, asked: Complain | Propose | Decide | Close | Disown | TakeBack | WorkOn) -> Result:
        cases = self.complaints
        match asked:
            case Complain():
                return cases.complain(asked, self.now)
            case Propose():
                return cases.propose(asked)
            case Close():
                return cases.close(asked, self.now)
            case Disown():
                return cases.disown(asked, self.now)
            case TakeBack():
                return cases.take_back(asked, self.now)
            case WorkOn():
                return cases.work(asked)
        rows = cases.decide(asked, self.now)
        return rows if isinstance(rows, str) else self._moved(rows)

    @do.register
    def _wait(self, asked: Wait) -> Result:
        self.now += timedelta(minutes=asked.minutes)
        self.grants.pass_to(self.now)
        self._moved(self.accounts.pass_to(self.now))
        return self._moved(self.purses.expire(self.now))

    @do.register
    def _purse(self, asked: Send | Reply) -> Result:
        return self._moved(self.purses.do(asked, self.now))

    def _moved(self, rows: list[Transfer] | Refused) -> Result:
        if isinstance(rows, Refused):
            return rows.code.name
        self.transfers += rows
        self._move(rows)
        return DONE
