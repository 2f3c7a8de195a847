"""`qinji staff`: a production home gets its first reviewer, who signs in; a lost phone; somebody who leaves."""

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from typer.testing import CliRunner, Result

from qinji.entry.commands.institution import app as institution_app
from qinji.entry.commands.staff import app
from qinji.entry.wiring import Runtime, open_runtime
from qinji.flows import sign_in_staff
from qinji.institution import queries
from qinji.kernel.refusal import Refused
from qinji.platform.database import Address

PHARMACY = "P42010000001"
OWN = "桃花潭水深千尺不及汪伦送我情"


class Shell:
    """The command line beside a bureau that serves from the same home."""

    def __init__(self, address: Address, home: Path, runtime: Runtime) -> None:
        self.environment = {
            "QINJI_DATABASE_HOST": address.host,
            "QINJI_DATABASE_NAME": address.name,
            "QINJI_HOME": str(home),
        }
        self.runtime = runtime

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

    async def come_in(self, staff_id: str, said: str) -> str:
        """Sign in with what was printed; what came of it."""
        password = told(said, "password")
        (secret,) = parse_qs(urlsplit(told(said, "otpauth")).query)["secret"]
        code = pyotp.TOTP(secret).at(self.runtime.clock())
        command = sign_in_staff.SignInStaff(staff_id, password, code, OWN)
        outcome = await sign_in_staff.run(command, self.runtime)
        return outcome.code.name if isinstance(outcome, Refused) else outcome.member.name


def told(said: str, name: str) -> str:
    """One of the secrets, as it is read from the screen."""
    (value,) = re.findall(rf"^{name} +(\S+)$", said, re.MULTILINE)
    return str(value)


@pytest.fixture
async def shell(address: Address, tmp_path: Path) -> AsyncIterator[Shell]:
    """A production home."""
    runtime = await open_runtime(address, tmp_path, "production")
    yield Shell(address, tmp_path, runtime)
    await runtime.database.close()


async def test_a_reviewer_is_employed_signs_in_gets_a_new_phone_and_leaves(shell: Shell) -> None:
    assert "还没有工作人员" in await shell.said("list")
    said = await shell.said("add", "r001", "沈某", "--role", "reviewer")
    assert "R001 沈某(审核)" in said
    assert "只显示这一次" in said
    assert "█" in said
    assert "首次密码未换" in await shell.said("list")
    assert await shell.come_in("R001", said) == "沈某"
    assert await shell.come_in("R001", said) == "STAFF_SIGN_IN_WRONG"
    listed = await shell.said("list")
    assert "R001  沈某  审核  可登录" in listed
    for name in ("password", "otpauth"):
        assert told(said, name) not in listed
    fresh = await shell.said("reset", "R001")
    assert told(fresh, "password") != told(said, "password")
    assert await shell.come_in("R001", said) == "STAFF_SIGN_IN_WRONG"
    assert await shell.come_in("R001", fresh) == "沈某"
    assert "工号不再分配" in await shell.said("end", "R001")
    assert "停用" in await shell.said("list")
    assert "没有工号为 R001 的在职人员" in await shell.refused("end", "R001")
    assert "已使用过" in await shell.refused("add", "R001", "别人", "--role", "clerk")


async def test_a_cashier_is_employed_at_an_institution(shell: Shell) -> None:
    assert "收费员须指明所属机构" in await shell.refused("add", "T001", "简某", "--role", "cashier")
    at = ("--role", "cashier", "--institution", PHARMACY)
    assert "不存在或未定点" in await shell.refused("add", "T001", "简某", *at)
    designate = ("add", PHARMACY, "武汉测试药房", "--level", "pharmacy", "--region", "420100")
    await asyncio.to_thread(CliRunner(env=shell.environment).invoke, institution_app, list(designate))
    said = await shell.said("add", "T001", "简某", *at)
    assert await shell.come_in("T001", said) == "简某"
    assert f"T001  简某  收费员  {PHARMACY}  可登录" in await shell.said("list")


async def test_each_act_is_noted_with_the_account_that_did_it(shell: Shell) -> None:
    await shell.said("add", "C001", "程某", "--role", "clerk")
    await shell.said("reset", "C001")
    await shell.said("end", "C001")
    async with shell.runtime.database.reading() as connection:
        acts = await queries.staff_acts(connection, "C001")
    assert [act.action for act in acts] == ["employ", "reset", "end"]
    assert all(act.actor.startswith("os:") for act in acts)


async def test_a_role_that_there_is_not_is_told_in_words(shell: Shell) -> None:
    assert "clerk、reviewer、cashier" in await shell.refused("add", "C001", "某", "--role", "director")


def test_the_secret_of_the_square_is_a_whole_one() -> None:
    assert len(base64.b32encode(bytes(20)).decode().rstrip("=")) == 32
