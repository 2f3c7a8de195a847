"""The code page: whose code, who pays first, what became of it; and nothing of what one may not know."""

from __future__ import annotations

import re

import pytest

from qinji.insured.model import CodeState
from qinji.insured.store import set_code_state
from tests.household import Town
from tests.reader import Reader, words
from tests.till import line, scanned

pytestmark = pytest.mark.asyncio
FOLLOWED = re.compile(r'href="(/code/[0-9a-f]+)"')


def shown_code(html: str) -> str:
    """The digits of a code page."""
    found = re.search(r'class="code-digits">([\d ]+)<', html)
    assert found
    return found[1].replace(" ", "")


async def with_grant(town: Town, reader: Reader) -> str:
    """The mother, whose daughter pays what her account cannot; signed in. Her daughter's grant."""
    daughter, mother = town.family("女儿与不用智能手机的母亲")
    granted = await town.granted(daughter, mother)
    await reader.sign_in(mother.number)
    return str(granted["id"])


async def test_the_page_says_in_one_sentence_who_pays_first_and_next(town: Town, reader: Reader) -> None:
    await with_grant(town, reader)
    said = await reader.say("/")
    assert "先扣 您的个人账户,不够时扣 李*(您的女儿) 的个人账户,再不够付现金" in said
    assert "60 秒后更新" in said


async def test_without_relatives_money_this_code_spends_none_and_says_so(town: Town, reader: Reader) -> None:
    await with_grant(town, reader)
    html = await reader.open("/?own=1")
    assert 'role="switch" aria-checked="true"' in html
    assert "先扣 您的个人账户,不够付现金" in words(html)
    mother = town.family("女儿与不用智能手机的母亲")[1]
    bill = await town.purchase(
        mother, [line("A", "50.00")], shown=scanned({"code": shown_code(html)}), flag="1"
    )
    assert (bill.paid.account, bill.paid.mutual_aid, bill.paid.cash) == (2_000, 0, 3_000)


async def test_what_became_of_a_code_is_told_with_whose_money_paid(town: Town, reader: Reader) -> None:
    await with_grant(town, reader)
    html = await reader.open("/")
    followed = FOLLOWED.search(html)
    assert followed
    asked = {"hx-request": "true"}
    assert (await reader.client.get(f"{followed[1]}?since=waiting", headers=asked)).status_code == 204
    assert "还没有人扫这个码" in await reader.say(followed[1])
    mother = town.family("女儿与不用智能手机的母亲")[1]
    await town.purchase(mother, [line("A", "50.00")], shown=scanned({"code": shown_code(html)}))
    news = await reader.client.get(f"{followed[1]}?since=waiting", headers=asked)
    said = words(news.text)
    assert "刚刚在 西澜市百草堂药店 结算 ¥50.00" in said
    assert "您的个人账户 余额 ¥20.00 → ¥0.00 ¥20.00" in said
    assert "李*(您的女儿)的个人账户 ¥30.00" in said
    assert "不是我操作,马上停用医保码" in said
    assert re.search(r"action=\"/me/notices/\w{26}/not-me\"", news.text)


async def test_somebody_elses_code_cannot_be_followed(town: Town, reader: Reader) -> None:
    await with_grant(town, reader)
    followed = FOLLOWED.search(await reader.open("/"))
    assert followed
    await reader.sign_in(town.bureau.world.people[40].number)
    assert "看不到这个码" in await reader.say(followed[1], 404)
    assert "看不到这个码" in await reader.say("/code/nothing", 404)


async def test_a_code_that_is_not_activated_is_activated_here_once_it_was_explained(
    town: Town, reader: Reader
) -> None:
    person = town.bureau.world.people[0]
    identifier = await town.bureau.person_id(person.number)
    async with town.bureau.runtime.database.transaction() as connection:
        await set_code_state(connection, identifier, CodeState.NOT_ACTIVATED)
    await reader.sign_in(person.number)
    assert "现在不能出示医保码" in await reader.say("/")
    done = await reader.submit("/", "/code/activate")
    assert done.status_code == 303
    assert len(shown_code(await reader.open("/"))) == 28


async def test_the_page_asks_the_database_within_its_budget(town: Town, reader: Reader) -> None:
    await with_grant(town, reader)
    with reader.counting() as sent:
        await reader.open("/")
    assert len(sent) <= 20, sent
