"""`qinji policy replay` reads past settlements as the reader and says who would have paid more or less."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from qinji.entry.commands.policy import app
from qinji.kernel.money import parse_yuan
from qinji.platform.database import Address
from qinji.policy.load import default_folder
from tests.bureau import open_bureau
from tests.household import open_town, packs_with
from tests.simulation.scene import Scene, open_scene
from tests.till import line


@pytest.fixture
async def scene(address: Address, tmp_path: Path) -> AsyncIterator[Scene]:
    async with open_scene(address, tmp_path) as opened:
        yield opened


async def replayed(address: Address, *arguments: str) -> tuple[int, str]:
    """The exit status and what is printed."""
    environment = {
        "QINJI_DATABASE_HOST": address.host,
        "QINJI_DATABASE_NAME": address.name,
        "COLUMNS": "160",
    }
    runner = CliRunner(env=environment)
    done = await asyncio.to_thread(runner.invoke, app, ["replay", *arguments])
    return done.exit_code, done.output or repr(done.exception)


async def settled(scene: Scene, count: int) -> None:
    """So many bills of each of two residents, one of which is taken back."""
    for _, patient in await scene.pairs(2):
        await scene.books.settle([scene.bill(patient, 400_000) for _ in range(count)])
    await scene.books.cancel(scene.books.settled[0])


async def test_past_bills_under_a_higher_ratio_cost_the_fund_more_and_the_families_less(
    scene: Scene, address: Address, tmp_path: Path
) -> None:
    await settled(scene, 3)
    new = packs_with(tmp_path, "990000-seed", "outpatient.resident.ratio.1", '"0.90"')
    status, said = await replayed(address, "--pack", str(new), "--since", "2026-01-01", "--json")
    assert status == 0, said
    told: dict[str, Any] = json.loads(said)
    assert (told["wanted"], told["done"], told["stopped"]) == (5, 5, False)
    assert told["changed"] > 0
    more = {
        name: parse_yuan(told["whole"]["now"][name]) - parse_yuan(told["whole"]["was"][name])
        for name in ("fund", "cash")
    }
    assert more["fund"] == -more["cash"] > 0
    assert list(told["by_level"]) == ["1"]
    assert all(name.startswith("resident") for name in told["by_group"])
    assert told["largest"]
    async with scene.bureau.runtime.database.reading() as connection:
        assert await connection.fetchval("select count(*) from settlement") == 6, "nothing is written"


async def test_under_the_same_packs_nothing_differs_and_people_read_it_in_tables(
    scene: Scene, address: Address, tmp_path: Path
) -> None:
    await settled(scene, 2)
    same = packs_with(tmp_path, "990000-seed", "suspension.months_min", "3")
    status, said = await replayed(
        address, "--pack", str(same), "--since", "2026-03-17", "--until", "2026-03-17"
    )
    assert status == 0, said
    assert "重算 3 笔,结果不同 0 笔" in said
    assert "按机构级别" in said
    assert "已撤销的结算不计入差额" in said


async def test_the_window_the_region_and_the_limit_narrow_what_is_read(
    scene: Scene, address: Address, tmp_path: Path
) -> None:
    await settled(scene, 2)
    new = str(packs_with(tmp_path, "990000-seed", "suspension.months_min", "3"))

    async def count(*narrow: str) -> int:
        _, said = await replayed(address, "--pack", new, "--json", *narrow)
        return int(json.loads(said)["done"])

    assert await count("--since", "2026-03-18") == 0
    assert await count("--since", "2026-01-01", "--until", "2026-03-16") == 0
    assert await count("--since", "2026-01-01", "--region", "110000") == 0
    assert await count("--since", "2026-01-01", "--limit", "1") in (1, 2)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--pack", "nowhere", "--since", "2026-01-01"), "没有这个目录"),
        (("--pack", "nowhere", "--since", "2026-13-01"), "应为日期"),
        (("--pack", "nowhere", "--since", "2026-02-01", "--until", "2026-01-01"), "早于"),
        (("--pack", "nowhere", "--since", "2026-02-01", "--region", "武汉"), "六位区划代码"),
    ],
)
async def test_what_cannot_be_replayed_is_said_in_one_sentence(
    arguments: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    status, output = await replayed(Address(host=str(tmp_path)), *arguments)
    assert status == 1
    assert said in output


async def test_a_bill_of_somebody_in_arrears_is_decided_again_without_the_fund(
    address: Address, tmp_path: Path
) -> None:
    async with open_bureau(address, tmp_path) as bureau, open_town(bureau) as town:
        daughter, _ = town.family("断缴的女儿与退休的母亲")
        assert (await town.purchase(daughter, [line("A", "30.00")])).paid.fund == 0
    status, said = await replayed(address, "--pack", str(default_folder()), "--since", "2026-01-01", "--json")
    assert status == 0, said
    told: dict[str, Any] = json.loads(said)
    assert (told["done"], told["changed"]) == (1, 0)
