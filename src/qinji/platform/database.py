"""The way to PostgreSQL: two pools by role, transactions, bounded repetition, and the only row lock in the code."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal, TypeAlias, TypeVar
from uuid import UUID

import asyncpg
from asyncpg.pool import PoolConnectionProxy

Record: TypeAlias = asyncpg.Record
Connection: TypeAlias = "asyncpg.Connection[Record] | PoolConnectionProxy[Record]"
Result = TypeVar("Result")

ATTEMPTS_MAX = 4
"""First try and three repetitions after a unique violation, a deadlock or a serialisation failure."""

LOCK_TIMEOUT = "2s"
STATEMENT_TIMEOUT = "5s"
POOL_SIZE = 12
"""Connections of a pool at most."""

CONNECTIONS_PER_PROCESS = 2 * POOL_SIZE
"""The engine's pool and the reader's."""

LEND_SECONDS = 5.0
"""How long a piece of work waits for a connection of its pool."""

_LOCK_HEADS = """
select person_id from personal_account
where person_id = any($1::uuid[]) and pocket = 0
order by person_id for no key update
"""

# `reserved_connections` came with PostgreSQL 16, the oldest that is served.
_CONNECTIONS_MAX = """
select current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
     - current_setting('reserved_connections')::int
"""


class StartAgain(Exception):
    """The facts changed under the work: roll back and run it again from the first step."""


class Overloaded(Exception):
    """Nothing was done: tried as often or waited as long as allowed, or the database is away. Answer 系统繁忙."""


class InDoubt(Exception):
    """The database went away during a commit: whether it was done, only the same message sent again can tell."""


class Unreachable(Exception):
    """Nobody answers at an address, or whoever does lets us not in; the text is the driver's word for it."""


_REPEATABLE = (
    asyncpg.UniqueViolationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    StartAgain,
)
_TOO_LONG = (asyncpg.LockNotAvailableError, asyncpg.QueryCanceledError)
_AWAY = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
)
"""No connection, or one that broke. A connection that broke before its commit was sent has changed nothing."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the database is: a socket folder or host, a port, and the database's name; or one DSN for all roles."""

    host: str = ""
    port: int = 5432
    name: str = "qinji"
    dsn: str = ""


@dataclass(frozen=True, slots=True)
class PoolUse:
    """How many connections of a pool are open, and how many of them are lent out."""

    open: int
    used: int


async def reach(address: Address) -> None:
    """Connect once as whom the DSN names; raises Unreachable."""
    try:
        connection = await asyncpg.connect(address.dsn)
    except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as problem:
        raise Unreachable(f"{problem}" or type(problem).__name__) from problem
    await connection.close()


async def _pool(address: Address, role: str, size: int) -> asyncpg.Pool[Record]:
    settings = {"lock_timeout": LOCK_TIMEOUT, "statement_timeout": STATEMENT_TIMEOUT, "timezone": "UTC"}
    if address.dsn:
        settings["role"] = role
        return await asyncpg.create_pool(
            address.dsn, min_size=1, max_size=size, server_settings=settings, reset=_nothing_to_reset
        )
    return await asyncpg.create_pool(
        host=address.host,
        port=address.port,
        user=role,
        database=address.name,
        min_size=1,
        max_size=size,
        server_settings=settings,
        reset=_nothing_to_reset,
    )


async def _nothing_to_reset(_connection: Connection) -> None:
    """Sessions keep no state: every use is one transaction, and what is set in it ends with it.

    The driver's own way would send a statement more for each use.
    """


@asynccontextmanager
async def _lent(pool: asyncpg.Pool[Record]) -> AsyncIterator[Connection]:
    """A connection of a pool; Overloaded when none comes free in time, so that nobody waits without end."""
    try:
        connection = await pool.acquire(timeout=LEND_SECONDS)
    except TimeoutError as late:
        raise Overloaded from late
    try:
        yield connection
    finally:
        await pool.release(connection)


