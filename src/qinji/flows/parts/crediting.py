"""Pure: rows of a crediting file (个人账户划入): how a row is read, and what is booked for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from qinji.flows.parts.row_faults import RowFault, RowProblem, cells_problem, problem, shown
from qinji.insured.model import Person
from qinji.insured.rules import has_account
from qinji.kernel.dates import first_of_month, months_between
from qinji.kernel.money import NotAnAmount, parse_yuan, yuan
from qinji.kernel.region import city_of
from qinji.ledger.chart import Account
from qinji.ledger.model import CURRENT_POCKET, ONLY_POCKET, LineKind, RunLine, Transfer
from qinji.policy.accounts import AccountTerms

CREDIT_RUNS = "crediting/"
"""How the names of runs of crediting files begin."""

COLUMNS = ("人员编号", "月份", "金额", "类别")
KINDS = {"在职": LineKind.CONTRIBUTION, "退休": LineKind.RETIRED}
KIND_CHINESE = {kind: word for word, kind in KINDS.items()}
ALSO = {"contribution": LineKind.CONTRIBUTION, "retired": LineKind.RETIRED}

AMOUNT_FEN_MAX = 10_000_000
"""100,000 yuan in one row: far above any month's crediting, below a slip of the decimal point."""

YEARS_BACK_MAX = 20
_MONTH = re.compile(r"(\d{4})(?:[-/.年]?)(\d{1,2})(?:月?)")


@dataclass(frozen=True, slots=True)
class CreditFile:
    """Which file: the digest of its bytes, who brings it, and whether it comes beside what was credited before."""

    digest: str
    operator: str
    supplement: bool

    @property
    def name(self) -> str:
        """Under which its run is known."""
        return f"{CREDIT_RUNS}{'supplement/' if self.supplement else ''}{self.digest}"


@dataclass(frozen=True, slots=True)
class CreditRow:
    """One row: whom, for which month (its first day), how much in fen, as who works or as retired."""

    line: int
    number: str
    month: date
    amount_fen: int
    kind: LineKind


@dataclass(frozen=True, slots=True)
class Booked:
    """A row, the transfer that is booked for it, and its line of the run."""

    row: CreditRow
    transfer: Transfer
    line: RunLine


@dataclass(frozen=True, slots=True)
class Credited:
    """What becomes of rows: booked now, booked before by the same file, refused."""

    booked: Sequence[Booked] = ()
    before: Sequence[CreditRow] = ()
    refused: Sequence[RowProblem] = ()


def read_row(line: int, cells: Sequence[str], today: date) -> CreditRow | RowProblem:
    """A row of ``COLUMNS`` as it stands in the file."""
    wrong = cells_problem(line, cells, COLUMNS)
    if wrong is not None:
        return wrong
    number, month_text, amount_text, kind_text = (cell.strip() for cell in cells)
    if not number:
        return problem(line, RowFault.NUMBER_MISSING)
    month = month_of(month_text)
    if month is None:
        return problem(line, RowFault.MONTH_FORM, found=shown(month_text))
    wrong = _month_fault(line, month, today)
    if wrong is not None:
        return wrong
    amount_fen = amount_of(line, amount_text)
    if isinstance(amount_fen, RowProblem):
        return amount_fen
    kind = KINDS.get(kind_text) or ALSO.get(kind_text)
    if kind is None:
        return problem(line, RowFault.KIND_UNKNOWN, found=shown(kind_text))
    return CreditRow(line, number, month, amount_fen, kind)


def month_of(text: str) -> date | None:
    """The first day of the month that a cell names, None where it names none."""
    found = _MONTH.fullmatch(text)
    if found is None or not 1 <= int(found[2]) <= 12 or int(found[1]) == 0:
        return None
    return date(int(found[1]), int(found[2]), 1)


def _month_fault(line: int, month: date, today: date) -> RowProblem | None:
    told = month.strftime("%Y-%m")
    if month > first_of_month(today):
        return problem(line, RowFault.MONTH_AHEAD, month=told)
    if months_between(month, today) > YEARS_BACK_MAX * 12:
        return problem(line, RowFault.MONTH_LONG_AGO, month=told, years=YEARS_BACK_MAX)
    return None


