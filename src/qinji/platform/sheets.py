"""Files of rows that a bureau brings: CSV (UTF-8 or GB18030) or Excel, with a header, read row by row."""

from __future__ import annotations

import csv
import hashlib
import io
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qinji.platform import sheet_child

ROWS_MAX = 2_000_000
COLUMNS_MAX = 1000
CELL_MAX = 1000
EXCEL_SECONDS_MAX = 90
UNPACKED_MAX = 1024 * 1024 * 1024
"""Bytes of a spreadsheet once it is unpacked: a small file may hold a very large one, by mistake or by malice."""
TOO_LARGE = "这个 Excel 文件展开后太大:行、列或格子里的字太多。请另存为“CSV UTF-8”,或分成几个文件"
EXCEL = (".xlsx", ".xls", ".xlsm", ".xlsb", ".ods")


class NotASheet(Exception):
    """The file cannot be read as a whole; one sentence in Chinese that says why and what to do."""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row: its line (the header's is 1), and its cells in the order of the wanted columns.

    ``cells`` is empty where the row has more or fewer cells than the header.
    """

    line: int
    cells: Sequence[str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file that was read: the digest of its bytes, about how many rows it has, and where its columns stand."""

    digest: str
    rows_about: int
    width: int
    places: Sequence[int | None]
    lines: str

    def rows(self) -> Iterator[SheetRow]:
        """Every row that is not blank; raises NotASheet where there are more than ``ROWS_MAX``."""
        for count, (line, cells) in enumerate(_numbered(self.lines)):
            if count > ROWS_MAX:
                raise NotASheet(f"文件超过 {ROWS_MAX} 行,请分成几个文件")
            if line > 1 and any(cells):
                yield SheetRow(line, self._in_order(cells))

    def parts(self, rows_max: int) -> Iterator[Sequence[SheetRow]]:
        """The rows, so many at a time."""
        rows: list[SheetRow] = []
        for row in self.rows():
            rows.append(row)
            if len(rows) == rows_max:
                yield rows
                rows = []
        if rows:
            yield rows

    def _in_order(self, cells: Sequence[str]) -> Sequence[str]:
        surplus = cells[self.width :]
        if len(cells) < self.width or any(surplus):
            return ()
        return [("" if place is None else cells[place][:CELL_MAX]) for place in self.places]


def read_sheet(content: bytes, name: str, columns: Sequence[str], optional: Sequence[str] = ()) -> Sheet:
    """Read a file whose header names these columns in any order; further columns are passed over.

    ``name`` tells by its ending what kind of file it is. Raises NotASheet.
    """
    lines = _excel(content) if name.lower().endswith(EXCEL) else _text(content)
    header = next((cells for _, cells in _numbered(lines)), [])
    width = max((place for place, cell in enumerate(header, 1) if cell), default=0)
    if width > COLUMNS_MAX:
        raise NotASheet(f"表头超过 {COLUMNS_MAX} 列。第一行应写列名:{','.join(columns)}")
    header = header[:width]
    missing = [one for one in columns if one not in header and one not in optional]
    if missing:
        raise NotASheet(f"表头缺少这些列:{'、'.join(missing)}。第一行应写列名:{','.join(columns)}")
    twice = sorted({one for one in columns if header.count(one) > 1})
    if twice:
        raise NotASheet(f"表头中这些列写了两次:{'、'.join(twice)}")
    places = [header.index(one) if one in header else None for one in columns]
    return Sheet(hashlib.sha256(content).hexdigest(), lines.count("\n"), width, places, lines)


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise NotASheet("文件不是 CSV 文本。请用表格软件另存为“CSV UTF-8”或 .xlsx")


def _excel(content: bytes) -> str:
    if _unpacked(content) > UNPACKED_MAX:
        raise NotASheet(TOO_LARGE)
    command = [sys.executable, "-m", "qinji.platform.sheet_child"]
    try:
        child = subprocess.run(
            command, input=content, capture_output=True, timeout=EXCEL_SECONDS_MAX, check=False
        )
    except subprocess.TimeoutExpired as late:
        raise NotASheet(TOO_LARGE) from late
    if child.returncode == sheet_child.UNREADABLE:
        raise NotASheet("这个 Excel 文件打不开,可能加了密码或已损坏。请另存后再试")
    if child.returncode:
        # It ran into one of its bounds: of memory, of time, or of what it may write.
        raise NotASheet(TOO_LARGE)
    return child.stdout.decode()


def _unpacked(content: bytes) -> int:
    """How many bytes a packed file says it holds, before anything of it is unpacked; 0 for one that is not packed."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return sum(one.file_size for one in packed.infolist())
    except zipfile.BadZipFile:
        return 0


def _numbered(lines: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with the line on which it begins, as an editor or a spreadsheet counts."""
    reader = csv.reader(io.StringIO(lines, newline=""))
    begins = 1
    try:
        for cells in reader:
            yield begins, [cell.strip() for cell in cells]
            begins = reader.line_num + 1
    except csv.Error as problem:
        raise NotASheet(f"第 {begins} 行不是完整的 CSV:引号没有成对。请更正后再试") from problem
