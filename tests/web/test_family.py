"""亲情账户 on the phone: asked for, agreed to power by power on the member's own phone, shown, ended by either side."""

from __future__ import annotations

from typing import TypeAlias

import pytest

from qinji.entry.sandbox.model import Person
from tests.bureau import Bureau
from tests.household import Town
from tests.photos import photo
from tests.reader import Reader, open_reader, words

pytestmark = pytest.mark.asyncio
POWERS = ["show_code", "query_status"]
Filled: TypeAlias = dict[str, str | list[str]]


def two(bureau: Bureau) -> tuple[Person, Person]:
    """A daughter and her mother."""
    daughter, mother = bureau.family("女儿与不用智能手机的母亲")
    return daughter, mother


async def ask(reader: Reader, member: Person, relation: str = "parent", **more: str) -> str:
    """Fill in both pages; where one is led to."""
    filled: Filled = {
        "name": member.name,
        "certificate": member.certificate_number,
        "relation": relation,
        "power": POWERS,
        **more,
    }
    checked = await reader.submit("/family/bind", "/family/bind/check", **filled)
    assert checked.status_code == 200, words(checked.text)
    sent = await reader.send(checked.text, "/family/bind/send", **filled)
    assert sent.status_code == 303, words(sent.text)
    return str(sent.headers["location"])


async def test_a_binding_is_asked_for_agreed_to_singly_shown_and_ended(
    bureau: Bureau, reader: Reader
) -> None:
    daughter, mother = two(bureau)
    await reader.sign_in(daughter.number)
    page = await ask(reader, mother)
    assert "等 杨** 在自己的手机上同意" in await reader.say(page)
    async with open_reader(bureau) as other:
        await other.sign_in(mother.number)
        assert "李*(您的女儿) 想替您出示医保码" in await other.say("/family")
        path = page.partition("?")[0]
        answered = await other.submit(path, f"{path}/answer", answer="yes", power=["show_code"])
        assert answered.status_code == 303
    said = await reader.say("/family")
    assert "替 杨** 出示医保码" in said
    acting = await reader.submit("/family", "/acting", number=mother.number)
    assert acting.status_code == 303
    shown = await reader.say("/")
    assert "正在替 杨** 出示" in shown
    assert "正在替 杨** 出示" in await reader.say("/me")
    assert "看不到这些账单" in await reader.say(f"/bills?of={mother.number}", 403)
    ended = await reader.submit(f"{path}/end", f"{path}/end")
    assert ended.status_code == 303
    assert "正在替" not in await reader.say("/"), "an ended binding stops the very next page"


async def test_the_check_page_says_that_nothing_was_sent_and_nobody_pays(
    bureau: Bureau, reader: Reader
) -> None:
    daughter, mother = two(bureau)
    await reader.sign_in(daughter.number)
    checked = await reader.submit(
        "/family/bind", "/family/bind/check", name=mother.name, certificate=mother.certificate_number,
        relation="parent", power=POWERS,
    )  # fmt: skip
    assert "还没有提交。这一步不会扣任何人的钱。" in words(checked.text)
    assert mother.certificate_number not in words(checked.text)
    assert "还没有绑定家人" in await reader.say("/family")


async def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(
    bureau: Bureau, reader: Reader
) -> None:
    daughter, _mother = two(bureau)
    await reader.sign_in(daughter.number)
    answer = await reader.submit(
        "/family/bind", "/family/bind/check", name="杨素珍", certificate="99990119570101168", relation=""
    )
    assert answer.status_code == 422
    said = words(answer.text)
    assert "有 3 处要改" in said
    assert "身份证号不对" in said
    assert "请选家人是您的什么人" in said
    assert 'value="杨素珍"' in answer.text


async def test_a_stranger_and_a_wrong_name_are_told_alike(bureau: Bureau, reader: Reader) -> None:
    daughter, mother = two(bureau)
    stranger = bureau.world.people[40]
    await reader.sign_in(daughter.number)
    told = []
    for name, certificate in ((stranger.name, "999901195701010014"), ("别的名字", mother.certificate_number)):
        filled: Filled = {"name": name, "certificate": certificate, "relation": "parent", "power": POWERS}
        checked = await reader.submit("/family/bind", "/family/bind/check", **filled)
        if checked.status_code == 422:
            continue
        sent = await reader.send(checked.text, "/family/bind/send", **filled)
        told.append(words(sent.text).split("沙箱里")[0])
    assert len(set(told)) == 1


