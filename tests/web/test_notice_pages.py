"""消息: what one is told of, that it is unread until it is opened, 不是我 in one tap, and the month's slip at the window."""

from __future__ import annotations

import re

import pytest

from qinji.entry.sandbox.model import Person
from qinji.web.sandbox.outbox import render_outbox
from tests.bureau import Bureau
from tests.household import Town
from tests.reader import Reader, words
from tests.till import Bill, line, scanned
from tests.told import notices_of

pytestmark = pytest.mark.asyncio
DAUGHTER_AND_MOTHER = "女儿与不用智能手机的母亲"
ADDRESS = re.compile(r'href="(/me/notices/[0-9A-Z]{26})"')


@pytest.fixture
async def bought(town: Town) -> tuple[Person, Person, Bill]:
    """The daughter showed the mother's code, and her account paid a part."""
    daughter, mother = town.family(DAUGHTER_AND_MOTHER)
    await town.bound(daughter, mother, powers=["show_code"])
    await town.granted(daughter, mother, per_use_fen=60_00)
    code = (await (await town.phone(daughter)).code(mother)).done
    return daughter, mother, await town.purchase(mother, [line("A", "300.00")], shown=scanned(code))


async def opened(reader: Reader, title: str) -> str:
    """The address of the notice of this title."""
    html = await reader.open("/me/notices")
    rows = re.findall(r"<li>.*?</li>", html, re.DOTALL)
    row = next(one for one in rows if f"<strong>{title}</strong>" in one)
    found = ADDRESS.search(row)
    assert found
    return found[1]


async def test_a_notice_is_unread_until_it_is_opened(
    reader: Reader, bought: tuple[Person, Person, Bill]
) -> None:
    _, mother, _ = bought
    await reader.sign_in(mother.number)
    assert "消息 4 条未读" in await reader.say("/me")
    address = await opened(reader, "医保支付")
    told = await reader.say(address)
    assert "我的 3 条未读" in told, "what is open is read"
    assert "家人的账户支付 60.00 元,已扣款" in told
    assert "看这张账单" in told
    assert "3 条未读" in await reader.say("/me")
    assert "医保支付" not in await reader.say("/me/notices?unread=yes")
    await reader.submit("/me/notices", "/me/notices/read")
    assert "没有未读的消息" in await reader.say("/me/notices?unread=yes")


async def test_the_tab_of_oneself_tells_how_many_are_unread_by_one_count_and_a_part_counts_nothing(
    reader: Reader, bought: tuple[Person, Person, Bill]
) -> None:
    _, mother, _ = bought
    await reader.sign_in(mother.number)
    for path in ("/", "/family", "/mutual-aid", "/bills", "/me", "/help"):
        with reader.counting() as sent:
            html = await reader.open(path)
        assert re.search(r'<span class="badge">4<span class="seen-by-readers">\s*条未读</span>', html), path
        assert len([one for one in sent if "notice" in one]) == 1, (path, sent)
    with reader.counting() as sent:
        await reader.client.get("/mutual-aid/confirmations", headers={"HX-Request": "true"})
    assert [one for one in sent if "notice" in one] == []
    await reader.submit("/me/notices", "/me/notices/read")
    assert "badge" not in await reader.open("/family")


@pytest.mark.parametrize(
    ("who", "title"), [(0, "家庭共济支出"), (1, "医保支付")], ids=["who paid", "whose bill"]
)
async def test_what_a_notice_tells_can_be_doubted_from_it(
    reader: Reader, bought: tuple[Person, Person, Bill], who: int, title: str
) -> None:
    person = (bought[0], bought[1])[who]
    await reader.sign_in(person.number)
    html = await reader.open(await opened(reader, title))
    found = re.search(r'href="(/complaints/new\?about=settlement:[0-9A-Z]{26})"', html)
    assert found
    assert "您要说的是" in await reader.say(found[1])


async def test_groups_pick_out_and_an_empty_one_says_so(
    reader: Reader, bought: tuple[Person, Person, Bill]
) -> None:
    daughter, _, _ = bought
    await reader.sign_in(daughter.number)
    sharing = await reader.say("/me/notices?group=sharing")
    assert "开通了家庭共济" in sharing
    assert "家人已绑定" not in sharing
    assert "还没有消息" in await reader.say("/me/notices?group=looks")


