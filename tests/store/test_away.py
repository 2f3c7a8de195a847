"""A database that goes away: before the commit nothing was done, during the commit nobody can say."""

from __future__ import annotations

import asyncio

import pytest

from qinji.platform.database import Database, InDoubt, Overloaded
from qinji.platform.queue import BatchQueue


async def test_a_connection_that_breaks_before_the_commit_is_busy_and_the_next_one_works(
    database: Database,
) -> None:
    async def broken() -> None:
        async with database.transaction() as connection:
            connection.terminate()
            await connection.execute("select 1")

    with pytest.raises(Overloaded):
        await broken()
    async with database.transaction() as connection:
        assert await connection.fetchval("select 1") == 1


async def test_a_backend_that_is_ended_is_busy(database: Database) -> None:
    with pytest.raises(Overloaded):
        async with database.reading() as connection:
            await connection.execute("select pg_terminate_backend(pg_backend_pid())")


async def test_a_connection_that_breaks_at_the_commit_leaves_a_writer_in_doubt_and_no_reader(
    database: Database,
) -> None:
    with pytest.raises(InDoubt):
        async with database.transaction() as connection:
            connection.terminate()
    with pytest.raises(Overloaded):
        async with database.reading() as connection:
            connection.terminate()


async def test_a_bug_in_a_transaction_stays_a_bug(database: Database) -> None:
    with pytest.raises(KeyError):
        async with database.transaction():
            raise KeyError("a bug")


async def test_a_batch_in_doubt_is_not_split_into_halves_that_could_say_nothing_was_done() -> None:
    handled: list[int] = []

    async def handle(items: list[int]) -> list[int]:
        handled.append(len(items))
        raise InDoubt

    queue: BatchQueue[int, int] = BatchQueue(handle, workers=1)
    told = await asyncio.gather(*(queue.submit(item) for item in range(8)), return_exceptions=True)
    assert [type(one) for one in told] == [InDoubt] * 8
    assert sum(handled) == 8
