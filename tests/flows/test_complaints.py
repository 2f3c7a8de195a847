"""异议: what is stopped, stops at once; each case has one clerk and one end, and the books stay right."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from qinji.platform.database import Address
from tests.bureau import open_bureau
from tests.complaints import AMOUNTS, WORDS, Doubt, doubted
from tests.household import Town, open_town
from tests.till import BillRefused, line, paid, scanned


@pytest.fixture
async def town(address: Address, tmp_path: Path) -> AsyncIterator[Town]:
    """A bureau of its own with both doors open."""
    async with open_bureau(address, tmp_path) as bureau, open_town(bureau) as opened:
        yield opened


@pytest.fixture
async def doubt(town: Town) -> Doubt:
    """A bill of the mother's, partly paid by the daughter."""
    return await doubted(town)


async def test_a_case_names_its_clerk_its_promised_day_and_what_is_known(doubt: Doubt) -> None:
    case = await doubt.opened(doubt.mother, text="我没去过这家药店")
    told = (await doubt.mother.call("GET", f"/complaints/{case['id']}")).done
    assert (told["promised_day"], told["clerk"], told["state_text"]) == (
        "2026-04-01",
        "程晓岚(C001)",
        "办理中",
    )
    facts = {one["label"]: one["text"] for one in told["facts"]}
    assert facts["总费用"] == "100.00 元"
    assert facts["李*(您的女儿)的个人账户"].startswith("80.00 元")
    assert [one["kind"] for one in told["steps"]] == ["opened"]
    trail = await doubt.mother.items("/me/trail", limit="100")
    assert [one["what"] for one in trail].count("提出异议") == 1


async def test_a_grantor_reads_their_own_part_and_who_showed_the_code_no_amount(town: Town) -> None:
    doubt = await doubted(town)
    about = {"about": f"settlement:{doubt.bill.number}"}
    part = (await doubt.daughter.call("GET", "/complaints/beginning", query=about)).done
    said = str(part["facts"])
    assert "80.00 元" in said
    assert "100.00" not in said
    assert "20.00" not in said
    assert "西澜市" in said
    assert "百草堂" not in said
    assert doubt.bill.institution not in said
    await town.revoked(doubt.daughter.person, doubt.grant)
    shown = scanned((await doubt.daughter.code(doubt.mother.person)).done)
    own = await town.purchase(doubt.mother.person, [line("C", "7.00")], shown=shown)
    assert own.paid == paid(cash="7.00")
    showing = (
        await doubt.daughter.call("GET", "/complaints/beginning", query={"about": f"settlement:{own.number}"})
    ).done
    assert "7.00" not in str(showing["facts"])
    assert "西澜市百草堂药店" in str(showing["facts"])


@pytest.mark.parametrize("about", ["settlement", "code", "look"])
async def test_what_does_not_concern_somebody_is_like_a_missing_thing(doubt: Doubt, about: str) -> None:
    stranger = await doubt.town.phone(doubt.town.family("分居两省的夫妻")[0])
    trail = await doubt.mother.items("/me/trail", limit="100")
    keys = {
        "settlement": doubt.bill.number,
        "code": next(one["id"] for one in trail if one["action"] == "scan"),
        "look": next(one["id"] for one in trail if one["action"] == "bind.confirm"),
    }
    assert (await doubt.open(stranger, f"{about}:{keys[about]}")).refused == "NOT_FOUND"
    assert (await doubt.open(doubt.mother, f"{about}:{keys[about]}")).status == 201


