"""Codes and sessions in the database: one session a code, one settlement a session."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from qinji.credential import queries, store
from qinji.credential.model import CodeFacts, SessionFacts
from qinji.kernel.ensure import InvariantBroken
from qinji.platform.database import Connection, Database
from qinji.platform.rates import Rate, seconds_to_wait

NOW = datetime(2026, 3, 17, 4, 0, 20, tzinfo=UTC)
MEMBER, HOLDER, OTHER = UUID(int=1), UUID(int=2), UUID(int=3)


async def opened(connection: Connection, number: int, shown_by: UUID) -> SessionFacts:
    """A session whose code this person showed for the member."""
    digest = bytes([number]) * 32
    code = CodeFacts(digest, MEMBER, shown_by, NOW, NOW, voided=False, session_id=None, institution=None)
    session = SessionFacts(MEMBER, UUID(int=100 + number), "H1", shown_by, NOW.date(), None, voided=False)
    await store.issue(connection, code)
    await store.open_session(connection, digest, session, NOW)
    return session


async def test_a_code_opens_one_session(database: Database) -> None:
    async with database.transaction() as connection:
        session = await opened(connection, 1, HOLDER)
        assert await queries.sessions(connection, [(MEMBER, session.session_id)]) == {
            (MEMBER, session.session_id): session
        }
        again = replace(session, session_id=UUID(int=900))
        with pytest.raises(InvariantBroken):
            await store.open_session(connection, bytes([1]) * 32, again, NOW)


async def test_a_session_is_consumed_once(database: Database) -> None:
    async with database.transaction() as connection:
        session = await opened(connection, 1, HOLDER)
        await store.consume(connection, [(MEMBER, session.session_id, UUID(int=7))])
        found = await queries.latest_sessions(connection, MEMBER)
        assert [one.consumed_by for one in found] == [UUID(int=7)]
        with pytest.raises(InvariantBroken):
            await store.consume(connection, [(MEMBER, session.session_id, UUID(int=8))])


async def test_a_voided_session_cannot_be_consumed(database: Database) -> None:
    async with database.transaction() as connection:
        session = await opened(connection, 1, HOLDER)
        await store.void(connection, MEMBER, HOLDER, NOW)
        with pytest.raises(InvariantBroken):
            await store.consume(connection, [(MEMBER, session.session_id, UUID(int=7))])


async def test_voiding_ends_what_this_holder_showed_for_this_member_and_nothing_else(
    database: Database,
) -> None:
    async with database.transaction() as connection:
        mine, other = await opened(connection, 1, HOLDER), await opened(connection, 2, OTHER)
        await store.void(connection, MEMBER, HOLDER, NOW)
        kept = await queries.sessions(connection, [(MEMBER, mine.session_id), (MEMBER, other.session_id)])
        assert [kept[MEMBER, one.session_id].voided for one in (mine, other)] == [True, False]
        await store.void(connection, MEMBER, None, NOW)
        kept = await queries.sessions(connection, [(MEMBER, other.session_id)])
        assert kept[MEMBER, other.session_id].voided


async def test_a_rate_counts_in_its_window_and_says_how_long_to_wait(database: Database) -> None:
    rate = Rate("test", 2, timedelta(minutes=1))
    async with database.transaction() as connection:
        waits = [await seconds_to_wait(connection, rate, "a", NOW) for _ in range(3)]
        assert waits == [0, 0, 40]
        assert await seconds_to_wait(connection, rate, "b", NOW) == 0
        assert await seconds_to_wait(connection, rate, "a", NOW + timedelta(seconds=40)) == 0
