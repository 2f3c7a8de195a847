"""Disturbed work is done again, at most three times; then, or after too long a wait, the answer is 系统繁忙."""

from __future__ import annotations

import asyncio
from uuid import UUID

import asyncpg
import pytest

from qinji.platform.crypto import fixed_vault
from qinji.platform.database import ATTEMPTS_MAX, Database, Overloaded, StartAgain, lock_persons
from qinji.platform.inbox import Entry, MessageKey, recall, remember
from qinji.platform.queue import BATCH_MAX, QUEUE_MAX, WORKERS, BatchQueue
from tests.simulation.cast import NOON

ONE, TWO = UUID(int=1), UUID(int=2)


async def heads(database: Database) -> None:
    """The head rows of two people."""
    async with database.transaction() as connection:
        await connection.executemany(
            "insert into personal_account (person_id, pocket, balance_fen) values ($1, 0, 0)",
            [(ONE,), (TWO,)],
        )


@pytest.mark.parametrize(
    "disturbance",
    [
        asyncpg.UniqueViolationError("23505"),
        asyncpg.DeadlockDetectedError("40P01"),
        asyncpg.SerializationError("40001"),
        StartAgain(),
    ],
    ids=lambda problem: type(problem).__name__,
)
async def test_disturbed_work_is_done_again_three_times(database: Database, disturbance: Exception) -> None:
    tries: list[int] = []

    async def attempt() -> str:
        tries.append(1)
        if len(tries) < ATTEMPTS_MAX:
            raise disturbance
        return "done"

    assert await database.repeatedly(attempt) == "done"
    assert len(tries) == ATTEMPTS_MAX == 4
    tries.clear()

    async def hopeless() -> str:
        tries.append(1)
        raise disturbance

    with pytest.raises(Overloaded):
        await database.repeatedly(hopeless)
    assert len(tries) == ATTEMPTS_MAX


@pytest.mark.parametrize(
    "delay",
    [asyncpg.LockNotAvailableError("55P03"), asyncpg.QueryCanceledError("57014")],
    ids=lambda problem: type(problem).__name__,
)
async def test_what_waited_too_long_is_not_tried_again(database: Database, delay: Exception) -> None:
    tries: list[int] = []

    async def attempt() -> None:
        tries.append(1)
        raise delay

    with pytest.raises(Overloaded):
        await database.repeatedly(attempt)
    assert tries == [1]


async def test_another_error_is_a_bug_and_passes_through(database: Database) -> None:
    async def attempt() -> None:
        raise asyncpg.CheckViolationError("23514")

    with pytest.raises(asyncpg.CheckViolationError):
        await database.repeatedly(attempt)


async def test_two_that_lock_in_opposite_orders_both_end_well(database: Database) -> None:
    """A deadlock that PostgreSQL breaks: the loser rolls back and does its work again."""
    await heads(database)
    met = asyncio.Barrier(2)
    tries: list[UUID] = []

    async def crossing(first: UUID, second: UUID) -> None:
        async def attempt() -> None:
            tries.append(first)
            async with database.transaction() as connection:
                await lock_persons(connection, [first])
                if len(tries) <= 2:
                    await met.wait()
                await lock_persons(connection, [second])
                await connection.execute(
                    "update personal_account set balance_fen = balance_fen + 1 where person_id = any($1::uuid[])",
                    [first, second],
                )

        await database.repeatedly(attempt)

    await asyncio.gather(crossing(ONE, TWO), crossing(TWO, ONE))
    assert len(tries) > 2  # a loser that comes back at once may lose a second time
    async with database.reading() as connection:
        assert await connection.fetchval("select array_agg(balance_fen) from personal_account") == [2, 2]


async def test_heads_are_locked_in_one_order_however_they_are_named(database: Database) -> None:
    await heads(database)

    async def locked(persons: list[UUID]) -> set[UUID]:
        async def attempt() -> set[UUID]:
            async with database.transaction() as connection:
                return await lock_persons(connection, persons)

        return await database.repeatedly(attempt)

    found = await asyncio.gather(*(locked([ONE, TWO] if turn % 2 else [TWO, ONE, TWO]) for turn in range(40)))
    assert found == [{ONE, TWO}] * 40


async def test_who_is_not_enrolled_is_not_locked(database: Database) -> None:
    await heads(database)
    async with database.transaction() as connection:
        assert await lock_persons(connection, [ONE, UUID(int=9)]) == {ONE}


async def test_the_second_answer_to_one_message_breaks_its_key_and_the_first_stays(
    database: Database,
) -> None:
    key = MessageKey("H99010000001", "2207", "m")
    entry, rival = Entry(key, b"a", b"first", ONE, None), Entry(key, b"a", b"second", ONE, None)
    async with database.transaction() as connection:
        await remember(connection, [entry], NOON, fixed_vault("store"))
    with pytest.raises(asyncpg.UniqueViolationError):
        async with database.transaction() as connection:
            await remember(connection, [rival], NOON, fixed_vault("store"))
    async with database.reading() as connection:
        assert (await recall(connection, [key], fixed_vault("store")))[key].reply == b"first"


async def test_reading_cannot_write(database: Database) -> None:
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        async with database.reading() as connection:
            await connection.execute("insert into installation values ('a', 'b')")


async def _turns() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_a_full_queue_is_told_at_once_and_the_queued_are_answered() -> None:
    gate = asyncio.Event()
    sizes: list[int] = []

    async def handle(items: list[int]) -> list[int]:
        sizes.append(len(items))
        await gate.wait()
        return [item * 2 for item in items]

    queue = BatchQueue(handle)
    first = []
    for number in range(WORKERS):
        first.append(asyncio.create_task(queue.submit(number)))
        await _turns()
    waiting = [asyncio.create_task(queue.submit(number)) for number in range(QUEUE_MAX)]
    await _turns()
    with pytest.raises(Overloaded):
        await queue.submit(7)
    gate.set()
    assert await asyncio.gather(*first, *waiting) == [0, 2, *(number * 2 for number in range(QUEUE_MAX))]
    assert max(sizes) == BATCH_MAX


async def test_one_broken_item_fails_alone() -> None:
    async def handle(items: list[int]) -> list[int]:
        if 13 in items:
            raise ZeroDivisionError
        return items

    queue = BatchQueue(handle)
    answers = await asyncio.gather(*(queue.submit(number) for number in range(40)), return_exceptions=True)
    assert isinstance(answers.pop(13), ZeroDivisionError)
    assert answers == [number for number in range(40) if number != 13]
