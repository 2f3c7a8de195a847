"""Personal accounts of the paper bureau: what is credited month by month, and what becomes history at a year's end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from qinji.flows.parts.crediting import Booked, Credited, Crediting, CreditRow, decide
from qinji.flows.parts.facts import WorkingSet
from qinji.flows.parts.rolling import Standing, YearEnd, roll_over
from qinji.flows.parts.row_faults import RowFault
from qinji.kernel.dates import begin_of, first_of_month, local_day, months_after
from qinji.kernel.refusal import Refused
from qinji.kernel.region import city_of
from qinji.ledger.model import CURRENT_POCKET, POCKETS, LineKind, RunLine, Transfer
from qinji.policy.accounts import AccountTerms
from qinji.policy.book import Book
from tests.simulation.booked import DONE
from tests.simulation.cast import Cast
from tests.simulation.claiming import Claims
from tests.simulation.operations import ClawBack, Contribute, Credit

RETIRED = "retired"


def row_of(asked: Contribute | Credit, number: str, person_status: str, today: date) -> CreditRow:
    """The row of a crediting file that says so."""
    back = asked.months_back if isinstance(asked, Credit) else 0
    kind = LineKind.RETIRED if person_status == RETIRED else LineKind.CONTRIBUTION
    return CreditRow(2, number, months_after(first_of_month(today), -back), asked.amount_fen, kind)


def result_of(made: Credited) -> str:
    """What became of the one row."""
    return DONE if made.booked else made.refused[0].fault.name


@dataclass(slots=True)
class Accounts:
    """What was credited, and up to which day years were ended. ``lines`` by person."""

    facts: WorkingSet
    cast: Cast
    book: Book
    new_id: Callable[[], UUID]
    lines: dict[UUID, list[RunLine]] = field(default_factory=dict)
    came: list[Transfer] = field(default_factory=list)
    rolled: set[str] = field(default_factory=set)
    credited: list[Booked] = field(default_factory=list)
    claims: Claims = field(default_factory=Claims)

    def do(self, asked: Contribute | Credit | ClawBack, now: datetime) -> list[Transfer] | str:
        """What comes in, and what is taken back of it."""
        if isinstance(asked, ClawBack):
            credit = self.credited[asked.credit]
            person = self.cast.people[credit.line.person]
            return self.claims.claw(asked, credit, person, self.facts.balances, self.new_id, now)
        return self.credit(asked, now)

    def credit(self, asked: Contribute | Credit, now: datetime) -> list[Transfer] | str:
        """A file of one row; a contribution is a supplement, which may come as often as it likes."""
        person, today = self.cast.people[asked.person], local_day(now)
        row = row_of(asked, person.number, person.person_status, today)
        facts = Crediting(
            self.new_id(),
            isinstance(asked, Contribute),
            {person.number: person},
            self.lines.get(asked.person, []),
            lambda region: self._terms(region, today),
            self.new_id,
            now,
            today,
        )
        made = decide([row], facts)
        if not made.booked:
            return result_of(made)
        self.lines.setdefault(asked.person, []).extend(one.line for one in made.booked)
        self.credited += made.booked
        rows = [one.transfer for one in made.booked]
        self.came += [one for one in rows if one.pocket == CURRENT_POCKET]
        return rows

    def _terms(self, region: str, today: date) -> AccountTerms | RowFault:
        policy = self.book.at(region, today)
        return RowFault.REGION_WITHOUT_POLICY if isinstance(policy, Refused) else policy.accounts()

    def pass_to(self, now: datetime) -> list[Transfer]:
        """Every account year that has ended by now is rolled over, once."""
        cities = {city_of(person.region) for person in self.cast.people.values()}
        ends = (self._year_end(city, local_day(now)) for city in sorted(cities))
        return [row for end in ends if end is not None for row in self._roll(end, now)]

    def _year_end(self, city: str, today: date) -> YearEnd | None:
        policy = self.book.at(city, today)
        ended = None if isinstance(policy, Refused) else policy.accounts().year_began(today)
        if ended is None:
            return None
        last = ended - timedelta(days=1)
        then = self.book.at(city, last)
        begins = None if isinstance(then, Refused) else then.accounts().year_began(last)
        if isinstance(then, Refused) or begins is None or not then.accounts().two_balances:
            return None
        return YearEnd(city, begins, ended, then.accounts())

    def _roll(self, end: YearEnd, now: datetime) -> list[Transfer]:
        if end.name in self.rolled:
            return []
        self.rolled.add(end.name)
        balances = {
            one: {pocket: self.facts.balances.get((one, pocket), 0) for pocket in POCKETS}
            for one in self.cast.people
        }
        holders = {one: person for one, person in self.cast.people.items() if balances[one][CURRENT_POCKET]}
        since: Counter[UUID] = Counter()
        for row in self.came:
            if row.booked_at >= begin_of(end.ends):
                since[row.person] += row.amount_fen - self.claims.from_current(row.act)
        standing = Standing(holders, balances, since, {}, [])
        return roll_over(end, self.new_id(), standing, now, self.new_id).transfers
