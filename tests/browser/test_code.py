"""The code page: it can be scanned off the smallest phone, renews itself, and never shows what is over."""

from __future__ import annotations

from io import BytesIO

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page

from tests.browser.conftest import Hands
from tests.bureau import Bureau

SIZES = [(390, 664), (375, 667), (360, 640)]


def grandmother(bureau: Bureau) -> str:
    """Somebody of the world with an active code."""
    return bureau.world.people[0].number


def digits(page: Page) -> str:
    """The digits as the page tells them."""
    return (page.locator(".code-card details .digits").text_content() or "").replace(" ", "")


def scanned(picture: bytes) -> dict[str, str]:
    """What a scanner reads off a picture: the text by the kind of code."""
    found = zxingcpp.read_barcodes(Image.open(BytesIO(picture)))
    return {str(code.format).rsplit(".", 1)[-1]: code.text for code in found}


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("type_size", ["standard", "elder"])
def test_both_codes_are_read_off_one_screen_without_scrolling(
    hands: Hands, size: tuple[int, int], type_size: str
) -> None:
    phone = hands.device(size)
    phone.sign_in(grandmother(phone.site.bureau))
    phone.size(type_size)
    found = scanned(phone.page.screenshot())
    shown = digits(phone.page)
    assert len(shown) == 28
    assert set(found.values()) == {shown}
    assert len(found) == 2
