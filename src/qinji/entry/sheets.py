"""The files that a command is given and leaves: rows to carry out, and the report of those that were not."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from qinji.flows.parts.bulk_rows import report_titles
from qinji.platform.sheets import NotASheet, Sheet, read_sheet
from qinji.platform.workbook import harmless

BYTES_MAX = 256 * 1024 * 1024
FIRST_MAX = 10
"""So many refused rows are told on the screen too."""


def read_file(path: Path, columns: Sequence[str], optional: Sequence[str] = ()) -> Sheet:
    """The rows of a file on the disk, as ``read_sheet`` reads them. Raises NotASheet."""
    return read_sheet(_content(path), path.name, columns, optional)


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > BYTES_MAX:
            raise NotASheet(f"文件超过 {BYTES_MAX // 1024 // 1024} MB,请分成几个文件")
        return path.read_bytes()
    except OSError as problem:
        raise NotASheet(f"读不了文件 {path}:{problem.strerror}") from problem


class Report:
    """A CSV of rows that were not carried out, for the one who has to correct them. Made with the first of them."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self.path, self._columns = path, columns
        self._file: io.TextIOWrapper | None = None
        self._waiting: list[tuple[int, Sequence[str], str, str]] = []
        self.count = 0
        self.first: list[tuple[int, str, str]] = []

    def add(self, line: int, cells: Sequence[str], what: str, advice: str) -> None:
        """One row: where it stands, what it says, what is wrong and what to do."""
        self.count += 1
        self._waiting.append((line, cells, what, advice))

    def write(self) -> None:
        """What was added since the last time, in the order of the lines."""
        if not self._waiting:
            return
        if self._file is None:
            self._file = self.path.open("w", encoding="utf-8-sig", newline="")
            self.path.chmod(0o600)
            csv.writer(self._file).writerow(report_titles(self._columns))
        writer = csv.writer(self._file)
        for line, cells, what, advice in sorted(self._waiting):
            writer.writerow([harmless(value) for value in (str(line), *cells, what, advice)])
            if len(self.first) < FIRST_MAX:
                self.first.append((line, what, advice))
        self._waiting.clear()

    def close(self) -> None:
        """Everything is in the file."""
        self.write()
        if self._file is not None:
            self._file.close()
