"""`qinji account`: people are enrolled from a file, their accounts are credited, and every row is told in words."""

from __future__ import annotations

import asyncio
import io
import os
import sys
import zipfile
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from typer.testing import CliRunner, Result

from qinji.entry.commands.account import app
from qinji.entry.wiring import Runtime, open_runtime
from qinji.flows import audit_books
from qinji.flows.parts import crediting, enrolling
from qinji.insured import queries as insured
from qinji.insured.model import CodeState
from qinji.kernel.identity import check_character
from qinji.ledger import queries as ledger
from qinji.platform.database import Address

PEOPLE = ",".join(enrolling.COLUMNS[:8])
CREDITS = ",".join(crediting.COLUMNS)


def identity_number(place: int) -> str:
    """An identity number that can belong to nobody."""
    first = f"999901{19800101 + place // 1000:08d}{place % 1000:03d}"
    return first + check_character(first)


def person(place: int, **changed: str) -> str:
    """A row of a file of people."""
    cells = {
        "number": f"99010000000{place:05d}",
        "name": f"测{place}",
        "certificate": identity_number(place),
        "card": f"T{place:08d}",
        "region": "990100",
        "insurance": "职工",
        "status": "在职",
        "since": "2020-01-01",
    }
    return ",".join({**cells, **changed}.values())


def workbook(rows: Sequence[Sequence[str]]) -> bytes:
    """The least Excel file that holds these rows as text."""
    lines = "".join(
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{escape(cell)}</t></is></c>' for cell in row) + "</row>"
        for row in rows
    )
    space = "http://schemas.openxmlformats.org"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    relation = f"{space}/officeDocument/2006/relationships"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{space}/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/s.xml" ContentType="{kind}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{space}/package/2006/relationships"><Relationship Id="r1" '
        f'Type="{relation}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{space}/package/2006/relationships"><Relationship '
        f'Id="r1" Type="{relation}/worksheet" Target="worksheets/s.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{space}/spreadsheetml/2006/main" xmlns:r="{relation}">'
        '<sheets><sheet name="s" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/worksheets/s.xml": f'<worksheet xmlns="{space}/spreadsheetml/2006/main"><sheetData>{lines}</sheetData>'
        "</worksheet>",
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return made.getvalue()


class Shell:
    """The command line beside a bureau that serves from the same home."""

    def __init__(self, address: Address, home: Path, runtime: Runtime) -> None:
        self.environment = {
            "QINJI_DATABASE_HOST": address.host,
            "QINJI_DATABASE_NAME": address.name,
            "QINJI_HOME": str(home),
        }
        self.home, self.runtime = home, runtime

    async def run(self, *words: str) -> Result:
        """One command."""
        return await asyncio.to_thread(CliRunner(env=self.environment).invoke, app, list(words))

    async def said(self, status: int, *words: str) -> str:
        """What a command prints that ends with this status."""
        result = await self.run(*words)
        assert result.exit_code == status, result.output
        return result.output

    def file(self, name: str, *rows: str, encoding: str = "utf-8") -> str:
        """A CSV file."""
        path = self.home / name
        path.write_text("\n".join(rows), encoding=encoding)
        return str(path)

    async def balance(self, place: int) -> int:
        """The balance of a person of ``person``, in fen."""
        digest = self.runtime.vault.digest(insured.NUMBER, f"99010000000{place:05d}")
        async with self.runtime.database.reading() as connection:
            (found,) = (await insured.find(connection, insured.NUMBER, [digest])).values()
            return sum((await ledger.balances(connection, [found]))[found].values())

    async def booked(self) -> int:
        """How many rows were ever credited."""
        async with self.runtime.database.reading() as connection:
            return int(await connection.fetchval("select count(*) from account_run_line"))


@pytest.fixture
async def shell(address: Address, tmp_path: Path) -> AsyncIterator[Shell]:
    runtime = await open_runtime(address, tmp_path, "sandbox")
    yield Shell(address, tmp_path, runtime)
    await runtime.database.close()


async def test_people_are_enrolled_once_and_their_accounts_credited(shell: Shell) -> None:
    people = shell.file(
        "people.csv", PEOPLE, person(1), person(2), person(3, insurance="居民", status="儿童")
    )
    preview = await shell.said(0, "enrol", people)
    assert "将登记:3 人" in preview
    assert "这是预览,没有登记" in preview
    assert "已登记:3 人" in await shell.said(0, "enrol", people, "--confirm")
    again = await shell.said(0, "enrol", people, "--confirm")
    assert "已登记:0 人" in again
    assert "资料相同:3 人" in again
    month = shell.file(
        "credits.csv",
        CREDITS,
        "9901000000000001,2026-01,100.00,在职",
        "9901000000000002,2026-01,0.01,退休",
        "9901000000000003,2026-01,5,在职",
        encoding="gb18030",
    )
    told = await shell.said(1, "credit", month)
    assert "将入账:2 行,100.01 元" in told
    assert "第 4 行:此人参加居民医保,没有个人账户。从文件中删去此行" in told
    assert await shell.balance(1) == 0
    assert "已入账:2 行,100.01 元" in await shell.said(1, "credit", month, "--confirm")
    assert "此文件以前已入账:2 行,100.01 元" in await shell.said(1, "credit", month, "--confirm")
    assert (await shell.balance(1), await shell.balance(2)) == (10_000, 1)
    report = (shell.home / "credits.未办理.csv").read_text(encoding="utf-8-sig")
    assert '4,9901000000000003,2026-01,5,在职,"此人参加居民医保' in report
    async with shell.runtime.database.reading() as connection:
        assert await audit_books.run(connection) == []


