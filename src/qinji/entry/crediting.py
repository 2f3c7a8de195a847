"""A crediting file from its first row to its last: read, previewed or booked some rows at a time, and added up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from qinji.entry.sheets import Report
from qinji.flows import credit_accounts
from qinji.flows.credit_accounts import ROWS_MAX, CreditAccounts
from qinji.flows.deps import Deps
from qinji.flows.parts.bulk_rows import Repeats
from qinji.flows.parts.crediting import Credited, CreditFile, CreditRow, read_row
from qinji.flows.parts.row_faults import RowProblem
from qinji.kernel.dates import local_day
from qinji.ledger.model import AccountRun, LineKind
from qinji.platform.database import Overloaded
from qinji.platform.sheets import Sheet, SheetRow

TRIES_MAX = 5
WAIT_SECONDS = 1.0
"""Somebody else holds one of these persons for longer than a lock is waited for: so long until the next try."""


@dataclass(slots=True)
class Totals:
    """What a pass over a file has come to so far; amounts in fen."""

    rows: int = 0
    booked: int = 0
    booked_fen: int = 0
    before: int = 0
    before_fen: int = 0
    refused: int = 0
    by_kind: dict[LineKind, tuple[int, int]] = field(default_factory=dict)
    by_month: dict[date, tuple[int, int]] = field(default_factory=dict)

    def add(self, made: Credited) -> None:
        """Some more rows."""
        for one in made.booked:
            amount_fen = one.row.amount_fen
            self.booked += 1
            self.booked_fen += amount_fen
            count, total = self.by_kind.get(one.row.kind, (0, 0))
            self.by_kind[one.row.kind] = (count + 1, total + amount_fen)
            count, total = self.by_month.get(one.row.month, (0, 0))
            self.by_month[one.row.month] = (count + 1, total + amount_fen)
        self.before += len(made.before)
        self.before_fen += sum(row.amount_fen for row in made.before)


@dataclass(slots=True)
class Pass:
    """One pass over a file; ``totals`` say how far it is, whatever stops it."""

    sheet: Sheet
    file: CreditFile
    report: Report
    totals: Totals = field(default_factory=Totals)
    _repeats: Repeats = field(default_factory=Repeats)

    async def preview(self, deps: Deps, told: Callable[[int], None]) -> None:
        """What would become of every row; nothing is written but the report."""
        run = await credit_accounts.known(self.file, deps)
        for rows in self.sheet.parts(ROWS_MAX):
            good = self._read(rows, local_day(deps.clock()))
            made = await credit_accounts.preview(CreditAccounts(run, self.file, good), deps)
            self._take(rows, made)
            told(self.totals.rows)

    async def book(self, deps: Deps, told: Callable[[int], None]) -> None:
        """Book every row that may be booked, some at a time; what was booked before stays as it is."""
        run = await credit_accounts.begin(self.file, deps)
        for rows in self.sheet.parts(ROWS_MAX):
            good = self._read(rows, local_day(deps.clock()))
            self._take(rows, await _booked(CreditAccounts(run, self.file, good), deps))
            told(self.totals.rows)
        await credit_accounts.finish(run, self._done(run), deps)

    def _done(self, run: AccountRun) -> AccountRun:
        totals = self.totals
        return replace(
            run,
            booked=totals.booked + totals.before,
            refused=totals.refused,
            amount_fen=totals.booked_fen + totals.before_fen,
        )

    def _read(self, rows: Sequence[SheetRow], today: date) -> list[CreditRow]:
        good = []
        for row in rows:
            found = read_row(row.line, row.cells, today)
            if isinstance(found, CreditRow):
                repeated = self._repeats.of(found)
                if repeated is None:
                    good.append(found)
                    continue
                found = repeated
            self._refuse(row, found)
        return good

    def _take(self, rows: Sequence[SheetRow], made: Credited) -> None:
        self.totals.rows += len(rows)
        self.totals.add(made)
        by_line = {row.line: row for row in rows}
        for found in made.refused:
            self._refuse(by_line[found.line], found)
        self.report.write()

    def _refuse(self, row: SheetRow, found: RowProblem) -> None:
        self.totals.refused += 1
        self.report.add(row.line, row.cells or ("",) * 4, found.what, found.advice)


async def _booked(command: CreditAccounts, deps: Deps) -> Credited:
    for _ in range(TRIES_MAX - 1):
        try:
            return await credit_accounts.run(command, deps)
        except Overloaded:
            await asyncio.sleep(WAIT_SECONDS)
    return await credit_accounts.run(command, deps)
