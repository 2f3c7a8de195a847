"""The pages: how long a phone or a desk waits for the server, one page after the other. No peer, but a bound."""

from __future__ import annotations

import time
from collections.abc import Sequence
from http.client import HTTPConnection

from bench.http import served
from bench.place import Place
from bench.population import Customer
from qinji.credential import store
from qinji.credential.model import BearerFacts
from qinji.credential.rules import BEARER_IDLE
from qinji.entry.ready import HOST
from qinji.entry.wiring import Runtime
from qinji.flows.recognise import BEARER
from qinji.flows.sign_in import TOKEN_ENTROPY
from qinji.insured import queries as insured

WANTED_P95_MS = 30
PAGES = (
    "/",
    "/family",
    "/family/bind",
    "/mutual-aid",
    "/mutual-aid/order",
    "/help",
    "/bills",
    "/bills/shared",
    "/me",
    "/me/code",
)
READERS = 40
"""How many people look at every page in turn, so that no answer is warmer than a phone would find it."""


async def signed_in(runtime: Runtime, people: Sequence[Customer]) -> list[str]:
    """The session tokens of so many people; production has no sign-in that could be picked."""
    tokens = []
    async with runtime.database.transaction() as connection:
        for customer in people[:READERS]:
            digest = runtime.vault.digest(insured.NUMBER, customer.number)
            person = (await insured.find(connection, insured.NUMBER, [digest]))[digest]
            token = runtime.entropy(TOKEN_ENTROPY).hex()
            until = runtime.clock() + BEARER_IDLE
            kept = BearerFacts(runtime.vault.digest(BEARER, token), person, None, until)
            await store.add_bearer(connection, kept)
            tokens.append(token)
    return tokens


def run(place: Place, tokens: Sequence[str], times: int, head: dict[str, object]) -> dict[str, object]:
    """Every page for every reader, so many times; the first round is not counted. The line of the report."""
    latencies: dict[str, list[float]] = {page: [] for page in PAGES}
    with served(place) as (port, _process):
        connection = HTTPConnection(HOST, port, timeout=30)
        for page in PAGES:
            for turn in range(times + 1):
                for token in tokens:
                    taken = _asked(connection, page, token)
                    if turn:
                        latencies[page].append(taken)
        connection.close()
    p95 = {page: _at(found, 95) for page, found in latencies.items()}
    return {
        "name": "pages",
        **head,
        "clients": 1,
        "done": sum(len(found) for found in latencies.values()),
        "p50_ms": {page: _at(found, 50) for page, found in latencies.items()},
        "p95_ms": p95,
        "wanted_p95_ms": WANTED_P95_MS,
        "reached": max(p95.values()) <= WANTED_P95_MS,
    }


def _asked(connection: HTTPConnection, page: str, token: str) -> float:
    began = time.perf_counter()
    connection.request("GET", page, headers={"Cookie": f"qinji_family={token}", "Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    answer.read()
    taken = (time.perf_counter() - began) * 1e3
    assert answer.status == 200, (page, answer.status)
    return taken


def _at(latencies: Sequence[float], percent: int) -> float:
    ordered = sorted(latencies)
    return round(ordered[len(ordered) * percent // 100], 1)
