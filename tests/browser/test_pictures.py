"""Every page with an address can be drawn; QINJI_PICTURES names the folder where its picture is left."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from tests.browser.conftest import Opener
from tests.browser.pages import SHEETS, Sheet

ALSO_ELDER = ("code", "family", "mutual-aid")
COLOURS = 64
"""Flat colours and the greys of letters: enough for a page, and a fifth of the bytes."""
DRAWINGS = [(sheet, "standard") for sheet in SHEETS if sheet.prepare is None] + [
    (sheet, "elder") for sheet in SHEETS if sheet.name in ALSO_ELDER
]


def _named(drawing: tuple[Sheet, str]) -> str:
    sheet, size = drawing
    return sheet.name if size == "standard" else f"{sheet.name}-{size}"


@pytest.mark.parametrize("drawing", DRAWINGS, ids=_named)
def test_a_page_can_be_drawn(opened: Opener, drawing: tuple[Sheet, str], pictures: Path | None) -> None:
    sheet, size = drawing
    page = opened.open(sheet, size, scale=1).page
    picture = Image.open(BytesIO(page.screenshot())).convert("RGB")
    assert len(picture.getcolors(picture.width * picture.height) or ()) > 10, "an empty page"
    if pictures is not None:
        small = picture.quantize(COLOURS, dither=Image.Dither.NONE)
        small.save(pictures / f"{_named(drawing)}.png", optimize=True)
