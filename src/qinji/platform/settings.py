"""The installation's own settings, kept in its database."""

from __future__ import annotations

from qinji.platform.database import Connection


async def claim(connection: Connection, name: str, value: str) -> bool:
    """Set a value that was never set; False when it was."""
    status = await connection.execute(
        "insert into installation (name, value) values ($1, $2) on conflict do nothing", name, value
    )
    return status.endswith(" 1")


async def read(connection: Connection, name: str) -> str | None:
    """A value, or None when it was never set."""
    value: str | None = await connection.fetchval("select value from installation where name = $1", name)
    return value


async def schema_revision(connection: Connection) -> str | None:
    """The last migration that this database has seen."""
    revision: str | None = await connection.fetchval("select version_num from alembic_version")
    return revision
