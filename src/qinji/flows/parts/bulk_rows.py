"""Pure: rows of the files that the bureau brings, whatever they ask for: how each is read, and what repeats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from qinji.bulk.model import BulkFile, FileKind, FileRow, Group, Tally
from qinji.flows.parts import clawing, crediting, enrolling
from qinji.flows.parts.clawing import ClawbackFile, Clawed, ClawRow
from qinji.flows.parts.crediting import KIND_CHINESE, Credited, CreditFile, CreditRow
from qinji.flows.parts.enrolling import CERTIFICATE_PLACE, INSURANCE_WORDS, Enrolled, EnrolRow
from qinji.flows.parts.row_faults import RowFault, RowProblem, problem
from qinji.kernel.identity import masked_number, masked_within

AnyRow: TypeAlias = CreditRow | ClawRow | EnrolRow

COLUMNS: dict[FileKind, Sequence[str]] = {
    FileKind.CREDIT: crediting.COLUMNS,
    FileKind.CLAW_BACK: clawing.COLUMNS,
    FileKind.ENROL: enrolling.COLUMNS,
}
OPTIONAL: dict[FileKind, Sequence[str]] = {FileKind.ENROL: enrolling.OPTIONAL}


def read_row(kind: FileKind, line: int, cells: Sequence[str], today: date) -> AnyRow | RowProblem:
    """A row of a file of this kind, its cells in the order of ``COLUMNS``."""
    if kind is FileKind.CREDIT:
        return crediting.read_row(line, cells, today)
    if kind is FileKind.CLAW_BACK:
        return clawing.read_row(line, cells)
    return enrolling.read_row(line, cells, today)


@dataclass(slots=True)
class Repeats:
    """What the rows of one file have said so far; a row that says it again is not carried out."""

    _said: dict[tuple[object, ...], int] = field(default_factory=dict)

    def of(self, row: AnyRow) -> RowProblem | None:
        """What the row repeats of an earlier one, None where it is new; it counts as said from now on."""
        if isinstance(row, CreditRow):
            return self._check(row.line, (row.number, row.month, row.kind), RowFault.TWICE_IN_FILE)
        if isinstance(row, ClawRow):
            return self._check(row.line, (row.number, row.credit_line), RowFault.CREDIT_TWICE)
        for column, number in (
            ("人员编号", row.number),
            ("证件号码", row.certificate_number),
            ("社保卡号", row.card_number),
        ):
            found = self._check(row.line, (column, number), RowFault.NUMBER_TWICE_IN_FILE, column)
            if found is not None:
                return found
        return None

    def _check(
        self, line: int, said: tuple[object, ...], fault: RowFault, column: str = ""
    ) -> RowProblem | None:
        first = self._said.setdefault(said, line)
        return None if first == line else problem(line, fault, first=first, column=column)


def credit_file(file: BulkFile) -> CreditFile:
    """A file as the ledger knows a crediting file: carried out by the hand of who approved it."""
    return CreditFile(file.digest, hand_of(file), file.terms.beside)


def clawback_file(file: BulkFile) -> ClawbackFile:
    """A file as the ledger knows one that takes back."""
    return ClawbackFile(file.digest, file.terms.credit_name or "", file.terms.beside)


def hand_of(file: BulkFile) -> str:
    """By whose hand it is carried out: who approved it."""
    return f"staff:{file.decided_by or file.brought_by}"


def report_titles(columns: Sequence[str]) -> Sequence[str]:
    """The columns of a report of rows that were not carried out: those of the file within."""
    return ("行号", *columns, "问题", "怎么办")


def shown_cells(kind: FileKind, cells: Sequence[str]) -> Sequence[str]:
    """The cells as a report shows them: identity numbers masked wherever they stand, none of a row of wrong length."""
    told = [masked_within(cell) for cell in cells] or [""] * len(COLUMNS[kind])
    if kind is FileKind.ENROL:
        told[CERTIFICATE_PLACE] = masked_number(told[CERTIFICATE_PLACE])
    return told


@dataclass(frozen=True, slots=True)
class Outcome:
    """What rows came to, and what is told of those that were not carried out, wholly or in part."""

    tally: Tally
    told: Sequence[RowProblem] = ()


def of_credited(made: Credited) -> Outcome:
    """By class and by month."""
    groups: dict[str, Group] = {}
    for one in made.booked:
        for name in (KIND_CHINESE[one.row.kind], one.row.month.strftime("%Y-%m")):
            known = groups.get(name, Group(name, 0, 0))
            groups[name] = Group(name, known.count + 1, known.fen + one.row.amount_fen)
    tally = Tally(
        done=len(made.booked),
        done_fen=sum(one.row.amount_fen for one in made.booked),
        before=len(made.before),
        before_fen=sum(row.amount_fen for row in made.before),
        refused=len(made.refused),
        groups=tuple(groups.values()),
    )
    return Outcome(tally, made.refused)


def of_clawed(made: Clawed) -> Outcome:
    """A row that was carried out in part is told too: how much is missing."""
    told = [*made.refused, *(short for one in made.taken if (short := clawing.missing(one)) is not None)]
    tally = Tally(
        done=sum(one.line is not None for one in made.taken),
        done_fen=sum(one.now_fen for one in made.taken),
        before=sum(one.line is None and one.before_fen > 0 for one in made.taken),
        before_fen=sum(one.before_fen for one in made.taken if one.line is None),
        earlier_fen=sum(one.before_fen for one in made.taken if one.line is not None),
        short=sum(one.missing_fen > 0 for one in made.taken),
        missing_fen=sum(one.missing_fen for one in made.taken),
        refused=len(made.refused),
    )
    return Outcome(tally, told)


def of_enrolled(made: Enrolled) -> Outcome:
    """By region and insurance."""
    groups: dict[str, Group] = {}
    for row in made.new:
        name = f"{row.region} {INSURANCE_WORDS[row.insurance]}"
        groups[name] = Group(name, groups.get(name, Group(name, 0, 0)).count + 1, 0)
    tally = Tally(
        done=len(made.new),
        before=len(made.before),
        refused=len(made.refused),
        groups=tuple(groups.values()),
    )
    return Outcome(tally, made.refused)


def refused_rows(kind: FileKind, rows: Sequence[FileRow], told: Sequence[RowProblem]) -> list[FileRow]:
    """The rows of a part that were not carried out, as a report shows them, in the order of their lines.

    ``rows`` that were no rows from the beginning carry their own words; ``told`` are the words for the others.
    """
    words = {one.line: one for one in told}
    found = []
    for row in rows:
        wrong = words.get(row.line)
        if wrong is not None:
            partly = wrong.fault is RowFault.CLAW_MISSING
            found.append(FileRow(row.line, shown_cells(kind, row.cells), wrong.what, wrong.advice, partly))
        elif row.what:
            found.append(FileRow(row.line, shown_cells(kind, row.cells), row.what, row.advice))
    return found


NOT_REACHED = ("还没有办到这一行,文件就中止了", "还要办的,做成一个新文件再上传")
"""What is told of the rows of an ended file that it never came to."""


def unreached_rows(kind: FileKind, rows: Sequence[FileRow]) -> list[FileRow]:
    """The rows of a part that an ended file never came to, as a report shows them."""
    what, advice = NOT_REACHED
    return [
        FileRow(row.line, shown_cells(kind, row.cells), row.what or what, row.advice or advice)
        for row in rows
    ]
