"""Photos that nobody has decided on for thirty days are deleted: on the moment, once, and however often it is asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from qinji.access.model import PersonActor
from qinji.flows import bind_relative, expire_evidence
from qinji.insured import queries as insured
from qinji.kernel.actor import Channel
from qinji.kernel.kinship import Relation
from qinji.platform.database import Address
from qinji.platform.keyed_calls import KeyedCall
from tests.bureau import Bureau, open_bureau
from tests.photos import photo

MOTHER_AND_TWINS = "单亲母亲与双胞胎"


@pytest.fixture
async def bureau(address: Address, tmp_path: Path) -> AsyncIterator[Bureau]:
    """A bureau of its own."""
    async with open_bureau(address, tmp_path) as opened:
        yield opened


async def ask(bureau: Bureau, holder: str, member: str) -> None:
    """Ask to bind a child, with a photo."""
    command = bind_relative.BindRelative(
        call=KeyedCall("test", f"key-{next(bureau.numbers)}", b"", lambda _outcome: b""),
        actor=PersonActor(await bureau.person_id(holder)),
        channel=Channel.WEB,
        member_number=member,
        relation=Relation.CHILD,
        photos=(photo(member),),
    )
    await bind_relative.run(command, bureau.runtime)


async def readable(bureau: Bureau) -> int:
    """How many pictures the database still has; each of them has its key."""
    async with bureau.runtime.database.reading() as connection:
        pictures = await connection.fetchval("select count(*) from evidence_photo where content is not null")
        keys = await connection.fetchval("select count(*) from evidence_case where wrapped_key is not null")
    assert pictures == keys
    return int(pictures)


async def test_a_photo_lives_for_thirty_days_to_the_second(bureau: Bureau) -> None:
    mother, first, second = bureau.family(MOTHER_AND_TWINS)
    await ask(bureau, mother.number, first.number)
    bureau.later(days=1)
    await ask(bureau, mother.number, second.number)
    bureau.later(days=28, hours=23, minutes=59, seconds=59)
    assert await expire_evidence.run(bureau.runtime) == 0
    assert await readable(bureau) == 2
    bureau.later(seconds=1)
    assert await expire_evidence.run(bureau.runtime) == 1
    assert await readable(bureau) == 1
    assert await expire_evidence.run(bureau.runtime) == 0
    bureau.later(days=1)
    assert await expire_evidence.run(bureau.runtime) == 1
    assert await readable(bureau) == 0


async def test_the_deletion_stands_in_the_members_trail(bureau: Bureau) -> None:
    mother, child, _ = bureau.family(MOTHER_AND_TWINS)
    await ask(bureau, mother.number, child.number)
    bureau.later(days=31)
    await expire_evidence.run(bureau.runtime)
    async with bureau.runtime.database.reading() as connection:
        trail = await insured.audit_trail(connection, await bureau.person_id(child.number), 10)
    assert [(row.actor, row.basis) for row in trail if row.action == "evidence.expire"] == [
        ("timer:evidence", "retention")
    ]


async def test_two_processes_at_once_delete_each_case_once(address: Address, tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        one = await stack.enter_async_context(open_bureau(address, tmp_path))
        other = await stack.enter_async_context(open_bureau(address, tmp_path, process="other"))
        mother, *children = one.family(MOTHER_AND_TWINS)
        for child in children:
            await ask(one, mother.number, child.number)
        for bureau in (one, other):
            bureau.later(days=30)
        counts = await asyncio.gather(
            *(expire_evidence.run(bureau.runtime) for bureau in (one, other) for _ in range(4))
        )
        assert sum(counts) == len(children)
        assert await readable(one) == 0
