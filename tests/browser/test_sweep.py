"""What holds for every page in every type size: readable by rule, reachable by thumb, nothing beyond the edge."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.access import breaks_no_rule_of_access
from tests.browser.conftest import Opener
from tests.browser.hand import Hand
from tests.browser.pages import DESK_SHEETS, PHONE_SHEETS, Sheet, named

FIRST_LOAD_MAX = 25 * 1024
SIZES = {"standard": (12, 44), "elder": (18, 60), "huge": (18, 60)}
"""The smallest text and the smallest target in pixels, by type size (the rules of 适老化)."""

LARGER = ("elder", "huge")
RESIZED = """(size) => { document.documentElement.dataset.size = size; }"""
TEXTS = """() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim();
    const element = walker.currentNode.parentElement;
    if (!text || !element.checkVisibility() || element.closest("noscript")) continue;
    const style = getComputedStyle(element);
    found.push({text: text.slice(0, 30), size: parseFloat(style.fontSize), line: parseFloat(style.lineHeight)});
  }
  return found;
}"""
TARGETS = """() => [...document.querySelectorAll("a, button, summary, input:not([type=hidden]), select, textarea")]
  .filter((one) => one.checkVisibility() && !one.matches(".skip, p > a, li > a:only-child:not([class])"))
  .map((one) => {
    const box = (one.closest("label.choice") ?? one).getBoundingClientRect();
    return {text: (one.innerText || one.name || one.tagName).slice(0, 30), width: box.width, height: box.height};
  })"""
MAIN_TEXT = """() => parseFloat(getComputedStyle(document.querySelector("main")).fontSize)"""
BEYOND = """() => document.documentElement.scrollWidth - document.documentElement.clientWidth"""


def is_as_large_as_promised(page: Page, size: str) -> None:
    """Every text and every target, and nothing beyond the edge of the phone."""
    text_min, target_min = SIZES[size]
    texts = page.evaluate(TEXTS)
    assert [one for one in texts if one["size"] < text_min] == [], size
    assert [one for one in texts if one["line"] < 1.2 * one["size"]] == [], size
    targets = page.evaluate(TARGETS)
    assert targets
    assert [one for one in targets if min(one["width"], one["height"]) < target_min - 0.5] == [], size
    assert page.evaluate(BEYOND) <= 0, f"the page is wider than the phone: {size}"
    if size == "huge":
        assert page.evaluate(MAIN_TEXT) >= 30


def first_load_is_small(hand: Hand) -> None:
    """Everything that a phone fetches at its first visit, as it comes over the wire."""
    session = hand.page.context.new_cdp_session(hand.page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    received: list[float] = []
    session.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    hand.page.reload()
    assert 0 < sum(received) <= FIRST_LOAD_MAX
    session.detach()


@pytest.mark.parametrize("sheet", PHONE_SHEETS, ids=named)
def test_a_phone_page_is_light_breaks_no_rule_of_access_and_keeps_its_promise_in_every_size(
    opened: Opener, sheet: Sheet
) -> None:
    hand = opened.open(sheet, scale=1)
    if sheet.prepare is None:
        first_load_is_small(hand)
    breaks_no_rule_of_access(hand.page)
    is_as_large_as_promised(hand.page, "standard")
    for size in LARGER:
        if sheet.prepare is None:
            opened.read_in(hand, size)
        else:
            # What stands there was sent: it is read in another size as it is.
            hand.page.evaluate(RESIZED, size)
        is_as_large_as_promised(hand.page, size)


@pytest.mark.parametrize("sheet", DESK_SHEETS, ids=named)
def test_a_desk_page_breaks_no_rule_of_access_and_fits_its_screen(opened: Opener, sheet: Sheet) -> None:
    page = opened.open(sheet, scale=1).page
    breaks_no_rule_of_access(page)
    assert page.evaluate(BEYOND) <= 0
