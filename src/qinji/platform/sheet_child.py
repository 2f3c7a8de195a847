"""A spreadsheet becomes CSV in a process of its own: bytes in, text out. A file that takes too much takes this process.

They are unpacked to a rectangle: one cell in the last corner, in a file of a kilobyte, asks for half a terabyte.
"""

from __future__ import annotations

import contextlib
import csv
import io
import resource
import sys
from datetime import date, datetime
from typing import TextIO

MEMORY_MAX = 2 * 1024**3
"""Bytes of address space: more than twice what a million people with twelve cells each take."""

CPU_SECONDS_MAX = 60
WRITTEN_MAX = 256 * 1024 * 1024
UNREADABLE, TOO_LARGE = 3, 4
"""How this process ends where the bytes are no spreadsheet, and where there is too much in them."""


def cell_text(cell: object) -> str:
    """A cell as the text that somebody would have typed, on one line."""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        return f"{int(cell)}" if cell.is_integer() and abs(cell) < 2**53 else f"{cell!r}"
    return " ".join(str(cell).splitlines()).strip()


def as_csv(content: bytes, written: TextIO) -> int:
    """Write the first sheet as CSV, a line for each of its rows, also where a row is empty; the exit status."""
    # Only the child needs it, and only within its bounds.
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        rows = iter(()) if sheet.height == 0 else sheet.iter_rows()
    except (CalamineError, OSError, ValueError, IndexError):
        return UNREADABLE
    writer = csv.writer(written, lineterminator="\n")
    size = 0
    for cells in rows:
        texts = [cell_text(cell) for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        size += sum(len(text) for text in texts) + 1
        if size > WRITTEN_MAX:
            return TOO_LARGE
        writer.writerow(texts)
    return 0


def main() -> int:
    """Bounded from the first byte on."""
    # macOS knows the name of this bound and refuses to set it.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MAX, MEMORY_MAX))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS_MAX, CPU_SECONDS_MAX))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with open(sys.stdout.fileno(), "w", encoding="utf-8", newline="", closefd=False) as written:
        return as_csv(sys.stdin.buffer.read(), written)


if __name__ == "__main__":
    sys.exit(main())
