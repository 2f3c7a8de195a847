"""A process says that it can serve only while its database answers, is up to date, and is one of its own mode."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest

from qinji.entry import operating
from qinji.entry.operating import Operating
from qinji.entry.operating_paths import FIGURES_PATH, HEALTH_PATH, READY_PATH
from qinji.platform.database import Address, Database
from tests.bureau import Bureau, open_bureau


@pytest.fixture
async def bureau(address: Address, tmp_path: Path) -> AsyncIterator[Bureau]:
    """A bureau on a database of its own."""
    async with open_bureau(address, tmp_path) as opened:
        yield opened


async def _as_owner(address: Address, statement: str) -> None:
    connection = await asyncpg.connect(
        host=address.host, port=address.port, user="qinji_owner", database=address.name
    )
    await connection.execute(statement)
    await connection.close()


async def test_a_bureau_that_can_serve_says_so(bureau: Bureau) -> None:
    told = await Operating(bureau.runtime).answer(READY_PATH)
    assert (told.status, told.body.decode()) == (200, "就绪 ready\n")


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("update alembic_version set version_num = '0001'", "数据库结构是 0001"),
        ("update installation set value = 'production' where name = 'mode'", "数据库属于 production"),
        ("revoke select on installation from qinji_reader", "没有在 2 秒内答复"),
    ],
)
async def test_why_it_cannot_serve_is_one_sentence(
    bureau: Bureau, address: Address, statement: str, sentence: str
) -> None:
    await _as_owner(address, statement)
    told = await Operating(bureau.runtime).answer(READY_PATH)
    assert told.status == 503
    (line,) = told.body.decode().splitlines()
    assert sentence in line
    assert ". " not in line.rstrip(".")


async def test_a_database_that_takes_too_long_is_not_ready_and_the_process_lives(
    bureau: Bureau, address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operating, "READY_SECONDS", 0.2)
    connection = await asyncpg.connect(
        host=address.host, port=address.port, user="qinji_owner", database=address.name
    )
    async with connection.transaction():
        await connection.execute("lock table installation in access exclusive mode")
        asked = Operating(bureau.runtime)
        assert (await asked.answer(READY_PATH)).status == 503
        assert (await asked.answer(HEALTH_PATH)).status == 200
    await connection.close()
    assert (await asked.answer(READY_PATH)).status == 200


async def test_a_process_without_its_database_lives_is_not_ready_and_tells_its_figures(
    bureau: Bureau, address: Address
) -> None:
    gone = await Database.open(address, size=1)
    await gone.close()
    asked = Operating(replace(bureau.runtime, database=gone))
    assert [(await asked.answer(path)).status for path in (HEALTH_PATH, READY_PATH, FIGURES_PATH)] == [
        200,
        503,
        200,
    ]


async def test_queue_and_connections_are_looked_at_as_they_are_asked_for(bureau: Bureau) -> None:
    asked = Operating(bureau.runtime)
    asked.begin(bureau.flows)
    async with bureau.runtime.database.transaction():
        text = (await asked.answer(FIGURES_PATH)).body.decode()
    asked.end()
    assert 'qinji_database_connections{pool="engine",state="used"} 1.0' in text
    assert "qinji_queue_length 0.0" in text
