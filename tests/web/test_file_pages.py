"""批量办理 at the console: a file is brought, looked at, entered by one, approved by another, stopped and gone on with."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest
from python_calamine import CalamineWorkbook

from qinji.bulk import queries
from qinji.bulk.model import FileKind
from qinji.flows import roll_over_balances
from qinji.flows.parts.bulk_rows import COLUMNS
from qinji.web import limits
from tests.bureau import Bureau
from tests.clawing import WHY, Office
from tests.filing import Desk, text_of
from tests.reader import Reader, open_reader, words

pytestmark = pytest.mark.asyncio
CLERK, REVIEWER = "C001", "R001"
CREDIT, CLAW_BACK = FileKind.CREDIT, FileKind.CLAW_BACK


@pytest.fixture
def office(bureau: Bureau, tmp_path: Path) -> Office:
    return Office(bureau, bureau.runtime, tmp_path)


@pytest.fixture
def desk(bureau: Bureau) -> Desk:
    return Desk(bureau.runtime)


@pytest.fixture
async def colleague(bureau: Bureau) -> AsyncIterator[Reader]:
    """Who decides."""
    async with open_reader(bureau) as opened:
        await opened.sign_in_staff(REVIEWER, "/console")
        yield opened


async def sent(
    reader: Reader, kind: FileKind, content: bytes, name: str = "三月.csv", **fields: str
) -> tuple[int, str]:
    """A file is uploaded: the status, and where one is led to or what the page says."""
    page = f"/console/files/new/{kind}"
    answer = await reader.send_files(await reader.open(page), page, {"file": [(name, content)]}, fields)
    return answer.status_code, str(answer.headers.get("location") or words(answer.text))


async def brought(reader: Reader, desk: Desk, kind: FileKind, *rows: str, **fields: str) -> str:
    """A file of these rows is uploaded and checked; its address."""
    status, where = await sent(reader, kind, text_of(kind, rows), **fields)
    assert status == 303, where
    await desk.worked()
    return where.partition("?")[0]


async def say(reader: Reader, page: str, answer: str, reason: str = "") -> tuple[int, str]:
    """Press one of the buttons of a file's page."""
    html = await reader.open(page)
    assert f'value="{answer}"' in html, words(html)
    told = await reader.send(html, page, answer=answer, reason=reason)
    return told.status_code, words(told.text)


async def test_a_crediting_is_uploaded_looked_at_entered_approved_and_carried_out(
    office: Office, desk: Desk, reader: Reader, colleague: Reader
) -> None:
    one, other = office.numbers[:2]
    before = await office.balance(one)
    await reader.sign_in_staff(CLERK, "/console")
    said = await reader.say("/console/files")
    assert "没有还没办完的文件" in said
    status, where = await sent(
        reader,
        CREDIT,
        text_of(CREDIT, [f"{one},2026-03,500.00,在职", f"{other},2026-03,80,退休", "=1+1,2026-03,1,在职"]),
    )
    assert (status, where.rpartition("?")[2]) == (303, "done=brought")
    page = where.partition("?")[0]
    said = await reader.say(where)
    assert "已收到文件,正在核对。没有任何变动。" in said
    assert "正在逐行核对" in said
    assert f'data-follow="{page}"' in reader.last
    await desk.worked()
    said = await reader.say(page)
    assert "data-follow" not in reader.last
    assert "可以划入 2 行 ¥580.00" in said
    assert "办不了 1 行" in said
    assert "没有人员编号为 =1+1 的参保人" in said
    assert (
        (await reader.client.get(f"{page}/refused.csv"))
        .text.splitlines()[1]
        .startswith("4,'=1+1,2026-03,1,在职,")
    )
    assert await say(reader, page, "enter") == (422, await told_again(reader, page))
    assert (await say(reader, page, "enter", "三月单位缴费,报盘第 12 号"))[0] == 303
    said = await reader.say(page)
    assert "录入和复核" not in said
    assert "提交和复核不能是同一个人" in said
    assert 'value="approve"' not in reader.last
    assert await office.balance(one) == before
    queue = await colleague.say("/console")
    assert "批量文件" in queue
    assert "个人账户划入:三月.csv,3 行" in queue
    said = await colleague.say(page)
    assert "通过以后马上开始办:2 行, ¥580.00" in said
    assert "三月单位缴费,报盘第 12 号" in said
    assert (await say(colleague, page, "approve"))[0] == 303
    assert "复核通过,开始办理。可以离开这一页" in await colleague.say(f"{page}?done=approve")
    await desk.worked()
    said = await colleague.say(page)
    assert "已办完" in said
    assert "已划入 2 行 ¥580.00" in said
    assert await office.balance(one) == before + 50_000
    assert "多划了?扣回" in said


async def told_again(reader: Reader, page: str) -> str:
    """What the page says to a reason of no words."""
    html = await reader.open(page)
    answer = await reader.send(html, page, answer="enter", reason="")
    said = words(answer.text)
    assert "请写明事由" in said
    return said


