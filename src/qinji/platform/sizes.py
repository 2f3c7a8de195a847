"""How large a database is: its bytes, and the rows of a table."""

from __future__ import annotations

from dataclasses import dataclass

from qinji.platform.database import Connection

EXACT_MAX = 1_000_000
"""A larger table is not counted but estimated: whoever asks how the service is must not hold it up."""


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a table, counted or estimated by the server."""

    count: int
    exact: bool


async def database_bytes(connection: Connection) -> int:
    """The bytes of this database on its disk."""
    size: int = await connection.fetchval("select pg_database_size(current_database())")
    return size


async def rows(connection: Connection, table: str) -> Rows:
    """The rows of a table of ours."""
    estimate = await connection.fetchval(
        "select reltuples::bigint from pg_class where oid = to_regclass($1)", table
    )
    if estimate is not None and estimate > EXACT_MAX:
        return Rows(estimate, exact=False)
    return Rows(await connection.fetchval(f'select count(*) from "{table}"'), exact=True)  # noqa: S608
