"""Timers: due once, done by one process at a time, and by another when the first dies in the middle."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from qinji.entry.worker import LEASE, ROUNDS_MAX, RUN_MAX, TIMERS, Timer, Worker
from qinji.flows.deps import Deps
from qinji.platform import leases
from qinji.platform.database import Address
from tests.bureau import Bureau, open_bureau

HOURLY = timedelta(hours=1)


@dataclass
class Job:
    """A flow that counts its calls; it does ``left`` things, ten at once, and waits or breaks when it is told to."""

    calls: int = 0
    left: int = 0
    breaks: bool = False
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    may_end: asyncio.Event | None = None

    async def run(self, _deps: Deps) -> int:
        """One call."""
        self.calls += 1
        self.begun.set()
        if self.breaks:
            raise RuntimeError
        if self.may_end is not None:
            await self.may_end.wait()
        done = min(self.left, 10)
        self.left -= done
        return done

    @property
    def timer(self) -> Timer:
        """The job, every hour."""
        return Timer("job", HOURLY, self.run, 10)


@pytest.fixture
async def bureaus(address: Address, tmp_path: Path) -> AsyncIterator[tuple[Bureau, Bureau]]:
    """Two processes of one installation."""
    async with AsyncExitStack() as stack:
        one = await stack.enter_async_context(open_bureau(address, tmp_path))
        other = await stack.enter_async_context(open_bureau(address, tmp_path, process="other"))
        yield one, other


def workers(bureaus: tuple[Bureau, Bureau], *timers: Timer) -> tuple[Worker, Worker]:
    """The worker of each."""
    one, other = (Worker(bureau.runtime, timers) for bureau in bureaus)
    return one, other


def later(bureaus: tuple[Bureau, Bureau], by: timedelta) -> None:
    """Time passes for both."""
    for bureau in bureaus:
        bureau.clock.move(by)


async def test_a_timer_runs_when_it_is_due_and_not_before(bureaus: tuple[Bureau, Bureau]) -> None:
    job = Job()
    worker, _ = workers(bureaus, job.timer)
    assert await worker.look() == {"job": 0}
    later(bureaus, HOURLY - timedelta(seconds=1))
    assert await worker.look() == {}
    later(bureaus, timedelta(seconds=1))
    assert await worker.look() == {"job": 0}
    assert job.calls == 2


async def test_two_workers_that_look_at_once_do_it_once(bureaus: tuple[Bureau, Bureau]) -> None:
    job = Job()
    both = workers(bureaus, job.timer)
    for turn in range(1, 6):
        await asyncio.gather(*(worker.look() for worker in both * 4))
        assert job.calls == turn
        later(bureaus, HOURLY)


async def test_nobody_else_begins_while_one_is_at_work(bureaus: tuple[Bureau, Bureau]) -> None:
    job = Job(may_end=asyncio.Event())
    one, other = workers(bureaus, job.timer)
    at_work = asyncio.create_task(one.look())
    await job.begun.wait()
    later(bureaus, LEASE - timedelta(seconds=1))
    assert await other.look() == {}
    assert job.may_end is not None
    job.may_end.set()
    assert await at_work == {"job": 0}
    assert job.calls == 1


async def test_a_process_that_dies_in_the_middle_leaves_it_to_another_after_the_leases_time(
    bureaus: tuple[Bureau, Bureau],
) -> None:
    job = Job(left=3, may_end=asyncio.Event())
    one, other = workers(bureaus, job.timer)
    at_work = asyncio.create_task(one.look())
    await job.begun.wait()
    at_work.cancel()
    with suppress(asyncio.CancelledError):
        await at_work
    assert await other.look() == {}
    later(bureaus, LEASE)
    job.may_end = None
    assert await other.look() == {"job": 3}


async def test_who_was_away_too_long_does_not_finish_in_anothers_name(
    bureaus: tuple[Bureau, Bureau],
) -> None:
    job = Job(may_end=asyncio.Event())
    one, other = workers(bureaus, job.timer)
    slow = asyncio.create_task(one.look())
    await job.begun.wait()
    later(bureaus, LEASE)
    job.begun.clear()
    quick = asyncio.create_task(other.look())
    await job.begun.wait()
    async with bureaus[0].runtime.database.reading() as connection:
        before = await connection.fetchrow("select holder, leased_until, ran_at from timer")
    assert job.may_end is not None
    job.may_end.set()
    await asyncio.gather(slow, quick)
    async with bureaus[0].runtime.database.reading() as connection:
        after = await connection.fetchrow("select holder, leased_until, ran_at from timer")
    assert before is not None
    assert after is not None
    assert before["ran_at"] is None
    assert after["holder"] == before["holder"]
    assert after["ran_at"] == bureaus[1].clock()


async def test_one_that_fails_is_tried_again_at_the_next_look_and_stops_no_other(
    bureaus: tuple[Bureau, Bureau],
) -> None:
    broken, well = Job(breaks=True), Job()
    one, other = workers(bureaus, broken.timer, Timer("well", HOURLY, well.run, 10))
    assert await one.look() == {"well": 0}
    assert await other.look() == {}
    assert broken.calls == 2
    broken.breaks = False
    assert await other.look() == {"job": 0}


async def test_a_flow_that_did_all_it_does_at_once_is_called_again_within_a_limit(
    bureaus: tuple[Bureau, Bureau],
) -> None:
    job = Job(left=25)
    worker, _ = workers(bureaus, job.timer)
    assert await worker.look() == {"job": 25}
    assert job.calls == 3
    job.left, job.calls = 10 * ROUNDS_MAX + 1, 0
    later(bureaus, HOURLY)
    assert await worker.look() == {"job": 10 * ROUNDS_MAX}
    assert job.calls == ROUNDS_MAX


async def test_a_flow_that_has_much_to_do_ends_well_within_its_lease_and_goes_on_at_the_next_look(
    bureaus: tuple[Bureau, Bureau],
) -> None:
    job = Job(left=1_000)

    async def slowly(deps: Deps) -> int:
        later(bureaus, RUN_MAX / 3)
        return await job.run(deps)

    worker, _ = workers(bureaus, Timer("job", HOURLY, slowly, 10, rounds=1_000))
    assert await worker.look() == {"job": 30}
    assert RUN_MAX < LEASE / 2
    later(bureaus, HOURLY)
    assert await worker.look() == {"job": 30}
    assert job.calls == 6


async def test_a_clock_that_was_a_year_ahead_holds_nobody_up(bureaus: tuple[Bureau, Bureau]) -> None:
    job = Job()
    one, other = workers(bureaus, job.timer)
    bureaus[0].clock.move(timedelta(days=365))
    await one.look()
    assert await other.look() == {"job": 0}


async def test_the_servers_own_timers_run_and_say_when(bureaus: tuple[Bureau, Bureau]) -> None:
    bureau = bureaus[0]
    assert await Worker(bureau.runtime).look() == {timer.name: 0 for timer in TIMERS}
    async with bureau.runtime.database.reading() as connection:
        ends = await leases.last_ends(connection)
    assert ends == {timer.name: bureau.clock() for timer in TIMERS}


async def test_a_worker_looks_as_soon_as_it_begins_and_ends_when_it_is_told(
    bureaus: tuple[Bureau, Bureau],
) -> None:
    job = Job()
    worker, _ = workers(bureaus, job.timer)
    worker.begin()
    await job.begun.wait()
    await worker.end()
    assert job.calls == 1