async def test_a_file_that_cannot_be_read_says_why_and_the_form_stays(reader: Reader) -> None:
    await reader.sign_in_staff(CLERK, "/console")
    status, said = await sent(reader, CREDIT, b"a,b\n1,2\n")
    assert status == 422
    assert "表头缺少这些列:人员编号、月份、金额、类别" in said
    assert "没有任何变动" in said
    page = "/console/files/new/credit"
    answer = await reader.send_files(await reader.open(page), page, {}, {})
    assert (answer.status_code, "请选一个文件" in words(answer.text)) == (422, True)


async def test_too_much_is_taken_back_of_a_crediting_that_is_chosen_from_a_list(
    office: Office, desk: Desk, reader: Reader, colleague: Reader
) -> None:
    number = office.numbers[0]
    before = await office.balance(number)
    await reader.sign_in_staff(CLERK, "/console")
    assert "还没有划入过,没有可扣回的" in await reader.say("/console/files/new/claw_back")
    credited = await desk.done(CREDIT, f"{number},2026-03,500,在职")
    name = f"crediting/{credited.digest}"
    said = await reader.say(f"/console/files/new/claw_back?credit={name}")
    assert "名单.csv 1 行 500.00 元" in said
    assert f'<option value="{name}" selected>' in reader.last
    rows = [f"{number},2,2026-03,450"]
    assert (await sent(reader, CLAW_BACK, text_of(CLAW_BACK, rows)))[0] == 422
    page = await brought(reader, desk, CLAW_BACK, *rows, credit=name)
    said = await reader.say(page)
    assert "可以扣回 1 行 ¥450.00" in said
    assert "扣款的原因,被扣的人都会看到" in said
    assert (await say(reader, page, "enter", WHY))[0] == 303
    assert (await say(colleague, page, "approve"))[0] == 303
    await desk.worked()
    assert "已扣回 1 行 ¥450.00" in await colleague.say(page)
    assert await office.balance(number) == before + 5_000


async def test_a_running_file_shows_how_far_it_is_and_is_stopped_and_goes_on(
    office: Office, desk: Desk, reader: Reader, colleague: Reader
) -> None:
    await reader.sign_in_staff(CLERK, "/console")
    page = await brought(reader, desk, CREDIT, f"{office.numbers[0]},2026-03,1,在职")
    file = (await desk.file(await last(desk))).file_id
    await desk.approved(file)
    said = await reader.say(page)
    assert "0%:1 行中的 0 行" in said
    part = await reader.client.get(page, headers={"hx-request": "true"})
    assert part.text.lstrip().startswith("<div")
    assert (await say(reader, page, "stop"))[0] == 303
    said = await reader.say(page)
    assert "继续,就从停下的地方接着办" in said
    assert 'value="go_on"' not in reader.last
    assert "要继续办请另一位同事来点" in said
    assert (await say(colleague, page, "go_on"))[0] == 303
    await desk.worked()
    assert "已办完" in await reader.say(page)


async def last(desk: Desk) -> UUID:
    """The file that was brought last."""
    async with desk.deps.database.reading() as connection:
        return (await queries.listed(connection, 1))[0].file_id


async def test_an_empty_sheet_has_the_columns_that_are_asked_for(reader: Reader) -> None:
    await reader.sign_in_staff(CLERK, "/console")
    for kind in FileKind:
        answer = await reader.client.get(f"/console/files/new/{kind}/empty.xlsx")
        (titles,) = (
            CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
        )
        assert titles == list(COLUMNS[kind])
        said = await reader.say(f"/console/files/new/{kind}")
        assert all(column in said for column in COLUMNS[kind])


@pytest.mark.parametrize(
    "path", ["/console/files", "/console/files/new/credit", "/console/files/years", "/console/files/0"]
)
async def test_who_is_not_of_the_bureau_is_led_to_sign_in(reader: Reader, path: str) -> None:
    await reader.sign_in_staff("T001")
    answer = await reader.client.get(path)
    assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/console/sign-in")


async def test_what_is_not_there_is_told(reader: Reader) -> None:
    await reader.sign_in_staff(CLERK, "/console")
    for path in ("/console/files/new/nonsense", "/console/files/0", "/console/files/0/refused.csv"):
        assert "没有找到" in await reader.say(path, 404)


async def test_a_file_larger_than_may_be_is_refused_in_words(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "FILES_BODY_MAX", 1_000)
    await reader.sign_in_staff(CLERK, "/console")
    status, said = await sent(reader, CREDIT, b"x" * 2_000)
    assert (status, "没有任何变动" in said) == (413, True)


async def test_the_account_years_say_how_far_they_are(bureau: Bureau, reader: Reader) -> None:
    await reader.sign_in_staff(CLERK, "/console")
    said = await reader.say("/console/files/years")
    assert "杭州市" in said
    assert "还没有开始" in said
    await roll_over_balances.run(bureau.runtime)
    assert "已办完" in await reader.say("/console/files/years")


async def test_the_pages_ask_the_database_within_their_budget(
    office: Office, desk: Desk, reader: Reader
) -> None:
    await reader.sign_in_staff(CLERK, "/console")
    page = await brought(reader, desk, CREDIT, f"{office.numbers[0]},2026-03,1,在职", "无,2026-03,1,在职")
    for path, budget in (
        (page, 5),
        ("/console/files", 3),
        ("/console/files/new/claw_back", 4),
        ("/console/files/years", 3),
    ):
        with reader.counting() as asked:
            await reader.open(path)
        assert len(asked) <= budget, asked
