"""Timers: flows that ask what is due now, called by whichever serving process holds their lease.

Every process looks once a minute, for files of many rows every other second. A flow that is called twice, by two
processes or after a crash in the middle, does what is due once: the lease only spares the work of asking everywhere.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import structlog

from qinji.entry.wiring import Runtime
from qinji.flows import (
    deliver_notices,
    expire_evidence,
    return_unaccepted,
    roll_over_balances,
    send_premiums,
    work_files,
)
from qinji.flows.deps import Send
from qinji.platform import leases
from qinji.platform.leases import Lease

LOOK_SECONDS = 60.0
LEASE = timedelta(minutes=2)
"""Longer than a run takes; so long a process that dies keeps the others waiting."""

RUN_MAX = timedelta(seconds=30)
"""A flow that has much to do is not called again in one run after this: well within its lease, and so long the other
timers of the process wait. The rest waits for the next look."""

ROUNDS_MAX = 20
"""How often a flow that did as much as it does at once is called again in one run, where it does not say so itself."""

FILES_LOOK_SECONDS = 2.0
"""Somebody waits in front of the page for what becomes of the file that was brought."""

FILES_RUN_MAX, FILES_LEASE = timedelta(seconds=5), timedelta(seconds=20)
"""A part of a file is done in a second: so long the files wait where the process that had them dies."""

ROUNDS_OF_YEARS = 1_000
"""The end of a year is limited by ``RUN_MAX``, so that a look goes on through every pooling area that is due."""

HOLDER_BYTES = 8

log = structlog.get_logger("qinji.timer")


@dataclass(frozen=True, slots=True)
class Timer:
    """A flow, how long after its end it is called again, and how many things it does in one call while there are more.

    ``rounds`` is how often it is called in one run at most, and ``run_max`` after what time it is not called again;
    ``lease`` is longer than that. With ``waits`` the lease is taken only where that says there is something to do.
    """

    name: str
    every: timedelta
    run: Callable[[Runtime], Awaitable[int]]
    at_once: int
    rounds: int = ROUNDS_MAX
    run_max: timedelta = RUN_MAX
    lease: timedelta = LEASE
    waits: Callable[[Runtime], Awaitable[bool]] | None = None


async def _send_premiums(runtime: Runtime) -> int:
    return await send_premiums.run(runtime, runtime.tax)


TIMERS = (
    Timer("evidence", timedelta(minutes=10), expire_evidence.run, expire_evidence.CASES_MAX),
    Timer("premium", timedelta(minutes=1), _send_premiums, send_premiums.ORDERS_MAX),
    Timer("wallet", timedelta(minutes=1), return_unaccepted.run, return_unaccepted.TRANSFERS_MAX),
    # Every minute, so that a million accounts are through within the first hour of a new account year.
    Timer(
        "roll_over",
        timedelta(minutes=1),
        roll_over_balances.run,
        roll_over_balances.PERSONS_MAX,
        ROUNDS_OF_YEARS,
    ),
    Timer("forget_files", timedelta(minutes=10), work_files.forget, work_files.FORGET_MAX),
)

FILE_TIMERS = (
    Timer(
        "files",
        timedelta(0),
        work_files.run,
        1,
        ROUNDS_OF_YEARS,
        FILES_RUN_MAX,
        FILES_LEASE,
        work_files.waits,
    ),
)
"""Files of many rows are gone on with beside the other timers: a million rows take minutes."""


def timers_with(send: Send | None) -> tuple[Timer, ...]:
    """The timers of a server; where notices leave it, by this way, they are sent too."""
    if send is None:
        return TIMERS
    deliver = partial(deliver_notices.run, send=send)
    return (*TIMERS, Timer("notices", timedelta(seconds=30), deliver, deliver_notices.AT_ONCE))


class Worker:
    """The timers of one process."""

    def __init__(
        self, runtime: Runtime, timers: Sequence[Timer] = TIMERS, look_seconds: float = LOOK_SECONDS
    ) -> None:
        self._runtime = runtime
        self._timers = timers
        self._look_seconds = look_seconds
        self._holder = runtime.entropy(HOLDER_BYTES).hex()
        self._looking: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Look now, and again and again from now on."""
        self._looking = asyncio.create_task(self._look_often())

    async def end(self) -> None:
        """Look no more. What is half done is rolled back, and is done by whoever takes the lease next."""
        if self._looking is not None:
            self._looking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._looking

    async def look(self) -> dict[str, int]:
        """Run what is due and held by nobody; answers how many things each did. One that fails stops no other."""
        done = {}
        for timer in self._timers:
            lease = Lease(timer.name, self._holder, timer.lease, timer.every)
            try:
                if await self._due(timer, lease):
                    done[timer.name] = await self._run(timer, lease)
            except Exception as problem:
                log.warning("a timer did not run", timer=timer.name, exc_info=problem)
        return done

    async def _look_often(self) -> None:
        while True:
            # A flow that ran into its limit has more to do: the next look comes at once.
            done = await self.look()
            await asyncio.sleep(0 if any(done.values()) else self._look_seconds)

    async def _run(self, timer: Timer, lease: Lease) -> int:
        done, until = 0, self._runtime.clock() + timer.run_max
        try:
            for _ in range(timer.rounds):
                now_done = await timer.run(self._runtime)
                done += now_done
                if now_done < timer.at_once or self._runtime.clock() >= until:
                    break
        except Exception:
            async with self._runtime.database.transaction() as connection:
                await leases.give_back(connection, lease, self._runtime.clock())
            raise
        async with self._runtime.database.transaction() as connection:
            await leases.finish(connection, lease, self._runtime.clock(), done)
        if done:
            log.info("a timer ran", timer=timer.name, done=done)
        return done

    async def _due(self, timer: Timer, lease: Lease) -> bool:
        if timer.waits is not None and not await timer.waits(self._runtime):
            return False
        return await self._taken(lease)

    async def _taken(self, lease: Lease) -> bool:
        async def attempt() -> bool:
            async with self._runtime.database.transaction() as connection:
                return await leases.take(connection, lease, self._runtime.clock())

        return await self._runtime.database.repeatedly(attempt)
