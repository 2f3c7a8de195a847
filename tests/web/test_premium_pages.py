"""居民医保缴费 on the phone: amount, deadline and before → after are shown first; each state says whether money moved."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.bureau import TODAY
from tests.household import Town
from tests.premium import BROTHER, MOTHER_AND_SON, Counter, identity_number
from tests.reader import Reader, words
from tests.till import line

pytestmark = pytest.mark.asyncio
HOME = "/premiums"


async def paid_for_son(town: Town, reader: Reader) -> str:
    """A mother pays 330 of her 330 yuan for her son's next year; the path of the order."""
    mother, son = town.family(MOTHER_AND_SON)
    await reader.sign_in(mother.number)
    form = {"who": son.number, "year": "2027", "payer": "own_account"}
    checked = await reader.submit(f"{HOME}/pay?who={son.number}", f"{HOME}/pay/check", **form)
    assert checked.status_code == 200, words(checked.text)
    sent = await reader.send(checked.text, f"{HOME}/pay/send", **form, amount="33000")
    assert sent.status_code == 303, words(sent.text)
    return str(sent.headers["location"])


async def test_a_premium_is_checked_before_it_is_paid_and_followed_to_its_receipt(
    town: Town, reader: Reader
) -> None:
    mother, son = town.family(MOTHER_AND_SON)
    await reader.sign_in(mother.number)
    assert "去缴居民医保费" in await reader.say("/family")
    assert f"为 {son.name[0]}**(您的儿子)" in await reader.say(HOME)
    form = await reader.say(f"{HOME}/pay?who={son.number}")
    for told in (
        "应缴 ¥330.00",
        "2026年1月1日 至 2026年12月25日",
        "现在 ¥330.00 → 缴后 ¥0.00",
        "您的个人账户",
    ):
        assert told in form
    asked = {"who": son.number, "year": "2027", "payer": "own_account"}
    checked = await reader.submit(f"{HOME}/pay?who={son.number}", f"{HOME}/pay/check", **asked)
    assert "还没有扣款" in words(checked.text)
    assert "缴费 ¥330.00" in words(checked.text)
    assert await town.balance(mother) == 330_00
    order = (await paid_for_son(town, reader)).partition("?")[0]
    waiting = await reader.say(order)
    assert "¥330.00 已从您的个人账户扣出,暂存着,等税务部门收缴" in waiting
    assert await town.balance(mother) == 0
    await Counter(town).send()
    done = await reader.say(order)
    assert "已缴清 ¥330.00" in done
    receipt = await reader.open(f"{order}/receipt")
    assert "城乡居民基本医疗保险缴费凭证" in words(receipt)
    found = re.search(r"QJ1\.[\w-]+\.[\w-]+", receipt)
    assert found is not None
    checked = await reader.submit("/verify", "/verify", code=found[0])
    assert "是本机构的凭证,没有改动" in words(checked.text)
    assert f"{son.name[0]}**" in words(checked.text)
    altered = found[0].replace(found[0][30], "A" if found[0][30] != "A" else "B", 1)
    refused = await reader.submit("/verify", "/verify", code=altered)
    assert refused.status_code == 422
    assert "内容被改动过" in words(refused.text)


async def test_a_form_that_is_sent_twice_orders_once_and_a_second_order_is_led_to_the_first(
    town: Town, reader: Reader
) -> None:
    _, son = town.family(MOTHER_AND_SON)
    order = await paid_for_son(town, reader)
    again = await reader.say(f"{HOME}/pay?who={son.number}")
    assert "已经有效" in again or "已有一笔缴费" in again
    assert order.partition("?")[0] in await reader.open(HOME)


async def test_an_account_without_enough_cannot_be_chosen_and_nothing_moves(
    town: Town, reader: Reader
) -> None:
    mother, son = town.family(MOTHER_AND_SON)
    await town.purchase(mother, [line("A", "50.00")])
    await reader.sign_in(mother.number)
    page = await reader.say(f"{HOME}/pay?who={son.number}")
    assert "可用的不够,一笔保费要由一处付清" in page
    asked = {"who": son.number, "year": "2027", "payer": "own_account"}
    refused = await reader.submit(f"{HOME}/pay?who={son.number}", f"{HOME}/pay/check", **asked)
    assert refused.status_code == 422
    assert "请选一个付款账户,还没有扣款" in words(refused.text)
    balance = await town.balance(mother)
    cash = {**asked, "payer": "cash"}
    checked = await reader.submit(f"{HOME}/pay?who={son.number}", f"{HOME}/pay/check", **cash)
    assert "不动用个人账户" in words(checked.text)
    sent = await reader.send(checked.text, f"{HOME}/pay/send", **cash, amount="33000")
    assert "没有动用个人账户" in await reader.say(str(sent.headers["location"]))
    assert await town.balance(mother) == balance


async def test_a_newborn_is_registered_and_paid_in_one_way_through(town: Town, reader: Reader) -> None:
    mother, _ = town.family(MOTHER_AND_SON)
    await reader.sign_in(mother.number)
    wrong = await reader.submit(f"{HOME}/enrol", f"{HOME}/enrol", kind="newborn", name="", certificate="1")
    assert wrong.status_code == 422
    assert "有 2 处要改" in words(wrong.text)
    number = identity_number(TODAY - timedelta(days=20))
    sent = await reader.submit(
        f"{HOME}/enrol", f"{HOME}/enrol", kind="newborn", name="周小满", certificate=number
    )
    assert sent.status_code == 303
    page = await reader.say(str(sent.headers["location"]))
    assert "为 周**(您的" in page
    assert "新生儿" in page


async def test_a_stranger_is_told_nothing_of_a_person_or_an_order(town: Town, reader: Reader) -> None:
    brother, sister, _ = town.family(BROTHER)
    order = (await paid_for_son(town, reader)).partition("?")[0]
    await reader.sign_in(sister.number)
    told = await reader.say(f"{HOME}/pay?who={brother.number}", 422)
    assert "停保" not in told
    assert "没有这笔缴费" in await reader.say(order, 404)
    for path in ("receipt", "refund"):
        await reader.open(f"{order}/{path}", 404)


async def test_a_refund_says_what_ends_and_where_the_money_goes(town: Town, reader: Reader) -> None:
    mother, _ = town.family(MOTHER_AND_SON)
    order, counter = (await paid_for_son(town, reader)).partition("?")[0], Counter(town)
    await counter.send()
    asked = await reader.say(f"{order}/refund")
    assert "¥330.00 退回您的个人账户" in asked
    assert "2027 年的居民医保不再有效" in asked
    sent = await reader.submit(f"{order}/refund", f"{order}/refund")
    assert sent.status_code == 303
    assert "退成以前,钱还没有动" in await reader.say(order)
    await counter.send()
    assert "已退回您的个人账户。这一年的居民医保不再有效" in await reader.say(order)
    assert await town.balance(mother) == 330_00


@pytest.mark.parametrize(("path", "most"), [("/premiums", 12), ("/premiums/pay?who={son}", 17)])
async def test_a_page_of_premiums_asks_the_database_seldom(
    town: Town, reader: Reader, path: str, most: int
) -> None:
    mother, son = town.family(MOTHER_AND_SON)
    await reader.sign_in(mother.number)
    with reader.counting() as statements:
        await reader.open(path.format(son=son.number))
    assert len(statements) <= most, statements