async def test_a_scan_and_a_look_can_be_complained_of_by_their_own_words(doubt: Doubt) -> None:
    trail = await doubt.mother.items("/me/trail", limit="100")
    scan = next(one for one in trail if one["action"] == "scan")
    case = await doubt.opened(doubt.mother, f"code:{scan['id']}")
    facts = (await doubt.mother.call("GET", f"/complaints/{case['id']}")).done["facts"]
    assert {"label": "谁出示的", "text": "李*(您的女儿)"} in facts
    doubt.town.bureau.later(seconds=1)
    clerk = await doubt.town.clerk("C002")
    look = {"found_by": "card", "number": doubt.mother.person.card_number, "reason": "本人电话咨询"}
    assert (await clerk.call("POST", "/staff/look-ups", look)).done
    seen = (await doubt.mother.items("/me/trail"))[0]
    asked = await doubt.opened(doubt.mother, f"look:{seen['id']}", kind="question")
    facts = (await doubt.mother.call("GET", f"/complaints/{asked['id']}")).done["facts"]
    assert {"label": "事由", "text": "本人电话咨询"} in facts
    assert {"label": "谁", "text": "经办窗口工作人员 C002"} in facts


async def test_a_code_is_one_thing_before_and_after_its_scan(doubt: Doubt) -> None:
    """Whoever complained of it while nobody had scanned it has their case; a second one is not opened beside it."""
    shown = (await doubt.daughter.code(doubt.mother.person)).done
    about = f"code:{shown['id']}"
    case = await doubt.opened(doubt.mother, about)
    await doubt.town.purchase(doubt.mother.person, [line("A", "1.00")], shown=scanned(shown))
    assert (await doubt.open(doubt.mother, about)).refused == "COMPLAINT_EXISTS"
    told = (await doubt.mother.call("GET", "/complaints/beginning", query={"about": about})).done
    assert told["open_complaint"] == case["id"]


async def test_a_frozen_code_is_refused_at_the_till_from_that_moment(doubt: Doubt) -> None:
    shown = scanned((await doubt.daughter.code(doubt.mother.person)).done)
    case = await doubt.opened(doubt.mother, freezes=["code"])
    assert [one["words"] for one in case["frozen"]] == ["您的医保码"]
    with pytest.raises(BillRefused, match="已失效"):
        await doubt.town.purchase(doubt.mother.person, [line("A", "1.00")], shown=shown)
    assert (await doubt.mother.code()).refused == "CODE_FROZEN"
    assert (await doubt.mother.call("POST", f"/complaints/{case['id']}/lift")).done["lifted_at"]
    assert (await doubt.mother.code()).status == 201
    assert (await doubt.mother.call("POST", f"/complaints/{case['id']}/lift")).refused == "COMPLAINT_STATE"


@pytest.mark.parametrize("which", ["this", "all"])
async def test_a_paused_grant_pays_nothing_of_the_next_bill(doubt: Doubt, which: str) -> None:
    freeze = f"grant:{doubt.grant['id']}" if which == "this" else "grant"
    case = await doubt.opened(doubt.daughter, freezes=[freeze])
    assert (await doubt.town.purchase(doubt.mother.person, [line("A", "5.00")], flag="2")).paid == paid(
        cash="5.00"
    )
    assert (await doubt.daughter.call("POST", f"/complaints/{case['id']}/withdraw", {"lift": True})).done[
        "state"
    ] == "withdrawn"
    assert (await doubt.town.purchase(doubt.mother.person, [line("A", "5.00")], flag="2")).paid == paid(
        mutual_aid="5.00"
    )


async def test_a_binding_shows_no_code_while_its_power_is_suspended(doubt: Doubt) -> None:
    shown = scanned((await doubt.daughter.code(doubt.mother.person)).done)
    case = await doubt.opened(doubt.mother, freezes=[f"binding:{doubt.binding['id']}"])
    assert (await doubt.daughter.code(doubt.mother.person)).refused == "POWER_NOT_GIVEN"
    with pytest.raises(BillRefused, match="已失效"):
        await doubt.town.purchase(doubt.mother.person, [line("A", "1.00")], shown=shown)
    assert (await doubt.mother.code()).status == 201
    assert (await doubt.mother.call("POST", f"/complaints/{case['id']}/lift")).done
    assert (await doubt.daughter.code(doubt.mother.person)).status == 201


