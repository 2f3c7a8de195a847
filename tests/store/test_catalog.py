"""What every table keeps to, so that one machine's schema is a cluster's too; looked up in the migrated database."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from typing import TypeAlias

import asyncpg
import pytest
import pytest_asyncio
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from qinji.entry.revisions import migrations_folder
from qinji.entry.schema import all_tables
from qinji.platform.database import Address

pytestmark = pytest.mark.asyncio(loop_scope="module")
OURS = "n.nspname = 'public' and c.relname <> 'alembic_version'"
Owner: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
CLASSES = {"distributed", "keyed", "reference", "local"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def owner(module_address: Address) -> AsyncIterator[Owner]:
    connection = await asyncpg.connect(
        host=module_address.host,
        port=module_address.port,
        user="qinji_owner",
        database=module_address.name,
    )
    yield connection
    await connection.close()


async def rows(owner: Owner, query: str) -> list[str]:
    """The first column."""
    return [row[0] for row in await owner.fetch(query)]


def distributed() -> list[str]:
    """Tables that are distributed by person."""
    return [table.name for table in all_tables().sorted_tables if table.info["class"] == "distributed"]


async def test_every_table_declares_its_class(owner: Owner) -> None:
    declared = {table.name: table.info.get("class") for table in all_tables().sorted_tables}
    assert set(declared.values()) <= CLASSES
    found = await rows(
        owner,
        "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace "
        f"where c.relkind in ('r', 'p') and {OURS}",
    )
    assert sorted(found) == sorted(declared)


async def test_a_distributed_table_has_the_person_first_in_every_unique_index(owner: Owner) -> None:
    indexes = await owner.fetch(
        "select c.relname as name, i.relname as index, x.indisprimary as main, "
        "(select attname from pg_attribute where attrelid = c.oid and attnum = x.indkey[0]) as first "
        "from pg_index x join pg_class c on c.oid = x.indrelid join pg_class i on i.oid = x.indexrelid "
        f"join pg_namespace n on n.oid = c.relnamespace where x.indisunique and {OURS}"
    )
    tables = set(distributed())
    wrong = [row["index"] for row in indexes if row["name"] in tables and row["first"] != "person_id"]
    assert wrong == []
    assert {row["name"] for row in indexes if row["main"]} >= tables


async def test_a_persons_row_never_loses_or_changes_its_person(owner: Owner) -> None:
    wrong = await owner.fetch(
        "select table_name, grantee from information_schema.column_privileges where table_schema = 'public' "
        "and privilege_type = 'UPDATE' and column_name = 'person_id' and grantee like 'qinji_%' "
        "and grantee <> 'qinji_owner'"
    )
    assert [tuple(row) for row in wrong] == []


async def test_there_are_no_foreign_keys_triggers_sequences_or_functions(owner: Owner) -> None:
    assert await rows(owner, "select conname from pg_constraint where contype = 'f'") == []
    assert await rows(owner, "select tgname from pg_trigger where not tgisinternal") == []
    assert await rows(owner, "select sequencename from pg_sequences") == []
    assert (
        await rows(
            owner,
            "select c.relname || '.' || a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid "
            f"join pg_namespace n on n.oid = c.relnamespace where a.attidentity <> '' and {OURS}",
        )
        == []
    )
    assert (
        await rows(
            owner,
            "select proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = 'public'",
        )
        == []
    )


async def test_defaults_depend_on_neither_time_nor_chance(owner: Owner) -> None:
    defaults = await rows(owner, "select pg_get_expr(adbin, adrelid) from pg_attrdef")
    assert [one for one in defaults if "(" in one] == []


async def test_the_migrations_make_exactly_the_tables_of_the_rooms(module_address: Address) -> None:
    url = (
        f"postgresql+asyncpg://qinji_owner@/{module_address.name}"
        f"?host={module_address.host}&port={module_address.port}"
    )
    engine = create_async_engine(url, poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            assert await connection.run_sync(_differences) == []
    finally:
        await engine.dispose()


def _differences(connection: Connection) -> Sequence[object]:
    context = MigrationContext.configure(
        connection, opts={"compare_type": True, "compare_server_default": True}
    )
    found: Sequence[object] = compare_metadata(context, all_tables())
    return found


async def test_the_migrations_make_exactly_the_checks_of_the_rooms(owner: Owner) -> None:
    made = await rows(
        owner,
        "select conname from pg_constraint k join pg_class c on c.oid = k.conrelid "
        f"join pg_namespace n on n.oid = c.relnamespace where contype = 'c' and {OURS}",
    )
    declared = [
        f"ck_{table.name}_{constraint.name}".replace(f"ck_{table.name}_ck_{table.name}_", f"ck_{table.name}_")
        for table in all_tables().sorted_tables
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    ]
    assert sorted(made) == sorted(declared)


async def test_money_is_a_whole_number_everywhere(owner: Owner) -> None:
    kinds = await owner.fetch(
        "select table_name, column_name, data_type from information_schema.columns where table_schema = 'public'"
    )
    assert {row["data_type"] for row in kinds if row["column_name"].endswith("_fen")} == {"bigint"}
    broken = {"real", "double precision", "numeric", "money"}
    assert [row["column_name"] for row in kinds if row["data_type"] in broken] == []


def migrations() -> list[str]:
    """The names of the migrations."""
    return sorted(path.name for path in (migrations_folder() / "versions").glob("*.py"))


@pytest.mark.parametrize("name", migrations())
async def test_a_migration_waits_for_no_lock_longer_than_seconds(name: str) -> None:
    text = (migrations_folder() / "versions" / name).read_text()
    assert re.search(r"set local lock_timeout = '\d+s'", text)


@pytest.mark.parametrize("name", migrations())
async def test_a_migration_sends_one_statement_at_a_time(name: str) -> None:
    text = (migrations_folder() / "versions" / name).read_text()
    sent = re.findall(r"op\.execute\(\s*f?\"(.*?)\"\s*\)", text, re.DOTALL)
    assert [one for one in sent if ";" in one.rstrip(";") and "do $$" not in one] == []
