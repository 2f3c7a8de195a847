"""Complaints of the paper bureau: what was stopped, what two gave back or ended, and how each case was closed.

What a correction gives back is worked out here from the rows of the bill, by whose account each takes from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from qinji.complaint.model import MeasureKind, Outcome, SubjectKind
from qinji.flows.work_complaint import Work
from qinji.kernel.bill import WALLET_POCKET, PayerKind
from qinji.kernel.dates import local_day
from qinji.kernel.refusal import RefusalCode
from qinji.ledger.chart import Account
from qinji.ledger.model import Transfer
from tests.simulation.booked import DONE, Booked
from tests.simulation.granting import Grants
from tests.simulation.operations import (
    Close,
    Complain,
    Decide,
    Disown,
    Look,
    Pair,
    Propose,
    Revoke,
    TakeBack,
    Thing,
    WorkOn,
)
from tests.simulation.showing import Codes
from tests.simulation.staffing import BUREAU, CASHIER, CLERKS
from tests.simulation.stopping import Stop, Stops

STANDS = "stands"
"""What is disowned pays nothing and shows nothing already."""


@dataclass(slots=True)
class Proposed:
    """A measure that waits for a second person: what it gives back to whom, or which grant it ends."""

    kind: MeasureKind
    amounts: dict[UUID, int]
    by: str
    grant: UUID | None = None
    between: Pair | None = None


@dataclass(slots=True)
class Case:
    """One case of one person; ``settlement`` is the bill that it leads to, where there is one.

    ``grantor``: it is about the bill that their account paid for a relative. ``lifted``: what was stopped went on.
    """

    person: UUID
    about: Thing
    settlement: int | None
    grantor: bool
    stop: Stop
    lift: bool
    clerk: str
    open: bool = True
    lifted: bool = False
    asked_to_cancel: bool = False
    passed_on: bool = False
    waiting: Proposed | None = None
    done: set[MeasureKind] = field(default_factory=set)


def paid_of_accounts(booked: Booked) -> dict[UUID, int]:
    """Whose personal account paid how much of a bill; a wallet is none."""
    found: dict[UUID, int] = {}
    for share in booked.decided.bill.plan.shares:
        own = share.kind is PayerKind.OWN and share.pocket != WALLET_POCKET
        if own or share.kind is PayerKind.GRANTOR:
            who = UUID(share.person)
            found[who] = found.get(who, 0) + share.amount_fen
    return found


def standing(booked: Booked) -> dict[UUID, int]:
    """Of that, what was not given back."""
    if booked.back is not None:
        return {}
    return {who: fen for who, fen in paid_of_accounts(booked).items() if who not in booked.corrected}


def rows_of(booked: Booked, payer: UUID) -> list[Transfer]:
    """The rows of a bill that take this account's money: its own, and those of the patient that pass it on."""
    patient = booked.decided.settlement.person
    if payer == patient:
        return [
            row
            for row in booked.decided.transfers
            if (row.person, row.debit) == (patient, Account.PERSONAL) and row.pocket != WALLET_POCKET
        ]
    return [
        row
        for row in booked.decided.transfers
        if row.person == payer
        or ((row.debit, row.other_person) == (Account.CLEARING_MUTUAL_AID, payer) and row.person == patient)
    ]


