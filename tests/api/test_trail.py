"""谁看过我的信息, 谁出示过我的码: each access and change about me, and only about me."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.purchase import buy, decode, pharmacy
from tests.bureau import Bureau
from tests.counting import counted
from tests.door import Caller, Door
from tests.till import Till, line, scanned
from tests.window import REASON, done

DAUGHTER, MOTHER = "9902000000010001", "9902000000010002"
BOY, FATHER = "9901000000020001", "9901000000020002"
STATEMENTS_MAX = 8
"""However long a page is."""


async def trail(caller: Caller, **query: str) -> list[dict[str, Any]]:
    """The first page of one's trail."""
    page = await caller.ok("GET", "/me/trail?" + "&".join(f"{name}={value}" for name, value in query.items()))
    items: list[dict[str, Any]] = page["items"]
    return items


async def fresh(door: Door, number: str) -> tuple[Caller, list[dict[str, Any]]]:
    """A person who is signed in, and their trail."""
    caller = await door.sign_in(number)
    return caller, await trail(caller, limit="100")


def of(items: list[dict[str, Any]], action: str) -> list[dict[str, Any]]:
    """Those of one action."""
    return [one for one in items if one["action"] == action]


def masked(bureau: Bureau, number: str) -> str:
    """A person's masked name."""
    name = bureau.world.person(number).name
    return name[0] + "*" * (len(name) - 1)


async def test_a_relatives_look_and_change_are_told_by_masked_name_relation_and_right(door: Door) -> None:
    await door.bound(DAUGHTER, MOTHER, "parent", powers=["query_status", "show_code"])
    daughter = await door.sign_in(DAUGHTER)
    await daughter.ok("GET", f"/family/members/{MOTHER}")
    await daughter.code(MOTHER)
    _, items = await fresh(door, MOTHER)
    (look,) = of(items, "see_status")
    assert look["who"] == f"{masked(door.bureau, DAUGHTER)}(您的女儿)"
    assert (look["who_kind"], look["what"], look["right"]) == ("relative", "查看您的参保状态", "亲情账户绑定")
    assert len(of(items, "show_code")) == 1
    (asked,) = of(items, "bind.ask")
    assert (asked["what"], asked["right"]) == ("申请绑定亲情账户", "对方本人")
    (agreed,) = of(items, "bind.confirm")
    assert (agreed["who"], agreed["right"]) == ("您", "您本人")


async def test_staff_are_told_by_number_with_their_reason_and_for_whom(door: Door) -> None:
    bound = await door.bound(DAUGHTER, MOTHER, "parent")
    look = {"found_by": "person_number", "number": MOTHER, "reason": "核对共济扣款"}
    await (await door.staff(2)).ok("POST", "/staff/look-ups", look)
    await done(door, MOTHER, "unbind", binding=bound["id"])
    _, items = await fresh(door, MOTHER)
    (looked,) = of(items, "look_up_person")
    assert (looked["who"], looked["reason"]) == ("经办窗口工作人员 C003", "核对共济扣款")
    (unbound,) = of(items, "unbind")
    assert unbound["who"] == "经办窗口工作人员 C002,由 C001 录入"
    assert (unbound["behalf"], unbound["reason"]) == ("代您办理", REASON)
    _, others = await fresh(door, DAUGHTER)
    (told,) = of(others, "unbind")
    assert told["behalf"] == f"代{masked(door.bureau, MOTHER)}(您的母亲)办理"
    assert told["reason"] is None


async def test_institutions_are_told_by_name_from_the_scan_to_the_money_that_came_back(door: Door) -> None:
    await door.bound(DAUGHTER, MOTHER, "parent")
    daughter = await door.sign_in(DAUGHTER)
    place = pharmacy(door.bureau, MOTHER)
    name = next(one.name for one in door.bureau.world.institutions if one.code == place)
    token = (await decode(door.bureau, await daughter.code(MOTHER), place))["data"]["ecToken"]
    door.bureau.later(seconds=1)
    paid = await buy(door.bureau, MOTHER, token)
    _, items = await fresh(door, MOTHER)
    shower = f"{masked(door.bureau, DAUGHTER)}(您的女儿)"
    (scan,) = of(items, "scan")
    assert (scan["who"], scan["what"]) == (name, "扫描您的医保码")
    assert (scan["right"], scan["settlement_id"]) == (f"{shower}出示的医保码", paid.settlement)
    (settled,) = of(items, "settle")
    assert (settled["who"], settled["right"]) == (name, f"{shower}出示的医保码")
    assert (settled["amount_fen"], settled["settlement_id"]) == (960, paid.settlement)
    assert of(items, "visit") == []


