"""`qinji premium spare`: the command by which one operator notes what papers say does what the window's act does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from qinji.entry.commands.premium import app
from qinji.entry.sandbox.load import open_sandbox
from qinji.entry.sandbox.model import Person, World
from qinji.entry.wiring import Runtime, open_runtime
from qinji.insured import queries as insured
from qinji.insured.model import Insurance
from qinji.kernel.purpose import SparedGround
from qinji.platform.database import Address
from qinji.premium import queries as premiums
from tests.bureau import SEED


class Shell:
    """The command line beside a bureau that serves the sandbox world from the same home."""

    def __init__(self, address: Address, home: Path, runtime: Runtime, world: World) -> None:
        self.environment = {
            "QINJI_DATABASE_HOST": address.host,
            "QINJI_DATABASE_NAME": address.name,
            "QINJI_HOME": str(home),
        }
        self.runtime, self.world = runtime, world

    async def run(self, *words: str) -> Result:
        """One command."""
        return await asyncio.to_thread(CliRunner(env=self.environment).invoke, app, list(words))

    def person(self, insurance: Insurance) -> Person:
        """Somebody who is insured like this."""
        return next(one for one in self.world.people if one.insurance is insurance)

    async def grounds(self, person: Person) -> frozenset[SparedGround]:
        """What is kept with somebody's enrolment."""
        digest = self.runtime.vault.digest(insured.NUMBER, person.number)
        async with self.runtime.database.reading() as connection:
            found = (await insured.find(connection, insured.NUMBER, [digest]))[digest]
            enrolment = await premiums.enrolment(connection, found)
        return frozenset() if enrolment is None else enrolment.grounds


@pytest.fixture
async def shell(address: Address, tmp_path: Path) -> AsyncIterator[Shell]:
    """A home with the sandbox world."""
    runtime = await open_runtime(address, tmp_path, "sandbox")
    sandbox = await open_sandbox(SEED, runtime)
    yield Shell(address, tmp_path, runtime, sandbox.world)
    await runtime.database.close()


async def test_what_the_papers_say_is_noted_once_for_a_resident_and_for_nobody_else(shell: Shell) -> None:
    resident, employee = shell.person(Insurance.RESIDENT), shell.person(Insurance.EMPLOYEE)
    for _again in range(2):
        done = await shell.run("spare", resident.number, "released")
        assert done.exit_code == 0, done.output
        assert "已登记" in done.output
        assert await shell.grounds(resident) == {SparedGround.RELEASED}
    unknown = await shell.run("spare", resident.number, "newborn")
    assert (unknown.exit_code, "没有改动" in unknown.output) == (2, True)
    for number in (employee.number, "0"):
        refused = await shell.run("spare", number, "ex_serviceman")
        assert refused.exit_code == 1, refused.output
    assert await shell.grounds(employee) == frozenset()
    assert await shell.grounds(resident) == {SparedGround.RELEASED}
