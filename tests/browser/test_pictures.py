"""Pages can be drawn: every one where QINJI_PICTURES names a folder for the pictures, else some of each kind.

The sweep opens every page in any case; here it is only seen that what is drawn is no empty page.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from tests.browser.conftest import Opener
from tests.browser.pages import SHEETS, Sheet
from tests.pictures import folder_of

ALSO_ELDER = ("code", "family", "mutual-aid")
COLOURS = 64
"""Flat colours and the greys of letters: enough for a page, and a fifth of the bytes."""
ALWAYS = {*ALSO_ELDER, "statement", "counter", "queue", "slip", "file-running"}
"""Drawn in an ordinary run too."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every sheet that has an address where pictures are asked for."""
    every = bool(folder_of(metafunc.config))
    drawn = [one for one in SHEETS if one.prepare is None and (every or one.name in ALWAYS)]
    drawings = [(sheet, "standard") for sheet in drawn]
    drawings += [(sheet, "elder") for sheet in drawn if sheet.name in ALSO_ELDER]
    metafunc.parametrize("drawing", drawings, ids=_named)


def _named(drawing: tuple[Sheet, str]) -> str:
    sheet, size = drawing
    return sheet.name if size == "standard" else f"{sheet.name}-{size}"


def test_a_page_can_be_drawn(opened: Opener, drawing: tuple[Sheet, str], pictures: Path | None) -> None:
    sheet, size = drawing
    page = opened.open(sheet, size, scale=1).page
    picture = Image.open(BytesIO(page.screenshot())).convert("RGB")
    assert len(picture.getcolors(picture.width * picture.height) or ()) > 10, "an empty page"
    if pictures is not None:
        small = picture.quantize(COLOURS, dither=Image.Dither.NONE)
        small.save(pictures / f"{_named(drawing)}.png", optimize=True)
