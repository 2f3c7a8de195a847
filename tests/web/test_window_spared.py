"""登记免等待期身份 on the window's pages: offered to whom it may help, by two, and no page tells what the papers say."""

from __future__ import annotations

import pytest

from qinji.entry.sandbox.model import Person
from qinji.flows import note_spared
from qinji.kernel.purpose import SPARED_CHINESE, SparedGround
from tests.bureau import Bureau
from tests.household import Town
from tests.premium import MOTHER_AND_SON
from tests.reader import Reader, open_reader, words
from tests.web.test_window_pages import (
    CLERK,
    OTHER,
    PAPER,
    REASON,
    REVIEWER,
    WHAT,
    Filled,
    approved,
    form_of,
    found,
    taken_down,
)

pytestmark = pytest.mark.asyncio
KIND, ASKED = "note_spared", "note_spared:"
RELEASED = SPARED_CHINESE[SparedGround.RELEASED]
GROUND: Filled = {"ground": SparedGround.RELEASED.value}


def resident(bureau: Bureau) -> Person:
    """A grandmother whose residents' insurance has stopped."""
    return bureau.family("停保的外祖母")[0]


def tells(page: str) -> bool:
    """Whether a page says what the papers say."""
    return any(word in page for word in ("刑满", "释放", SparedGround.RELEASED.value))


async def test_it_is_offered_to_a_resident_who_is_present_until_it_is_noted(
    bureau: Bureau, reader: Reader
) -> None:
    person, employee = resident(bureau), bureau.family(MOTHER_AND_SON)[0]
    await reader.sign_in_staff(CLERK, "/console")
    of_employee = (await found(reader, employee)).text
    assert ASKED not in WHAT.findall(of_employee)
    assert "免等待期身份" not in words(of_employee)
    assert ASKED not in WHAT.findall((await found(reader, person, "person_number")).text)
    page = (await found(reader, person)).text
    assert "免等待期身份 未登记" in words(page)
    assert ASKED in WHAT.findall(page)
    path = await taken_down(reader, person, KIND, GROUND)
    assert ASKED not in WHAT.findall((await found(reader, person)).text), "it waits already"
    await reader.submit(path, f"{path}/decide", answer="withdraw")
    assert ASKED in WHAT.findall((await found(reader, person)).text)
    noted = note_spared.NoteSpared("os:test", person.number, SparedGround.RELEASED)
    assert await note_spared.run(noted, bureau.runtime) is None
    page = (await found(reader, person)).text
    assert "免等待期身份 已登记" in words(page)
    assert ASKED not in WHAT.findall(page)
    assert not tells(page)


async def test_what_the_papers_say_has_to_be_chosen_and_what_is_filled_in_is_kept(
    bureau: Bureau, reader: Reader
) -> None:
    await reader.sign_in_staff(CLERK, "/console")
    form = await form_of(reader, resident(bureau), KIND)
    assert "checked" not in form, "nothing is chosen beforehand"
    assert "免等待期身份登记确认" in words(form), "the text that is read out"
    unsaid = await reader.send(form, "/console/window/enter", reason=REASON, paper=PAPER)
    assert unsaid.status_code == 422
    assert "请对照材料选一种" in words(unsaid.text)
    filled: Filled = {**GROUND, "reason": "刑满释放来登记", "paper": PAPER}
    told = await reader.send_files(form, "/console/window/enter", {}, filled)
    assert told.status_code == 422
    assert "不要写是哪一种身份" in words(told.text)
    assert 'value="released" checked' in told.text
    assert PAPER in told.text


async def test_the_two_clerks_see_it_in_the_act_and_nobody_reads_it_anywhere_else(
    bureau: Bureau, reader: Reader, town: Town
) -> None:
    person = resident(bureau)
    await reader.sign_in_staff(CLERK, "/console")
    path = await taken_down(reader, person, KIND, GROUND)
    assert f"材料写明的身份 {RELEASED}" in await reader.say(path)
    async with open_reader(bureau) as colleague:
        await colleague.sign_in_staff(REVIEWER, "/console")
        queue = await colleague.say("/console?kind=window")
        assert "登记免等待期身份" in queue
        assert not tells(queue)
        assert f"材料写明的身份 {RELEASED}" in await colleague.say(path)
    assert "已通过并办好" in await approved(bureau, path)
    slip = await reader.say(f"{path}/slip")
    for told in ("登记免等待期身份", "未登记 → 已登记", f"{CLERK} / {REVIEWER}", PAPER, "没有动用任何钱"):
        assert told in slip, slip
    pages = [slip, await reader.say("/console/window/mine")]
    async with open_reader(bureau) as third:
        await third.sign_in_staff(OTHER, "/console")
        assert "没有找到" in await third.say(path, 404)
        pages.append((await found(third, person)).text)
    async with open_reader(bureau) as phone:
        await phone.sign_in(person.number)
        trail, notices = await phone.say("/me/trail"), await phone.say("/me/notices")
        assert "按您出示的材料登记免等待期身份" in trail
        assert "居民医保登记已更新" in notices
        pages += [trail, notices]
    assert [tells(page) for page in pages] == [False] * len(pages)
    notices_of = await (await town.phone(person)).items("/notices")
    (notice,) = [one for one in notices_of if one["kind"] == "spared_noted"]
    async with open_reader(bureau) as phone:
        await phone.sign_in(person.number)
        page = await phone.open(f"/me/notices/{notice['id']}")
        assert "免等待期身份" in words(page)
        assert 'href="/premiums"' in page, "what may be done next"
        assert not tells(page)
