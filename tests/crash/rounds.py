"""Rounds of kill -9 under load, and what came of them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

from qinji.kernel.dates import local_day
from qinji.platform.database import Database
from tests.bureau import SEED
from tests.crash.bills import balances_fen, customers, prove
from tests.crash.serving import VICTIMS, Serving, serving
from tests.crash.storm import CLIENTS, Storm, Tally

RECOVERY_SECONDS = 60.0
"""How long is waited, not what is promised: the report says how long it took."""

LOAD_SECONDS = 60.0
BEFORE_KILL = (20, 160)
"""So many messages are done between a recovery and the next kill."""

MOMENT_SECONDS = 0.05
"""The kill comes at any moment of so long a time."""

REPLAYED_MAX = 300
SERVER, POSTGRES = "qinji serve", "PostgreSQL"


@dataclass(frozen=True, slots=True)
class Report:
    """What was killed how often, under which load, and what the clients saw."""

    killed: str
    processes: int
    rounds: int
    seed: int
    bills: int
    cancellations: int
    tally: Tally
    recovery_seconds: float
    seconds: float

    def line(self) -> str:
        """One line for a person."""
        seen = self.tally
        return (
            f"kill -9 {self.killed}: {self.rounds} rounds, {self.processes} serving, {CLIENTS} clients, "
            f"seed {self.seed}: {self.bills} bills and {self.cancellations} cancellations acknowledged, 0 lost, "
            f"0 twice; {seen.in_doubt} in doubt, of which {seen.found_done} had been done; {seen.reversed} "
            f"reversed, of which {seen.undone} had been done; {seen.busy} busy, {seen.unreachable} unreachable; "
            f"longest time to the next answers {self.recovery_seconds:.1f} s; {self.seconds:.0f} s in all"
        )


async def run_rounds(
    killed: str, rounds: int, seed: int, say: Callable[[str], None], processes: int = 1
) -> Report:
    """Kills so often under load; AssertionError when anything was lost, done twice or is out of balance."""
    began = time.monotonic()
    with serving(processes) as server:
        database = await Database.open(server.address, size=2)
        before_fen = await balances_fen(database)
        await database.close()
        storm = Storm(server.base, customers(SEED, local_day(datetime.now(UTC))), seed)
        longest = await _storm(server, storm, killed, rounds, say)
        doubtful = sorted(storm.doubtful & storm.told.replies.keys())
        picked = [*doubtful, *Random(seed).sample(sorted(storm.told.replies), REPLAYED_MAX)]
        await storm.replay(picked)
        database = await Database.open(server.address, size=2)
        storm.tally.undone = await prove(database, storm.told, before_fen)
        await database.close()
        assert await asyncio.to_thread(server.stop) == 0
    settled, cancelled = len(storm.told.settled), len(storm.told.cancelled)
    seconds = time.monotonic() - began
    return Report(killed, processes, rounds, seed, settled, cancelled, storm.tally, longest, seconds)


async def _storm(
    server: Serving, storm: Storm, killed: str, rounds: int, say: Callable[[str], None]
) -> float:
    """The rounds under load; the longest time from a kill to the next answer, in seconds."""
    chance, longest = Random(seed_of(storm, killed)), 0.0
    async with asyncio.TaskGroup() as clients:
        for number in range(CLIENTS):
            clients.create_task(storm.client(number))
        for turn in range(rounds):
            await storm.answered(chance.randint(*BEFORE_KILL), LOAD_SECONDS)
            # Not just after an answer, when no commit may be under way.
            await asyncio.sleep(chance.uniform(0, MOMENT_SECONDS))
            began = time.monotonic()
            if killed == POSTGRES:
                await asyncio.to_thread(server.kill_postgres)
            else:
                await asyncio.to_thread(server.kill_server, VICTIMS[turn % len(VICTIMS)])
                storm.base = server.base
            # What was on its way when the signal came may still be answered; one answer per client cannot be.
            await storm.answered(CLIENTS + 1, RECOVERY_SECONDS)
            longest = max(longest, time.monotonic() - began)
            say(
                f"{killed} {turn + 1}/{rounds}: {time.monotonic() - began:.1f} s, {len(storm.told.replies)} done"
            )
        await storm.answered(REPLAYED_MAX, LOAD_SECONDS)
        storm.over = True
    return longest


def seed_of(storm: Storm, killed: str) -> int:
    """Other moments for the two kinds of kill."""
    return storm.seed * 2 + (killed == POSTGRES)
