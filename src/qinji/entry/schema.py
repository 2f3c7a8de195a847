"""The schema: every table definition in one place, and the way from any earlier version to this one.

Migrations run as the role ``qinji_owner``; the roles of the application get their rights from the first migration on.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

import qinji
from qinji.credential import tables as credential
from qinji.family import tables as family
from qinji.institution import tables as institution
from qinji.insured import tables as insured
from qinji.ledger import tables as ledger
from qinji.mutual_aid import tables as mutual_aid
from qinji.platform import tables as platform
from qinji.platform.database import Address
from qinji.platform.metadata import metadata
from qinji.settlement import tables as settlement

ROOMS = (platform, insured, institution, credential, family, mutual_aid, settlement, ledger)
OWNER = "qinji_owner"


def all_tables() -> MetaData:
    """The one metadata, after every room has declared its tables."""
    return metadata


def migrations_folder() -> Path:
    """The migrations: package data of a wheel, or the checkout's folder."""
    packaged = Path(qinji.__file__).parent / "_data" / "migrations"
    return packaged if packaged.is_dir() else Path(qinji.__file__).parents[2] / "migrations"


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations_folder()))
    config.attributes["connection"] = connection
    return config


def _url(address: Address) -> str:
    if address.dsn:
        return address.dsn.replace("postgresql://", "postgresql+asyncpg://", 1)
    return f"postgresql+asyncpg://{OWNER}@/{address.name}?host={address.host}&port={address.port}"


async def _upgrade(address: Address) -> None:
    engine = create_async_engine(_url(address), poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            await connection.run_sync(lambda sync: command.upgrade(_config(sync), "head"))
            await connection.commit()
    finally:
        await engine.dispose()


def migrate(address: Address) -> None:
    """Bring a database to the newest schema; safe to run twice and by two at once.

    Waits for nobody else longer than five seconds a lock.
    """
    asyncio.run(_upgrade(address))


async def is_current(address: Address) -> bool:
    """Whether a database has the newest schema; one that was never served from has none."""
    engine = create_async_engine(_url(address), poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(_at_head)
    finally:
        await engine.dispose()


def _at_head(connection: Connection) -> bool:
    newest = ScriptDirectory.from_config(_config(connection)).get_current_head()
    return MigrationContext.configure(connection).get_current_revision() == newest
