"""异议 on the phone and at the console: opened in one form, worked on, decided by two, and read by both sides."""

from __future__ import annotations

import pytest

from tests.bureau import Bureau
from tests.complaints import Doubt, doubted
from tests.household import Town
from tests.reader import Reader, open_reader, words
from tests.till import line

pytestmark = pytest.mark.asyncio
CLERK, REVIEWER = "C001", "R001"


@pytest.fixture
async def doubt(town: Town) -> Doubt:
    """A bill of the mother's, partly paid by the daughter."""
    return await doubted(town)


async def opened(reader: Reader, doubt: Doubt, **fields: str | list[str]) -> str:
    """The mother opens a case from her bill; the case's address."""
    await reader.sign_in(doubt.mother.person.number)
    page = f"/complaints/new?about=settlement:{doubt.bill.number}"
    answer = await reader.submit(page, page, kind="not_mine", **fields)
    assert answer.status_code == 303, words(answer.text)
    return str(answer.headers["location"])


async def test_a_bill_leads_to_a_form_that_says_what_is_known_and_what_can_be_stopped(
    reader: Reader, doubt: Doubt
) -> None:
    await reader.sign_in(doubt.mother.person.number)
    html = await reader.open(f"/bills/{doubt.bill.number}")
    link = f"/complaints/new?about=settlement:{doubt.bill.number}&amp;kind=not_mine"
    assert link in html
    said = await reader.say(link.replace("&amp;", "&"))
    assert "西澜市百草堂药店" in said
    assert "女儿 李*出示您的医保码" in said
    assert "15 天内(按自然日算)" in said
    assert reader.last.count('name="freeze"') == reader.last.count(" checked>") - 1 == 2


async def test_nothing_chosen_is_told_and_nothing_is_stopped(reader: Reader, doubt: Doubt) -> None:
    await reader.sign_in(doubt.mother.person.number)
    page = f"/complaints/new?about=settlement:{doubt.bill.number}"
    answer = await reader.submit(page, page, text="我想问问", freeze="code")
    assert answer.status_code == 422
    assert "请选一项" in words(answer.text)
    assert "我想问问" in answer.text
    assert "您没有提出过异议" in await reader.say("/complaints")


async def test_a_case_shows_its_clerk_its_day_and_what_is_stopped_and_is_taken_back(
    reader: Reader, doubt: Doubt
) -> None:
    path = await opened(reader, doubt, freeze=["code"], text="不是我买的")
    said = await reader.say(path)
    for told in ("您选的已立即停用", "程晓岚(C001)", "2026年4月1日", "现在停用着", "您写的:不是我买的"):
        assert told in said
    case = path.partition("?")[0]
    again = await reader.client.get(f"/complaints/new?about=settlement:{doubt.bill.number}")
    assert again.headers["location"] == f"{case}?done=there"
    html = await reader.open(case)
    back = await reader.send(html, case, wanted="withdraw_lift")
    said = await reader.say(str(back.headers["location"]))
    assert "您已撤回" in said
    assert "已恢复:您的医保码" in said


async def test_who_chose_nothing_to_be_stopped_is_not_told_that_something_was(
    reader: Reader, doubt: Doubt
) -> None:
    said = await reader.say(await opened(reader, doubt))
    assert "您没有选停用,都照常能用" in said
    assert "已立即停用" not in said


async def test_a_form_that_is_sent_twice_opens_one_case(reader: Reader, doubt: Doubt) -> None:
    await reader.sign_in(doubt.mother.person.number)
    page = f"/complaints/new?about=settlement:{doubt.bill.number}"
    html = await reader.open(page)
    first, second = [await reader.send(html, page, kind="question") for _ in range(2)]
    assert first.headers["location"] == second.headers["location"]