async def test_what_is_stopped_already_or_was_changed_since_is_left_alone(doubt: Doubt) -> None:
    assert (await doubt.daughter.change(doubt.grant, paused=True)).done
    case = await doubt.opened(doubt.daughter, freezes=["grant", "code"])
    assert [one["freeze"] for one in case["frozen"]] == ["code"]
    assert (await doubt.daughter.call("POST", "/credential/freeze", {"lost": True})).done
    assert (await doubt.daughter.call("POST", f"/complaints/{case['id']}/lift")).done
    assert (await doubt.daughter.code()).refused == "CODE_FROZEN"
    told = (await doubt.daughter.call("GET", f"/complaints/{case['id']}")).done["steps"]
    assert "没有恢复:您的医保码(已另有变动)" in told[-1]["words"]


async def test_other_peoples_things_cannot_be_stopped(doubt: Doubt) -> None:
    other = await doubt.open(doubt.mother, freezes=[f"grant:{doubt.bill.number}"])
    assert other.refused == "NOT_FOUND"
    mine_to_use = await doubt.open(doubt.mother, freezes=[f"grant:{doubt.grant['id']}"])
    assert mine_to_use.status == 201
    assert mine_to_use.done["frozen"] == []
    assert (await doubt.open(doubt.daughter, freezes=["wallet"])).refused == "REQUEST_INVALID"


async def test_of_many_at_once_one_case_is_opened_and_the_code_is_frozen_once(doubt: Doubt) -> None:
    answers = await asyncio.gather(*(doubt.open(doubt.mother, freezes=["code"]) for _ in range(12)))
    assert sorted(one.status for one in answers) == [201, *([409] * 11)]
    assert {one.refused for one in answers if one.status == 409} == {"COMPLAINT_EXISTS"}
    trail = await doubt.mother.items("/me/trail", limit="100")
    assert [one["what"] for one in trail].count("冻结医保码") == 1
    assert len(await doubt.mother.items("/complaints")) == 1


async def test_a_new_case_may_be_opened_when_the_first_is_over(doubt: Doubt) -> None:
    case = await doubt.opened(doubt.mother)
    withdrawn = await doubt.mother.call("POST", f"/complaints/{case['id']}/withdraw", {})
    assert withdrawn.done["state_text"] == "您已撤回"
    again = await doubt.mother.call("POST", f"/complaints/{case['id']}/withdraw", {})
    assert again.refused == "COMPLAINT_STATE"
    assert (await doubt.open(doubt.mother)).status == 201


async def test_the_same_key_opens_one_case(doubt: Doubt) -> None:
    body = {"about": f"settlement:{doubt.bill.number}", "kind": "question"}
    headers = {"Authorization": f"Bearer {doubt.mother.token}", "Idempotency-Key": "one-key"}
    client = doubt.town.client
    first, second = [await client.post("/api/v1/complaints", json=body, headers=headers) for _ in range(2)]
    assert (first.status_code, second.content) == (201, first.content)


async def test_cases_go_to_the_clerk_with_the_fewest_and_are_handed_on_with_a_reason(doubt: Doubt) -> None:
    mothers = await doubt.opened(doubt.mother)
    daughters = await doubt.opened(doubt.daughter)
    told = [
        (await phone.call("GET", f"/complaints/{case['id']}")).done["clerk"]
        for phone, case in ((doubt.mother, mothers), (doubt.daughter, daughters))
    ]
    assert told == ["程晓岚(C001)", "施文远(C002)"]
    other = await doubt.town.clerk("C003")
    path = f"/staff/complaints/{mothers['id']}"
    note = await other.call("POST", f"{path}/note", {"words": "我来看看这件"})
    assert note.refused == "NOT_ALLOWED"
    assert "经办人是 C001" in note.says
    doubt.town.bureau.later(seconds=1)
    nobody = await other.call("POST", f"{path}/hand-on", {"to": "X999", "words": "同事休假"})
    assert nobody.refused == "STAFF_UNKNOWN"
    assert (await other.call("POST", f"{path}/hand-on", {"to": "C003", "words": "同事休假"})).done
    assert (await other.call("POST", f"{path}/note", {"words": "已电话联系药店"})).done
    steps = (await doubt.mother.call("GET", f"/complaints/{mothers['id']}")).done["steps"]
    assert [(one["kind"], one["words"]) for one in steps] == [
        ("opened", ""),
        ("handed_on", "C003:同事休假"),
    ]