async def test_a_run_that_is_killed_goes_on_where_it_was(shell: Shell) -> None:
    count = 2_500
    people = shell.file("many.csv", PEOPLE, *(person(place) for place in range(count)))
    assert f"已登记:{count} 人" in await shell.said(0, "enrol", people, "--confirm")
    rows = (f"99010000000{place:05d},2026-01,0.01,在职" for place in range(count))
    month = shell.file("month.csv", CREDITS, *rows)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "qinji", "account", "credit", month, "--confirm"),
        env={**os.environ, **shell.environment},
        stdout=asyncio.subprocess.DEVNULL,
    )
    ended = asyncio.create_task(process.wait())
    while not ended.done() and not await shell.booked():
        await asyncio.wait([ended], timeout=0.01)
    if not ended.done():
        process.kill()
    await ended
    before = await shell.booked()
    assert before % 1_000 in (0, count % 1_000)
    told = await shell.said(0, "credit", month, "--confirm")
    assert f"已入账:{count - before} 行" in told
    assert await shell.booked() == count
    async with shell.runtime.database.reading() as connection:
        assert await audit_books.run(connection) == []


async def test_other_particulars_are_told_and_not_changed(shell: Shell) -> None:
    await shell.said(0, "enrol", shell.file("a.csv", PEOPLE, person(1)), "--confirm")
    other = shell.file(
        "b.csv",
        PEOPLE,
        person(1, name="别名", certificate=identity_number(9)),
        person(2, card="T00000001"),
        person(3, certificate=identity_number(1)),
        person(4),
        person(4, card="T99", certificate=identity_number(44)),
        person(5, certificate="123"),
        person(6, insurance="居民"),
        person(7, region="123456"),
    )
    said = await shell.said(1, "enrol", other, "--confirm")
    assert "已登记:1 人" in said
    for words in (
        "第 2 行:此人已登记,但姓名、证件号码不同",
        "第 3 行:社保卡号与第 2 行相同",
        "第 4 行:证件号码已是另一位参保人的",
        "第 6 行:人员编号与第 5 行相同",
        "第 7 行:证件号码不对",
        "第 8 行:人员类别“在职”与险种不符",
        "第 9 行:参保地 123456 没有可用的政策",
    ):
        assert words in said
    report = (shell.home / "b.未办理.csv").read_text(encoding="utf-8-sig")
    assert identity_number(9) not in said + report
    assert identity_number(9)[:4] in report
    digest = shell.runtime.vault.digest(insured.NUMBER, "9901000000000001")
    async with shell.runtime.database.reading() as connection:
        found = await insured.find(connection, insured.NUMBER, [digest])
        (first,) = (await insured.persons(connection, list(found.values()))).values()
        trail = await insured.audit_trail(connection, first.person_id, 10)
    assert (first.name, first.code_state) == ("测1", CodeState.NOT_ACTIVATED)
    assert [row.action for row in trail] == ["enrol"]


async def test_an_excel_file_is_read_like_a_csv(shell: Shell) -> None:
    path = shell.home / "people.xlsx"
    path.write_bytes(workbook([PEOPLE.split(","), person(1).split(",")]))
    assert "将登记:1 人" in await shell.said(0, "enrol", str(path))


async def test_a_file_that_cannot_be_used_is_told_in_one_sentence(shell: Shell) -> None:
    assert "缺少这些列:类别" in await shell.said(
        2, "credit", shell.file("x.csv", "人员编号,月份,金额", "1,2,3")
    )
    assert "读不了文件" in await shell.said(2, "credit", str(shell.home / "none.csv"))
    broken = shell.home / "broken.xlsx"
    broken.write_bytes(b"no workbook")
    assert "打不开" in await shell.said(2, "credit", str(broken))
    picture = shell.home / "picture.csv"
    picture.write_bytes(bytes(range(256)))
    assert "不是 CSV 文本" in await shell.said(2, "credit", str(picture))


async def test_a_cell_of_a_refused_row_is_no_formula_for_whoever_opens_the_report(shell: Shell) -> None:
    await shell.said(1, "credit", shell.file("f.csv", CREDITS, "=1+1,2026-01,1,在职"))
    report = (shell.home / "f.未办理.csv").read_text(encoding="utf-8-sig")
    assert ",'=1+1," in report


async def test_the_year_that_has_ended_is_told_and_rolled_over_once(shell: Shell) -> None:
    assert "尚未转完" in await shell.said(0, "roll-over", "--year", "2025", "--region", "330100")
    assert "已转完:0 人" in await shell.said(
        0, "roll-over", "--year", "2025", "--region", "330100", "--confirm"
    )
    again = await shell.said(0, "roll-over", "--year", "2025", "--region", "330100", "--confirm")
    assert "没有变动" in again
    assert "才结束" in await shell.said(0, "roll-over", "--year", "2900", "--region", "330100")
