"""`qinji account claw-back`: previewed, entered by one, approved by another; killed, it goes on where it was."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from qinji.entry.wiring import open_runtime
from qinji.flows import audit_books
from qinji.flows.parts import clawing
from qinji.institution import store as institutions
from qinji.institution.model import StaffMember
from qinji.kernel.actor import StaffRole
from qinji.platform.database import Address
from tests.flows.test_account_command import CREDITS, PEOPLE, Shell, person

HEADER = ",".join(clawing.COLUMNS)
STAFF = (
    StaffMember("C001", "程某", StaffRole.CLERK, None),
    StaffMember("R001", "殷某", StaffRole.REVIEWER, None),
)
WHY = ("--reason", "三月的缴费基数录错")


@pytest.fixture
async def shell(address: Address, tmp_path: Path) -> AsyncIterator[Shell]:
    runtime = await open_runtime(address, tmp_path, "sandbox")
    async with runtime.database.transaction() as connection:
        await institutions.employ(connection, STAFF)
    yield Shell(address, tmp_path, runtime)
    await runtime.database.close()


async def credited(shell: Shell, count: int) -> str:
    """So many people whose accounts a file credited with five yuan each."""
    people = shell.file("people.csv", PEOPLE, *(person(place) for place in range(count)))
    await shell.said(0, "enrol", people, "--confirm")
    rows = (f"99010000000{place:05d},2026-01,5.00,在职" for place in range(count))
    month = shell.file("month.csv", CREDITS, *rows)
    await shell.said(0, "credit", month, "--confirm")
    return month


def correction(shell: Shell, count: int, yuan: str) -> str:
    """A file that takes so much back from each."""
    rows = (f"99010000000{place:05d},{place + 2},2026-01,{yuan}" for place in range(count))
    return shell.file("back.csv", HEADER, *rows)


async def test_nothing_is_taken_before_another_has_approved_and_then_once(shell: Shell) -> None:
    month = await credited(shell, 2)
    words = (correction(shell, 2, "4.50"), "--of", month)
    preview = await shell.said(0, "claw-back", *words)
    assert "可扣回:2 行,9.00 元" in preview
    assert "这是预览,没有扣款" in preview
    assert "--staff" in await shell.said(2, "claw-back", *words, "--enter")
    assert "一次只能写一个" in await shell.said(2, "claw-back", *words, "--enter", "--approve")
    assert "原因" in await shell.said(1, "claw-back", *words, "--enter", "--staff", "c001")
    entered = await shell.said(0, "claw-back", *words, "--enter", "--staff", "c001", *WHY)
    assert "等另一名工作人员" in entered
    assert "C001 录入,原因:三月的缴费基数录错" in await shell.said(0, "claw-back", *words)
    assert "两名工作人员" in await shell.said(1, "claw-back", *words, "--approve", "--staff", "C001")
    assert await shell.balance(0) == 500
    done = await shell.said(0, "claw-back", *words, "--approve", "--staff", "R001")
    assert "已扣回:2 行,9.00 元" in done
    assert "R001 已复核。已告知本人" in done
    again = await shell.said(0, "claw-back", *words, "--approve", "--staff", "R001")
    assert "以前已扣回:9.00 元" in again
    assert "已办完" in again
    assert "没有要再扣的" in await shell.said(
        1, "claw-back", *words, "--enter", "--again", "--staff", "C001", *WHY
    )
    assert (await shell.balance(0), await shell.balance(1)) == (50, 50)
    async with shell.runtime.database.reading() as connection:
        assert await audit_books.run(connection) == []


async def test_a_refusal_is_told_and_another_file_than_the_credited_one_is_none(shell: Shell) -> None:
    month = await credited(shell, 1)
    back = correction(shell, 1, "4.50")
    other = shell.file("other.csv", CREDITS, "9901000000000000,2026-02,1,在职")
    assert "没有入过账" in await shell.said(1, "claw-back", back, "--of", other)
    words = (back, "--of", month)
    await shell.said(0, "claw-back", *words, "--enter", "--staff", "C001", *WHY)
    said = await shell.said(
        0, "claw-back", *words, "--refuse", "--staff", "R001", "--reason", "与单位来函不符"
    )
    assert "R001 复核没有通过:与单位来函不符" in said
    assert await shell.balance(0) == 500


async def test_a_claw_back_that_is_killed_goes_on_where_it_was(shell: Shell) -> None:
    count = 2_500
    month = await credited(shell, count)
    words = (correction(shell, count, "4.00"), "--of", month)
    await shell.said(0, "claw-back", *words, "--enter", "--staff", "C001", *WHY)

    async def booked() -> int:
        async with shell.runtime.database.reading() as connection:
            return int(await connection.fetchval("select count(*) from clawback_line"))

    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "qinji", "account", "claw-back", *words, "--approve", "--staff", "R001"),
        env={**os.environ, **shell.environment},
        stdout=asyncio.subprocess.DEVNULL,
    )
    ended = asyncio.create_task(process.wait())
    while not ended.done() and not await booked():
        await asyncio.wait([ended], timeout=0.01)
    if not ended.done():
        process.kill()
    await ended
    before = await booked()
    assert before % 1_000 in (0, count % 1_000)
    told = await shell.said(0, "claw-back", *words, "--approve", "--staff", "R001")
    assert f"以前已扣回:{before * 4}.00 元" in told
    assert await booked() == count
    assert {await shell.balance(place) for place in (0, 999, 1_000, count - 1)} == {100}
    async with shell.runtime.database.reading() as connection:
        assert await audit_books.run(connection) == []
