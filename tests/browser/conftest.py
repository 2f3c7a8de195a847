"""The system's own browser, and a bureau for it to visit. Where no browser can be had, that is said and counted."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from qinji.platform.database import Address
from tests.browser.hand import DESK, PHONE, SMALL_PHONE, Hand
from tests.browser.pages import Sheet
from tests.browser.stage import Stage, set_stage
from tests.served import Site, open_site

Signed: TypeAlias = dict[tuple[str, bool], list[Any]]

NO_BROWSER = "没有可用的浏览器:请安装 Debian 的 chromium 软件包后再运行。No browser: install Debian's chromium package."
PATIENCE_MS = 15_000
"""So long a page may take to show what is expected: on a machine that does other things too, much longer than usual."""
expect.set_options(timeout=PATIENCE_MS)

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--force-color-profile=srgb",
]


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Where the system's Chromium is; without one these tests fail in CI and are skipped, named, elsewhere."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        if os.environ.get("CI"):
            pytest.fail(NO_BROWSER)
        pytest.skip(NO_BROWSER)
    return found


@pytest.fixture(scope="module")
def site(module_address: Address, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A bureau of the module's own."""
    with open_site(module_address, Path(tmp_path_factory.mktemp("site"))) as opened:
        yield opened


@pytest.fixture(scope="module")
def playwright(site: Site) -> Iterator[Playwright]:
    """The driver of a module. It keeps a loop running in this thread, so it begins last and ends first."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def browser(playwright: Playwright, chromium_path: str) -> Iterator[Browser]:
    """The browser of a module."""
    launched = playwright.chromium.launch(executable_path=chromium_path, args=FLAGS)
    yield launched
    launched.close()


class Hands:
    """Makes devices, each with its own cookies, and watches them."""

    def __init__(self, browser: Browser, site: Site) -> None:
        self._browser, self._site = browser, site
        self._hands: list[Hand] = []

    def device(self, size: tuple[int, int] = PHONE, *, scripts: bool = True, scale: float = 2) -> Hand:
        """A device of this size, in pixels of CSS."""
        context = self._browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            device_scale_factor=scale,
            java_script_enabled=scripts,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            base_url=self._site.url,
        )
        page: Page = context.new_page()
        hand = Hand(page, self._site)
        self._hands.append(hand)
        return hand

    def close(self, but: Collection[Hand] = ()) -> None:
        """Let go of everything ``but`` these, then tell what went wrong in any page."""
        troubles = [trouble for hand in self._hands for trouble in hand.troubles]
        for hand in self._hands:
            hand.troubles.clear()
            if hand not in but:
                hand.page.context.close()
        self._hands = [hand for hand in self._hands if hand in but]
        assert not troubles, troubles


@pytest.fixture
def hands(browser: Browser, site: Site) -> Iterator[Hands]:
    """As many people with devices of their own as a story needs; what a page must never do ends the test."""
    opened = Hands(browser, site)
    yield opened
    opened.close()


class Opener:
    """Opens sheets, each as whoever it belongs to: on a device that was used before, or on a fresh one."""

    def __init__(self, hands: Hands, stage: Stage) -> None:
        self._hands, self._stage = hands, stage
        self._signed: Signed = {}
        self._used: dict[tuple[str, bool, bool, float], Hand] = {}

    def open(self, sheet: Sheet, size: str = "standard", *, scripts: bool = True, scale: float = 2) -> Hand:
        """The page in this type size."""
        of = (sheet.who, sheet.desk, scripts, scale)
        hand = self._used.get(of)
        # What a form leaves behind in a browser stays on a device of its own.
        if hand is None or sheet.prepare is not None:
            hand = self._device(sheet, scripts=scripts, scale=scale)
            if sheet.prepare is None:
                self._used[of] = hand
        self._set_size(hand, size)
        hand.open(self._stage.path(sheet))
        if sheet.prepare is not None:
            hand.expected_errors = sheet.refused
            sheet.prepare(hand.page, self._stage.names)
        return hand

    def _device(self, sheet: Sheet, *, scripts: bool, scale: float) -> Hand:
        """A fresh device with the cookies of its person, who signs in once."""
        hand = self._hands.device(DESK if sheet.desk else SMALL_PHONE, scripts=scripts, scale=scale)
        kept = self._signed.get((sheet.who, sheet.desk))
        if kept is None:
            self._stage.enter(hand, sheet.who)
            self._signed[sheet.who, sheet.desk] = kept = list(hand.page.context.cookies())
        hand.page.context.add_cookies(kept)
        return hand

    def read_in(self, hand: Hand, size: str) -> None:
        """The same page once more in another type size."""
        self._set_size(hand, size)
        hand.page.reload()

    def rest(self) -> None:
        """Let go of devices that are used once, and tell what went wrong in any page."""
        self._hands.close(but=self._used.values())

    @staticmethod
    def _set_size(hand: Hand, size: str) -> None:
        hand.page.context.add_cookies([{"name": "qinji_size", "value": size, "url": hand.site.url}])


@pytest.fixture(scope="module")
def stage(site: Site) -> Stage:
    """What has happened before the pages are looked at."""
    return set_stage(site)


@pytest.fixture(scope="module")
def _opener(browser: Browser, site: Site, stage: Stage) -> Iterator[Opener]:
    """The devices of a module."""
    hands = Hands(browser, site)
    yield Opener(hands, stage)
    hands.close()


@pytest.fixture
def opened(_opener: Opener) -> Iterator[Opener]:
    """Opens pages as whoever they belong to; what a page must never do ends the test."""
    yield _opener
    _opener.rest()
