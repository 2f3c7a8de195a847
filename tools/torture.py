"""`make torture ROUNDS=100`: kill -9 under load, so many rounds for each kind, and a dated report of what came of it.

With two processes it does a quarter as many. The report is added to docs/reference/torture.md only when every round held;
a failure is shown and nothing is written.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.crash.rounds import POSTGRES, SERVER, Report, run_rounds  # noqa: E402

PAGE = ROOT / "docs" / "reference" / "torture.md"


def _commit() -> str:
    said = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return said.stdout.strip() or "unknown"


def _row(report: Report, day: str, commit: str) -> str:
    seen = report.tally
    cells = (
        *(day, commit, str(os.cpu_count()), report.killed, str(report.processes), str(report.rounds)),
        *(str(report.seed), str(report.bills), str(report.cancellations), "0", "0"),
        *(str(seen.in_doubt), str(seen.found_done), str(seen.reversed), str(seen.undone)),
        *(f"{report.recovery_seconds:.1f}", f"{report.seconds:.0f}"),
    )
    return f"| {' | '.join(cells)} |\n"


def main(rounds: int) -> int:
    """Runs both kinds, with one process and with two, and adds their rows to the report."""
    began = datetime.now(UTC)
    seed = int(began.strftime("%Y%m%d"))
    wanted = [(killed, processes) for processes in (1, 2) for killed in (SERVER, POSTGRES)]
    for killed, processes in wanted:
        turns = rounds if processes == 1 else max(1, rounds >> 2)
        report = asyncio.run(run_rounds(killed, turns, seed, lambda line: print(line, flush=True), processes))
        print(report.line(), flush=True)
        with PAGE.open("a", encoding="utf-8") as page:
            page.write(_row(report, began.date().isoformat(), _commit()))
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