@dataclass(slots=True)
class Cases:
    """Every case in the order in which it was opened; what else stands here is the bureau's own.

    ``numbers`` is the number of each settlement by its id, ``looks`` every look in order.
    """

    grants: Grants
    codes: Codes
    stops: Stops
    booked: list[Booked]
    new_id: Callable[[], UUID]
    numbers: dict[UUID, int] = field(default_factory=dict)
    looks: list[Look] = field(default_factory=list)
    opened: list[Case] = field(default_factory=list)

    def parties(self, about: Thing) -> tuple[UUID, ...]:
        """Whom a thing concerns: whose it is, then who showed the code, then whose accounts paid."""
        if about.kind is SubjectKind.LOOK:
            return (self.looks[about.number].person,)
        if about.kind is SubjectKind.CODE:
            code = self.codes.shown[about.number]
            return code.person, code.by
        booked = self.booked[about.number]
        settled = booked.decided.settlement
        return settled.person, settled.shown_by or settled.person, *paid_of_accounts(booked)

    def _leads_to(self, about: Thing) -> int | None:
        if about.kind is SubjectKind.SETTLEMENT:
            return about.number
        paid = self.codes.paid(about.number) if about.kind is SubjectKind.CODE else None
        return None if paid is None else self.numbers[paid]

    def complain(self, asked: Complain, now: datetime) -> str:
        """Open a case, and stop what is named."""
        if asked.window == CASHIER:
            return RefusalCode.NOT_ALLOWED.name
        if asked.window and asked.lift:
            return RefusalCode.REQUEST_INVALID.name
        stranger = asked.binding is not None and asked.person not in asked.binding
        parties = self.parties(asked.about)
        if stranger or asked.person not in parties:
            return RefusalCode.NOT_FOUND.name
        about = replace(asked.about, as_entry=False)
        if any(one.open and (one.person, one.about) == (asked.person, about) for one in self.opened):
            return RefusalCode.COMPLAINT_EXISTS.name
        lends = about.kind is SubjectKind.SETTLEMENT and asked.person != parties[0]
        lends = lends and asked.person in parties[2:]
        clerk = self._clerk(asked.window)
        stop = self.stops.stop(asked, now)
        case = Case(asked.person, about, self._leads_to(about), lends, stop, asked.lift, clerk)
        self.opened.append(case)
        return DONE

    def _clerk(self, entered_by: str) -> str:
        """Who has the fewest open cases, and did not take this one down."""
        cases = Counter(one.clerk for one in self.opened if one.open)
        return min((cases[one], one) for one in CLERKS if one != entered_by)[1]

    def work(self, asked: WorkOn) -> str:
        """A step that moves nothing."""
        case = self.opened[asked.case]
        if not case.open:
            return RefusalCode.COMPLAINT_STATE.name
        if asked.work is Work.HAND_ON:
            if asked.to not in BUREAU:
                return RefusalCode.STAFF_UNKNOWN.name
            if asked.to == case.clerk:
                return RefusalCode.REQUEST_INVALID.name
            case.clerk = asked.to
            return DONE
        if not asked.by_clerk:
            return RefusalCode.NOT_ALLOWED.name
        if asked.work is Work.ASK_CANCEL:
            if case.settlement is None or case.asked_to_cancel or self._cancelled(case):
                return RefusalCode.COMPLAINT_STATE.name
            case.asked_to_cancel = True
        case.passed_on = case.passed_on or asked.work is Work.REFER
        return DONE

    def take_back(self, asked: TakeBack, now: datetime) -> str:
        """Who opened it takes it back, or lets go on what was stopped."""
        case = self.opened[asked.case]
        nothing = not case.stop.anything or case.lifted
        if (asked.withdraw and not case.open) or (asked.lift and nothing):
            return RefusalCode.COMPLAINT_STATE.name
        if asked.lift:
            self.stops.go_on(case.person, case.stop, now)
            case.lifted = True
        case.open = case.open and not asked.withdraw
        return DONE

    def disown(self, asked: Disown, now: datetime) -> str:
        """Stop what somebody was told of: a grantor's grant, the patient's code; of nothing else is one told so."""
        decided = self.booked[asked.settlement].decided
        settled, shares = decided.settlement, decided.bill.plan.shares
        mine = [one.grant for one in shares if one.grant and UUID(one.person) == asked.person]
        told = settled.own_fen or settled.mutual_aid_fen or settled.shown_by not in (None, settled.person)
        if mine:
            stopped = self.stops.pause(asked.person, UUID(mine[0]), now)
        elif told and asked.person == settled.person:
            stopped = self.stops.freeze(asked.person)
        else:
            return RefusalCode.NOT_FOUND.name
        return DONE if stopped else STANDS

    def _cancelled(self, case: Case) -> bool:
        return case.settlement is not None and self.booked[case.settlement].back is not None

    def propose(self, asked: Propose) -> str:
        """The case's clerk enters a measure."""
        case = self.opened[asked.case]
        if not case.open or case.waiting is not None:
            return RefusalCode.COMPLAINT_STATE.name
        if asked.between is not None:
            grant = self.grants.between(*asked.between)
            if grant is None or case.person not in asked.between:
                return RefusalCode.NOT_FOUND.name
            case.waiting = Proposed(MeasureKind.END_GRANT, {}, case.clerk, grant.grant_id, asked.between)
            return DONE
        there = {} if case.settlement is None else standing(self.booked[case.settlement])
        if case.grantor:
            there = {who: fen for who, fen in there.items() if who == case.person}
        payers = set(asked.payers) or set(there)
        if not payers or not payers <= set(there):
            return RefusalCode.CORRECTION_NOTHING.name
        case.waiting = Proposed(MeasureKind.CORRECT, {who: there[who] for who in payers}, case.clerk)
        return DONE

    def decide(self, asked: Decide, now: datetime) -> list[Transfer] | str:
        """Somebody of the bureau carries it out or refuses it."""
        case = self.opened[asked.case]
        waiting = case.waiting
        if not case.open or waiting is None:
            return RefusalCode.COMPLAINT_STATE.name
        if asked.same:
            return RefusalCode.SAME_CLERK.name
        rows: list[Transfer] = []
        if asked.approve:
            done = (
                self._correct(case, waiting, now) if waiting.grant is None else self._end(case, waiting, now)
            )
            if isinstance(done, str):
                return done
            rows = done
            case.done.add(waiting.kind)
        case.waiting = None
        return rows

    def _correct(self, case: Case, waiting: Proposed, now: datetime) -> list[Transfer] | str:
        assert case.settlement is not None
        booked = self.booked[case.settlement]
        if booked.back is not None:
            return RefusalCode.CORRECTION_NOTHING.name
        there = standing(booked)
        if sum(there.get(who, 0) for who in waiting.amounts) != sum(waiting.amounts.values()):
            return RefusalCode.CORRECTION_CHANGED.name
        act, settled = self.new_id(), booked.decided.settlement
        rows = [
            replace(
                row, act=act, debit=row.credit, credit=row.debit, booked_at=now, reverses=settled.settlement
            )
            for payer in sorted(waiting.amounts)
            for row in rows_of(booked, payer)
        ]
        day = local_day(settled.booked_at)
        for use in booked.decided.grants:
            if self._lender(booked, use.grant) in waiting.amounts:
                self.grants.give_back(use.person, use.grant, day, use.amount_fen)
        booked.corrected |= set(waiting.amounts)
        booked.mended += rows
        return rows

    @staticmethod
    def _lender(booked: Booked, grant: UUID) -> UUID | None:
        shares = booked.decided.bill.plan.shares
        return next((UUID(one.person) for one in shares if one.grant == str(grant)), None)

    def _end(self, case: Case, waiting: Proposed, now: datetime) -> list[Transfer] | str:
        pair = waiting.between
        found = None if pair is None else self.grants.between(*pair)
        if pair is None or found is None or found.grant_id != waiting.grant:
            return RefusalCode.GRANT_STATE.name
        ended = self.grants.revoke(Revoke(*pair, case.person), now)
        return [] if ended == DONE else ended

    def close(self, asked: Close, now: datetime) -> str:
        """The case's clerk closes it with what has come about; what was stopped goes on where that was wished."""
        case = self.opened[asked.case]
        if not case.open or case.waiting is not None:
            return RefusalCode.COMPLAINT_STATE.name
        come_about = {
            Outcome.EXPLAINED: True,
            Outcome.GRANT_ENDED: MeasureKind.END_GRANT in case.done,
            Outcome.CANCELLED: self._cancelled(case),
            Outcome.CORRECTED: MeasureKind.CORRECT in case.done,
            Outcome.PASSED_ON: case.passed_on,
        }
        if not come_about[asked.outcome]:
            return RefusalCode.COMPLAINT_OUTCOME.name
        case.open = False
        if case.lift and case.stop.anything and not case.lifted:
            self.stops.go_on(case.person, case.stop, now)
            case.lifted = True
        return DONE


def standing_rows(booked: Booked) -> Sequence[Transfer]:
    """The rows of a bill that no correction took back."""
    gone = {(row.person, row.seq) for row in booked.mended}
    return [row for row in booked.decided.transfers if (row.person, row.seq) not in gone]
