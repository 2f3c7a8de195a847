"""`qinji institution`: a production home gets its first institution, which then signs, and loses its key again."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from qinji.entry.commands.institution import app
from qinji.entry.wiring import Flows, Runtime, open_runtime
from qinji.gateway.endpoint import Gateway
from qinji.institution import queries
from qinji.kernel.dates import milliseconds
from qinji.kernel.signing import headers_a
from qinji.platform.database import Address

HOSPITAL = "H42010000001"
ADD = ("add", HOSPITAL, "武汉测试医院", "--level", "2", "--region", "420100")


class Shell:
    """The command line beside a bureau that serves from the same home."""

    def __init__(self, address: Address, home: Path) -> None:
        self.environment = {
            "QINJI_DATABASE_HOST": address.host,
            "QINJI_DATABASE_NAME": address.name,
            "QINJI_HOME": str(home),
        }

    async def run(self, *words: str) -> Result:
        """One command."""
        return await asyncio.to_thread(CliRunner(env=self.environment).invoke, app, list(words))

    async def said(self, *words: str) -> str:
        """What a command prints that does what it should."""
        result = await self.run(*words)
        assert result.exit_code == 0, result.output
        return result.output

    async def refused(self, *words: str) -> str:
        """What a command prints that refuses, with status 1."""
        result = await self.run(*words)
        assert result.exit_code == 1, result.output
        return result.output

    async def key(self) -> tuple[str, str]:
        """A new key, as it is read from the screen."""
        said = await self.said("add-key", HOSPITAL)
        access_key, secret = re.findall(r"^(?:access_key|secret) +(\S+)$", said, re.MULTILINE)
        return access_key, secret


async def asked(gateway: Gateway, runtime: Runtime, access_key: str, secret: str) -> object:
    """Whether a message of the hospital that is signed with this key is done."""
    headers = headers_a("1201", access_key, secret, milliseconds(runtime.clock()))
    message = {"infno": "1201", "msgid": "m", "fixmedins_code": HOSPITAL}
    body = json.dumps({**message, "input": {"medinsinfo": {"fixmedins_code": HOSPITAL}}}).encode()
    answer: dict[str, object] = json.loads((await gateway.answer(headers, body)).body)
    return answer.get("infcode", answer.get("message"))


async def test_a_production_home_gets_an_institution_that_signs_and_changes_its_key(
    address: Address, tmp_path: Path
) -> None:
    runtime, shell = await open_runtime(address, tmp_path, "production"), Shell(address, tmp_path)
    try:
        gateway = Gateway(Flows(runtime), runtime.clock, runtime.entropy, production=True)
        assert "还没有机构" in await shell.said("list")
        assert f"qinji institution add-key {HOSPITAL}" in await shell.said(*ADD)
        first, second = await shell.key(), await shell.key()
        for key in (first, second):
            assert await asked(gateway, runtime, *key) == 0
        assert "已有 2 个有效密钥" in await shell.refused("add-key", HOSPITAL)
        assert "还有 1 个有效密钥" in await shell.said("revoke-key", first[0])
        assert await asked(gateway, runtime, *first) == "非法用户!"
        assert await asked(gateway, runtime, *second) == 0
        assert "报文现在会被拒绝" in await shell.said("scheme", HOSPITAL, "none")
        assert await asked(gateway, runtime, *second) == -1
        listed = await shell.said("list")
        assert "签名方式 none" in listed
        assert re.search(f"{first[0]}.*吊销", listed)
        assert re.search(f"{second[0]}.*有效", listed)
        assert first[1] not in listed
        async with runtime.database.reading() as connection:
            trail = await queries.acts(connection, HOSPITAL)
        assert [act.action for act in trail] == [
            "designate",
            "issue_key",
            "issue_key",
            "revoke_key",
            "change_scheme",
        ]
        assert all(act.actor.startswith("os:") for act in trail)
    finally:
        await runtime.database.close()


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("add", "P42010000001", *ADD[2:]), "应以 H 开头"),
        (("add", "H4201", *ADD[2:]), "12 位"),
        (("add", "h42010000002", *ADD[2:]), "大写"),
        (("add", "H42010000002", " ", *ADD[3:]), "机构名称"),
        (("add", "H42010000002", "院", "--level", "4", "--region", "420100"), "级别"),
        (("add", "H42010000002", "院", "--level", "2", "--region", "999999"), "没有可用的医保政策"),
        ((*ADD, "--scheme", "C"), "签名方式"),
        ((*ADD, "--credit-code", "9" * 19), "统一社会信用代码"),
        (("add-key", "H99999999999"), "不存在或未定点"),
        (("scheme", "H99999999999", "A"), "不存在或未定点"),
        (("scheme", HOSPITAL, "C"), "签名方式"),
        (("revoke-key", "nobody"), "没有有效的访问密钥 nobody"),
    ],
)
async def test_what_cannot_be_done_is_refused_with_its_reason_and_status_1(
    address: Address, tmp_path: Path, words: tuple[str, ...], reason: str
) -> None:
    await (await open_runtime(address, tmp_path, "production")).database.close()
    shell = Shell(address, tmp_path)
    assert reason in await shell.refused(*words)
    assert "还没有机构" in await shell.said("list")


async def test_an_institution_is_added_once(address: Address, tmp_path: Path) -> None:
    await (await open_runtime(address, tmp_path, "sandbox")).database.close()
    shell = Shell(address, tmp_path)
    await shell.said(*ADD)
    assert "已存在" in await shell.refused(*ADD)


async def test_a_database_that_was_never_served_from_is_said_in_one_sentence(
    address: Address, tmp_path: Path
) -> None:
    result = await Shell(address, tmp_path).run("list")
    assert result.exit_code == 2
    assert "请先运行一次 qinji serve" in result.output
