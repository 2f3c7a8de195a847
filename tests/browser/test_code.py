"""The code page: it can be scanned off the smallest phone, renews itself, and never shows what is over."""

from __future__ import annotations

from io import BytesIO

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import Hands
from tests.bureau import Bureau

SIZES = [(390, 664), (375, 667), (360, 640)]


def grandmother(bureau: Bureau) -> str:
    """Somebody of the world with an active code."""
    return bureau.world.people[0].number


def digits(page: Page) -> str:
    """The digits as the page tells them."""
    return (page.locator(".code-digits").text_content() or "").replace(" ", "")


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


def test_the_code_renews_itself_without_a_tap_and_the_new_one_is_another(hands: Hands) -> None:
    phone = hands.device()
    phone.page.clock.install()
    phone.sign_in(grandmother(phone.site.bureau))
    first = digits(phone.page)
    phone.page.clock.fast_forward("01:01")
    spaced = " ".join(first[place : place + 4] for place in range(0, 28, 4))
    expect(phone.page.locator(".code-digits")).not_to_have_text(spaced)
    assert len(digits(phone.page)) == 28
    assert digits(phone.page) != first


def test_without_a_network_no_stale_code_is_shown(hands: Hands) -> None:
    phone = hands.device()
    phone.page.clock.install()
    phone.sign_in(grandmother(phone.site.bureau))
    phone.page.context.set_offline(True)
    phone.offline = True
    phone.page.clock.fast_forward("01:01")
    phone.page.get_by_text("旧的码已经收起").wait_for()
    assert not phone.page.locator(".qr").is_visible()
    phone.page.context.set_offline(False)
    phone.page.get_by_role("link", name="更新").click()
    phone.page.locator(".qr").wait_for()
    assert scanned(phone.page.screenshot())


def test_a_picture_half_as_large_and_turned_is_still_read(hands: Hands) -> None:
    phone = hands.device()
    phone.sign_in(grandmother(phone.site.bureau))
    whole = Image.open(BytesIO(phone.page.screenshot()))
    small = whole.resize((whole.width // 2, whole.height // 2)).rotate(7, fillcolor="white", expand=True)
    worn = BytesIO()
    small.convert("RGB").save(worn, "JPEG", quality=60)
    assert digits(phone.page) in scanned(worn.getvalue()).values()
