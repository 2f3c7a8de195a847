"""The pages: how long a phone or a desk waits for the server, one page after the other. No peer, but a bound."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from html import unescape
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import quote, urlencode

from bench.http import served
from bench.place import Place
from bench.sheets import CODE, DOWNLOADS, FOLLOWED, SHEETS, Filled, Sheet
from bench.visitors import Door, Visitor
from qinji.entry.ready import HOST
from qinji.web.guards import CONSOLE, COUNTER, FAMILY

WANTED_P95_MS = 30
COOKIES = {
    Door.PHONE: FAMILY.cookie,
    Door.PHARMACY: COUNTER.cookie,
    Door.CLINIC: COUNTER.cookie,
    Door.CONSOLE: CONSOLE.cookie,
}
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
SHOWN = {
    CODE: re.compile(r'class="code-digits">([\d ]+)<'),
    FOLLOWED: re.compile(r'data-follow="/code/(\w+)'),
}
FEW = 8
"""Of the visitors, as many as take everything down that is a file."""
PHONE = Sheet("/")
_PATH = "/?&=:"
_FORM = "application/x-www-form-urlencoded"


class _Browser:
    """One browser without scripts, as whichever visitor holds it at the moment."""

    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection(HOST, port, timeout=30)
        self.taken_ms = 0.0

    def opened(self, visitor: Visitor, sheet: Sheet) -> float:
        """How long the server took for a page of this visitor, in milliseconds, to the last byte."""
        names = {**visitor.names, **self._shown(visitor, sheet)}
        page = self._asked(visitor, sheet, sheet.path.format(**names), small=not sheet.forms)
        for number, form in enumerate(sheet.forms, 1):
            action = form.action.format(**names)
            hidden = _hidden(page, action, form)
            if hidden is None:
                assert sheet.refusable, f"no form goes to {action}"
                break
            fields = [(name, value.format(**names)) for name, value in form.fields]
            body = urlencode([*hidden, *fields])
            page = self._asked(visitor, sheet, action, body, small=number == len(sheet.forms))
        return self.taken_ms

    def close(self) -> None:
        """Let go."""
        self._connection.close()

    def _shown(self, visitor: Visitor, sheet: Sheet) -> dict[str, str]:
        """What the visitor's phone shows at this moment, where the sheet names it."""
        wanted = [name for name in SHOWN if f"{{{name}}}" in sheet.texts]
        page = self._asked(visitor, PHONE, "/") if wanted else ""
        found = {name: SHOWN[name].search(page) for name in wanted}
        return {name: one[1].replace(" ", "") for name, one in found.items() if one is not None}

    def _asked(
        self, visitor: Visitor, sheet: Sheet, path: str, body: str = "", *, small: bool = False
    ) -> str:
        """A page as text; ``small``: as a browser takes it, compressed, and nothing of it is read here."""
        headers = {"Cookie": f"{COOKIES[sheet.door]}={visitor.tokens[sheet.door]}"}
        headers |= {"Accept-Encoding": "gzip"} if small else {}
        headers |= {"Content-Type": _FORM} if body else {}
        began = time.perf_counter()
        self._connection.request("POST" if body else "GET", quote(path, safe=_PATH), body or None, headers)
        answer: HTTPResponse = self._connection.getresponse()
        content = answer.read()
        self.taken_ms = (time.perf_counter() - began) * 1e3
        assert answer.status in ((200, 422) if sheet.refusable else (200,)), (
            path,
            answer.status,
            content.decode(errors="replace"),
        )
        return "" if small else content.decode()


def _hidden(page: str, action: str, form: Filled) -> list[tuple[str, str]] | None:
    """The hidden fields of the form that goes there, of several the one that does this act; None: there is none."""
    wanted = f'name="act" value="{form.act}"' if form.act else ""
    found = next(
        (one for one in page.split("<form")[1:] if f'action="{action}"' in one and wanted in one), None
    )
    if found is None:
        return None
    return [(name, unescape(value)) for name, value in HIDDEN.findall(found.split("</form>")[0])]


def run(
    place: Place, visitors: Sequence[Visitor], times: int, head: dict[str, object]
) -> list[dict[str, object]]:
    """Every page for every visitor, so many times; the first round is not counted. A line for each kind of page, and
    one without a bound for what a few of the visitors take down as a file.
    """
    lines = []
    with served(place) as (port, _process):
        browser = _Browser(port)
        for kind, sheets in SHEETS.items():
            found = {sheet.name: _timed(browser, visitors, sheet, times) for sheet in sheets}
            lines.append({"name": f"pages_{kind}", **head, **_told(found), **_bound(found)})
        found = {sheet.name: _timed(browser, visitors[:FEW], sheet, times) for sheet in DOWNLOADS}
        lines.append({"name": "pages_downloads", **head, **_told(found)})
        browser.close()
    return lines


def _timed(browser: _Browser, visitors: Sequence[Visitor], sheet: Sheet, times: int) -> list[float]:
    """Everybody in turn, round after round."""
    for visitor in visitors:
        browser.opened(visitor, sheet)
    return sorted(browser.opened(visitor, sheet) for _turn in range(times) for visitor in visitors)


def _told(found: dict[str, list[float]]) -> dict[str, object]:
    return {
        "clients": 1,
        "done": sum(len(latencies) for latencies in found.values()),
        "p50_ms": {page: _at(latencies, 50) for page, latencies in found.items()},
        "p95_ms": {page: _at(latencies, 95) for page, latencies in found.items()},
    }


def _bound(found: dict[str, list[float]]) -> dict[str, object]:
    worst = max(_at(latencies, 95) for latencies in found.values())
    return {"wanted_p95_ms": WANTED_P95_MS, "reached": worst <= WANTED_P95_MS}


def _at(ordered: Sequence[float], percent: int) -> float:
    return round(ordered[len(ordered) * percent // 100], 1)
