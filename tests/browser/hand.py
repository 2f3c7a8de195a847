"""A hand on a device: opens pages, signs in, reads; and remembers whatever a page did that it never may."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page, Request

from tests.served import Site

PHONE, SMALL_PHONE, DESK = (390, 664), (360, 640), (1280, 800)
LOST = ("ERR_FAILED", "htmx:sendError", "htmx:afterRequest")
"""What a browser and htmx note when an answer does not come back."""


class Hand:
    """One person at one device."""

    def __init__(self, page: Page, site: Site) -> None:
        self.page, self.site = page, site
        self.troubles: list[str] = []
        self.expected_errors = False
        self.offline = False
        self.loses_answers = False
        page.on("request", self._asked)
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.troubles.append(f"script: {error}"))

    def _asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if (
            parts.scheme in {"http", "https", "ws", "wss"}
            and f"{parts.scheme}://{parts.netloc}" != self.site.url
        ):
            self.troubles.append(f"another host: {request.url}")

    def _said(self, message: ConsoleMessage) -> None:
        # The browser itself notes each answer of 4xx; a test that wants one says so.
        expected = (
            (self.expected_errors and "status of 4" in message.text)
            or (self.offline and "ERR_INTERNET_DISCONNECTED" in message.text)
            or (self.loses_answers and any(word in message.text for word in LOST))
        )
        if message.type == "error" and not expected:
            self.troubles.append(f"console: {message.text}")

    def open(self, path: str) -> None:
        """Go to a page."""
        self.page.goto(path)

    def sign_in(self, number: str, after: str = "/") -> None:
        """Sign in as somebody of the sandbox, as they would with their thumbs."""
        self.page.goto(f"/sign-in?next={after}")
        self.page.locator(f'button[name=number][value="{number}"]').first.click()
        self.page.get_by_role("button", name="登录").click()
        self.page.wait_for_url(f"{self.site.url}{after}")

    def sign_in_staff(self, staff: str, place: str = "/counter") -> None:
        """Sign in as a member of staff of the sandbox."""
        self.page.goto(f"{place}/sign-in")
        self.page.locator(f'button[name=staff][value="{staff}"]').click()
        self.page.wait_for_url(f"{self.site.url}{place}")

    def size(self, name: str) -> None:
        """Another type size: standard, elder or huge."""
        self.page.goto(f"/look?size={name}&back=/")

    @property
    def text(self) -> str:
        """What can be read on the page."""
        return self.page.locator("main").inner_text()
