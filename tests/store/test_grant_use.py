"""What grants used is counted in SQL exactly as the pure model counts it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID

import pytest

from qinji.kernel.actor import Channel
from qinji.kernel.ensure import InvariantBroken
from qinji.kernel.kinship import Relation
from qinji.kernel.purpose import Purpose
from qinji.mutual_aid import queries, store
from qinji.mutual_aid.model import Grant, GrantState, GrantUse, Limits, Used
from qinji.platform.database import Database

NOW = datetime(2026, 3, 17, 4, 0, tzinfo=UTC)
TAKER = UUID(int=2)
SEED = 20260317


def grant(number: int) -> Grant:
    """The grant of this number, by a grantor of its own."""
    return Grant(
        person_id=TAKER,
        grant_id=UUID(int=100 + number),
        grantor_id=UUID(int=200 + number),
        relation=Relation.PARENT,
        state=GrantState.ACTIVE,
        rank=number,
        limits=Limits(1, 2, 3, 4, 5),
        purposes=frozenset({Purpose.PHARMACY}),
        used=Used(),
        channel=Channel.WINDOW,
        asked_at=NOW,
        active_at=NOW,
        locked_until=None,
        ends_on=None,
        ended_at=None,
    )


async def test_a_grant_comes_back_as_it_was_kept(database: Database) -> None:
    async with database.transaction() as connection:
        await store.add(connection, grant(1))
        assert (await queries.live_for(connection, [TAKER], NOW))[TAKER] == [grant(1)]
        assert await queries.candidates(connection, [TAKER]) == {UUID(int=201)}
        assert await queries.one(connection, UUID(int=101), UUID(int=201), NOW) == grant(1)
        assert await queries.one(connection, UUID(int=101), UUID(int=999), NOW) is None


async def test_use_and_return_over_days_months_and_years_are_those_of_the_model(database: Database) -> None:
    chance = Random(SEED)
    model = {number: Used() for number in range(3)}
    spent: list[GrantUse] = []
    day = date(2025, 11, 20)
    async with database.transaction() as connection:
        for number in model:
            await store.add(connection, grant(number))
        for step in range(120):
            day += timedelta(days=chance.choice([0, 0, 1, 9, 40]))
            if spent and chance.random() < 0.3:
                back = spent.pop(chance.randrange(len(spent)))
                await store.give_back(connection, [back])
                number = back.grant.int - 100
                model[number] = model[number].minus(back.day, back.amount_fen)
            else:
                uses = [
                    GrantUse(TAKER, UUID(int=100 + chance.randrange(3)), day, chance.randrange(1, 10**6))
                    for _ in range(chance.randrange(1, 5))
                ]
                await store.use(connection, uses)
                spent += uses
                for use in uses:
                    number = use.grant.int - 100
                    model[number] = model[number].plus(use.day, use.amount_fen)
            kept = (await queries.live_for(connection, [TAKER], NOW))[TAKER]
            assert [one.used for one in kept] == [model[number] for number in range(3)], (SEED, step)


async def test_the_use_of_a_grant_that_is_not_there_is_a_bug(database: Database) -> None:
    with pytest.raises(InvariantBroken):
        async with database.transaction() as connection:
            await store.use(connection, [GrantUse(TAKER, UUID(int=1), NOW.date(), 1)])


async def test_what_was_used_goes_back_although_the_grant_has_ended(database: Database) -> None:
    async with database.transaction() as connection:
        await store.add(connection, grant(1))
        use = GrantUse(TAKER, UUID(int=101), NOW.date(), 70)
        await store.use(connection, [use, use])
        found = await queries.find(connection, UUID(int=101), NOW)
        assert found is not None
        assert found.used == Used(NOW.date(), 140, 140, 140)
        await connection.execute("update mutual_aid_grant set state = 'ended'")
        await store.give_back(connection, [use])
        found = await queries.find(connection, UUID(int=101), NOW)
        assert found is not None
        assert found.used == Used(NOW.date(), 70, 70, 70)
