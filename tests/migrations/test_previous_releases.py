"""A home that an earlier release made is brought up to date: the same answers, right books, and life goes on."""

from __future__ import annotations

import json
import lzma
import os
import subprocess
import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from qinji.entry.revisions import NewerSchema, newest_revision
from qinji.entry.schema import migrate
from qinji.flows import audit_books
from qinji.institution import queries as institutions
from qinji.platform import settings as installation
from qinji.platform.database import Address
from qinji.platform.postgres_server import RunningServer
from qinji.platform.postgres_tools import client_programs
from tests.bureau import open_bureau
from tests.household import Town, open_town
from tests.till import line, paid

pytestmark = pytest.mark.asyncio(loop_scope="module")

HERE = Path(__file__).parent
RELEASES = sorted(folder.name for folder in HERE.iterdir() if (folder / "recorded.json").is_file())
BYTES_MAX = 300_000


@dataclass(frozen=True)
class Upgraded:
    """A town in which an earlier release has lived, and what was recorded there."""

    town: Town
    messages: list[dict[str, str]]
    calls: list[dict[str, Any]]
    facts: dict[str, str]


@pytest.fixture(scope="module", params=RELEASES)
def loaded(request: pytest.FixtureRequest, postgres: RunningServer) -> Iterator[tuple[Address, Path]]:
    """The database of a release as it left it, before anything of ours has touched it."""
    folder = HERE / request.param
    name = f"release_{os.getpid()}_{uuid.uuid4().hex[:12]}"
    postgres.create_database(name)
    psql = [str(client_programs() / "psql"), "-Xq", "-v", "ON_ERROR_STOP=1", "-o", "/dev/null"]
    done = subprocess.run(
        [*psql, "-d", postgres.dsn("qinji_owner", name)],
        input=lzma.decompress((folder / "database.sql.xz").read_bytes()),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    yield postgres.address(name), folder
    postgres.drop_database(name)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def upgraded(
    loaded: tuple[Address, Path], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Upgraded]:
    """The town after the migration, opened by today's code."""
    address, folder = loaded
    recorded = json.loads((folder / "recorded.json").read_text(encoding="utf-8"))
    _migrate(address)
    async with open_bureau(address, tmp_path_factory.mktemp("keys")) as bureau, open_town(bureau) as town:
        # The message numbers of the recorded day are used.
        for _ in range(1000):
            next(bureau.numbers)
        bureau.later(days=1)
        yield Upgraded(town, recorded["messages"], recorded["calls"], recorded["facts"])


def _migrate(address: Address) -> None:
    """As `qinji serve` does it: a loop of its own, in another thread than the test's."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as aside:
        aside.submit(migrate, address).result()


async def test_a_fixture_stays_small_and_names_its_release() -> None:
    assert RELEASES
    for release in RELEASES:
        folder = HERE / release
        assert sum(file.stat().st_size for file in folder.iterdir()) < BYTES_MAX
        assert json.loads((folder / "recorded.json").read_text(encoding="utf-8"))["version"] == release


async def test_the_schema_is_the_newest(upgraded: Upgraded) -> None:
    async with upgraded.town.bureau.runtime.database.reading() as connection:
        assert await installation.schema_revision(connection) == newest_revision()


async def test_each_recorded_message_that_wrote_gets_the_same_bytes_again(upgraded: Upgraded) -> None:
    replayed = 0
    for one in upgraded.messages:
        if json.loads(one["request"])["infno"] == "2206":
            continue  # a preview only reads, and is answered anew
        answer = await upgraded.town.bureau.gateway.answer(
            {"content-type": "application/json"}, one["request"].encode()
        )
        told, before = json.loads(answer.body), json.loads(one["reply"])
        if before["infcode"] == 0 or _is_kept(before):
            assert answer.body == one["reply"].encode()
            replayed += 1
        else:
            assert told["err_msg"] == before["err_msg"]
    assert replayed >= 9


def _is_kept(reply: dict[str, Any]) -> bool:
    """A refusal that is not retryable is kept too: a bill that was cancelled, an unknown item."""
    return "已撤销" in reply["err_msg"] or "目录" in reply["err_msg"]


async def test_a_recorded_call_of_the_json_door_gets_the_same_answer_under_its_key(
    upgraded: Upgraded,
) -> None:
    town = upgraded.town
    grantor = town.bureau.world.person(upgraded.facts["grantor"])
    phone = await town.phone(grantor)
    (call,) = upgraded.calls
    headers = {"Authorization": f"Bearer {phone.token}", "Idempotency-Key": call["key"]}
    reply = await town.client.request("POST", "/api/v1/mutual-aid/grants", json=call["body"], headers=headers)
    assert reply.text == call["reply"]


async def test_the_books_are_right(upgraded: Upgraded) -> None:
    async with upgraded.town.bureau.runtime.database.reading() as connection:
        assert await audit_books.run(connection) == []


async def test_life_goes_on_and_an_old_grant_still_pays(upgraded: Upgraded) -> None:
    town = upgraded.town
    child = town.bureau.world.person(upgraded.facts["beneficiary"])
    grantor = town.bureau.world.person(upgraded.facts["grantor"])
    before = await town.balance(grantor)
    bill = await town.visit(child, [line("A", "100.00")])
    assert bill.paid == paid(fund="60.00", mutual_aid="40.00")
    assert before - await town.balance(grantor) == 40_00
    await town.cancel(bill)
    assert await town.balance(grantor) == before
    explained = await (await town.phone(child)).call("GET", f"/settlements/{upgraded.facts['settlement']}")
    assert explained.done["payers"]
    path = f"/settlements/{upgraded.facts['settlement']}/explanation"
    usage = (await (await town.phone(child)).call("GET", path)).done
    assert "结果相同" in usage["checked"]
    shared = next(one for one in usage["payers"] if one["kind"] == "grantor")
    assert shared["consent"]["title"] == "家庭共济授权书"
    assert await (await town.phone(child)).items("/me/trail")
    async with town.bureau.runtime.database.reading() as connection:
        assert await audit_books.run(connection) == []


async def test_a_sandbox_of_an_earlier_release_has_todays_staff(upgraded: Upgraded) -> None:
    async with upgraded.town.bureau.runtime.database.reading() as connection:
        employed = await institutions.staff(connection)
    assert {(one.staff_id, one.institution) for one in employed} == {
        (one.staff_id, one.institution) for one in upgraded.town.bureau.world.staff
    }


async def test_a_schema_of_a_newer_program_is_refused_in_one_sentence_and_stays_as_it_is(
    address: Address,
) -> None:
    connection = await asyncpg.connect(
        host=address.host, port=address.port, user="qinji_owner", database=address.name
    )
    await connection.execute("update alembic_version set version_num = '9999'")
    with pytest.raises(NewerSchema) as refused:
        _migrate(address)
    assert "9999" in refused.value.chinese
    assert newest_revision() in refused.value.english
    assert await connection.fetchval("select version_num from alembic_version") == "9999"
    await connection.close()


async def test_the_newest_revision_is_the_one_that_the_migrations_lead_to(address: Address) -> None:
    connection = await asyncpg.connect(
        host=address.host, port=address.port, user="qinji_reader", database=address.name
    )
    assert await connection.fetchval("select version_num from alembic_version") == newest_revision()
    await connection.close()