async def test_an_institution_that_reads_a_card_is_told_once_a_day(door: Door) -> None:
    bureau, mother = door.bureau, door.bureau.world.person(MOTHER)
    place = pharmacy(bureau, MOTHER)
    read = {"data": {"mdtrt_cert_type": "03", "mdtrt_cert_no": mother.card_number}}
    for _ in range(2):
        assert (await bureau.send("1101", place, read))["infcode"] == 0
    _, items = await fresh(door, MOTHER)
    (told,) = of(items, "identify")
    name = next(one.name for one in bureau.world.institutions if one.code == place)
    assert (told["who_kind"], told["who"]) == ("institution", name)
    assert (told["what"], told["right"]) == ("核对您的参保信息", "社会保障卡")
    wrong = {"data": {"mdtrt_cert_type": "02", "mdtrt_cert_no": "999900199001010014"}}
    assert (await bureau.send("1101", place, wrong))["infcode"] == -1
    bureau.later(hours=12)
    assert (await bureau.send("1101", place, read))["infcode"] == 0
    assert (await bureau.send("1101", bureau.institution(mother.region, "1"), read))["infcode"] == 0
    _, items = await fresh(door, MOTHER)
    assert len(of(items, "identify")) == 3


async def test_a_visit_a_bill_and_its_cancellation_are_three_things(door: Door) -> None:
    till, mother = Till(door.bureau), door.bureau.world.person(MOTHER)
    bill = await till.visit(mother, [line("A", "100.00")])
    door.bureau.later(seconds=1)
    await till.cancel(bill)
    _, items = await fresh(door, MOTHER)
    told = [(one["action"], one["what"]) for one in items if one["who_kind"] == "institution"]
    assert told[0] == ("cancel", "撤销结算,款项已退回")
    assert sorted(told[1:]) == [("settle", "为您结算费用"), ("visit", "为您登记就诊")]
    assert of(items, "settle")[0]["right"] == "社会保障卡"


async def test_what_my_account_paid_for_a_relative_is_in_my_trail(door: Door) -> None:
    await (await door.sign_in(FATHER)).grant(BOY, "child")
    paid = await buy(door.bureau, BOY)
    _, items = await fresh(door, FATHER)
    (use,) = of(items, "pay")
    assert use["what"] == f"从您的个人账户为{masked(door.bureau, BOY)}(您的儿子)支付药店购药费用"
    assert use["who"] == "东澜市的医药机构"
    assert (use["amount_fen"], use["settlement_id"]) == (paid.relatives, paid.settlement)


async def test_pages_go_through_all_sources_in_the_order_of_time_and_tell_each_thing_once(door: Door) -> None:
    mother = await door.sign_in(MOTHER)
    for _ in range(3):
        await buy(door.bureau, MOTHER)
        door.bureau.later(seconds=1)
        await mother.ok("POST", "/credential/freeze")
        door.bureau.later(seconds=1)
        await mother.ok("POST", "/credential/thaw")
        door.bureau.later(seconds=1)
    whole = await trail(mother, limit="100")
    assert [one["at"] for one in whole] == sorted((one["at"] for one in whole), reverse=True)
    assert len(of(whole, "settle")) == len(of(whole, "code.frozen")) == 3
    paged, after = [], ""
    for _ in range(len(whole)):
        page = await mother.ok("GET", f"/me/trail?limit=2{after}")
        paged += page["items"]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert paged == whole
    assert await mother.refused("GET", "/me/trail?limit=101") == "REQUEST_INVALID"
    assert await mother.refused("GET", "/me/trail?after=x") == "NOT_FOUND"


async def test_showing_ones_own_code_fills_no_trail(door: Door) -> None:
    mother = await door.sign_in(MOTHER)
    for _ in range(5):
        await mother.code()
    assert of(await trail(mother), "show_code") == []
    assert (await mother.ok("GET", "/me/codes"))["items"] == []


