"""花费查询, 收支明细, 月对账单, 下载我的信息: what each page says, who may read it, and how much it asks the database."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from python_calamine import CalamineWorkbook

from qinji.entry.sandbox.model import Person
from tests.household import Town
from tests.reader import Reader, words
from tests.till import line

pytestmark = pytest.mark.asyncio
THIS = "/records/statements/2026-03"
ITEM = "阿莫西林"


def two(town: Town) -> tuple[Person, Person]:
    """A daughter with 500.00 yuan, and her mother whose account holds twenty."""
    daughter, mother = town.family("女儿与不用智能手机的母亲")
    return daughter, mother


async def lived(town: Town) -> None:
    """Two bills of the mother's that the daughter's account helped to pay, the second taken back."""
    daughter, mother = two(town)
    assert (await (await town.phone(daughter)).grant(mother)).done
    for yuan in ("100.00", "30.00"):
        town.bureau.later(minutes=3)
        bill = await town.purchase(mother, [line("A", yuan)])
    town.bureau.later(minutes=3)
    await town.cancel(bill)
    town.bureau.later(minutes=3)


async def test_a_patient_searches_bills_that_name_whose_money_paid(town: Town, reader: Reader) -> None:
    await lived(town)
    daughter, mother = two(town)
    await reader.sign_in(mother.number)
    said = await reader.say("/records")
    assert "本人账户 ¥20.00" in said
    assert "李*(您的女儿)的账户 ¥80.00" in said
    assert "已退回" in said
    assert said.index("¥30.00") < said.index("¥100.00"), "newest first"
    assert "¥100.00" not in await reader.say("/records?state=returned")
    assert "¥30.00" not in await reader.say("/records?least=99")
    assert "没有找到" in await reader.say("/records?kind=outpatient")
    assert "没有找到" in await reader.say("/records?month=2026-02")
    assert "¥80.00" in await reader.say(f"/records?month=2026-03&payer={daughter.number}")
    assert "没有找到" in await reader.say("/records?payer=cash")


async def test_what_is_no_month_or_amount_is_told_and_narrows_nothing(town: Town, reader: Reader) -> None:
    await lived(town)
    await reader.sign_in(two(town)[1].number)
    for query, told in (("least=许多", "“许多”不是金额"), ("month=三月", "“三月”不是月份")):
        said = await reader.say(f"/records?{query}")
        assert told in said
        assert "¥100.00" in said


async def test_a_grantor_searches_what_their_account_paid_and_reads_no_place_and_no_item(
    town: Town, reader: Reader
) -> None:
    await lived(town)
    daughter, mother = two(town)
    await reader.sign_in(mother.number)
    hers = await reader.say("/records")
    place = next(one.name for one in town.bureau.world.institutions if one.name in hers)
    await reader.sign_in(daughter.number)
    for path in ("/records?who=shared", f"/records?who=shared:{mother.number}"):
        html = await reader.open(path)
        said = words(html)
        assert "替 杨**(您的母亲) 付" in said
        assert "-¥80.00" in said
        for secret in (place, ITEM, mother.name, "¥20.00"):
            assert secret not in html, secret
    assert "没有找到" in await reader.say(f"/records?who=shared&place={place}")
    assert "看不到这些花费" in await reader.say(f"/records?who=of:{mother.number}", 404)


async def test_the_account_is_told_line_by_line_with_before_and_after_and_on_any_day(
    town: Town, reader: Reader
) -> None:
    await lived(town)
    await reader.sign_in(two(town)[0].number)
    said = await reader.say("/records/account")
    for told in (
        "您的个人账户 ¥0.00 → ¥500.00",
        "您的个人账户 ¥500.00 → ¥420.00",
        "家庭共济:为杨**(您的母亲)支付",
    ):
        assert told in said
    assert said.index("¥390.00 → ¥420.00") < said.index("¥420.00 → ¥390.00"), "newest first"
    assert "2026年3月17日结束时 您的个人账户余额 ¥420.00" in await reader.say(
        "/records/account?day=2026-03-17"
    )
    assert "2026年3月16日结束时 您的个人账户余额 ¥0.00" in await reader.say("/records/account?day=2026-03-16")
    assert "没有找到" in await reader.say("/records/account?kind=interest")


async def test_a_month_adds_up_on_the_page_on_paper_and_in_the_workbook(town: Town, reader: Reader) -> None:
    await lived(town)
    daughter, mother = two(town)
    await reader.sign_in(daughter.number)
    html = await reader.open(THIS)
    said = words(html)
    assert "期初 0.00 元 + 收入 530.00 元 - 支出 110.00 元 = 期末 420.00 元" in said
    assert "您的个人账户替谁付了钱 杨**(您的母亲) ¥80.00 合计 ¥80.00" in said
    assert 'role="img" aria-label="2026年3月:您的账户为杨**(您的母亲) 80.00"' in html
    assert "2026年3月 您的账户为杨**(您的母亲) ¥80.00" in said, "each number of a chart stands in its table"
    paper = await reader.client.get(f"{THIS}/pdf")
    assert paper.headers["content-type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF-")
    book = await reader.client.get(f"{THIS}/xlsx")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(book.content))
    assert sheet.get_sheet_by_name("余额").to_python()[1] == ["个人账户", 0.0, 530.0, 110.0, 420.0]
    told = str([sheet.get_sheet_by_name(name).to_python() for name in sheet.sheet_names])
    for text in (html, told):
        for secret in (ITEM, mother.name, mother.number):
            assert secret not in text, secret


async def test_a_month_that_is_none_has_no_statement(town: Town, reader: Reader) -> None:
    await reader.sign_in(two(town)[0].number)
    for month in ("2026-13", "2026-04", "1900-01", "x"):
        assert "没有这个月的对账单" in await reader.say(f"/records/statements/{month}", 404)
        await reader.open(f"/records/statements/{month}/pdf", 404)
        await reader.open(f"/records/statements/{month}/xlsx", 404)
    assert "这个月没有医疗费" in await reader.say("/records/statements/2026-02")


async def test_ones_data_is_taken_away_by_a_form_of_this_site_and_the_trail_says_so(
    town: Town, reader: Reader
) -> None:
    await lived(town)
    await reader.sign_in(two(town)[1].number)
    answer = await reader.submit("/me/export")
    assert answer.headers["content-type"] == "application/zip"
    exported = zipfile.ZipFile(io.BytesIO(answer.content))
    assert len(json.loads(exported.read("bills.json"))["rows"]) == 2
    assert ITEM in exported.read("bills.json").decode()
    assert "下载您的全部信息" in await reader.say("/me/trail")
    refused = await reader.client.post("/me/export", data={"proof": "x"})
    assert refused.status_code == 422


async def test_empty_pages_say_what_will_be_there(town: Town, reader: Reader) -> None:
    await reader.sign_in(town.family("九岁的孩子")[0].number)
    assert "还没有花费" in await reader.say("/records")
    await reader.say("/records/account")


@pytest.mark.parametrize(
    ("path", "budget"),
    [
        ("/records", 14),
        ("/records?who=shared", 14),
        ("/records/account", 8),
        (THIS, 14),
        ("/me/export", 2),
    ],
)
async def test_a_page_asks_the_database_within_its_budget(
    town: Town, reader: Reader, path: str, budget: int
) -> None:
    await lived(town)
    await reader.sign_in(two(town)[0].number)
    with reader.counting() as sent:
        await reader.open(path)
    assert len(sent) <= budget, sent
