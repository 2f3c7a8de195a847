"""Every page is there without scripts, also one that answers a form."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Opener
from tests.browser.pages import SHEETS, Sheet, named


@pytest.mark.parametrize("sheet", SHEETS, ids=named)
def test_a_page_is_whole_without_scripts(opened: Opener, sheet: Sheet) -> None:
    hand = opened.open(sheet, scripts=False, scale=1)
    assert hand.page.locator("h1").count() == 1
    assert hand.page.locator("main").inner_text().strip()
