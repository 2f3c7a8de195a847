"""The counter: from the scan of a code to the three ways to pay, as a cashier waits for it. No peer, but a bound."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterator, Sequence
from random import Random
from urllib.parse import urlencode

from bench.connection import connect
from bench.engine import items_of
from bench.population import HOSPITAL, PHARMACY, Customer
from qinji.access.model import PersonActor
from qinji.credential import store as credentials
from qinji.credential.model import BearerFacts
from qinji.credential.rules import BEARER_IDLE
from qinji.entry.wiring import Flows, Runtime
from qinji.flows import recognise, show_code
from qinji.institution import queries as institutions
from qinji.institution import store as institution_store
from qinji.institution.model import StaffMember
from qinji.insured import queries as insured
from qinji.kernel.actor import StaffActor, StaffRole
from qinji.web.counter.desk import Desk
from qinji.web.counter.lines import Typed
from qinji.web.counter.tickets import Ticket
from qinji.web.counter.till import Preview, Till, Variant
from qinji.web.guards import COUNTER

CASHIERS = 16
"""Cashiers who scan one patient after the other without a pause, in one process."""

LINES = 5
WANTED_P95_MS = 500
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
PLACES = {"pharmacy": PHARMACY, "clinic": HOSPITAL}


class Counters:
    """The counters of a pharmacy and of a clinic."""

    def __init__(self, runtime: Runtime, people: Sequence[Customer], seed: int) -> None:
        self._runtime = runtime
        self._people = people
        self._chance = Random(seed)
        self._items = items_of(runtime)
        self._till = Till(Flows(runtime), runtime)

    async def run(self, place: str, count: int) -> list[float]:
        """So many sales from the scan to the split shown, in milliseconds each; one that is refused fails the run."""
        actor = StaffActor("bench", "收费员", StaffRole.CASHIER, place)
        waiting = iter(self._chance.sample(self._people, count))
        latencies: list[float] = []
        await asyncio.gather(*(self._cashier(actor, waiting, latencies) for _ in range(CASHIERS)))
        return latencies

    async def _cashier(self, actor: StaffActor, waiting: Iterator[Customer], latencies: list[float]) -> None:
        for customer in waiting:
            code = await self._code(customer)
            desk = await self._till.desk(actor)
            assert isinstance(desk, Desk)
            page = self._till.seal(self._rung_up(desk))
            began = time.perf_counter()
            await self._shown(actor, page, code)
            latencies.append((time.perf_counter() - began) * 1e3)

    def _rung_up(self, desk: Desk) -> Ticket:
        """A sale with its lines, before anybody has shown a code."""
        ticket = self._till.begin(desk)
        for item in self._chance.sample(self._items, LINES):
            added = self._till.add(desk, ticket, Typed(item.code, "1", approved=True))
            assert isinstance(added, Ticket), added
            ticket = added
        return ticket

    async def _shown(self, actor: StaffActor, page: str, code: str) -> str:
        """What one request of the page does: who is there, the ticket, the scan, the split, the ticket again."""
        desk = await self._till.desk(actor)
        assert isinstance(desk, Desk)
        ticket = self._till.unseal(desk, page)
        assert ticket is not None
        scanned = await self._till.scan(desk, ticket, code)
        assert isinstance(scanned, Ticket), scanned
        shown = await self._till.preview(desk, scanned)
        assert isinstance(shown, Preview), shown
        return self._till.seal(shown.ticket)

    async def over_http(self, place: str, count: int, port: int) -> list[float]:
        """The same through the page: one request from the scan to the three ways to pay, as HTML."""
        token = await self._signed_in(place)
        waiting = iter(self._chance.sample(self._people, count))
        latencies: list[float] = []
        await asyncio.gather(*(self._at_page(port, token, waiting, latencies) for _ in range(CASHIERS)))
        return latencies

    async def _at_page(
        self, port: int, token: str, waiting: Iterator[Customer], latencies: list[float]
    ) -> None:
        connection = await connect(port)
        for customer in waiting:
            page = await connection.ask(_asked(token))
            for item in self._chance.sample(self._items, LINES):
                fields = {"item": item.code, "quantity": "1", "approved": "1"}
                page = await connection.ask(_asked(token, _form(page, "add"), fields))
            code = await self._code(customer)
            began = time.perf_counter()
            page = await connection.ask(_asked(token, _form(page, "scan"), {"code": code}))
            latencies.append((time.perf_counter() - began) * 1e3)
            assert page.count(b'name="variant"') == len(Variant), page.decode()
        connection.close()

    async def _signed_in(self, place: str) -> str:
        """A cashier of the place with an open session; how one signs in is not measured."""
        runtime, staff_id, token = self._runtime, f"bench-{place}", self._runtime.entropy(32).hex()
        member = StaffMember(staff_id, "收费员", StaffRole.CASHIER, place)
        digest, until = runtime.vault.digest(recognise.BEARER, token), runtime.clock() + BEARER_IDLE
        async with runtime.database.transaction() as connection:
            if await institutions.staff_member(connection, staff_id) is None:
                await institution_store.employ(connection, [member])
            await credentials.add_bearer(connection, BearerFacts(digest, None, staff_id, until))
        return token

    async def _code(self, customer: Customer) -> str:
        digest = self._runtime.vault.digest(insured.NUMBER, customer.number)
        async with self._runtime.database.reading() as connection:
            person = (await insured.find(connection, insured.NUMBER, [digest]))[digest]
        shown = await show_code.run(show_code.ShowCode(PersonActor(person)), self._runtime)
        assert isinstance(shown, show_code.CodeShown), shown
        return shown.code


def _form(page: bytes, act: str) -> dict[str, str]:
    """The hidden fields of the form that does this."""
    forms = page.decode().split("<form")
    form = next(one for one in forms if f'name="act" value="{act}"' in one)
    return dict(HIDDEN.findall(form.split("</form>")[0]))


def _asked(token: str, hidden: dict[str, str] | None = None, fields: dict[str, str] | None = None) -> bytes:
    """The request for a new sale, or the one that sends a form as the page's own scripts do."""
    body = urlencode({**(hidden or {}), **(fields or {})}).encode()
    head = [
        f"{'GET' if hidden is None else 'POST'} /counter HTTP/1.1",
        "Host: 127.0.0.1",
        f"Cookie: {COUNTER.cookie}={token}",
        "HX-Request: true",
    ]
    if hidden is not None:
        head += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    return "\r\n".join([*head, "", ""]).encode() + (b"" if hidden is None else body)


def told(place: str, latencies: Sequence[float], head: dict[str, object]) -> dict[str, object]:
    """The line of the report."""
    ordered = sorted(latencies)
    p95 = ordered[len(ordered) * 95 // 100]
    return {
        "name": f"counter_{place}",
        **head,
        "clients": CASHIERS,
        "done": len(ordered),
        "p50_ms": round(ordered[len(ordered) // 2], 1),
        "p95_ms": round(p95, 1),
        "worst_ms": round(ordered[-1], 1),
        "wanted_p95_ms": WANTED_P95_MS,
        "reached": p95 <= WANTED_P95_MS,
    }
