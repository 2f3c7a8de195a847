"""Pure: what an account year's end does to a person's account: roll-over to the history balance, and interest."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from qinji.insured.model import Person
from qinji.kernel.refusal import Refused
from qinji.kernel.region import city_of
from qinji.ledger.chart import Account
from qinji.ledger.model import CURRENT_POCKET, ONLY_POCKET, Held, LineKind, RunLine, Transfer
from qinji.ledger.rules import interest_fen, to_roll_over
from qinji.policy.accounts import AccountTerms
from qinji.policy.book import Book

ROLL_OVER_LINE, INTEREST_LINE = 0, 1
"""The lines of a run for each person."""


@dataclass(frozen=True, slots=True)
class YearEnd:
    """An account year of a pooling area that ended: it began on one day, and the next one begins on ``ends``."""

    city: str
    begins: date
    ends: date
    terms: AccountTerms

    @property
    def name(self) -> str:
        """Under which its run is known."""
        return f"roll-over/{self.city}/{self.ends.isoformat()}"

    @property
    def days(self) -> int:
        """How many days the year had."""
        return (self.ends - self.begins).days


def year_end(city: str, day: date, book: Book) -> YearEnd | str:
    """The last account year that ended in a pooling area by this day; a Chinese sentence where there is none.

    What held on the last day of that year decides, the rate of interest included.
    """
    policy = book.at(city, day)
    ends = None if isinstance(policy, Refused) else policy.accounts().year_began(day)
    if ends is None:
        return "没有规定账户年度(balance.rollover_day)"
    last = ends - timedelta(days=1)
    then = book.at(city, last)
    if isinstance(then, Refused):
        return "那一年还没有政策"
    terms = then.accounts()
    begins = terms.year_began(last)
    if begins is None or not (terms.two_balances or terms.interest_rate):
        return "那一年不分当年、历年,也没有利率"
    if then.unverified(terms.sources):
        return "那一年关于个人账户的政策尚未核实"
    return YearEnd(city, begins, ends, terms)


@dataclass(frozen=True, slots=True)
class Standing:
    """How the accounts of some persons stand behind their locks: fen by person and pocket, and what they were.

    ``credited_since`` came into this year's balance since the year ended; ``lines`` are booked already.
    """

    people: Mapping[UUID, Person]
    balances: Mapping[UUID, Mapping[int, int]]
    credited_since: Mapping[UUID, int]
    held: Mapping[UUID, Held]
    lines: Sequence[RunLine]


@dataclass(slots=True)
class Rolled:
    """What is booked for some persons."""

    transfers: list[Transfer] = field(default_factory=list)
    lines: list[RunLine] = field(default_factory=list)


def roll_over(
    end: YearEnd, run: UUID, standing: Standing, booked_at: datetime, new_id: Callable[[], UUID]
) -> Rolled:
    """Everything of the year that ended goes from this year's balance to the history; interest goes there too."""
    done = {(line.person, line.line) for line in standing.lines}
    made = Rolled()
    for identifier, person in sorted(standing.people.items()):
        book = city_of(person.region)
        if book != end.city:
            continue
        current_fen = standing.balances.get(identifier, {}).get(CURRENT_POCKET, 0)
        amount_fen = to_roll_over(current_fen, standing.credited_since.get(identifier, 0))
        if end.terms.two_balances and amount_fen and (identifier, ROLL_OVER_LINE) not in done:
            act = new_id()
            made.transfers += _rolled(identifier, act, amount_fen, book, booked_at)
            made.lines.append(_line(identifier, run, ROLL_OVER_LINE, act, LineKind.ROLL_OVER, amount_fen))
        earned_fen = interest_fen(standing.held.get(identifier, Held()), end.days, end.terms.interest_rate)
        if earned_fen and (identifier, INTEREST_LINE) not in done:
            act = new_id()
            made.transfers.append(_interest(identifier, act, earned_fen, book, booked_at))
            made.lines.append(_line(identifier, run, INTEREST_LINE, act, LineKind.INTEREST, earned_fen))
    return made


def _line(person: UUID, run: UUID, line: int, act: UUID, kind: LineKind, amount_fen: int) -> RunLine:
    return RunLine(person, run, line, act, kind, None, supplement=False, amount_fen=amount_fen)


def _rolled(person: UUID, act: UUID, amount_fen: int, book: str, booked_at: datetime) -> list[Transfer]:
    """Two rows over a clearing account: a row has one pocket, and both sides are the same person's account."""
    return [
        Transfer(
            person, act, 0, Account.PERSONAL, Account.CLEARING_ROLL_OVER, amount_fen, book, booked_at,
            pocket=CURRENT_POCKET,
        ),
        Transfer(
            person, act, 1, Account.CLEARING_ROLL_OVER, Account.PERSONAL, amount_fen, book, booked_at,
            pocket=ONLY_POCKET,
        ),
    ]  # fmt: skip


def _interest(person: UUID, act: UUID, amount_fen: int, book: str, booked_at: datetime) -> Transfer:
    return Transfer(
        person, act, 0, Account.SOURCE_INTEREST, Account.PERSONAL, amount_fen, book, booked_at,
        pocket=ONLY_POCKET,
    )  # fmt: skip
