"""Breaks in employees' payments on paper: from when benefits stop, and from when they hold again, by own arithmetic."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from qinji.insured.model import Insurance, Person, Status
from qinji.kernel.dates import local_day
from qinji.kernel.refusal import RefusalCode, Refused
from qinji.policy.arrears import GapTerms
from qinji.policy.book import Book
from qinji.premium.model import Coverage
from tests.simulation.booked import DONE
from tests.simulation.operations import Lapse, Resume

ONE_DAY = timedelta(days=1)
YEAR = 12


def month_of(day: date) -> int:
    """The months since year 0."""
    return day.year * YEAR + day.month - 1


def first_day(month: int) -> date:
    """The first day of a month that is counted so."""
    return date(month // YEAR, month % YEAR + 1, 1)


def last_paid_on(asked: Lapse, today: date) -> date:
    """A day of the last month that was paid."""
    return first_day(month_of(today) - asked.months_back)


def returns_on(since: date, paid_on: date, terms: GapTerms, *, paid_back: bool) -> date:
    """The first day of benefits after a break that began on a day; that of the break where its bills are paid too."""
    missed = month_of(paid_on) - month_of(since - ONE_DAY) - 1
    if missed <= 0:
        return first_day(month_of(paid_on))
    begins = month_of(paid_on) + (0 if terms.resumes_same_month else 1)
    if not paid_back or missed > terms.ok_months:
        return first_day(begins + terms.wait_months)
    return first_day(month_of(since - ONE_DAY) + 1) if terms.retroactive else first_day(begins)


@dataclass(slots=True)
class Breaks:
    """Who is in arrears, and the days on which benefits run. ``covers`` is the bureau's own; ``changed`` says so."""

    people: dict[UUID, Person]
    covers: dict[UUID, list[Coverage]]
    book: Book
    new_id: Callable[[], UUID]
    changed: Callable[[], None]

    def do(self, asked: Lapse | Resume, now: datetime) -> str:
        """One word of the employer."""
        result = self.stop(asked, now) if isinstance(asked, Lapse) else self.go_on(asked, now)
        self.changed()
        return result

    def stop(self, asked: Lapse, now: datetime) -> str:
        """Benefits stop with the month after the last one paid."""
        person = self.people[asked.person]
        if person.insurance is not Insurance.EMPLOYEE or person.status is not Status.NORMAL:
            return RefusalCode.ENROL_STATE.name
        since = first_day(month_of(last_paid_on(asked, local_day(now))) + 1)
        last = since - ONE_DAY
        self.covers[asked.person] = [
            replace(one, covered_until=last) if (one.covered_until or since) > last else one
            for one in self.covers.get(asked.person, ())
        ]
        self.people[asked.person] = replace(person, status=Status.ARREARS, suspended_since=since)
        return DONE

    def go_on(self, asked: Resume, now: datetime) -> str:
        """Benefits hold again from the day that the region's rule says, and never sooner than without the break."""
        person, today = self.people[asked.person], local_day(now)
        since = person.suspended_since
        if person.status is not Status.ARREARS or since is None:
            return RefusalCode.ENROL_STATE.name
        policy = self.book.at(person.region, today)
        terms = None if isinstance(policy, Refused) else policy.gaps()
        if terms is None:
            return RefusalCode.PREMIUM_NOT_OFFERED.name
        mine = self.covers.get(asked.person, [])
        begins = returns_on(since, today, terms, paid_back=asked.paid_back)
        if not mine and person.insured_since < since:
            mine = [self._row(asked.person, person.insured_since, since - ONE_DAY, now)]
        # A wait is what was still to come when it was noted; what the break found unserved of it is served.
        waits = (one.covered_from for one in mine if one.covered_from > local_day(one.at))
        begins = max((begins, *(one for one in waits if one >= since)))
        self.covers[asked.person] = [*mine, self._row(asked.person, begins, None, now)]
        self.people[asked.person] = replace(person, status=Status.NORMAL, suspended_since=None)
        return DONE

    def _row(self, person: UUID, begins: date, until: date | None, now: datetime) -> Coverage:
        return Coverage(person, self.new_id(), (until or begins).year, None, begins, until, now)
