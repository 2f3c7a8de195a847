"""Complaints of the paper bureau: what was stopped, what two gave back or ended, and how each case was closed.

What a correction gives back is worked out here from the rows of the bill, by whose account each takes from.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from qinji.complaint.model import MeasureKind, Outcome
from qinji.insured.model import CodeState, Person
from qinji.kernel.bill import WALLET_POCKET, PayerKind
from qinji.kernel.dates import local_day
from qinji.kernel.refusal import RefusalCode
from qinji.ledger.chart import Account
from qinji.ledger.model import Transfer
from qinji.mutual_aid.model import Grant, GrantState
from tests.simulation.booked import DONE, Booked
from tests.simulation.granting import Grants
from tests.simulation.operations import Close, Complain, Decide, Pair, Propose, Revoke

STOPPED = (CodeState.FROZEN, CodeState.LOST)


@dataclass(slots=True)
class Proposed:
    """A measure that waits for a second person: what it gives back to whom, or which grant it ends."""

    kind: MeasureKind
    amounts: dict[UUID, int]
    grant: UUID | None = None
    between: Pair | None = None


@dataclass(slots=True)
class Case:
    """One case of one person about one bill."""

    person: UUID
    settlement: int
    grantor: bool
    grants: list[UUID]
    code: bool
    lift: bool
    open: bool = True
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
    """Every case in the order in which it was opened. ``people`` and ``grants`` are the bureau's own."""

    people: dict[UUID, Person]
    grants: Grants
    booked: list[Booked]
    new_id: Callable[[], UUID]
    opened: list[Case] = field(default_factory=list)

    def complain(self, asked: Complain, now: datetime) -> str:
        """Open a case about a bill, and stop what is named."""
        settled = self.booked[asked.settlement].decided.settlement
        lenders = set(paid_of_accounts(self.booked[asked.settlement])) - {settled.person}
        if asked.person not in {settled.person, settled.shown_by, *lenders}:
            return RefusalCode.NOT_FOUND.name
        if any(
            one.open and (one.person, one.settlement) == (asked.person, asked.settlement)
            for one in self.opened
        ):
            return RefusalCode.COMPLAINT_EXISTS.name
        paused = [one for one in self._running(asked.person, now) if asked.grants]
        for grant in paused:
            self._become(grant, GrantState.PAUSED)
        person = self.people[asked.person]
        froze = asked.code and person.code_state not in STOPPED
        if froze:
            self.people[asked.person] = replace(person, code_state=CodeState.FROZEN)
        lends = asked.person != settled.person and asked.person in lenders
        self.opened.append(
            Case(asked.person, asked.settlement, lends, [g.grant_id for g in paused], froze, asked.lift)
        )
        return DONE

    def _running(self, grantor: UUID, now: datetime) -> list[Grant]:
        today = local_day(now)
        return [
            one
            for one in self.grants.given(grantor)
            if one.state is GrantState.ACTIVE and (one.ends_on is None or today < one.ends_on)
        ]

    def _become(self, grant: Grant, state: GrantState) -> None:
        mine = self.grants.facts.grants[grant.person_id]
        self.grants.facts.grants[grant.person_id] = [
            replace(one, state=state) if one.grant_id == grant.grant_id else one for one in mine
        ]

    def propose(self, asked: Propose) -> str:
        """The case's clerk enters a measure."""
        case = self.opened[asked.case]
        if not case.open or case.waiting is not None:
            return RefusalCode.COMPLAINT_STATE.name
        if asked.between is not None:
            grant = self.grants.between(*asked.between)
            if grant is None or case.person not in asked.between:
                return RefusalCode.NOT_FOUND.name
            case.waiting = Proposed(MeasureKind.END_GRANT, {}, grant.grant_id, asked.between)
            return DONE
        there = standing(self.booked[case.settlement])
        if case.grantor:
            there = {who: fen for who, fen in there.items() if who == case.person}
        payers = set(asked.payers) or set(there)
        if not payers or not payers <= set(there):
            return RefusalCode.CORRECTION_NOTHING.name
        case.waiting = Proposed(MeasureKind.CORRECT, {who: there[who] for who in payers})
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
            Outcome.CANCELLED: self.booked[case.settlement].back is not None,
            Outcome.CORRECTED: MeasureKind.CORRECT in case.done,
            Outcome.PASSED_ON: False,
        }
        if not come_about[asked.outcome]:
            return RefusalCode.COMPLAINT_OUTCOME.name
        case.open = False
        if case.lift:
            self._lift(case, now)
        return DONE

    def _lift(self, case: Case, now: datetime) -> None:
        today = local_day(now)
        for grant in self.grants.given(case.person):
            runs = grant.ends_on is None or today < grant.ends_on
            if grant.grant_id in case.grants and grant.state is GrantState.PAUSED and runs:
                self._become(grant, GrantState.ACTIVE)
        person = self.people[case.person]
        if case.code and person.code_state is CodeState.FROZEN:
            self.people[case.person] = replace(person, code_state=CodeState.ACTIVE)


def standing_rows(booked: Booked) -> Sequence[Transfer]:
    """The rows of a bill that no correction took back."""
    gone = {(row.person, row.seq) for row in booked.mended}
    return [row for row in booked.decided.transfers if (row.person, row.seq) not in gone]
