"""The counter: from the scan of a code to the three ways to pay, as a cashier waits for it. No peer, but a bound."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from random import Random

from bench.engine import items_of
from bench.population import HOSPITAL, PHARMACY, Customer
from qinji.access.model import PersonActor
from qinji.entry.wiring import Flows, Runtime
from qinji.flows import show_code
from qinji.insured import queries as insured
from qinji.kernel.actor import StaffActor, StaffRole
from qinji.web.counter.desk import Desk
from qinji.web.counter.lines import Typed
from qinji.web.counter.tickets import Ticket
from qinji.web.counter.till import Preview, Till

CASHIERS = 16
"""Cashiers who scan one patient after the other without a pause, in one process."""

LINES = 5
WANTED_P95_MS = 500
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

    async def _code(self, customer: Customer) -> str:
        digest = self._runtime.vault.digest(insured.NUMBER, customer.number)
        async with self._runtime.database.reading() as connection:
            person = (await insured.find(connection, insured.NUMBER, [digest]))[digest]
        shown = await show_code.run(show_code.ShowCode(PersonActor(person)), self._runtime)
        assert isinstance(shown, show_code.CodeShown), shown
        return shown.code


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
