"""A network that doubles, delays and loses: each message has one effect, and every answer to it is the same bytes.

Two processes on one database answer in turn, so that the copies of a message come to both, often at the same moment.
"""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from pathlib import Path
from random import Random

import pytest

from qinji.platform.database import Address
from tests.bureau import SEED, TODAY, Bureau, open_bureau
from tests.crash.bills import (
    BUSY,
    Acknowledged,
    Customer,
    Sent,
    balances_fen,
    cancellation,
    customers,
    prove,
    purchase,
)

MESSAGES = 20_000
BILLS = 12_900
"""With their cancellations, copies and repetitions they come to a little more than so many messages."""

CLIENTS = 64
CHANCE_SEED = 20260318
DOUBLED, OF_THESE_AT_ONCE, REORDERED, LOST = 0.30, 0.33, 0.10, 0.05
CANCELLED = 0.15
LATER = (1, 400)
"""By so many places a copy, a delayed message or a cancellation comes later."""


@dataclass(slots=True)
class Network:
    """What is still to be delivered, by the place in the order; answers as they would reach the institution."""

    bureaus: tuple[Bureau, Bureau]
    chance: Random
    told: Acknowledged = field(default_factory=Acknowledged)
    waiting: list[tuple[int, int, Sent, int]] = field(default_factory=list)
    serial: count[int] = field(default_factory=count)
    delivered: int = 0
    doubled: int = 0
    at_once: int = 0
    reordered: int = 0
    lost: int = 0
    busy: int = 0

    def send(self, sent: Sent, place: int) -> None:
        """Puts a message on its way, perhaps late and perhaps twice."""
        copies = 1
        if self.chance.random() < DOUBLED:
            self.doubled += 1
            if self.chance.random() < OF_THESE_AT_ONCE:
                self.at_once += 1
                copies = 2
            else:
                self._put(sent, place + self.chance.randint(*LATER), 1)
        if self.chance.random() < REORDERED:
            self.reordered += 1
            place += self.chance.randint(*LATER)
        self._put(sent, place, copies)

    def _put(self, sent: Sent, place: int, copies: int) -> None:
        heappush(self.waiting, (place, next(self.serial), sent, copies))

    async def deliver(self) -> None:
        """Delivers what is on its way until nothing is left."""
        while self.waiting:
            place, _, sent, copies = heappop(self.waiting)
            answers = await asyncio.gather(*(self._answer(sent) for _ in range(copies)))
            for raw in answers:
                self._arrive(sent, raw, place)

    async def _answer(self, sent: Sent) -> bytes:
        self.delivered += 1
        bureau = self.bureaus[self.delivered % 2]
        return (await bureau.gateway.answer({"content-type": "application/json"}, sent.body)).body

    def _arrive(self, sent: Sent, raw: bytes, place: int) -> None:
        answer = json.loads(raw)
        if answer["infcode"] != 0:
            assert BUSY in answer["err_msg"], answer["err_msg"]
            self.busy += 1
            self._put(sent, place + 1, 1)
            return
        first = sent.message_id not in self.told.replies
        info = self.told.note(sent, raw)
        if self.chance.random() < LOST:
            # Done, but the institution does not know: it asks again, and is told the same.
            self.lost += 1
            self._put(sent, place + self.chance.randint(*LATER), 1)
        if first and sent.number == "2102" and self.chance.random() < CANCELLED:
            undo = cancellation(sent.customer, f"{next(self.serial):09d}", info, self.bureaus[0].clock())
            self.send(undo, place + self.chance.randint(*LATER))

    def line(self) -> str:
        """One line for a person."""
        return (
            f"{self.delivered} deliveries of {len(self.told.replies)} messages (seed {CHANCE_SEED}): "
            f"{self.doubled} doubled, {self.at_once} of them at the same time, {self.reordered} out of order, "
            f"{self.lost} replies lost after the commit, {self.busy} busy"
        )


@pytest.mark.timeout(200)
async def test_twenty_thousand_messages_over_a_bad_network_have_one_effect_each(
    address: Address, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with (
        open_bureau(address, tmp_path) as bureau,
        open_bureau(address, tmp_path, process="other") as other,
    ):
        chance = Random(CHANCE_SEED)
        before_fen = await balances_fen(bureau.runtime.database)
        network = Network((bureau, other), chance)
        people: list[Customer] = customers(SEED, TODAY)
        for place in range(BILLS):
            bill = purchase(chance.choice(people), f"{place:09d}", chance, bureau.clock())
            network.send(bill, place)
        async with asyncio.TaskGroup() as clients:
            for _ in range(CLIENTS):
                clients.create_task(network.deliver())
        await network.deliver()
        await prove(bureau.runtime.database, network.told, before_fen)
    with capsys.disabled():
        sys.stdout.write(f"\n{network.line()}\n")
    assert network.delivered >= MESSAGES