def amount_of(line: int, text: str) -> int | RowProblem:
    """The amount of a cell in fen: above zero, at most ``AMOUNT_FEN_MAX``."""
    try:
        amount_fen = parse_yuan(text)
    except NotAnAmount:
        return problem(line, RowFault.AMOUNT_FORM, found=shown(text))
    if amount_fen <= 0:
        return problem(line, RowFault.AMOUNT_NOT_POSITIVE)
    if amount_fen > AMOUNT_FEN_MAX:
        return problem(line, RowFault.AMOUNT_LARGE, most=yuan(AMOUNT_FEN_MAX))
    return amount_fen


@dataclass(frozen=True, slots=True)
class Crediting:
    """Everything that the decision about rows of one run needs. ``people`` are by person number.

    ``terms_of`` answers what holds in a region today, or a fault; ``new_id`` makes the id of an act.
    """

    run: UUID
    supplement: bool
    people: Mapping[str, Person]
    credited: Sequence[RunLine]
    terms_of: Callable[[str], AccountTerms | RowFault]
    new_id: Callable[[], UUID]
    booked_at: datetime
    today: date


@dataclass(slots=True)
class _Known:
    """What each person was credited already, kept up while rows are decided one after the other."""

    own: dict[tuple[UUID, int], RunLine] = field(default_factory=dict)
    months: dict[tuple[UUID, date | None, LineKind], RunLine] = field(default_factory=dict)

    def add(self, line: RunLine, run: UUID, *, supplement: bool) -> None:
        if line.run == run:
            self.own[line.person, line.line] = line
        # A supplement comes beside what was credited before; only within its own file a month is there once.
        if line.run == run or not (line.supplement or supplement):
            self.months[line.person, line.month, line.kind] = line


def decide(rows: Sequence[CreditRow], facts: Crediting) -> Credited:
    """What becomes of each row, in the order of the file: every row is decided on what the rows before it booked."""
    known = _Known()
    for line in facts.credited:
        known.add(line, facts.run, supplement=facts.supplement)
    booked: list[Booked] = []
    before: list[CreditRow] = []
    refused: list[RowProblem] = []
    for row in rows:
        person = facts.people.get(row.number)
        if person is not None and (person.person_id, row.line) in known.own:
            before.append(row)
            continue
        made = _book(row, person, known, facts)
        if isinstance(made, RowProblem):
            refused.append(made)
            continue
        known.add(made.line, facts.run, supplement=facts.supplement)
        booked.append(made)
    return Credited(booked, before, refused)


def _book(row: CreditRow, person: Person | None, known: _Known, facts: Crediting) -> Booked | RowProblem:
    if person is None:
        return problem(row.line, RowFault.PERSON_UNKNOWN, number=shown(row.number))
    if not has_account(person):
        return problem(row.line, RowFault.RESIDENT)
    earlier = known.months.get((person.person_id, row.month, row.kind))
    if earlier is not None:
        return _twice(row, earlier, facts.run)
    terms = facts.terms_of(person.region)
    if isinstance(terms, RowFault):
        return problem(row.line, terms, region=person.region)
    current = terms.two_balances and not terms.is_past_year(row.month, facts.today)
    act = facts.new_id()
    transfer = Transfer(
        person=person.person_id,
        act=act,
        seq=0,
        debit=Account.SOURCE_CONTRIBUTION,
        credit=Account.PERSONAL,
        amount_fen=row.amount_fen,
        book=city_of(person.region),
        booked_at=facts.booked_at,
        pocket=CURRENT_POCKET if current else ONLY_POCKET,
    )
    line = RunLine(
        person.person_id, facts.run, row.line, act, row.kind, row.month, facts.supplement, row.amount_fen
    )
    return Booked(row, transfer, line)


def _twice(row: CreditRow, earlier: RunLine, run: UUID) -> RowProblem:
    if earlier.run == run:
        return problem(row.line, RowFault.TWICE_IN_FILE, first=earlier.line)
    return problem(
        row.line,
        RowFault.MONTH_CREDITED,
        month=row.month.strftime("%Y-%m"),
        kind=KIND_CHINESE[row.kind],
        amount=yuan(earlier.amount_fen),
    )
