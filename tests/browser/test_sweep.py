"""What holds for every page in every type size: readable by rule, reachable by thumb, nothing beyond the edge."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Opener
from tests.browser.pages import DESK_SHEETS, PHONE_SHEETS, SHEETS, Sheet

AXE = (files("axe_playwright_python") / "axe.min.js").read_text()
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
FIRST_LOAD_MAX = 25 * 1024
SIZES = {"standard": (12, 44), "elder": (18, 60), "huge": (18, 60)}
"""The smallest text and the smallest target in pixels, by type size (the rules of 适老化)."""

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
MAIN_TEXT = """() => {
  const first = document.querySelector("main p, main li, main dd, main h2");
  return parseFloat(getComputedStyle(first).fontSize);
}"""
BEYOND = """() => document.documentElement.scrollWidth - document.documentElement.clientWidth"""


def named(sheet: Sheet) -> str:
    """A sheet's name."""
    return sheet.name


@pytest.mark.parametrize("sheet", SHEETS, ids=named)
def test_no_rule_of_access_is_broken_and_no_contrast_left_open(opened: Opener, sheet: Sheet) -> None:
    for size in ("standard", "elder") if not sheet.desk else ("standard",):
        page = opened.open(sheet, size).page
        page.evaluate(AXE)
        result = page.evaluate("(rules) => axe.run(document, rules)", RULES)
        assert told(result["violations"]) == []
        assert told(one for one in result["incomplete"] if one["id"] == "color-contrast") == []


def told(findings: Any) -> list[str]:
    """What axe found, in a line each."""
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}" for one in findings for node in one["nodes"]
    ]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("sheet", PHONE_SHEETS, ids=named)
def test_every_text_and_every_target_is_as_large_as_the_setting_promises(
    opened: Opener, sheet: Sheet, size: str
) -> None:
    page: Page = opened.open(sheet, size).page
    text_min, target_min = SIZES[size]
    texts = page.evaluate(TEXTS)
    assert [one for one in texts if one["size"] < text_min] == []
    assert [one for one in texts if one["line"] < 1.2 * one["size"]] == []
    targets = page.evaluate(TARGETS)
    assert targets
    assert [one for one in targets if min(one["width"], one["height"]) < target_min - 0.5] == []
    assert page.evaluate(BEYOND) <= 0, "the page is wider than the phone"
    if size == "huge":
        assert page.evaluate(MAIN_TEXT) >= 24


@pytest.mark.parametrize("sheet", SHEETS, ids=named)
def test_a_page_is_whole_without_scripts_and_in_the_dark(opened: Opener, sheet: Sheet) -> None:
    hand = opened.open(sheet, scripts=False)
    hand.page.emulate_media(color_scheme="dark")
    assert hand.page.locator("h1").count() == 1
    assert hand.page.locator("main").inner_text().strip()


@pytest.mark.parametrize("sheet", PHONE_SHEETS, ids=named)
def test_the_first_load_of_a_phone_page_is_small(opened: Opener, sheet: Sheet) -> None:
    hand = opened.open(sheet)
    session = hand.page.context.new_cdp_session(hand.page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    received: list[float] = []
    session.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    hand.page.reload(wait_until="networkidle")
    assert 0 < sum(received) <= FIRST_LOAD_MAX


def test_there_are_sheets_of_both_kinds() -> None:
    assert PHONE_SHEETS
    assert all(sheet.desk for sheet in DESK_SHEETS)
