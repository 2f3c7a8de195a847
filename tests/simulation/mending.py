"""Complaints counted a second way: what was stopped goes on only as wished, and nothing is given back twice."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID

from qinji.insured.model import CodeState
from qinji.kernel.bill import PayerKind
from qinji.kernel.dates import local_day
from qinji.ledger.chart import Account
from qinji.ledger.model import Transfer
from tests.simulation.booked import DONE, Booked, Result
from tests.simulation.bounding import Bounding, insist
from tests.simulation.lending import Lending
from tests.simulation.operations import Close, Complain, Decide, Disown, Operation, TakeBack, WorkOn
from tests.simulation.paper import Paper
from tests.simulation.silencing import Silencing


@dataclass(slots=True)
class Mending:
    """What corrections gave back, in fen by settlement and account; what each case stopped."""

    paper: Paper
    bounding: Bounding
    lending: Lending
    silencing: Silencing
    frozen: set[UUID]
    back: Counter[tuple[int, UUID]] = field(default_factory=Counter)
    stopped: list[tuple[set[UUID], bool]] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)

    def follow(self, operation: Operation, result: Result, touched: list[Transfer]) -> None:
        """A case is opened, worked on, taken back, closed; or what one was told of is disowned."""
        if not isinstance(operation, Complain | Decide | Close | Disown | TakeBack | WorkOn):
            return
        if result != DONE:
            insist(not touched, "a refusal moves nothing", operation=operation)
            return
        self._opened(operation)
        self._worked(operation, touched)

    def _opened(self, operation: Operation) -> None:
        match operation:
            case Complain():
                self._stop(operation)
            case Disown():
                self._disown(operation)
            case Close(number) if self.paper.complaints.opened[number].lift:
                self._go_on(number)
            case TakeBack(number, withdraw, lift):
                self.seen["case taken back"] += withdraw
                if lift:
                    self._go_on(number)

    def _worked(self, operation: Operation, touched: list[Transfer]) -> None:
        match operation:
            case Decide() if touched:
                self._corrected(operation, touched)
            case Decide(approve=True):
                self.seen["grant ended in a case"] += 1
            case WorkOn(work=work):
                self.seen[f"case: {work}"] += 1

    def _stop(self, asked: Complain) -> None:
        given = {grant for (who, _), grant in self.bounding.pairs.items() if who == asked.person}
        paused = {one for one in given if asked.grants and not self.bounding.bounds[one].paused}
        for one in paused:
            self.bounding.bounds[one].paused = True
        froze = asked.code and asked.person not in self.frozen
        if froze:
            self.frozen.add(asked.person)
        self.stopped.append((paused, froze))
        self.seen["grants paused by a case"] += bool(paused)
        self.seen["code frozen by a case"] += froze
        self.seen[f"case about a {asked.about.kind}"] += 1
        self.seen["case taken down at the window"] += bool(asked.window)
        case = self.paper.complaints.opened[-1]
        insist(not asked.window or case.clerk != asked.window, "whoever takes it down does not work on it")

    def _disown(self, asked: Disown) -> None:
        """A grant that paid a bill pays no more, or the code of whom it was for is shown by nobody."""
        decided = self.paper.booked[asked.settlement].decided
        mine = [
            one.grant for one in decided.bill.plan.shares if one.grant and UUID(one.person) == asked.person
        ]
        if mine:
            self.bounding.bounds[UUID(mine[0])].paused = True
            self.seen["grant paused by 不是我"] += 1
            return
        insist(asked.person not in self.frozen, "what stands still is left so", asked=asked)
        self.frozen.add(asked.person)
        self.silencing.end_all(asked.person)
        self.seen["code frozen by 不是我"] += 1

    def _go_on(self, number: int) -> None:
        (paused, froze), self.stopped[number] = self.stopped[number], (set(), False)
        case = self.paper.complaints.opened[number]
        for one in paused:
            self.bounding.bounds[one].paused = False
        person = self.paper.people_now[case.person]
        if froze and person.code_state is CodeState.ACTIVE:
            self.frozen.discard(case.person)
        self.seen["what a case stopped goes on"] += bool(paused) or froze

    def _corrected(self, asked: Decide, touched: list[Transfer]) -> None:
        """I11: to accounts, never more than each paid; what grants paid is free again; fund and wallet stay."""
        number = self.paper.complaints.opened[asked.case].settlement
        assert number is not None
        booked = self.paper.booked[number]
        insist(booked.back is None, "I11 a cancelled bill is not corrected", settlement=number)
        got: Counter[UUID] = Counter()
        for row in touched:
            insist(row.reverses == booked.decided.settlement.settlement, "I11 reverses its original", row=row)
            insist(row.debit is not Account.WALLET, "a wallet is not corrected", row=row)
            insist(row.credit is not Account.WALLET, "a wallet is not corrected", row=row)
            if row.credit is Account.PERSONAL:
                got[row.person] += row.amount_fen
        for who, fen in got.items():
            self.back[number, who] += fen
            insist(self.back[number, who] == paid_by(booked)[who], "I11 once, and whole", who=who, fen=fen)
        for share in booked.decided.bill.plan.shares:
            if share.grant is not None and UUID(share.person) in got:
                day = local_day(booked.decided.settlement.booked_at)
                self.lending.give_back(UUID(share.grant), day, share.amount_fen)
        self.seen["correction"] += 1
        self.seen["correction of a bill with a wallet part"] += bool(booked.decided.parts)

    def cancelled(self, number: int) -> None:
        """What was corrected before is not given back again: account by account, all that was paid, and no more."""
        booked = self.paper.booked[number]
        got = Counter({who: fen for (one, who), fen in self.back.items() if one == number})
        again = bool(got)
        for row in booked.back or ():
            if row.credit is Account.PERSONAL and row.reverses is not None:
                got[row.person] += row.amount_fen
        insist(+got == +paid_by(booked), "I11 every account once", got=got, paid=paid_by(booked))
        self.seen["cancel after a correction"] += again
        self.seen["cancel after a correction with a wallet part"] += again and bool(booked.decided.parts)

    def less(self, number: int) -> int:
        """How much less an institution is owed for a bill."""
        return sum(fen for (one, _), fen in self.back.items() if one == number)

    def freed(self, number: int, grant: UUID) -> bool:
        """Whether a correction has set free already what this grant paid of a bill."""
        shares = self.paper.booked[number].decided.bill.plan.shares
        lenders = {UUID(one.person) for one in shares if one.grant == str(grant)}
        return any(self.back[number, who] for who in lenders)


def paid_by(booked: Booked) -> Counter[UUID]:
    """What the rows of a bill took out of each personal account; a wallet is none."""
    found: Counter[UUID] = Counter()
    lent = sum(one.amount_fen for one in booked.decided.bill.plan.shares if one.kind is PayerKind.GRANTOR)
    for row in booked.decided.transfers:
        if row.debit is Account.PERSONAL:
            found[row.person] += row.amount_fen
    own = found[booked.decided.settlement.person]
    insist(sum(found.values()) == own + lent, "I5 what accounts paid", found=found, lent=lent)
    return found
