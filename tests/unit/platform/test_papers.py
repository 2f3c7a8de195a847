"""Papers and workbooks: Chinese without the machine's fonts, data never read as markup, texts never as formulas."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from datetime import UTC, datetime

import pytest
import typst
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from qinji.flows.make_statement import TEMPLATE
from qinji.platform.typesetting import FONTS, typeset
from qinji.platform.workbook import RISKY, Sheet, harmless, workbook

NOON = datetime(2026, 3, 17, 4, 0, tzinfo=UTC)
EVIL = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1", "\r=1", "=cmd|' /C calc'!A0", "http://a.invalid", "12"]


def sheets(texts: list[str]) -> CalamineWorkbook:
    """A workbook of these texts, opened again."""
    made = workbook([Sheet("一", ["说明", "金额"], [(text, 12_345) for text in texts])], NOON, "=题")
    return CalamineWorkbook.from_filelike(io.BytesIO(made))


def test_no_text_of_a_workbook_is_a_formula_and_amounts_are_numbers() -> None:
    rows = sheets(EVIL).get_sheet_by_name("一").to_python()[1:]
    for text, (cell, amount) in zip(EVIL, rows, strict=True):
        assert isinstance(cell, str)
        assert cell.strip().lstrip("'").strip() == text.strip()
        assert not str(cell).startswith(RISKY)
        assert amount == 123.45


def test_a_workbook_holds_no_formula_and_no_link_at_all() -> None:
    made = workbook([Sheet("一", ["说明"], [(text,) for text in EVIL])], NOON, "题")
    file = zipfile.ZipFile(io.BytesIO(made))
    for name in file.namelist():
        assert b"<f>" not in file.read(name)
        assert b"hyperlink" not in file.read(name)


@given(st.text(max_size=20))
def test_what_is_harmless_stays_what_it_was(text: str) -> None:
    assert harmless(text).removeprefix("'") == text.removeprefix("'")
    assert not harmless(text).startswith(RISKY)


def test_the_same_workbook_is_made_twice() -> None:
    made = [workbook([Sheet("一", ["说明"], [("甲",)])], NOON, "题") for _ in range(2)]
    assert made[0] == made[1]


def test_the_font_is_the_one_that_was_looked_at() -> None:
    told = re.search(r"[0-9a-f]{64}", (FONTS / "README.md").read_text(encoding="utf-8"))
    assert told is not None
    (font,) = FONTS.glob("*.otf")
    assert hashlib.sha256(font.read_bytes()).hexdigest() == told[0]


def _paper(text: str) -> dict[str, object]:
    column = {"title": "说明", "money": False, "wide": True}
    table = {"title": "表", "columns": [column], "rows": [[text]], "total": [], "empty": "没有"}
    return {
        **dict.fromkeys(("title", "bureau", "whom", "sentence", "footer", "note"), text),
        "tables": [table, {**table, "rows": []}],
    }


async def test_a_paper_is_a_pdf_with_its_font_in_it() -> None:
    made = await typeset(TEMPLATE.read_text(encoding="utf-8"), _paper("个人账户月对账单"), NOON)
    assert made.startswith(b"%PDF-")
    assert b"NotoSansCJK" in made


@pytest.mark.parametrize(
    "text", ["#panic()", "$ x", "*_`]", '"#{', "\\u{41}", "//", "= 一", "@nobody", "<a>"]
)
async def test_data_of_a_paper_are_never_markup(text: str) -> None:
    assert (await typeset(TEMPLATE.read_text(encoding="utf-8"), _paper(text), NOON)).startswith(b"%PDF-")


async def test_a_template_reads_nothing_from_the_machine() -> None:
    with pytest.raises(typst.TypstError):
        await typeset('#read("/etc/passwd")', {}, NOON)