async def test_a_member_who_ticks_nothing_has_not_agreed(bureau: Bureau, reader: Reader) -> None:
    daughter, mother = two(bureau)
    await reader.sign_in(daughter.number)
    path = (await ask(reader, mother)).partition("?")[0]
    async with open_reader(bureau) as other:
        await other.sign_in(mother.number)
        answer = await other.submit(path, f"{path}/answer", answer="yes")
        assert answer.status_code == 422
        assert "您一项也没有选" in words(answer.text)
        declined = await other.submit(path, f"{path}/answer", answer="no")
        assert declined.headers["location"].endswith("done=decline")
    assert "未通过" in await reader.say(path)


async def test_a_childs_parents_are_told_that_the_window_decides(bureau: Bureau, reader: Reader) -> None:
    family = bureau.family("九岁的孩子")
    child = min(family, key=lambda person: -person.birth.toordinal())
    parent = next(one for one in family if any(kin.number == child.number for kin in one.kin))
    await reader.sign_in(parent.number)
    filled: Filled = {
        "name": child.name,
        "certificate": child.certificate_number,
        "relation": "child",
        "power": POWERS,
    }
    checked = await reader.submit("/family/bind", "/family/bind/check", **filled)
    assert "没有写编号的,必须有照片" in words(checked.text)
    without = await reader.send(checked.text, "/family/bind/send", **filled)
    assert without.status_code == 422
    assert "须提供监护关系材料" in words(without.text)
    page = await ask(reader, child, "child", paper="出生证 A123")
    assert "请带证件到医保窗口" in await reader.say(page)


async def test_somebody_elses_binding_is_like_a_missing_one(
    bureau: Bureau, reader: Reader, town: Town
) -> None:
    daughter, mother = two(bureau)
    binding = (await (await town.phone(daughter)).bind(mother)).done
    await reader.sign_in(bureau.world.people[40].number)
    assert "没有找到这项绑定" in await reader.say(f"/family/{binding['id']}", 404)


async def test_the_list_asks_the_database_within_its_budget(bureau: Bureau, reader: Reader) -> None:
    await reader.sign_in(two(bureau)[0].number)
    with reader.counting() as sent:
        await reader.open("/family")
    assert len(sent) <= 6, sent


async def test_photos_go_with_the_request_and_only_their_number_is_told(
    bureau: Bureau, reader: Reader
) -> None:
    family = bureau.family("九岁的孩子")
    child = min(family, key=lambda person: -person.birth.toordinal())
    parent = next(one for one in family if any(kin.number == child.number for kin in one.kin))
    await reader.sign_in(parent.number)
    filled: Filled = {
        "name": child.name,
        "certificate": child.certificate_number,
        "relation": "child",
        "power": POWERS,
    }
    checked = await reader.submit("/family/bind", "/family/bind/check", **filled)
    photos = [photo("户口本首页"), photo("户口本孩子页")]
    sent = await reader.send_files(checked.text, "/family/bind/send", {"photo": photos}, filled)
    assert sent.status_code == 303, words(sent.text)
    assert "已附 2 张证件照片" in await reader.say(str(sent.headers["location"]))


async def test_what_is_no_photo_is_refused_and_nothing_is_asked(bureau: Bureau, reader: Reader) -> None:
    daughter, mother = two(bureau)
    await reader.sign_in(daughter.number)
    filled: Filled = {
        "name": mother.name,
        "certificate": mother.certificate_number,
        "relation": "parent",
        "power": POWERS,
    }
    checked = await reader.submit("/family/bind", "/family/bind/check", **filled)
    sent = await reader.send_files(checked.text, "/family/bind/send", {"photo": [b"%PDF-1.7"]}, filled)
    assert sent.status_code == 422
    assert "照片须为 JPEG、PNG 或 WebP 格式" in words(sent.text)
    assert "还没有绑定家人" in await reader.say("/family")
