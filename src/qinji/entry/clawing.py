"""A file that takes back what was credited too much, from its first row to its last: previewed or carried out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from qinji.entry.crediting import TRIES_MAX, WAIT_SECONDS
from qinji.entry.sheets import Report
from qinji.flows import claw_back_credits
from qinji.flows.claw_back_credits import ROWS_MAX, ClawBack
from qinji.flows.deps import Deps
from qinji.flows.parts.bulk_rows import Repeats
from qinji.flows.parts.clawing import COLUMNS, Clawed, ClawRow, missing, read_row
from qinji.flows.parts.row_faults import RowProblem
from qinji.ledger.model import Clawback, ClawbackState
from qinji.platform.database import Overloaded
from qinji.platform.sheets import Sheet, SheetRow


@dataclass(slots=True)
class Clawings:
    """What a pass has come to so far; amounts in fen.

    ``reached`` rows were carried out wholly or in part, now or before; ``short`` ones in part or not at all.
    """

    rows: int = 0
    asked_fen: int = 0
    taken: int = 0
    taken_fen: int = 0
    before_fen: int = 0
    short: int = 0
    missing_fen: int = 0
    reached: int = 0
    refused: int = 0

    def add(self, made: Clawed) -> None:
        """Some more rows."""
        for one in made.taken:
            self.asked_fen += one.row.amount_fen
            self.taken += one.line is not None
            self.taken_fen += one.now_fen
            self.before_fen += one.before_fen
            self.reached += one.before_fen + one.now_fen > 0
            self.short += one.missing_fen > 0
            self.missing_fen += one.missing_fen


@dataclass(slots=True)
class ClawPass:
    """One pass over a file; ``totals`` say how far it is, whatever stops it."""

    sheet: Sheet
    report: Report
    totals: Clawings = field(default_factory=Clawings)
    _repeats: Repeats = field(default_factory=Repeats)

    async def preview(self, clawback: Clawback, deps: Deps, told: Callable[[int], None]) -> None:
        """What would become of every row; nothing is written but the report. Of a round that is over: of the next."""
        if clawback.finished_at is not None or clawback.state is ClawbackState.REFUSED:
            clawback = replace(clawback, round=clawback.round + 1, finished_at=None)
        for rows in self.sheet.parts(ROWS_MAX):
            good = self._read(rows)
            self._take(rows, await claw_back_credits.preview(ClawBack(clawback, good), deps))
            told(self.totals.rows)

    async def carry_out(self, clawback: Clawback, deps: Deps, told: Callable[[int], None]) -> None:
        """Take what is there for every row, some at a time; what the round has taken before is not taken again."""
        for rows in self.sheet.parts(ROWS_MAX):
            good = self._read(rows)
            self._take(rows, await _carried_out(ClawBack(clawback, good), deps))
            told(self.totals.rows)
        totals = self.totals
        done = replace(
            clawback,
            taken=totals.reached,
            refused=totals.refused,
            taken_fen=totals.taken_fen + totals.before_fen,
            missing_fen=totals.missing_fen,
        )
        await claw_back_credits.finish(done, deps)

    def _read(self, rows: Sequence[SheetRow]) -> list[ClawRow]:
        good = []
        for row in rows:
            found = read_row(row.line, row.cells)
            if isinstance(found, ClawRow):
                repeated = self._repeats.of(found)
                if repeated is None:
                    good.append(found)
                    continue
                found = repeated
            self._refuse(row, found)
        return good

    def _take(self, rows: Sequence[SheetRow], made: Clawed) -> None:
        self.totals.rows += len(rows)
        self.totals.add(made)
        by_line = {row.line: row for row in rows}
        for found in made.refused:
            self._refuse(by_line[found.line], found)
        for one in made.taken:
            short = missing(one)
            if short is not None:
                self._tell(by_line[short.line], short)
        self.report.write()

    def _refuse(self, row: SheetRow, found: RowProblem) -> None:
        self.totals.refused += 1
        self._tell(row, found)

    def _tell(self, row: SheetRow, found: RowProblem) -> None:
        self.report.add(row.line, row.cells or ("",) * len(COLUMNS), found.what, found.advice)


async def _carried_out(command: ClawBack, deps: Deps) -> Clawed:
    for _ in range(TRIES_MAX - 1):
        try:
            return await claw_back_credits.run(command, deps)
        except Overloaded:
            await asyncio.sleep(WAIT_SECONDS)
    return await claw_back_credits.run(command, deps)