async def test_a_trail_is_only_ones_own(door: Door) -> None:
    clerk = await door.staff()
    for path in ("/me/trail", "/me/codes"):
        assert await clerk.refused("GET", path) == "NOT_ALLOWED"
    before = await fresh(door, BOY)
    await door.bound(DAUGHTER, MOTHER, "parent")
    await buy(door.bureau, MOTHER)
    _, after = await fresh(door, BOY)
    assert len(after) == len(before[1]) + 1


async def test_a_page_of_the_trail_costs_few_statements(door: Door) -> None:
    await door.bound(DAUGHTER, MOTHER, "parent")
    for _ in range(6):
        await buy(door.bureau, MOTHER, await (await door.sign_in(DAUGHTER)).code(MOTHER))
    mother = await door.sign_in(MOTHER)
    with counted(door.bureau.runtime.database) as sent:
        await trail(mother, limit="100")
    assert len([one for one in sent if "bearer" not in one]) <= STATEMENTS_MAX


async def test_each_code_that_was_scanned_or_shown_by_another_tells_who_where_and_what_became_of_it(
    door: Door,
) -> None:
    bound = await door.bound(DAUGHTER, MOTHER, "parent")
    daughter, mother = await door.sign_in(DAUGHTER), await door.sign_in(MOTHER)
    place = pharmacy(door.bureau, MOTHER)
    name = next(one.name for one in door.bureau.world.institutions if one.code == place)
    paid = await buy(door.bureau, MOTHER, await daughter.code(MOTHER))
    door.bureau.later(seconds=1)
    await decode(door.bureau, await mother.code(), place)
    door.bureau.later(seconds=1)
    await daughter.code(MOTHER)
    door.bureau.later(seconds=1)
    await mother.ok("DELETE", f"/family/bindings/{bound['id']}")
    shown = (await mother.ok("GET", "/me/codes"))["items"]
    told = [(one["shown_by"]["text"], one["stage_text"], one["institution_name"]) for one in shown]
    shower = f"{masked(door.bureau, DAUGHTER)}(您的女儿)"
    assert told == [
        (shower, "已失效,未扣款", None),
        ("您", "已扫码,尚未扣款", name),
        (shower, "已结算", name),
    ]
    assert [one["settlement_id"] for one in shown] == [None, None, paid.settlement]
    assert shown[2]["scanned_at"] is not None
    assert (await daughter.ok("GET", "/me/codes"))["items"] == []


async def test_a_code_whose_bill_was_taken_back_says_so(door: Door) -> None:
    till, mother = Till(door.bureau), door.bureau.world.person(MOTHER)
    caller = await door.sign_in(MOTHER)
    code = await caller.ok("POST", "/credential/codes")
    bill = await till.purchase(mother, [line("A", "30.00")], shown=scanned(code))
    await till.cancel(bill)
    (shown,) = (await caller.ok("GET", "/me/codes"))["items"]
    assert (shown["id"], shown["settlement_id"], shown["stage_text"]) == (code["id"], bill.number, "已退回")
    assert shown["returned_at"] is not None


@pytest.mark.parametrize("together", [True, False])
async def test_codes_come_in_pages_also_those_of_one_moment(door: Door, *, together: bool) -> None:
    await door.bound(DAUGHTER, MOTHER, "parent")
    daughter, mother = await door.sign_in(DAUGHTER), await door.sign_in(MOTHER)
    for _ in range(5):
        await daughter.code(MOTHER)
        door.bureau.later(seconds=0 if together else 1)
    whole = (await mother.ok("GET", "/me/codes"))["items"]
    assert len(whole) == 5
    first = await mother.ok("GET", "/me/codes?limit=2")
    second = await mother.ok("GET", f"/me/codes?limit=2&after={first['next']}")
    third = await mother.ok("GET", f"/me/codes?limit=2&after={second['next']}")
    assert first["items"] + second["items"] + third["items"] == whole
    assert third["next"] is None


@pytest.mark.parametrize(
    "cursor", ["x", "-", "99999999999999999-00", "1-zz", "%E2%91%A0-00", "9999999999999999-00"]
)
async def test_what_is_no_cursor_begins_from_the_start(door: Door, cursor: str) -> None:
    mother = await door.sign_in(MOTHER)
    assert (await mother.ok("GET", f"/me/codes?after={cursor}"))["items"] == []