async def test_another_persons_bill_and_case_are_not_there(
    reader: Reader, doubt: Doubt, bureau: Bureau
) -> None:
    case = (await opened(reader, doubt)).partition("?")[0]
    async with open_reader(bureau) as stranger:
        await stranger.sign_in(bureau.family("分居两省的夫妻")[0].number)
        for path in (
            f"/complaints/new?about=settlement:{doubt.bill.number}",
            case,
            f"{case}/letter",
            f"/complaints/letters/{case.rpartition('/')[2]}",
            "/complaints/new?about=nothing",
        ):
            assert "没有找到" in await stranger.say(path, 404)


async def test_codes_trail_and_shared_bills_lead_to_a_complaint(
    reader: Reader, doubt: Doubt, bureau: Bureau
) -> None:
    await reader.sign_in(doubt.mother.person.number)
    for page in ("/me/codes", "/me/trail"):
        html = await reader.open(page)
        links = [one.partition('"')[0] for one in html.split('href="')[1:] if "/complaints/new" in one[:20]]
        assert links
        for link in links:
            await reader.open(link)
    async with open_reader(bureau) as daughter:
        await daughter.sign_in(doubt.daughter.person.number)
        assert f"about=settlement:{doubt.bill.number}" in await daughter.open("/bills/shared")


async def test_the_queue_marks_what_is_late_and_a_case_is_worked_on_by_its_clerk(
    reader: Reader, doubt: Doubt, bureau: Bureau
) -> None:
    case = (await opened(reader, doubt)).partition("?")[0]
    desk = f"/console{case}"
    bureau.later(days=16)
    async with open_reader(bureau) as clerk:
        await clerk.sign_in_staff(CLERK, "/console")
        said = await clerk.say("/console?kind=complaint")
        assert "异议 1" in said
        assert "经办 C001" in said
        assert "已超期 1 天" in said
        noted = await clerk.send(await clerk.open(desk), desk, "note", act="note", words="已电话联系药店")
        assert noted.status_code == 303, words(noted.text)
        asked = await clerk.send(
            await clerk.open(desk), desk, "ask_cancel", act="ask_cancel", words="请核对是否本人购药"
        )
        assert asked.status_code == 303, words(asked.text)
        said = await clerk.say(f"{desk}?done=ask_cancel")
        assert "机构还没有撤销" in said
        empty = await clerk.send(await clerk.open(desk), desk, "close", act="close", words="说明说明")
        assert empty.status_code == 422
        assert "请选一个结果" in words(empty.text)
    async with open_reader(bureau) as other:
        await other.sign_in_staff("C003", "/console")
        said = await other.say(desk)
        assert "接手或转交" in said
        assert 'value="close"' not in other.last
    await reader.sign_in(doubt.mother.person.number)
    said = await reader.say(case)
    assert "已超期,可拨打 12393 催办" in said
    assert "请核对是否本人购药" in said
    assert "已电话联系药店" not in said


async def test_a_correction_is_entered_by_one_approved_by_another_and_both_letters_are_printed(
    reader: Reader, doubt: Doubt, bureau: Bureau
) -> None:
    case = (await opened(reader, doubt)).partition("?")[0]
    desk = f"/console{case}"
    async with open_reader(bureau) as clerk, open_reader(bureau) as second:
        await clerk.sign_in_staff(CLERK, "/console")
        await second.sign_in_staff(REVIEWER, "/console")
        html = await clerk.open(desk)
        assert "¥80.00" in html
        entered = await clerk.send(html, desk, "correct", act="correct", words="经核实不是本人购药")
        assert entered.status_code == 303, words(entered.text)
        said = await clerk.say(desk)
        assert "录入和核准不能是同一个人" in said
        assert "等第二人核准" in await second.say("/console")
        html = await second.open(desk)
        done = await second.send(html, desk, "approve", act="approve") if 'value="approve"' in html else None
        assert done is not None
        assert done.status_code == 303, words(done.text)
        assert await doubt.money() == (500_00, 20_00)
        closed = await clerk.send(
            await clerk.open(desk),
            desk,
            "close",
            act="close",
            outcome="corrected",
            words="已核实,钱已退回账户",
        )
        assert closed.status_code == 303, words(closed.text)
        said = await clerk.say(f"{desk}/letters")
        assert said.count("医保经办机构 · 经办人 C001") == 3
        assert "从应付贵机构的款项中扣回 100.00 元" in said
    assert "已核实,钱已退回账户" in await reader.say(f"{case}/letter")
    async with open_reader(bureau) as daughter:
        await daughter.sign_in(doubt.daughter.person.number)
        assert "杨** 提出的异议已办结" in await daughter.say("/complaints")
        said = await daughter.say(f"/complaints/letters/{case.rpartition('/')[2]}")
        assert "您的账户支付的部分已退回" in said
        assert "已核实" not in said


