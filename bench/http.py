"""The same bills over HTTP: signed by scheme A, 256 connections, the generator on the same cores and counted."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from random import Random

import msgspec

from bench.bills import chain_messages, purchase, signed
from bench.connection import Connection, connect
from bench.cpu import used_seconds
from bench.pairs import Run
from bench.place import Place
from bench.population import FAMILY, HOSPITAL, PHARMACY, REGION, Customer
from qinji.entry.ready import wait_until_ready
from qinji.entry.throwaway import free_port
from qinji.entry.wiring import Runtime
from qinji.flows import change_scheme, issue_key
from qinji.kernel.refusal import Refused
from qinji.policy.model import CatalogueItem

CLIENTS = 256
START_SECONDS = 60
SUCCEEDED = b'{"infcode":0,'
Key = tuple[str, str]


async def keys(runtime: Runtime) -> dict[str, Key]:
    """The two institutions sign by scheme A from now on: access key and secret of each."""
    found: dict[str, Key] = {}
    for code in (PHARMACY, HOSPITAL):
        issued = await issue_key.run(issue_key.IssueKey(code, "bench"), runtime)
        assert not isinstance(issued, Refused), issued.text
        changed = await change_scheme.run(change_scheme.ChangeScheme(code, "A", "bench"), runtime)
        assert not isinstance(changed, Refused), changed.text
        found[code] = (issued.access_key, issued.secret)
    return found


@contextmanager
def served(place: Place) -> Iterator[tuple[int, int]]:
    """`qinji serve` in production mode on the same database: its port and its process."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("QINJI_")}
    environment |= {
        "QINJI_HOME": str(place.home),
        "QINJI_DSN": place.server.dsn("postgres"),
        "QINJI_MODE": "production",
        "QINJI_UNSURE_POLICY": REGION,
        "PORT": str(port),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "qinji", "serve"], env=environment, stdout=subprocess.DEVNULL
    )
    try:
        assert wait_until_ready(port, START_SECONDS, lambda: process.poll() is None)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait()


class Load:
    """The generator: bills of customers drawn by chance, and who waits for their answers."""

    def __init__(
        self,
        place: Place,
        server: tuple[int, int],
        signing: dict[str, Key],
        people: Sequence[Customer],
        items: Sequence[CatalogueItem],
        seed: int,
    ) -> None:
        self._place = place
        self._port, self._process = server
        self._signing = signing
        self._people = people
        self._items = items
        self._chance = Random(seed)

    async def bills(self, count: int) -> Run:
        """So many purchases, one a request."""
        now = datetime.now(UTC)
        requests = [
            signed(
                "2102",
                purchase(self._chance.choice(self._people), self._items, self._chance, now).body,
                self._signing[PHARMACY],
                now,
            )
            for _ in range(count)
        ]
        waiting = iter(requests)

        async def client(connection: Connection, latencies: list[float]) -> None:
            for request in waiting:
                began = time.perf_counter()
                answer = await connection.ask(request)
                latencies.append((time.perf_counter() - began) * 1e3)
                _succeeded(answer)

        return await self._run(count, client)

    async def chains(self, count: int) -> Run:
        """So many outpatient bills from registration to settlement: 2201, 2204, 2206, 2207, one request each.

        Each is of another family: where two share an account at the same time, the second is told that its preview
        does not hold any more, as it should be.
        """
        families = iter(self._chance.sample(self._people[::FAMILY], count))

        async def client(connection: Connection, latencies: list[float]) -> None:
            for customer in families:
                now = datetime.now(UTC)
                messages = chain_messages(customer, self._items, self._chance, now)
                began, told = time.perf_counter(), None
                while True:
                    try:
                        number, body = messages.send(told)
                    except StopIteration:
                        break
                    answer = await connection.ask(signed(number, body, self._signing[HOSPITAL], now))
                    _succeeded(answer)
                    told = msgspec.json.decode(answer)["output"]
                latencies.append((time.perf_counter() - began) * 1e3)

        return await self._run(count, client)

    async def _run(self, count: int, client: Callable[[Connection, list[float]], Awaitable[None]]) -> Run:
        connections = [await connect(self._port) for _ in range(CLIENTS)]
        latencies: list[float] = []
        used, own, began = self._used(), time.process_time(), time.perf_counter()
        await asyncio.gather(*(client(connection, latencies) for connection in connections))
        passed = time.perf_counter() - began
        cpu = time.process_time() - own + self._used() - used
        for connection in connections:
            connection.close()
        return Run(count, count / passed, cpu, latencies)

    def _used(self) -> float:
        return used_seconds(self._place.leader) + used_seconds(self._process)


def _succeeded(answer: bytes) -> None:
    if not answer.startswith(SUCCEEDED):
        raise RuntimeError(answer.decode())
