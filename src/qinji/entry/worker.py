"""Timers: flows that ask what is due now, called by whichever serving process holds their lease.

Every process looks once a minute. A flow that is called twice, by two processes or after a crash in the middle, does
what is due once: the lease only spares the work of asking everywhere.
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

ROUNDS_OF_YEARS = 1_000
"""The end of a year is limited by ``RUN_MAX``, so that a look goes on through every pooling area that is due."""

HOLDER_BYTES = 8

log = structlog.get_logger("qinji.timer")


@dataclass(frozen=True, slots=True)
class Timer:
    """A flow, how long after its end it is called again, and how many things it does in one call while there are more.

    ``rounds`` is how often it is called in one run at most.
    """

    name: str
    every: timedelta
    run: Callable[[Runtime], Awaitable[int]]
    at_once: int
    rounds: int = ROUNDS_MAX


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
)


def timers_with(send: Send | None) -> tuple[Timer, ...]:
    """The timers of a server; where notices leave it, by this way, they are sent too."""
    if send is None:
        return TIMERS
    deliver = partial(deliver_notices.run, send=send)
    return (*TIMERS, Timer("notices", timedelta(seconds=30), deliver, deliver_notices.AT_ONCE))


class Worker:
    """The timers of one process."""

    def __init__(self, runtime: Runtime, timers: Sequence[Timer] = TIMERS) -> None:
        self._runtime = runtime
        self._timers = timers
        self._holder = runtime.entropy(HOLDER_BYTES).hex()
        self._looking: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Look now, and once a minute from now on."""
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
            lease = Lease(timer.name, self._holder, LEASE, timer.every)
            try:
                if await self._taken(lease):
                    done[timer.name] = await self._run(timer, lease)
            except Exception as problem:
                log.warning("a timer did not run", timer=timer.name, exc_info=problem)
        return done

    async def _look_often(self) -> None:
        while True:
            await self.look()
            await asyncio.sleep(LOOK_SECONDS)

    async def _run(self, timer: Timer, lease: Lease) -> int:
        done, until = 0, self._runtime.clock() + RUN_MAX
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

    async def _taken(self, lease: Lease) -> bool:
        async def attempt() -> bool:
            async with self._runtime.database.transaction() as connection:
                return await leases.take(connection, lease, self._runtime.clock())

        return await self._runtime.database.repeatedly(attempt)