async def test_a_case_past_its_promised_day_is_marked_in_the_queue(doubt: Doubt) -> None:
    case = await doubt.opened(doubt.mother)
    for days, late in ((15, False), (1, True)):
        doubt.town.bureau.later(days=days)
        clerk = await doubt.town.clerk("C001")
        (told,) = await clerk.items("/staff/complaints")
        assert (told["id"], told["overdue"], told["clerk"]) == (case["id"], late, "C001")


async def test_explained_ends_the_case_and_writes_to_both_sides(doubt: Doubt) -> None:
    case = await doubt.opened(doubt.mother, kind="question", text="为什么花了女儿的钱")
    assert (await doubt.closed(case, "corrected")).refused == "COMPLAINT_OUTCOME"
    assert (await doubt.closed(case, "explained", "先花您账户里的 20 元,不够的按授权由女儿的账户支付")).done
    mine = (await doubt.mother.call("GET", f"/complaints/{case['id']}/letter")).done
    assert (mine["to"], mine["signed_by"]) == ("杨素珍", "C001")
    assert "不够的按授权由女儿的账户支付" in mine["paragraphs"][0]
    (told,) = await doubt.daughter.items("/complaints/letters")
    assert told["who"] == "杨**"
    theirs = (await doubt.daughter.call("GET", f"/complaints/letters/{case['id']}")).done
    assert theirs["to"] == "李敏"
    assert await doubt.money() == AMOUNTS


async def test_the_other_side_reads_nothing_of_what_was_said_nor_what_is_not_theirs(doubt: Doubt) -> None:
    case = await doubt.opened(doubt.mother, text="我怀疑是邻居拿了我的手机")
    assert (await doubt.work(case, "note", words="药店监控显示是外人")).done
    measure = (await doubt.work(case, "corrections", reason="经核实不是本人购药")).done
    assert measure["amount_fen"] == 100_00
    assert (await doubt.approved(measure)).done
    assert (await doubt.closed(case, "corrected", "监控显示不是您本人,钱已退回")).done
    letter = str((await doubt.daughter.call("GET", f"/complaints/letters/{case['id']}")).done)
    places = [place.name for place in doubt.town.bureau.world.institutions]
    for secret in ("邻居", "监控", "20.00", "100.00", "杨素珍", *places):
        assert secret not in letter
    assert "在 西澜市 的一笔结算" in letter
    assert "您的账户支付的部分已退回" in letter
    own = str((await doubt.mother.call("GET", f"/complaints/{case['id']}")).done)
    assert "外人" not in own
    for path in (f"/complaints/letters/{case['id']}", f"/complaints/{case['id']}/letter"):
        stranger = await doubt.town.phone(doubt.town.family("分居两省的夫妻")[0])
        assert (await stranger.call("GET", path)).refused == "NOT_FOUND"
    assert (await doubt.daughter.call("GET", f"/complaints/{case['id']}")).refused == "NOT_FOUND"


async def test_a_grant_is_ended_by_two(doubt: Doubt) -> None:
    case = await doubt.opened(doubt.daughter, freezes=["grant"])
    measure = (await doubt.work(case, "grant-ends", grant=doubt.grant["id"], reason="授权人要求解除")).done
    assert (await doubt.closed(case, "explained")).refused == "COMPLAINT_STATE"
    same = await doubt.approved(measure, measure["entered_by"])
    assert same.refused == "SAME_CLERK"
    assert (await doubt.approved(measure)).done["state"] == "done"
    assert (await doubt.approved(measure)).refused == "COMPLAINT_STATE"
    assert (await doubt.closed(case, "grant_ended")).done
    (grant,) = await doubt.daughter.items("/mutual-aid/grants")
    assert grant["state"] == "ended"


