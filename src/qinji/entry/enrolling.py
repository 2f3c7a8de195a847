"""An enrolment file from its first row to its last: read, previewed or carried out some rows at a time, and counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from qinji.bulk.model import FileKind
from qinji.entry.sheets import Report
from qinji.flows import enrol_people
from qinji.flows.deps import Deps
from qinji.flows.enrol_people import ROWS_MAX, EnrolPeople
from qinji.flows.parts.bulk_rows import Repeats, shown_cells
from qinji.flows.parts.enrolling import Enrolled, EnrolRow, read_row
from qinji.flows.parts.row_faults import RowProblem
from qinji.insured.model import Insurance
from qinji.kernel.dates import local_day
from qinji.platform.sheets import Sheet, SheetRow


@dataclass(slots=True)
class Enrolment:
    """One pass over a file; its counts say how far it is, whatever stops it."""

    sheet: Sheet
    operator: str
    report: Report
    rows: int = 0
    new: dict[tuple[str, Insurance], int] = field(default_factory=dict)
    before: int = 0
    refused: int = 0
    _repeats: Repeats = field(default_factory=Repeats)

    async def run(self, deps: Deps, told: Callable[[int], None], *, confirm: bool) -> None:
        """Enrol whoever is new, or with ``confirm`` false only tell who would be."""
        flow = enrol_people.run if confirm else enrol_people.preview
        for rows in self.sheet.parts(ROWS_MAX):
            good = self._read(rows, local_day(deps.clock()))
            self._take(rows, await flow(EnrolPeople(self.operator, good), deps))
            told(self.rows)

    def _read(self, rows: Sequence[SheetRow], today: date) -> list[EnrolRow]:
        good = []
        for row in rows:
            found = read_row(row.line, row.cells, today)
            if isinstance(found, EnrolRow):
                repeated = self._repeats.of(found)
                if repeated is None:
                    good.append(found)
                    continue
                found = repeated
            self._refuse(row, found)
        return good

    def _take(self, rows: Sequence[SheetRow], made: Enrolled) -> None:
        self.rows += len(rows)
        self.before += len(made.before)
        for row in made.new:
            place = (row.region, row.insurance)
            self.new[place] = self.new.get(place, 0) + 1
        by_line = {row.line: row for row in rows}
        for found in made.refused:
            self._refuse(by_line[found.line], found)
        self.report.write()

    def _refuse(self, row: SheetRow, found: RowProblem) -> None:
        """The report shows the row, its identity number masked."""
        self.refused += 1
        cells = shown_cells(FileKind.ENROL, row.cells)
        self.report.add(row.line, cells, found.what, found.advice)