async def test_the_counter_reads_what_it_is_asked_to_take_back_until_it_has(
    reader: Reader, town: Town, bureau: Bureau
) -> None:
    doubt = await doubted(town)
    place = next(one for one in bureau.world.staff if one.institution == doubt.bill.institution)
    case = await doubt.opened(doubt.mother)
    assert (await doubt.work(case, "ask-cancel", words="请核对是否本人购药")).done
    await reader.sign_in_staff(place.staff_id)
    said = await reader.say("/counter/day")
    assert "经办机构请您核对并撤销" in said
    assert "杨**" in said
    assert "请核对是否本人购药" in said
    await town.cancel(doubt.bill)
    assert "经办机构请您核对并撤销" not in await reader.say("/counter/day")


async def test_a_counter_that_is_asked_for_more_bills_asks_the_database_no_more_often(
    reader: Reader, doubt: Doubt, bureau: Bureau
) -> None:
    place = next(one for one in bureau.world.staff if one.institution == doubt.bill.institution)
    await reader.sign_in_staff(place.staff_id)
    asked = []
    for bill in (doubt.bill, await doubt.town.purchase(doubt.mother.person, [line("A", "1.00")])):
        case = await doubt.opened(doubt.mother, f"settlement:{bill.number}")
        assert (await doubt.work(case, "ask-cancel", words="请核对是否本人购药")).done
        with reader.counting() as sent:
            said = await reader.say("/counter/day")
        asked.append((said.count("找到这笔"), len(sent)))
    assert asked == [(1, 13), (2, 13)]


async def test_at_the_window_a_case_is_opened_with_the_ticket_of_a_look(
    reader: Reader, doubt: Doubt, bureau: Bureau
) -> None:
    await reader.sign_in_staff(CLERK, "/console")
    mother = doubt.mother.person
    looked = await reader.submit(
        "/console/window", "/console/window", found_by="card", number=mother.card_number, reason="持卡问账单"
    )
    assert "提出异议" in words(looked.text)
    form = await reader.send(looked.text, "/console/complaints/new", about=f"settlement:{doubt.bill.number}")
    assert form.status_code == 200, words(form.text)
    assert "本人要马上停用的" in words(form.text)
    fields = {"kind": "not_mine", "freeze": "code", "reason": "本人没有手机"}
    without = await reader.send(form.text, "/console/complaints/open", **fields, paper="")
    assert without.status_code == 422
    done = await reader.send(form.text, "/console/complaints/open", **fields, paper="窗-0010")
    assert done.status_code == 303, words(done.text)
    said = await reader.say(str(done.headers["location"]))
    assert "窗-0010" in said
    assert "经办人 C002" in said


async def test_pages_ask_the_database_a_bounded_number_of_times(reader: Reader, doubt: Doubt) -> None:
    case = (await opened(reader, doubt, freeze=["code"])).partition("?")[0]
    await doubt.town.purchase(doubt.mother.person, [line("A", "1.00")])
    for page, most in (("/complaints", 8), (case, 10)):
        with reader.counting() as asked:
            await reader.open(page)
        assert len(asked) <= most, asked
