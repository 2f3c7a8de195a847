"""The schema: every table definition in one place, and the way from any earlier version to this one.

Migrations run as the role ``qinji_owner``; the roles of the application get their rights from the first migration on.
"""

from __future__ import annotations

import asyncio

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from qinji.bulk import tables as bulk
from qinji.complaint import tables as complaint
from qinji.credential import tables as credential
from qinji.entry.revisions import NewerSchema, known_revisions, migrations_folder
from qinji.evidence import tables as evidence
from qinji.family import tables as family
from qinji.institution import tables as institution
from qinji.insured import tables as insured
from qinji.ledger import tables as ledger
from qinji.mutual_aid import tables as mutual_aid
from qinji.notice import tables as notice
from qinji.platform import tables as platform
from qinji.platform.database import Address
from qinji.platform.metadata import metadata
from qinji.premium import tables as premium
from qinji.settlement import tables as settlement
from qinji.wallet import tables as wallet
from qinji.window import tables as window

ROOMS = (
    platform,
    insured,
    institution,
    credential,
    family,
    evidence,
    mutual_aid,
    wallet,
    notice,
    premium,
    window,
    complaint,
    settlement,
    ledger,
    bulk,
)
OWNER = "qinji_owner"


def all_tables() -> MetaData:
    """The one metadata, after every room has declared its tables."""
    return metadata


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations_folder()))
    config.attributes["connection"] = connection
    return config


def _url(address: Address) -> str:
    if address.dsn:
        return address.dsn.replace("postgresql://", "postgresql+asyncpg://", 1)
    return f"postgresql+asyncpg://{OWNER}@/{address.name}?host={address.host}&port={address.port}"


def _refuse_newer(connection: Connection) -> None:
    found = MigrationContext.configure(connection).get_current_revision()
    if found is not None and found not in known_revisions():
        raise NewerSchema(found)


async def _upgrade(address: Address) -> None:
    engine = create_async_engine(_url(address), poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            await connection.run_sync(_refuse_newer)
            await connection.run_sync(lambda sync: command.upgrade(_config(sync), "head"))
            await connection.commit()
    finally:
        await engine.dispose()


def migrate(address: Address) -> None:
    """Bring a database to the newest schema; safe to run twice and by two at once.

    Waits for nobody else longer than five seconds a lock. Raises NewerSchema, having changed nothing, where a newer
    program has used the database.
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
