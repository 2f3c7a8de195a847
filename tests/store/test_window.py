"""Window acts in the database: two clerks, one decision, and what was asked stays as it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest

from qinji.kernel.ensure import InvariantBroken
from qinji.platform.database import Database
from qinji.window import queries, store
from qinji.window.model import WindowAct, WindowState
from tests.unit.window.acts import ACT, NOW

DONE = replace(
    ACT, state=WindowState.DONE, in_force_at=NOW, subject_id=UUID(int=5), decided_by="R001", decided_at=NOW
)


async def test_an_act_is_read_back_as_it_was_kept_and_as_it_was_decided(database: Database) -> None:
    async with database.transaction() as connection:
        await store.add(connection, ACT)
        assert await queries.find(connection, ACT.act_id) == ACT
        await store.change(connection, DONE)
        assert await queries.find(connection, ACT.act_id) == DONE


async def test_an_act_is_decided_once(database: Database) -> None:
    async with database.transaction() as connection:
        await store.add(connection, ACT)
        await store.change(connection, DONE)
        with pytest.raises(InvariantBroken):
            await store.change(connection, replace(DONE, decided_by="R002"))


@pytest.mark.parametrize(
    "wrong",
    [replace(DONE, decided_by="C001"), replace(DONE, decided_by=None), replace(DONE, in_force_at=None)],
    ids=["the same clerk", "nobody", "not carried out"],
)
async def test_the_database_itself_refuses_an_act_of_one_clerk(database: Database, wrong: WindowAct) -> None:
    async with database.transaction() as connection:
        await store.add(connection, ACT)
    with pytest.raises(asyncpg.CheckViolationError):
        async with database.transaction() as connection:
            await store.change(connection, wrong)


@pytest.mark.parametrize("column", ["wish", "reason", "paper_reference", "entered_by", "entered_at", "kind"])
async def test_what_was_asked_on_which_paper_is_never_changed(database: Database, column: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with database.transaction() as connection:
            await connection.execute(f"update window_act set {column} = {column}")


async def test_waiting_acts_are_those_in_time_and_those_in_force(database: Database) -> None:
    frozen = replace(ACT, act_id=UUID(int=7), in_force_at=NOW)
    async with database.transaction() as connection:
        for act in (ACT, frozen, replace(DONE, act_id=UUID(int=8))):
            await store.add(connection, act)
        soon, late = NOW + timedelta(hours=1), ACT.expires_at
        assert await queries.waiting(connection, soon, 10) == [ACT, frozen]
        assert await queries.waiting(connection, soon, 10, after=ACT.act_id) == [frozen]
        assert await queries.waiting(connection, late, 10) == [frozen]
        assert await queries.waiting_of(connection, ACT.person_id, late) == [frozen]
        assert await queries.waiting_of(connection, UUID(int=99), soon) == []


async def test_acts_of_a_member_of_staff_are_those_entered_and_those_decided(database: Database) -> None:
    other = replace(ACT, act_id=UUID(int=7), entered_by="C009")
    async with database.transaction() as connection:
        for act in (ACT, other, replace(DONE, act_id=UUID(int=8), entered_by="C009", decided_by="C001")):
            await store.add(connection, act)
        mine = await queries.of_staff(connection, "C001", 10)
        assert [act.act_id for act in mine] == [UUID(int=8), ACT.act_id]
        assert [act.act_id for act in await queries.of_staff(connection, "C001", 10, UUID(int=8))] == [
            ACT.act_id
        ]
        assert [act.act_id for act in await queries.of_staff(connection, "C001", 1)] == [UUID(int=8)]
