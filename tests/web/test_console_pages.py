"""The console: who comes in, what waits, a case with its photos and differences, entered by one, decided by another."""

from __future__ import annotations

import re
from typing import TypeAlias

import httpx
import pytest

from qinji.entry.sandbox.model import Person
from qinji.institution import store as institutions
from qinji.institution.model import StaffMember
from qinji.insured.model import Status
from qinji.kernel.actor import StaffRole
from tests.bureau import Bureau
from tests.household import Town
from tests.photos import photo
from tests.reader import Reader, open_reader, words

pytestmark = pytest.mark.asyncio
CLERK, OTHER, REVIEWER = "C001", "C002", "R001"
Filled: TypeAlias = dict[str, str | list[str]]
PICTURES = re.compile(r'<img src="(/console/bindings/\w+/photos/\w+)"')
FILLED: Filled = {
    "relation": "parent",
    "power": ["show_code", "query_status"],
    "reason": "本人不用手机,持卡到窗口",
    "paper": "窗-0001",
}


def two(bureau: Bureau) -> tuple[Person, Person]:
    """A daughter and her mother."""
    daughter, mother = bureau.family("女儿与不用智能手机的母亲")
    return daughter, mother


async def asked(town: Town) -> str:
    """The daughter has asked to bind her mother at the window, with two photos; the binding's id."""
    daughter, mother = two(town.bureau)
    phone = await town.phone(daughter)
    binding = str((await phone.bind(mother, route="window")).done["id"])
    for text in ("户口本首页", "户口本内页"):
        assert (await phone.upload(f"/family/bindings/{binding}/photos", photo(text))).done
    return binding


async def fill(reader: Reader, page: str, more: Filled) -> httpx.Response:
    """Fill in the entry form and send it."""
    return await reader.send_files(await reader.open(page), page, {}, {**FILLED, **more})


async def entered(reader: Reader, binding: str) -> str:
    """The request is entered on the page; where one is led to."""
    answer = await fill(reader, f"/console/bind/{binding}", {})
    assert answer.status_code == 303, words(answer.text)
    return str(answer.headers["location"])


async def test_who_belongs_to_the_counter_is_told_so_and_stays_outside(
    bureau: Bureau, reader: Reader
) -> None:
    cashier = StaffMember("T901", "收费员甲", StaffRole.CASHIER, bureau.world.institutions[0].code)
    async with bureau.runtime.database.transaction() as connection:
        await institutions.employ(connection, [cashier])
    answer = await reader.client.post("/console/sign-in", data={"staff": "T901"})
    assert answer.status_code == 403
    assert "请到收费台登录" in words(answer.text)
    assert "qinji_console" not in answer.cookies
    assert (await reader.client.get("/console")).headers["location"].startswith("/console/sign-in")


async def test_staff_come_in_see_their_role_and_go_out_again(reader: Reader) -> None:
    said = await reader.say("/console/sign-in")
    assert "选一位工作人员" in said
    assert "收费员" not in said
    await reader.sign_in_staff(REVIEWER, "/console")
    assert f"审核 · {REVIEWER}" in await reader.say("/console")
    left = await reader.submit("/console", "/console/sign-out")
    assert left.headers["location"] == "/console/sign-in"
    assert (await reader.client.get("/console")).status_code == 303


async def test_a_wrong_password_is_told_without_telling_what_was_wrong(reader: Reader) -> None:
    told = []
    for staff in (CLERK, "C999"):
        answer = await reader.client.post(
            "/console/sign-in", data={"staff": staff, "password": "ein falsches Wort", "digits": "123456"}
        )
        assert answer.status_code == 422
        told.append(words(answer.text))
        assert f'value="{staff}"' in answer.text
    assert told[0] == told[1]


async def test_two_new_passwords_that_differ_are_not_sent_on(reader: Reader) -> None:
    answer = await reader.client.post(
        "/console/sign-in",
        data={"staff": CLERK, "password": "x", "digits": "1", "new_password": "eins", "new_again": "zwei"},
    )
    assert answer.status_code == 422
    assert "两次填写的新密码不一样" in words(answer.text)


async def test_nobody_is_led_to_another_site_after_signing_in(reader: Reader) -> None:
    for after in ("https://example.org/console", "//example.org", "/me", "/console/bind"):
        done = await reader.client.post("/console/sign-in", data={"staff": CLERK, "next": after})
        assert done.headers["location"] == ("/console/bind" if after == "/console/bind" else "/console")


async def test_an_empty_queue_says_so(reader: Reader) -> None:
    await reader.sign_in_staff(CLERK, "/console")
    assert "没有等候办理的事" in await reader.say("/console")
    assert "这一类没有等候办理的事" in await reader.say("/console?kind=filing")