async def test_the_institution_is_asked_and_when_it_cancels_the_case_knows(doubt: Doubt) -> None:
    case = await doubt.opened(doubt.mother)
    assert (await doubt.work(case, "ask-cancel", words="不是本人购药,请核对后撤销")).done
    assert (await doubt.work(case, "ask-cancel", words="再请一次撤销")).refused == "COMPLAINT_STATE"
    assert (await doubt.closed(case, "cancelled")).refused == "COMPLAINT_OUTCOME"
    await doubt.town.cancel(doubt.bill)
    told = (await doubt.mother.call("GET", f"/complaints/{case['id']}")).done
    assert told["bill_returned_at"] is not None
    assert (await doubt.closed(case, "cancelled")).done
    assert await doubt.money() == (500_00, 20_00)


async def test_passed_on_says_to_whom(doubt: Doubt) -> None:
    case = await doubt.opened(doubt.mother)
    assert (await doubt.closed(case, "passed_on")).refused == "COMPLAINT_OUTCOME"
    assert (await doubt.work(case, "pass-on", to="公安机关", words="疑似冒用医保码,已移送线索")).done
    assert (await doubt.closed(case, "passed_on")).done["outcome_text"] == "已移送其他部门"
    told = (await doubt.mother.call("GET", f"/complaints/{case['id']}")).done["steps"]
    assert "公安机关:疑似冒用医保码,已移送线索" in [one["words"] for one in told]


async def test_what_was_stopped_goes_on_by_itself_where_one_wished_so(doubt: Doubt) -> None:
    case = await doubt.opened(doubt.daughter, freezes=["grant", "code"], lift_at_close=True)
    assert (await doubt.closed(case, "explained")).done["lifted_at"]
    (grant,) = await doubt.daughter.items("/mutual-aid/grants")
    assert grant["state"] == "active"
    assert (await doubt.daughter.code()).status == 201


async def test_at_the_window_a_clerk_opens_a_case_for_who_has_no_phone(doubt: Doubt) -> None:
    body = {
        "about": f"settlement:{doubt.bill.number}",
        "kind": "not_mine",
        "freezes": ["code"],
        "recognised_by": "card",
        "number": doubt.mother.person.card_number,
        "reason": "本人没有手机,持卡到窗口",
        "paper_reference": "窗-0009",
    }
    clerk = await doubt.town.clerk("C001")
    by_itself = await clerk.call("POST", "/staff/complaints", {**body, "lift_at_close": True})
    assert by_itself.refused == "REQUEST_INVALID"
    case = (await clerk.call("POST", "/staff/complaints", body)).done
    assert (await doubt.mother.code()).refused == "CODE_FROZEN"
    told = (await clerk.call("GET", f"/staff/complaints/{case['id']}")).done
    assert (told["entered_by"], told["clerk"]) == ("C001", "C002")
    trail = await doubt.mother.items("/me/trail", limit="100")
    (opened,) = [one for one in trail if one["action"] == "complaint.open"]
    assert (opened["who"], opened["behalf"]) == ("经办窗口工作人员 C001", "代您办理")


async def test_words_with_an_identity_number_are_refused_and_change_nothing(doubt: Doubt) -> None:
    number = doubt.mother.person.certificate_number
    refused = await doubt.open(doubt.mother, text=f"我是 {number}", freezes=["code"])
    assert refused.refused == "REQUEST_INVALID"
    assert (await doubt.mother.code()).status == 201
    case = await doubt.opened(doubt.mother)
    assert (await doubt.closed(case, "explained", f"已告知 {number} 本人")).refused == "REQUEST_INVALID"


async def test_a_closed_case_is_for_who_worked_on_it(doubt: Doubt) -> None:
    case = await doubt.opened(doubt.mother)
    assert (await doubt.closed(case, "explained", WORDS)).done
    for staff, status in (("C001", 200), ("C003", 404)):
        session = await doubt.town.clerk(staff)
        for path in (f"/staff/complaints/{case['id']}", f"/staff/complaints/{case['id']}/letters"):
            assert (await session.call("GET", path)).status == status
