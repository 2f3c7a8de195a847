"""Codes counted a second way: who may show whose, from what people did, and that what was ended pays nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from qinji.insured.model import CodeState
from qinji.kernel.dates import age_on, local_day
from qinji.kernel.purpose import Power
from qinji.kernel.refusal import RefusalCode, Refused
from tests.simulation.booked import DONE, Result
from tests.simulation.bounding import insist
from tests.simulation.operations import (
    Bind,
    Close,
    Complain,
    Empower,
    Freeze,
    Operation,
    Pair,
    Settle,
    Show,
    TakeBack,
    Unbind,
)
from tests.simulation.paper import Paper


@dataclass(slots=True)
class Known:
    """One code, as it was seen to be shown. ``over``: something ended it; ``place`` and ``day`` are its scan."""

    person: UUID
    by: UUID
    at: datetime
    over: str = ""
    place: str = ""
    day: date | None = None
    paid: bool = False


@dataclass(slots=True)
class Silencing:
    """``showing`` are the pairs whose holder may show the member's code; ``silenced`` what each case stopped of them.

    ``frozen`` is whose code stands still, as the auditor counts it. ``ties`` counts the bindings of a pair.
    """

    paper: Paper
    frozen: set[UUID]
    showing: set[Pair] = field(default_factory=set)
    ties: Counter[Pair] = field(default_factory=Counter)
    silenced: list[tuple[Pair, int] | None] = field(default_factory=list)
    codes: list[Known] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)

    def follow(self, operation: Operation, result: Result) -> None:
        """What somebody did about a code, a binding, or a case that stopped one."""
        if isinstance(operation, Show | Settle):
            self._presented(operation, result)
        elif result == DONE:
            self._done(operation)

    def _done(self, operation: Operation) -> None:
        match operation:
            case Bind(holder, member):
                self.ties[holder, member] += 1
                self.showing.add((holder, member))
            case Unbind(holder, member):
                self.showing.discard((holder, member))
                self._end(member, holder, "unbound")
            case Empower(holder, member, _, powers) if Power.SHOW_CODE in powers:
                self.showing.add((holder, member))
            case Empower(holder, member):
                self.showing.discard((holder, member))
                self._end(member, holder, "taken away")
            case Freeze(person, wanted) if wanted is not CodeState.ACTIVE:
                self._end(person, None, "frozen")
            case Complain():
                self._stopped(operation)
            case Close(number):
                if self.paper.complaints.opened[number].lift:
                    self._lifted(number)
            case TakeBack(number, _, True):
                self._lifted(number)

    def _stopped(self, asked: Complain) -> None:
        if asked.code:
            self._end(asked.person, None, "frozen by a case")
        pair = asked.binding
        if pair is None or pair not in self.showing:
            self.silenced.append(None)
            return
        insist(asked.person in pair, "other people's binding", asked=asked)
        self.showing.discard(pair)
        self.silenced.append((pair, self.ties[pair]))
        self._end(pair[1], pair[0], "suspended")
        self.seen["binding suspended by a case"] += 1

    def _lifted(self, number: int) -> None:
        """Goes on where the same binding is in force, and its member, of age, had it stopped."""
        stopped, self.silenced[number] = self.silenced[number], None
        if stopped is None:
            return
        pair, tie = stopped
        mine = self.paper.complaints.opened[number].person == pair[1]
        if mine and self.ties[pair] == tie and pair in self.paper.bindings and self._of_age(pair):
            self.showing.add(pair)
            self.seen["suspended binding goes on"] += 1
        else:
            self.seen["suspended binding stays so"] += 1

    def _of_age(self, pair: Pair) -> bool:
        today = self.paper.today
        policy = self.paper.book.at(self.paper.cast.people[pair[0]].region, today)
        assert not isinstance(policy, Refused)
        return age_on(self.paper.cast.people[pair[1]].birth, today) >= policy.family().face_age

    def end_all(self, person: UUID) -> None:
        """A code stands still by a 不是我."""
        self._end(person, None, "disowned")

    def _end(self, member: UUID, holder: UUID | None, why: str) -> None:
        for code in self.codes[-500:]:
            if code.person == member and holder in (None, code.by):
                code.over = code.over or why

    def _presented(self, asked: Show | Settle, result: Result) -> None:
        if isinstance(asked, Settle) and asked.code is not None:
            self._scanned(asked, asked.code, result)
            return
        by, whose = (
            (asked.shown_by, asked.person) if isinstance(asked, Settle) else (asked.holder, asked.member)
        )
        made = len(self.paper.codes.shown) > len(self.codes)
        if by is None:
            insist(not made, "a card shows no code", asked=asked)
            return
        refused = result == RefusalCode.POWER_NOT_GIVEN.name
        insist(not refused or (by, whose) not in self.showing, "a power that was given", asked=asked)
        self.seen["nobody shows by a suspended binding"] += refused
        if not made:
            return
        lawful = by == whose or (by, whose) in self.showing
        insist(lawful, "nobody shows a code by a binding that is suspended", asked=asked)
        insist(whose not in self.frozen, "nobody shows a code that stands still", asked=asked)
        self.codes.append(Known(whose, by, self.paper.now))
        if isinstance(asked, Settle):
            self._scanned(asked, len(self.codes) - 1, result)

    def _scanned(self, asked: Settle, number: int, result: Result) -> None:
        code, today = self.codes[number], local_day(self.paper.now)
        if result == RefusalCode.CODE_VOID.name:
            insist(bool(code.over), "a code that nothing ended", code=code)
            self.seen[f"scanned in vain: {code.over}"] += 1
            return
        if not isinstance(result, str):
            insist(not code.over, "what was ended pays nothing", code=code)
            insist(not code.paid, "a code pays once", code=code)
            insist(code.place in ("", asked.institution), "a code is of one institution", code=code)
            insist(code.day in (None, today), "a scan is of its day", code=code)
            code.paid = True
            self.seen["code paid later than shown"] += asked.code is not None
        if not code.place and self.paper.codes.shown[number].session is not None:
            code.place, code.day = asked.institution, today
