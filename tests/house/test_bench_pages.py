"""The benchmark of pages knows every page: a new one is timed, or is named here with the reason why not."""

from __future__ import annotations

from starlette.routing import BaseRoute, Match, Route

from bench.sheets import DOWNLOADS, SHEETS
from qinji.web.app import FAMILY_ROUTES
from qinji.web.console.routes import CONSOLE_ROUTES
from qinji.web.counter.routes import COUNTER_ROUTES

ROUTES: tuple[BaseRoute, ...] = (*FAMILY_ROUTES, *COUNTER_ROUTES, *CONSOLE_ROUTES)
UNTIMED = {
    "/wallet/open": "leads on who has a wallet",
    "/records/statements": "leads on to this month",
    "/complaints/letters/{complaint}": "the same letter, to a relative whose account paid",
    "/counter/bills": "leads on to a bill",
}


def shown_by(path: str) -> str:
    """The route that answers a GET of this address."""
    scope = {"type": "http", "method": "GET", "path": path.partition("?")[0]}
    found = next(route for route in ROUTES if route.matches(scope)[0] is Match.FULL)
    assert isinstance(found, Route)
    return found.path


def test_every_page_with_an_address_is_timed_or_it_is_said_why_not() -> None:
    pages = {one.path for one in ROUTES if isinstance(one, Route) and "GET" in (one.methods or ())}
    sheets = [sheet for sheets in (*SHEETS.values(), DOWNLOADS) for sheet in sheets]
    timed = {shown_by(sheet.path) for sheet in sheets}
    assert sorted(pages - timed) == sorted(UNTIMED)


def test_no_two_pages_are_told_under_one_name() -> None:
    names = [sheet.name for sheets in (*SHEETS.values(), DOWNLOADS) for sheet in sheets]
    assert len(names) == len(set(names))
