"""The engine: commands of a pharmacy's bills, 512 in flight, through queue, batch and database to the reply's bytes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from random import Random

from bench.bills import command_of, purchase
from bench.cpu import used_seconds
from bench.pairs import Run
from bench.place import Place
from bench.population import REGION, Customer
from qinji.entry.wiring import Flows, Runtime
from qinji.flows import settle
from qinji.flows.parts.commands import SettlePharmacy
from qinji.gateway.reply import REFERENCE_BYTES, Reply
from qinji.kernel.dates import local_day
from qinji.kernel.refusal import Refused
from qinji.policy.model import CatalogueItem

CLIENTS = 512
SUCCEEDED = b'{"infcode":0,'


class CountedFlows(Flows):
    """The flows, and how large their batches were."""

    def __init__(self, runtime: Runtime) -> None:
        self.sizes: list[int] = []
        super().__init__(runtime)

    async def _settle_batch(self, items: list[settle.Item]) -> list[bytes]:
        self.sizes.append(len(items))
        return await super()._settle_batch(items)


class Engine:
    """The engine with its customers."""

    def __init__(self, runtime: Runtime, place: Place, people: Sequence[Customer], seed: int) -> None:
        self._runtime = runtime
        self._place = place
        self._people = people
        self._chance = Random(seed)
        self._items = items_of(runtime)
        self.flows = CountedFlows(runtime)

    def commands(self, count: int) -> list[SettlePharmacy]:
        """So many bills of customers drawn by chance, ready to be decided."""
        clock, entropy = self._runtime.clock, self._runtime.entropy
        now = datetime.now(UTC)
        return [
            command_of(
                purchase(self._chance.choice(self._people), self._items, self._chance, now),
                Reply(REGION, clock(), entropy(REFERENCE_BYTES), clock),
            )
            for _ in range(count)
        ]

    async def run(self, count: int) -> Run:
        """Settles so many bills with 512 in flight; an answer that is no success fails the run."""
        waiting = iter(self.commands(count))
        latencies: list[float] = []
        used, own, began = used_seconds(self._place.leader), time.process_time(), time.perf_counter()
        await asyncio.gather(*(self._client(waiting, latencies) for _ in range(CLIENTS)))
        passed = time.perf_counter() - began
        own_cpu = time.process_time() - own
        cpu = own_cpu + used_seconds(self._place.leader) - used
        return Run(count, count / passed, cpu, latencies, own_cpu)

    async def _client(self, waiting: Iterator[SettlePharmacy], latencies: list[float]) -> None:
        for command in waiting:
            began = time.perf_counter()
            answer = await self.flows.settle_pharmacy(command)
            latencies.append((time.perf_counter() - began) * 1e3)
            if not answer.startswith(SUCCEEDED):
                raise RuntimeError(answer.decode())


def items_of(runtime: Runtime) -> list[CatalogueItem]:
    """What is sold: the catalogue of the town."""
    policy = runtime.book.at(REGION, local_day(runtime.clock()))
    if isinstance(policy, Refused):
        raise TypeError(policy.text)
    return list(policy.items())
