"""No picture of a paper stands in the clear, none opens without its case's key, and a closed case has neither."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
from cryptography.exceptions import InvalidTag

from qinji.access.model import PersonActor
from qinji.evidence import queries, store
from qinji.evidence.model import Ending, Papers, Photo
from qinji.evidence.sealing import unseal
from qinji.flows import bind_relative
from qinji.kernel.actor import Channel
from qinji.kernel.kinship import Relation
from qinji.platform.crypto import fixed_vault
from qinji.platform.database import Address, Connection
from qinji.platform.keyed_calls import KeyedCall
from tests.bureau import Bureau, open_bureau
from tests.photos import photo

FATHER, BOY = "9901000000020002", "9901000000020001"
PICTURES = (photo("户口本"), photo("出生证", kind="png"))
MIDDLE = slice(1_000, 1_040)


@pytest.fixture
async def bureau(address: Address, tmp_path: Path) -> AsyncIterator[Bureau]:
    """A bureau in which a father has sent two photos."""
    async with open_bureau(address, tmp_path) as opened:
        command = bind_relative.BindRelative(
            call=KeyedCall("test", "key", b"", lambda _outcome: b""),
            actor=PersonActor(await opened.person_id(FATHER)),
            channel=Channel.WEB,
            member_number=BOY,
            relation=Relation.CHILD,
            photos=PICTURES,
        )
        await bind_relative.run(command, opened.runtime)
        yield opened


async def the_papers(bureau: Bureau, connection: Connection) -> Papers:
    """The one case there is."""
    boy = await bureau.person_id(BOY)
    binding = await connection.fetchval("select binding_id from evidence_case where person_id = $1", boy)
    papers = await queries.latest_papers(connection, boy, binding)
    assert papers is not None
    return papers


async def test_a_picture_stands_in_no_column_and_opens_with_the_cases_key(bureau: Bureau) -> None:
    vault = bureau.runtime.vault
    async with bureau.runtime.database.reading() as connection:
        for (table,) in await connection.fetch("select tablename from pg_tables where schemaname = 'public'"):
            for row in await connection.fetch(f'select * from "{table}"'):
                found = [value for value in row.values() if isinstance(value, bytes)]
                assert not any(picture[MIDDLE] in value for value in found for picture in PICTURES), table
        papers = await the_papers(bureau, connection)
        opened = []
        for one in papers.photos:
            sealed = await queries.sealed(connection, one)
            assert sealed is not None
            opened.append(unseal(papers.case, one, sealed, vault))
            with pytest.raises(InvalidTag):
                unseal(papers.case, one, sealed, fixed_vault("another home"))
    assert opened == list(PICTURES)


async def test_pictures_that_are_exchanged_in_the_database_do_not_open(bureau: Bureau) -> None:
    async with bureau.runtime.database.reading() as connection:
        papers = await the_papers(bureau, connection)
        first, second = papers.photos
        sealed = await queries.sealed(connection, second)
    assert sealed is not None
    with pytest.raises(InvalidTag):
        unseal(papers.case, first, sealed, bureau.runtime.vault)


async def test_a_closed_case_keeps_the_record_and_neither_key_nor_pictures(bureau: Bureau) -> None:
    now = bureau.clock()
    async with bureau.runtime.database.transaction() as connection:
        before = await the_papers(bureau, connection)
        place = (before.case.person_id, before.case.binding_id)
        assert await store.close(connection, *place, Ending.DECIDED, now) == 2
        assert await store.close(connection, *place, Ending.WITHDRAWN, now) == 0
    async with bureau.runtime.database.reading() as connection:
        after = await the_papers(bureau, connection)
        gone: list[Photo] = list(after.photos)
        assert [await queries.sealed(connection, one) for one in gone] == [None, None]
    assert (after.case.wrapped_key, after.case.ending, after.case.closed_at) == (None, Ending.DECIDED, now)
    assert after.photos == before.photos


async def test_the_database_itself_keeps_no_case_closed_with_a_key_nor_open_without_one(
    bureau: Bureau,
) -> None:
    for change in ("wrapped_key = null", "closed_at = now()", "ending = 'decided'"):
        with pytest.raises(asyncpg.CheckViolationError):
            async with bureau.runtime.database.transaction() as connection:
                await connection.execute(f"update evidence_case set {change}")
