"""How far each grant reaches, counted a second way: from what grantors did, as rows of numbers.

A limit is a number that grows with what it allows, so that of two limits the lower number is the tighter one. What is
tightened holds at once, what is widened a day later; what waits already keeps its moment unless more is widened.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import inf
from uuid import UUID

from qinji.mutual_aid.model import NO_VISIT, BillKey, Grant, Limits
from tests.simulation.booked import DONE, Result
from tests.simulation.operations import Answer, Ask, Change, Give, Operation, Pause, Revoke
from tests.simulation.paper import Paper

WAIT, YES = timedelta(hours=24), timedelta(minutes=10)
Reach = tuple[float, ...]


class Broken(AssertionError):
    """An invariant does not hold."""


def insist(condition: bool, invariant: str, **facts: object) -> None:
    """Raise Broken unless the condition holds."""
    if not condition:
        raise Broken(f"{invariant}: {facts}")


def periods(day: date) -> tuple[str, str, str]:
    """The names of a day, its month and its year."""
    return day.isoformat(), day.isoformat()[:7], day.isoformat()[:4]


def reach_of(limits: Limits) -> Reach:
    """Use, day, month, year, floor (a lower floor allows more), and from what amount a grantor is asked."""
    most = (limits.per_use_fen, limits.per_day_fen, limits.per_month_fen, limits.per_year_fen)
    asked = limits.confirm_above_fen
    return (
        *(inf if one is None else one for one in most),
        -limits.floor_fen,
        inf if asked is None else asked,
    )


def both(one: Reach, other: Reach) -> Reach:
    """What both allow."""
    return tuple(map(min, one, other))


@dataclass(slots=True)
class Bound:
    """How far a grant reaches, and what it will reach from a moment on."""

    now: Reach
    then: Reach | None = None
    at: datetime | None = None
    paused: bool = False

    def pass_to(self, moment: datetime) -> None:
        """It is this moment."""
        if self.then is not None and self.at is not None and moment >= self.at:
            self.now, self.then, self.at = self.then, None, None

    def want(self, wanted: Reach, moment: datetime) -> None:
        """The grantor wants it to reach so far."""
        waits, at = self.then, self.at
        self.now, self.then, self.at = both(self.now, wanted), None, None
        if self.now != wanted:
            more = waits is None or any(new > old for new, old in zip(wanted, waits, strict=True))
            self.then, self.at = wanted, moment + WAIT if more else at


@dataclass(slots=True)
class Bounding:
    """Every grant's bound by its two people, and the yeses that are good: how much, until when."""

    bounds: dict[UUID, Bound] = field(default_factory=dict)
    pairs: dict[tuple[UUID, UUID], UUID] = field(default_factory=dict)
    yeses: dict[tuple[UUID, BillKey], tuple[int, datetime]] = field(default_factory=dict)
    used: Counter[str] = field(default_factory=Counter)

    def follow(self, operation: Operation, result: Result, paper: Paper) -> None:
        """What somebody did about a grant, if it was done."""
        if isinstance(operation, Ask):
            self._asked(operation, paper)
        if result == DONE:
            self._done(operation, paper)

    def _done(self, operation: Operation, paper: Paper) -> None:
        match operation:
            case Give(grantor, beneficiary, _, limits):
                grant = paper.facts.grants[beneficiary][-1].grant_id
                self.pairs[grantor, beneficiary] = grant
                self.bounds[grant] = Bound(reach_of(limits))
            case Revoke(grantor, beneficiary):
                self._pass(grantor, beneficiary, paper.now)
            case Change(grantor, beneficiary, limits):
                self._pass(grantor, beneficiary, paper.now).want(reach_of(limits), paper.now)
            case Pause(grantor, None, paused):
                for (who, _), grant in self.pairs.items():
                    if who == grantor:
                        self.bounds[grant].paused = paused
            case Pause(grantor, beneficiary, paused) if beneficiary is not None:
                self._pass(grantor, beneficiary, paper.now).paused = paused
            case Answer(grantor, beneficiary, institution, approve, visit):
                bill = paper.visits.bill(institution, visit)
                self._answered((grantor, beneficiary), bill, paper, approve=approve)

    def _pass(self, grantor: UUID, beneficiary: UUID, now: datetime) -> Bound:
        bound = self.bounds[self.pairs[grantor, beneficiary]]
        bound.pass_to(now)
        return bound

    def _asked(self, asked: Ask, paper: Paper) -> None:
        """A request for another amount than was agreed to takes the yes away."""
        for (grant, bill), one in paper.grants.requests.items():
            known = self.yeses.get((grant, bill))
            if one.person_id == asked.person and known is not None and one.amount_fen != known[0]:
                del self.yeses[grant, bill]

    def _answered(self, pair: tuple[UUID, UUID], bill: BillKey, paper: Paper, *, approve: bool) -> None:
        grant = self.pairs[pair]
        if approve:
            amount_fen = paper.grants.requests[grant, bill].amount_fen
            self.yeses[grant, bill] = (amount_fen, paper.now + YES)

    def ordering(self, grant: Grant, amount_fen: int, now: datetime, *, by_grantor: bool) -> Limits:
        """The limits that hold for a premium: nobody is asked, so above that amount grantors order themselves."""
        bound = self.bounds[grant.grant_id]
        self._in_force(bound, grant, now)
        insist(by_grantor or amount_fen <= bound.now[5], "I7 a premium that the grantor orders", bound=bound)
        return grant.limits

    def _in_force(self, bound: Bound, grant: Grant, now: datetime) -> None:
        bound.pass_to(now)
        insist(not bound.paused, "I7 not paused", grant=grant)
        insist(reach_of(grant.limits) == bound.now, "I7 wider limits wait", grant=grant, bound=bound)

    def paying(self, grant: Grant, bill: BillKey, amount_fen: int, now: datetime) -> Limits:
        """The limits that hold for this payment, which itself is checked against pause and yes."""
        bound = self.bounds[grant.grant_id]
        self._in_force(bound, grant, now)
        above = bound.now[5]
        if amount_fen > above:
            said, until = self.yeses.pop((grant.grant_id, bill), (0, now))
            insist(amount_fen <= said and now < until, "I7 a yes to this bill", said=said, amount=amount_fen)
            self.used["yes used at a pharmacy" if bill.visit == NO_VISIT else "yes used at a hospital"] += 1
        return grant.limits
