"""用款说明, 谁看过我的信息, 谁出示过我的码: who reads them, what they say, and that each look is noted."""

from __future__ import annotations

import re

import pytest

from qinji.entry.sandbox.model import Person
from tests.bureau import Bureau
from tests.household import Town
from tests.reader import Reader, open_reader, words
from tests.till import line, scanned

pytestmark = pytest.mark.asyncio
REASON = "家人来问这笔钱花在哪"


def two(bureau: Bureau) -> tuple[Person, Person]:
    """A daughter and her mother."""
    daughter, mother = bureau.family("女儿与不用智能手机的母亲")
    return daughter, mother


async def paid(town: Town) -> str:
    """The daughter shows her mother's code, and her account pays what the mother's cannot; the bill's number."""
    daughter, mother = two(town.bureau)
    await town.bound_at_window(daughter, mother)
    await town.granted(daughter, mother, per_use_fen=50_000)
    shown = scanned((await (await town.phone(daughter)).code(mother)).done)
    return (await town.purchase(mother, [line("C", "66.00")], shown=shown)).number


async def test_a_bill_is_explained_on_one_page_by_right_order_limit_and_who_showed_the_code(
    bureau: Bureau, reader: Reader, town: Town
) -> None:
    bill = await paid(town)
    _daughter, mother = two(bureau)
    await reader.sign_in(mother.number)
    assert "打印用款说明" in await reader.say(f"/bills/{bill}")
    said = await reader.say(f"/bills/{bill}/explanation")
    for told in (
        "总费用 ¥66.00",
        "家庭共济授权,授权人中排第 1 位",
        "家庭共济授权书 2026-11",
        "单次限额",
        "李*(您的女儿) 在",
        "亲情账户绑定授权书 2026-02",
        "C001 录入,R001 审核,有纸质材料",
        bill,
    ):
        assert told in said, (told, said)


async def test_a_daughter_who_may_see_costs_reads_it_without_anybody_elses_balance_and_that_is_noted(
    bureau: Bureau, reader: Reader, town: Town
) -> None:
    daughter, mother = two(bureau)
    await town.bound(daughter, mother, powers=["show_code", "query_cost"])
    bill = (await town.purchase(mother, [line("A", "30.00")])).number
    await reader.sign_in(daughter.number)
    page = await reader.open(f"/bills/{bill}/explanation?of={mother.number}")
    assert "余额 ¥" not in words(page)
    assert f'href="/bills/{bill}?of={mother.number}"' in page
    async with open_reader(bureau) as phone:
        await phone.sign_in(mother.number)
        assert "查看您的花费" in await phone.say("/me/trail")


async def test_a_stranger_and_a_relative_without_the_power_read_nothing(
    bureau: Bureau, reader: Reader, town: Town
) -> None:
    daughter, mother = two(bureau)
    await town.bound(daughter, mother, powers=["show_code"])
    bill = (await town.purchase(mother, [line("A", "30.00")])).number
    await reader.sign_in(daughter.number)
    await reader.open(f"/bills/{bill}/explanation?of={mother.number}", 403)
    await reader.open(f"/bills/{bill}/explanation", 404)
    await reader.open("/bills/x/explanation", 404)


async def test_staff_read_it_only_with_a_reason_that_the_patient_can_read(
    bureau: Bureau, reader: Reader, town: Town
) -> None:
    bill = await paid(town)
    daughter, mother = two(bureau)
    await reader.sign_in_staff("C002", "/console")
    for reason in ("", "短"):
        refused = await reader.submit("/console/bills", bill=bill, reason=reason)
        assert refused.status_code == 422
        assert "总费用" not in words(refused.text)
    missing = await reader.submit("/console/bills", bill="0" * 26, reason=REASON)
    assert "没有找到" in words(missing.text)
    page = await reader.submit("/console/bills", bill=bill.lower(), reason=REASON)
    said = words(page.text)
    assert "总费用 ¥66.00" in said
    assert daughter.name not in said, "relatives are masked on a page that is handed out"
    async with open_reader(bureau) as phone:
        await phone.sign_in(mother.number)
        told = await phone.say("/me/trail")
        assert f"事由:{REASON}" in told
        assert "经办窗口工作人员 C002" in told
        await phone.sign_in(daughter.number)
        assert REASON not in await phone.say("/me/trail")


async def test_the_codes_that_somebody_else_showed_are_listed_with_what_became_of_them(
    bureau: Bureau, reader: Reader, town: Town
) -> None:
    await reader.sign_in(two(bureau)[1].number)
    assert "您的码还没有被扫过" in await reader.say("/me/codes")
    bill = await paid(town)
    page = await reader.open("/me/codes")
    assert "李*(您的女儿) 出示 西澜市百草堂药店" in words(page)
    assert "已结算" in words(page)
    assert f'href="/bills/{bill}"' in page
    assert "谁出示过我的码" in await reader.say("/me")


async def test_a_long_trail_is_read_in_pages_to_its_end(bureau: Bureau, reader: Reader, town: Town) -> None:
    _daughter, mother = two(bureau)
    await reader.sign_in(mother.number)
    for _one in range(24):
        bureau.later(seconds=30)
        await town.purchase(mother, [line("A", "1.00")])
    path, seen = "/me/trail", 0
    for _page in range(6):
        html = await reader.open(path)
        seen += words(html).count("为您结算费用")
        more = re.search(r'href="(/me/trail\?after=\w+)"', html)
        if more is None:
            break
        path = more[1]
    assert seen == 24
    assert "没有更早的记录了" in words(html)


async def test_these_pages_ask_the_database_within_their_budget(
    bureau: Bureau, reader: Reader, town: Town
) -> None:
    bill = await paid(town)
    await reader.sign_in(two(bureau)[1].number)
    for path, most in (("/me/trail", 10), ("/me/codes", 8), (f"/bills/{bill}/explanation", 12)):
        with reader.counting() as sent:
            await reader.open(path)
        assert len(sent) <= most, (path, len(sent), sent)
