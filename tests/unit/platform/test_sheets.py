"""Files of rows: spreadsheets and CSV read alike, and no file, however made, takes the reader with it."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Mapping

import pytest
import xlsxwriter

from qinji.platform import sheets
from qinji.platform.sheets import NotASheet, read_sheet

COLUMNS = ("编号", "金额")


def book(cells: Mapping[tuple[int, int], str | float]) -> bytes:
    """A spreadsheet with these cells."""
    written = io.BytesIO()
    made = xlsxwriter.Workbook(written)
    page = made.add_worksheet()
    for (row, column), value in cells.items():
        page.write(row, column, value)
    made.close()
    return written.getvalue()


HEAD = {(0, 0): "编号", (0, 1): "金额"}


def rows(content: bytes, name: str) -> list[tuple[int, list[str]]]:
    """The lines and cells that are read."""
    return [(row.line, list(row.cells)) for row in read_sheet(content, name, COLUMNS).rows()]


def test_a_spreadsheet_is_read_as_the_csv_that_one_would_have_typed_line_by_line() -> None:
    content = book(
        {**HEAD, (1, 0): "7", (1, 1): 12.5, (3, 0): "第一行\n第二行", (3, 1): 3, (4, 0): "八", (4, 5): "旁注"}
    )
    assert rows(content, "x.xlsx") == [(2, ["7", "12.5"]), (4, ["第一行 第二行", "3"]), (5, [])]
    assert rows("编号,金额\n7,12.5\n\n八,1\n".encode(), "x.csv") == [(2, ["7", "12.5"]), (4, ["八", "1"])]


@pytest.mark.parametrize("place", [(1_048_575, 16_383), (199_999, 701)])
def test_one_cell_in_a_far_corner_is_refused_in_words_and_harms_nobody(place: tuple[int, int]) -> None:
    content = book({**HEAD, place: "x"})
    assert len(content) < 10_000
    with pytest.raises(NotASheet, match="展开后太大"):
        read_sheet(content, "x.xlsx", COLUMNS)


def test_a_file_that_says_it_unpacks_to_too_much_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "UNPACKED_MAX", 1_000)
    with pytest.raises(NotASheet, match="展开后太大"):
        read_sheet(book(HEAD), "x.xlsx", COLUMNS)


def test_what_takes_longer_than_may_be_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "EXCEL_SECONDS_MAX", 0.001)
    with pytest.raises(NotASheet, match="展开后太大"):
        read_sheet(book(HEAD), "x.xlsx", COLUMNS)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"nonsense", b"\x00" * 100])
def test_what_is_no_spreadsheet_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(NotASheet, match="打不开"):
        read_sheet(content, "x.xlsx", COLUMNS)


def test_a_packed_file_without_a_sheet_is_refused_in_words() -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as packed:
        packed.writestr("hello.txt", "x")
    with pytest.raises(NotASheet, match="打不开"):
        read_sheet(written.getvalue(), "x.xlsx", COLUMNS)


def test_an_empty_sheet_lacks_its_columns() -> None:
    with pytest.raises(NotASheet, match="表头缺少这些列"):
        read_sheet(book({}), "x.xlsx", COLUMNS)


def test_a_header_of_millions_of_commas_is_read_in_a_moment() -> None:
    began = time.process_time()
    content = ("编号,金额" + "," * 3_000_000 + "\n").encode()
    assert read_sheet(content, "x.csv", COLUMNS).width == 2
    # Not how quick it is, but that it does not grow with the square: by that it took more than an hour.
    assert time.process_time() - began < 30


def test_a_header_of_too_many_columns_is_refused() -> None:
    with pytest.raises(NotASheet, match="超过 1000 列"):
        read_sheet(
            (",".join(["编号", "金额", *("x" for _ in range(1_000))]) + "\n").encode(), "x.csv", COLUMNS
        )
