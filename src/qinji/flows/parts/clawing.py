"""Pure: rows of a file that takes back what a crediting run booked too much: how one is read, what is taken (0040).

A row names the row of the crediting file. Never more is taken than that row booked, never twice, and no pocket goes
below zero: what is not there any more is told as missing, and may be asked for in another round.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from qinji.flows.parts.crediting import amount_of, month_of
from qinji.flows.parts.row_faults import RowFault, RowProblem, cells_problem, problem, shown
from qinji.insured.model import Person
from qinji.kernel.money import yuan
from qinji.ledger.chart import Account
from qinji.ledger.model import ONLY_POCKET, POCKETS, Clawback, ClawbackLine, RunLine, Transfer

COLUMNS = ("人员编号", "原文件行号", "月份", "扣回金额")
_LINE_DIGITS_MAX = 7


@dataclass(frozen=True, slots=True)
class ClawbackFile:
    """Which file: the digest of its bytes, and under which name the run is known that credited too much."""

    digest: str
    credit_name: str
    further: bool = False

    @property
    def name(self) -> str:
        """Under which its rounds are known."""
        return f"clawback/{self.credit_name}/{self.digest}"


@dataclass(frozen=True, slots=True)
class ClawRow:
    """One row: from whom, which line of the crediting file, of which month (its first day), how much in fen."""

    line: int
    number: str
    credit_line: int
    month: date
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Taken:
    """A row that was carried out as far as the money went: what is booked now, and what is missing, in fen.

    ``before_fen`` was taken for this row already; without ``line`` nothing is booked now.
    """

    row: ClawRow
    transfers: Sequence[Transfer] = ()
    line: ClawbackLine | None = None
    before_fen: int = 0

    @property
    def now_fen(self) -> int:
        """What is taken now."""
        return 0 if self.line is None else self.line.amount_fen

    @property
    def missing_fen(self) -> int:
        """What is not there any more."""
        return self.row.amount_fen - self.before_fen - self.now_fen


@dataclass(frozen=True, slots=True)
class Clawed:
    """What becomes of rows: carried out, wholly or in part, or refused."""

    taken: Sequence[Taken] = ()
    refused: Sequence[RowProblem] = ()


def read_row(line: int, cells: Sequence[str]) -> ClawRow | RowProblem:
    """A row of ``COLUMNS`` as it stands in the file."""
    wrong = cells_problem(line, cells, COLUMNS)
    if wrong is not None:
        return wrong
    number, credit_text, month_text, amount_text = (cell.strip() for cell in cells)
    if not number:
        return problem(line, RowFault.NUMBER_MISSING)
    if not (credit_text.isascii() and credit_text.isdigit() and len(credit_text) <= _LINE_DIGITS_MAX):
        return problem(line, RowFault.CREDIT_LINE_FORM, found=shown(credit_text))
    month = month_of(month_text)
    if month is None:
        return problem(line, RowFault.MONTH_FORM, found=shown(month_text))
    amount_fen = amount_of(line, amount_text)
    if isinstance(amount_fen, RowProblem):
        return amount_fen
    return ClawRow(line, number, int(credit_text), month, amount_fen)


@dataclass(frozen=True, slots=True)
class Clawing:
    """Everything that the decision about rows of one round needs. ``people`` are by person number.

    ``credited`` is what the crediting run booked for them, ``credits`` its transfers by act, ``lines`` what was taken
    back of these by whatever file, ``balances`` fen by person and pocket; ``new_id`` makes the id of an act.
    """

    clawback: Clawback
    people: Mapping[str, Person]
    credited: Sequence[RunLine]
    credits: Mapping[UUID, Transfer]
    lines: Sequence[ClawbackLine]
    balances: Mapping[UUID, Mapping[int, int]]
    new_id: Callable[[], UUID]
    booked_at: datetime


@dataclass(slots=True)
class _Known:
    """What was taken of each credit, and what is in each pocket, kept up while rows are decided one by one."""

    credits: dict[tuple[UUID, int], RunLine]
    balances: dict[UUID, dict[int, int]]
    lines: dict[UUID, list[ClawbackLine]] = field(default_factory=dict)

    def add(self, line: ClawbackLine) -> None:
        self.lines.setdefault(line.credit_act, []).append(line)


def decide(rows: Sequence[ClawRow], facts: Clawing) -> Clawed:
    """What becomes of each row, in the order of the file: every row is decided on what the rows before it took."""
    known = _Known(
        {(line.person, line.line): line for line in facts.credited},
        {person: dict(pockets) for person, pockets in facts.balances.items()},
    )
    for line in facts.lines:
        known.add(line)
    taken: list[Taken] = []
    refused: list[RowProblem] = []
    for row in rows:
        made = _take(row, known, facts)
        if isinstance(made, RowProblem):
            refused.append(made)
            continue
        taken.append(made)
        if made.line is not None:
            known.add(made.line)
    return Clawed(taken, refused)


def _take(row: ClawRow, known: _Known, facts: Clawing) -> Taken | RowProblem:
    person = facts.people.get(row.number)
    if person is None:
        return problem(row.line, RowFault.PERSON_UNKNOWN, number=shown(row.number))
    credit = known.credits.get((person.person_id, row.credit_line))
    if credit is None or credit.month is None:
        return problem(row.line, RowFault.CREDIT_UNKNOWN, credit_line=row.credit_line)
    if credit.month != row.month:
        month = credit.month.strftime("%Y-%m")
        return problem(row.line, RowFault.CREDIT_MONTH, credit_line=row.credit_line, month=month)
    of_credit = known.lines.get(credit.act, [])
    own = [line for line in of_credit if (line.claim, line.line) == (facts.clawback.claim, row.line)]
    own_fen = sum(line.amount_fen for line in own)
    others_fen = sum(line.amount_fen for line in of_credit) - own_fen
    if others_fen and not facts.clawback.further:
        return problem(row.line, RowFault.CLAWED_ELSEWHERE, amount=yuan(others_fen))
    most_fen = credit.amount_fen - others_fen
    if row.amount_fen > most_fen:
        return problem(row.line, RowFault.CLAW_AMOUNT, asked=yuan(row.amount_fen), most=yuan(most_fen))
    # A round that is over takes nothing of what came in since: for that it is asked again.
    over = facts.clawback.finished_at is not None
    if over or any(line.round == facts.clawback.round for line in own):
        return Taken(row, before_fen=own_fen)
    return _booked(row, credit, own_fen, known, facts)


def _booked(row: ClawRow, credit: RunLine, before_fen: int, known: _Known, facts: Clawing) -> Taken:
    """From the pocket that was credited first, then from the other; a roll-over may have moved the money."""
    origin = facts.credits[credit.act]
    first = ONLY_POCKET if origin.pocket is None else origin.pocket
    pockets = known.balances.setdefault(credit.person, {})
    act, left_fen = facts.new_id(), row.amount_fen - before_fen
    transfers: list[Transfer] = []
    for pocket in (first, *(one for one in POCKETS if one != first)):
        amount_fen = min(left_fen, pockets.get(pocket, 0))
        if amount_fen > 0:
            transfers.append(_transfer(origin, act, len(transfers), amount_fen, pocket, facts.booked_at))
            pockets[pocket] -= amount_fen
            left_fen -= amount_fen
    if not transfers:
        return Taken(row, before_fen=before_fen)
    claw = facts.clawback
    amount_fen = sum(one.amount_fen for one in transfers)
    line = ClawbackLine(credit.person, claw.claim, row.line, claw.round, act, credit.act, amount_fen)
    return Taken(row, transfers, line, before_fen)


def _transfer(
    origin: Transfer, act: UUID, seq: int, amount_fen: int, pocket: int, booked_at: datetime
) -> Transfer:
    """Into the book whose contributions were told too high, wherever the person is insured by now."""
    return Transfer(
        person=origin.person,
        act=act,
        seq=seq,
        debit=Account.PERSONAL,
        credit=Account.SOURCE_CONTRIBUTION,
        amount_fen=amount_fen,
        book=origin.book,
        booked_at=booked_at,
        pocket=pocket,
    )


def missing(one: Taken) -> RowProblem | None:
    """What is told of a row that was not carried out wholly."""
    if not one.missing_fen:
        return None
    return problem(
        one.row.line,
        RowFault.CLAW_MISSING,
        asked=yuan(one.row.amount_fen),
        taken=yuan(one.before_fen + one.now_fen),
        missing=yuan(one.missing_fen),
    )