async def test_not_me_stops_in_one_tap_and_says_how_it_is_undone(
    reader: Reader, town: Town, bought: tuple[Person, Person, Bill]
) -> None:
    daughter, mother, _ = bought
    await reader.sign_in(mother.number)
    address = await opened(reader, "医保支付")
    done = await reader.submit(address, f"{address}/not-me")
    assert done.status_code == 303
    said = await reader.say(done.headers["location"])
    assert "您的医保码已冻结,没有动账户里的钱" in said
    assert "恢复:随时在“我的”" in said
    assert "您在 2026年3月17日" in said
    assert "kind=not_mine" in reader.last, "who has said it need not say it again"
    assert (await (await town.phone(daughter)).code(mother)).refused == "CODE_FROZEN"
    kinds = [row["kind"] for row in await notices_of(reader.bureau, daughter.number)]
    assert kinds.count("disowned") == 1


async def test_not_me_from_the_code_that_was_just_used_is_one_tap_too(reader: Reader, town: Town) -> None:
    _, mother = town.family(DAUGHTER_AND_MOTHER)
    await reader.sign_in(mother.number)
    html = await reader.open("/")
    digits = re.search(r"\d{28}", html.replace(" ", "")) or re.search(r'data-code="(\d{28})"', html)
    follow = re.search(r'"(/code/[0-9a-f]+)', html)
    assert follow
    code = {"code": digits[0] if digits else ""}
    await town.purchase(mother, [line("A", "10.00")], shown=scanned(code))
    page = await reader.open(follow[1])
    action = re.search(r'action="(/me/notices/\w{26}/not-me)"', page)
    assert action, words(page)
    done = await reader.send(page, action[1])
    assert "您的医保码已冻结" in await reader.say(done.headers["location"])


async def test_nobody_opens_anothers_notice(reader: Reader, bought: tuple[Person, Person, Bill]) -> None:
    daughter, mother, _ = bought
    await reader.sign_in(mother.number)
    address = await opened(reader, "家人为您开通了家庭共济")
    assert "不是我" not in await reader.say(address)
    await reader.sign_in(daughter.number)
    await reader.open(address, 404)


async def test_ways_outside_are_offered_only_where_the_bureau_has_them(reader: Reader, town: Town) -> None:
    _, mother = town.family(DAUGHTER_AND_MOTHER)
    await reader.sign_in(mother.number)
    said = await reader.say("/me/notices/settings")
    assert "还没有开通短信和微信通知" in said
    assert "打印每月通知单" in said


async def test_the_window_prints_a_month_and_the_person_is_told_of_it(
    reader: Reader, bureau: Bureau, bought: tuple[Person, Person, Bill]
) -> None:
    _, mother, _ = bought
    await reader.sign_in_staff("C001", "/console")
    looked = await reader.submit(
        "/console/window", found_by="card", number=mother.card_number, reason="本人没有手机,来拿通知单"
    )
    page = await reader.send(looked.text, "/console/window/notices", month="2026-03-01")
    assert page.status_code == 200
    slip = words(page.text)
    assert "医保通知单 · 2026年3月" in slip
    assert "家人的账户支付 60.00 元" in slip
    assert "事由:本人没有手机,来拿通知单" in slip
    assert "阿莫西林" not in slip
    kinds = [row["kind"] for row in await notices_of(bureau, mother.number)]
    assert kinds.count("looked_up") == 2
    empty = await reader.send(looked.text, "/console/window/notices", month="2026-02-01")
    assert "这个月没有通知" in words(empty.text)
    wrong = await reader.send(looked.text, "/console/window/notices", month="2026-04-01")
    assert wrong.status_code == 422


async def test_no_page_of_notices_asks_more_of_the_database_than_it_did(
    reader: Reader, bought: tuple[Person, Person, Bill]
) -> None:
    _, mother, _ = bought
    await reader.sign_in(mother.number)
    address = await opened(reader, "医保支付")
    budgets = {"/me/notices": 6, address: 8, "/me/notices/settings": 3, "/me": 5}
    for path, most in budgets.items():
        with reader.counting() as sent:
            await reader.open(path)
        assert len(sent) <= most, (path, sent)


async def test_the_sandbox_says_where_its_sms_would_be() -> None:
    assert "还没有短信" in render_outbox([])


async def test_who_is_enrolled_again_is_led_to_the_premium(reader: Reader, town: Town) -> None:
    grandmother, *_ = town.family("停保的外祖母")
    assert (
        await (await town.phone(grandmother)).call("POST", "/premiums/enrolments", {"kind": "returning"})
    ).done
    await reader.sign_in(grandmother.number)
    page = await reader.open(await opened(reader, "居民医保登记"))
    assert 'href="/premiums"' in page
    assert 'href="/family/' not in page, "an enrolment is no binding"