@asynccontextmanager
async def _transaction(pool: asyncpg.Pool[Record], *, readonly: bool = False) -> AsyncIterator[Connection]:
    committing = False
    try:
        async with _lent(pool) as connection:
            try:
                isolation: Literal["repeatable_read", "read_committed"] = (
                    "repeatable_read" if readonly else "read_committed"
                )
                async with connection.transaction(isolation=isolation, readonly=readonly):
                    yield connection
                    committing = not readonly
            except asyncpg.InterfaceError as problem:
                # The driver's word for any use of a closed connection, but for wrong uses of an open one too.
                if _is_closed(connection):
                    raise ConnectionError(str(problem)) from problem
                raise
    except _AWAY as away:
        raise (InDoubt if committing else Overloaded) from away


def _is_closed(connection: Connection) -> bool:
    """Whether a connection in use is closed; the pool takes it back at once then, and it answers nothing more."""
    try:
        return connection.is_closed()
    except asyncpg.InterfaceError:
        return True


class Database:
    """Open with ``await Database.open(...)``; flows write by ``transaction``, doors read by ``reading``."""

    def __init__(self, engine: asyncpg.Pool[Record], reader: asyncpg.Pool[Record]) -> None:
        self._engine = engine
        self._reader = reader

    @classmethod
    async def open(cls, address: Address, size: int = POOL_SIZE) -> Database:
        """Connect the engine's pool (flows) and the reader's (queries of the doors); Overloaded when it is away."""
        try:
            engine = await _pool(address, "qinji_engine", size)
            try:
                reader = await _pool(address, "qinji_reader", size)
            except BaseException:
                await engine.close()
                raise
        except _AWAY as away:
            raise Overloaded from away
        return cls(engine, reader)

    async def close(self) -> None:
        """Close both pools."""
        await self._engine.close()
        await self._reader.close()

    def use(self) -> dict[str, PoolUse]:
        """What both pools are doing at the moment, by role."""
        pools = {"engine": self._engine, "reader": self._reader}
        return {
            name: PoolUse(pool.get_size(), pool.get_size() - pool.get_idle_size())
            for name, pool in pools.items()
        }

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """One READ COMMITTED transaction of the engine's role; commits at the end, rolls back on an exception.

        Overloaded when the database went away before the commit, InDoubt when it did so during the commit.
        """
        async with _transaction(self._engine) as connection:
            yield connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Connection]:
        """A connection of the reader's role, in one read-only snapshot; Overloaded when the database is away."""
        async with _transaction(self._reader, readonly=True) as connection:
            yield connection

    async def connections_max(self) -> int:
        """How many connections the server takes from accounts without privileges, whoever has them now."""
        async with self.reading() as connection:
            return int(await connection.fetchval(_CONNECTIONS_MAX))

    async def repeatedly(self, attempt: Callable[[], Awaitable[Result]]) -> Result:
        """Run ``attempt`` until it is not disturbed by a neighbour, at most four times; then Overloaded."""
        for _ in range(ATTEMPTS_MAX):
            try:
                return await attempt()
            except _REPEATABLE:
                continue
            except _TOO_LONG as slow:
                raise Overloaded from slow
        raise Overloaded


def affected(status: str) -> int:
    """How many rows a statement touched, from its command tag."""
    return int(status.rpartition(" ")[2])


async def take_time(connection: Connection, seconds: int) -> None:
    """Let the statements of this transaction take so long: for a tool that reads much, never for who waits."""
    await connection.execute(f"set local statement_timeout = '{int(seconds)}s'")


async def copy_in(
    connection: Connection, table: str, columns: Sequence[str], rows: Sequence[Sequence[object]]
) -> None:
    """Append rows; nothing is sent for none.

    COPY instead of one INSERT of arrays: the driver looks at each element of an array for whether it is one itself,
    which cost more than all encoding, and the server skips planning and unnesting.
    """
    if rows:
        await connection.copy_records_to_table(table, records=rows, columns=columns)


async def lock_persons(connection: Connection, persons: Sequence[UUID]) -> set[UUID]:
    """Lock the heads of all these persons in ascending order and return those that exist.

    The head is the account row of pocket 0, there from enrolment. Whatever is to be decided about these persons is
    read in new statements after this call, so that READ COMMITTED shows what others committed before the lock.
    """
    rows = await connection.fetch(_LOCK_HEADS, sorted(set(persons)))
    return {row["person_id"] for row in rows}
