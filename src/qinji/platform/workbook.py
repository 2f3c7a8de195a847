"""Excel workbooks and CSV, written straight to bytes. A text is never a formula, an amount is a number.

Spreadsheets run what looks like a formula (``=``, ``+``, ``-``, ``@``, a tab) wherever it came from: every text is
written as a string cell, and one that begins so is shown with an apostrophe's meaning, as text, never evaluated.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import xlsxwriter

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHEET_NAME_MAX = 31
ROWS_MAX = 1_000_000
WIDTH_MONEY, WIDTH_MAX = 14, 48
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a text must not begin with as it is: even a string cell is evaluated once somebody saves it as CSV."""

CSV_MARK = codecs.BOM_UTF8
"""How a CSV begins, so that a spreadsheet reads its Chinese."""

Cell = str | int
"""A text, or an amount in fen."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its name, its headings, its rows; amounts are fen and become yuan with two decimals."""

    name: str
    titles: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula, also when it is saved as CSV and opened again."""
    return f"'{text}" if text.startswith(RISKY) else text


def csv_rows(rows: Iterable[Sequence[str]]) -> bytes:
    """Rows of a CSV in UTF-8, with the line ends of a spreadsheet; before the first of them goes ``CSV_MARK``."""
    written = io.StringIO(newline="")
    csv.writer(written).writerows([harmless(cell) for cell in row] for row in rows)
    return written.getvalue().encode()


def workbook(sheets: Sequence[Sheet], made_at: datetime, title: str) -> bytes:
    """The file. Nothing in it depends on the machine: the same sheets at the same moment give the same bytes."""
    written = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(written, options)
    book.set_properties({"title": harmless(title), "created": made_at.replace(tzinfo=None)})
    head = book.add_format({"bold": True, "bottom": 1})
    money = book.add_format({"num_format": "#,##0.00"})
    for sheet in sheets:
        page = book.add_worksheet(sheet.name[:SHEET_NAME_MAX])
        page.freeze_panes(1, 0)
        widths = [2 * len(title) for title in sheet.titles]
        for place, heading in enumerate(sheet.titles):
            page.write_string(0, place, harmless(heading), head)
        for row, cells in enumerate(sheet.rows, 1):
            if row > ROWS_MAX:
                raise ValueError("a sheet holds a million rows")
            for place, cell in enumerate(cells):
                if isinstance(cell, str):
                    page.write_string(row, place, harmless(cell))
                    widths[place] = max(widths[place], 2 * len(cell))
                else:
                    page.write_number(row, place, Decimal(cell).scaleb(-2), money)
                    widths[place] = max(widths[place], WIDTH_MONEY)
        for place, width in enumerate(widths):
            page.set_column(place, place, min(width + 2, WIDTH_MAX))
    book.close()
    return written.getvalue()
