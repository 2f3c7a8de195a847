"""What each role may not do, tried: nobody but the owner deletes, and what is booked is never changed."""

from __future__ import annotations

from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio

from qinji.entry.schema import all_tables
from qinji.ledger.audit import FROZEN_TABLES
from qinji.platform.database import Address

pytestmark = pytest.mark.asyncio(loop_scope="module")

ENGINE, READER, AUDITOR = "qinji_engine", "qinji_reader", "qinji_auditor"
ROLES = (ENGINE, READER, AUDITOR)
EVERY_TABLE = sorted(all_tables().tables)
FORGOTTEN = ("nonce", ENGINE)
"""The one table from which a role deletes (decision 0016)."""


class Roles:
    """A connection of each role."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._open: dict[str, asyncpg.Connection[asyncpg.Record]] = {}

    async def attempt(self, role: str, statement: str) -> None:
        """Run a statement as this role, and take it back."""
        if role not in self._open:
            address = self._address
            self._open[role] = await asyncpg.connect(
                host=address.host, port=address.port, user=role, database=address.name
            )
        transaction = self._open[role].transaction()
        await transaction.start()
        try:
            await self._open[role].execute(statement)
        finally:
            await transaction.rollback()

    async def close(self) -> None:
        """Close them all."""
        for connection in self._open.values():
            await connection.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def roles(module_address: Address) -> AsyncIterator[Roles]:
    opened = Roles(module_address)
    yield opened
    await opened.close()


@pytest.mark.parametrize("table", FROZEN_TABLES)
async def test_flows_cannot_change_what_is_booked(roles: Roles, table: str) -> None:
    for column in all_tables().tables[table].columns:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await roles.attempt(ENGINE, f"update {table} set {column.name} = {column.name}")


async def test_the_tables_that_only_grow_are_those_of_the_design() -> None:
    assert set(FROZEN_TABLES) == {"transfer", "settlement", "cancellation", "wallet_part", "consent", "audit"}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("table", EVERY_TABLE)
async def test_nobody_deletes(roles: Roles, table: str, role: str) -> None:
    deleting = [] if (table, role) == FORGOTTEN else [f"delete from {table}"]
    for statement in (*deleting, f"truncate {table}", f"drop table {table}"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await roles.attempt(role, statement)


@pytest.mark.parametrize("role", [READER, AUDITOR])
@pytest.mark.parametrize("table", EVERY_TABLE)
async def test_doors_and_auditors_only_read(roles: Roles, table: str, role: str) -> None:
    await roles.attempt(role, f"select * from {table} limit 1")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await roles.attempt(role, f"insert into {table} default values")
    column = next(iter(all_tables().tables[table].columns)).name
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await roles.attempt(role, f"update {table} set {column} = {column}")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    "statement",
    [
        "set role qinji_owner",
        "create table mine (a int)",
        "alter table transfer drop constraint ck_transfer_amount_positive",
        "create role mine",
        "alter table settlement disable trigger all",
        "insert into alembic_version values ('9')",
    ],
)
async def test_no_role_helps_itself_to_more(roles: Roles, role: str, statement: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await roles.attempt(role, statement)