async def test_the_queue_is_oldest_first_and_says_what_is_late(
    bureau: Bureau, reader: Reader, town: Town
) -> None:
    await asked(town)
    bureau.later(minutes=1)
    elder, child, *_rest = bureau.family("三个儿女都想帮母亲出示医保码")
    await (await town.phone(child)).bind(elder, route="window")
    bureau.later(days=40)
    await reader.sign_in_staff(CLERK, "/console")
    html = await reader.open("/console")
    said = words(html)
    first, second = (said.index(person.name) for person in (two(bureau)[1], elder))
    assert first < second
    assert "有 2 件已超过答应的日期" in said
    assert re.search(r"已超期 \d+ 天", said)
    assert "全部 2 待录入 2 待审核 0 共济备案 0" in said
    assert "后面没有了" in said
    assert "这一类没有等候办理的事" in await reader.say("/console?kind=review")


async def test_a_case_is_entered_by_one_and_decided_by_another(
    bureau: Bureau, reader: Reader, town: Town
) -> None:
    await reader.sign_in_staff(CLERK, "/console")
    page = await entered(reader, await asked(town))
    said = await reader.say(page)
    path = page.partition("?")[0]
    assert "这件是您录入的,录入和审核不能是同一个人" in said
    assert f'action="{path}/decide"' not in reader.last
    assert "您录入的,等同事" in await reader.say("/console")
    async with open_reader(bureau) as colleague:
        await colleague.sign_in_staff(REVIEWER, "/console")
        said = await colleague.say(path)
        assert "父母 父母 相符" in said
        assert "年满 16 周岁,要本人到场并同意" in said
        assert len(PICTURES.findall(colleague.last)) == 2
        without = await colleague.submit(path, f"{path}/decide", answer="refuse")
        assert without.status_code == 422
        assert "请写明事由" in words(without.text)
        done = await colleague.submit(path, f"{path}/decide", answer="approve")
        assert done.headers["location"] == f"{path}?done=approved"
        said = await colleague.say(f"{path}?done=approved")
        assert "绑定现在生效。材料照片已删除" in said
        assert "照片已删除,不能再看" in said
        assert PICTURES.findall(colleague.last) == []
    assert f"审核 {REVIEWER}" in await reader.say(path)
    async with open_reader(bureau) as third:
        await third.sign_in_staff(OTHER, "/console")
        assert "没有找到" in await third.say(path, 404)


async def test_who_entered_it_is_refused_also_by_a_form_of_their_own(
    bureau: Bureau, reader: Reader, town: Town
) -> None:
    await reader.sign_in_staff(CLERK, "/console")
    path = (await entered(reader, await asked(town))).partition("?")[0]
    async with open_reader(bureau) as colleague:
        await colleague.sign_in_staff(REVIEWER, "/console")
        await colleague.open(path)
    signs_out = reader.last = await reader.open(path)
    forged = signs_out.replace('action="/console/sign-out"', f'action="{path}/decide"')
    answer = await reader.send(forged, f"{path}/decide", answer="approve")
    assert answer.status_code == 422
    assert "录入与审核须由两名工作人员办理" in words(answer.text)


async def test_a_refusal_reaches_the_family_with_its_reason_and_ends_the_photos(
    bureau: Bureau, reader: Reader, town: Town
) -> None:
    await reader.sign_in_staff(CLERK, "/console")
    page = await entered(reader, await asked(town))
    async with open_reader(bureau) as colleague:
        await colleague.sign_in_staff(REVIEWER, "/console")
        path = page.partition("?")[0]
        await colleague.submit(path, f"{path}/decide", answer="refuse", reason="照片看不清,请重拍")
        said = await colleague.say(f"{path}?done=refused")
        assert "材料照片已删除" in said
    async with open_reader(bureau) as phone:
        await phone.sign_in(two(bureau)[0].number)
        binding = path.rpartition("/")[2]
        assert "照片看不清,请重拍" in await phone.say(f"/family/{binding}")


async def test_each_look_at_a_photo_is_in_both_trails_and_nothing_keeps_it(
    bureau: Bureau, reader: Reader, town: Town
) -> None:
    binding = await asked(town)
    await reader.sign_in_staff(CLERK, "/console")
    html = await reader.open(f"/console/bindings/{binding}")
    pictures = PICTURES.findall(html)
    seen = await reader.client.get(pictures[0])
    assert seen.content == photo("户口本首页")
    assert seen.headers["cache-control"] == "no-store"
    assert seen.headers["x-content-type-options"] == "nosniff"
    for person in two(bureau):
        who = await bureau.person_id(person.number)
        async with bureau.runtime.database.reading() as connection:
            rows = await connection.fetch(
                "select actor from audit where person_id = $1 and action = 'see_evidence'", who
            )
        assert [row["actor"] for row in rows] == [f"staff:{CLERK}"]
    async with open_reader(bureau) as stranger:
        assert (await stranger.client.get(pictures[0])).status_code == 303
        await stranger.sign_in(two(bureau)[0].number)
        assert (await stranger.client.get(pictures[0])).status_code == 303, "a phone's cookie opens no desk"


async def test_an_unknown_kinship_is_marked_to_be_looked_at(
    bureau: Bureau, reader: Reader, town: Town
) -> None:
    daughter, stranger = two(bureau)[0], bureau.world.people[40]
    await reader.sign_in_staff(CLERK, "/console")
    answer = await fill(
        reader,
        "/console/bind",
        {
            "holder_name": daughter.name,
            "holder_number": daughter.certificate_number,
            "member_name": stranger.name,
            "member_number": stranger.card_number,
        },
    )
    assert answer.status_code == 303, words(answer.text)
    said = await reader.say(answer.headers["location"])
    assert "登记中没有这一亲属关系,以材料为准 要核对" in said


async def test_two_people_who_are_present_are_entered_with_a_photo(bureau: Bureau, reader: Reader) -> None:
    daughter, mother = two(bureau)
    await reader.sign_in_staff(CLERK, "/console")
    people: Filled = {
        "holder_name": daughter.name,
        "holder_number": daughter.certificate_number,
        "member_name": mother.name,
        "member_number": mother.card_number,
    }
    page = await reader.open("/console/bind")
    files = {"photos": [photo("授权书")]}
    answer = await reader.send_files(page, "/console/bind", files, {**people, **FILLED})
    assert answer.status_code == 303, words(answer.text)
    again = await reader.send_files(page, "/console/bind", files, {**people, **FILLED})
    assert again.headers["location"] == answer.headers["location"], "sent twice, entered once"
    said = await reader.say(answer.headers["location"])
    assert "已录入。请另一位同事审核" in said
    assert len(PICTURES.findall(reader.last)) == 1
    assert mother.certificate_number not in said
    assert mother.card_number not in said


async def test_what_differs_from_the_register_is_said_beside_its_field(
    bureau: Bureau, reader: Reader
) -> None:
    daughter, mother = two(bureau)
    await reader.sign_in_staff(CLERK, "/console")
    answer = await reader.submit(
        "/console/bind",
        holder_name="李别名", holder_number=daughter.certificate_number, member_name=mother.name,
        member_number="1", relation="", reason="短", promised="明天",
    )  # fmt: skip
    assert answer.status_code == 422
    said = words(answer.text)
    assert "有 7 处要改" in said
    for fault in ("与登记的姓名不一样", "没有找到这个号码", "请选成员是主账户人的什么人", "日期写法不对"):
        assert fault in said
    assert 'value="李别名"' in answer.text
    assert daughter.name not in said.split("为到场的两个人")[1], "the register's name is not given away"


async def test_a_day_before_today_is_not_promised(bureau: Bureau, reader: Reader, town: Town) -> None:
    await reader.sign_in_staff(CLERK, "/console")
    binding = await asked(town)
    answer = await fill(reader, f"/console/bind/{binding}", {"promised": "2020-01-01"})
    assert answer.status_code == 422
    assert "承诺办结日期不能早于今天" in words(answer.text)
    assert "待窗口录入" in await reader.say(f"/console/bindings/{binding}")


async def filed(town: Town) -> str:
    """The daughter's grant to her mother, in a region that wants a filing first; the grant's id."""
    daughter, mother = two(town.bureau)
    grant = str((await town.granted(daughter, mother, per_month_fen=30_000))["id"])
    await town.to_be_filed(grant)
    return grant


async def test_a_grant_is_filed_with_the_regions_rule_in_sight(
    bureau: Bureau, reader: Reader, town: Town
) -> None:
    grant = await filed(town)
    await reader.sign_in_staff(CLERK, "/console")
    assert "共济备案" in await reader.say("/console?kind=filing")
    said = await reader.say(f"/console/grants/{grant}")
    assert "每月最多 ¥300.00" in said
    assert "备案前一分钱也不会付" in said
    assert "依据" in said
    without = await reader.submit(
        f"/console/grants/{grant}", f"/console/grants/{grant}/decide", answer="refuse"
    )
    assert "请写明事由" in words(without.text)
    done = await reader.submit(
        f"/console/grants/{grant}", f"/console/grants/{grant}/decide", answer="approve"
    )
    assert done.headers["location"] == "/console?done=filed"
    assert "已备案,授权现在生效" in await reader.say("/console?done=filed")
    assert "没有找到" in await reader.say(f"/console/grants/{grant}", 404)


async def test_a_filing_that_the_register_speaks_against_says_why(
    bureau: Bureau, reader: Reader, town: Town
) -> None:
    grant = await filed(town)
    await town.set_status(two(bureau)[0], Status.STOPPED)
    await reader.sign_in_staff(CLERK, "/console")
    assert "按今天的登记不能备案" in await reader.say(f"/console/grants/{grant}")
    refused = await reader.submit(
        f"/console/grants/{grant}", f"/console/grants/{grant}/decide", answer="approve"
    )
    assert refused.status_code == 422


async def test_staff_may_read_the_console_in_english(reader: Reader) -> None:
    await reader.sign_in_staff(CLERK, "/console")
    await reader.client.get("/look?language=en")
    said = await reader.say("/console")
    assert "Nothing waits" in said
    assert "待办" not in said


async def test_the_pages_ask_the_database_within_their_budget(
    bureau: Bureau, reader: Reader, town: Town
) -> None:
    binding = await asked(town)
    await reader.sign_in_staff(CLERK, "/console")
    for path, most in (("/console", 13), (f"/console/bindings/{binding}", 9), ("/console/bind", 2)):
        with reader.counting() as sent:
            await reader.open(path)
        assert len(sent) <= most, (path, len(sent), sent)
