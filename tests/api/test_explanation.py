"""用款说明: by what right, in which order and within which limits a bill was paid; and nobody reads a balance of others."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from qinji.flows.parts.consent_texts import ConsentKind, in_force
from qinji.kernel.money import yuan
from tests.api.purchase import buy, pharmacy
from tests.door import Caller, Door
from tests.till import Till, line, scanned
from tests.window import PAPER, REASON, cashier, done

DAUGHTER, MOTHER = "9902000000010001", "9902000000010002"
BOY, FATHER, BOYS_MOTHER = "9901000000020001", "9901000000020002", "9901000000020003"
STRANGER = "9901000000150001"
WHY = "本人来电询问扣款"


async def explained(caller: Caller, settlement: str, query: str = "") -> dict[str, Any]:
    """The explanation of a bill."""
    found: dict[str, Any] = await caller.ok("GET", f"/settlements/{settlement}/explanation{query}")
    return found


async def by_staff(door: Door, settlement: str, place: int = 0) -> dict[str, Any]:
    """The explanation of a bill at the window."""
    clerk = await door.staff(place)
    path = f"/staff/settlements/{settlement}/explanation"
    found: dict[str, Any] = await clerk.ok("POST", path, {"reason": WHY})
    return found


async def test_the_patient_reads_the_right_the_consent_the_order_and_the_bounds_of_each_payer(
    door: Door,
) -> None:
    daughter = await door.sign_in(DAUGHTER)
    granted = await daughter.grant(MOTHER, "parent", per_day_fen=50_00, floor_fen=1_00)
    door.bureau.later(seconds=1)
    await daughter.ok("PATCH", f"/mutual-aid/grants/{granted['id']}", {"per_use_fen": 30_00})
    door.bureau.later(seconds=1)
    paid = await buy(door.bureau, MOTHER, units=10)
    told = await explained(await door.sign_in(MOTHER), paid.settlement)
    parts = told["fund_fen"] + told["own_account_fen"] + told["mutual_aid_fen"] + told["cash_fen"]
    assert parts == told["total_fen"] == 96_00
    own, shared = told["payers"]
    assert (own["place"], own["who"]["name"], own["right"], own["consent"]) == (1, "您", "本人个人账户", None)
    assert (own["before_fen"], own["after_fen"]) == (20_00, 0)
    assert shared["who"]["text"].endswith("(您的女儿)")
    assert shared["right"] == "家庭共济授权,授权人中排第 1 位"
    assert (shared["amount_fen"], shared["before_fen"], shared["after_fen"]) == (30_00, None, None)
    assert shared["bounds"] == "单次限额 30.00 元、本日限额余 50.00 元、保底余额 1.00 元"
    text = in_force(ConsentKind.GRANT)
    assert (shared["consent"]["title"], shared["consent"]["version"]) == (text.title, text.version)
    assert (shared["consent"]["channel"], shared["consent"]["staff"]) == ("网页", None)
    assert "每日限额 50.00 元" in shared["consent"]["detail"]
    assert "单次限额 30.00 元" in shared["changed"]["detail"]
    assert shared["uses"] == [{"label": "政策范围内自付", "amount_fen": 30_00}]
    assert "结果相同" in told["checked"]
    assert any("统筹基金" in reason for reason in told["reasons"])


async def test_what_is_changed_afterwards_does_not_change_what_was(door: Door) -> None:
    daughter, mother = await door.sign_in(DAUGHTER), await door.sign_in(MOTHER)
    granted = await daughter.grant(MOTHER, "parent", per_use_fen=30_00)
    door.bureau.later(seconds=1)
    paid = await buy(door.bureau, MOTHER, units=10)
    before = await explained(mother, paid.settlement)
    door.bureau.later(seconds=1)
    path = f"/mutual-aid/grants/{granted['id']}"
    await daughter.ok("PATCH", path, {"per_use_fen": 1, "paused": True})
    await daughter.ok("DELETE", path)
    await buy(door.bureau, MOTHER)
    assert await explained(mother, paid.settlement) == before


async def test_who_showed_the_code_by_what_right_and_where_it_was_scanned(door: Door) -> None:
    await door.bound(DAUGHTER, MOTHER, "parent")
    door.bureau.later(seconds=5)
    daughter, mother = await door.sign_in(DAUGHTER), await door.sign_in(MOTHER)
    code = await daughter.code(MOTHER)
    door.bureau.later(seconds=20)
    paid = await buy(door.bureau, MOTHER, code)
    told = await explained(mother, paid.settlement)
    shown = told["shown"]
    assert (shown["credential"], shown["by"]["relation"]) == ("医保码", "女儿")
    assert shown["shown_at"] < shown["scanned_at"] == told["booked_at"]
    assert shown["consent"]["title"] == in_force(ConsentKind.BIND).title
    assert told["institution_name"]

    own = await explained(mother, (await buy(door.bureau, MOTHER, await mother.code())).settlement)
    assert (own["shown"]["by"]["name"], own["shown"]["consent"]) == ("您", None)
    by_card = await explained(mother, (await buy(door.bureau, MOTHER)).settlement)
    assert (by_card["shown"]["credential"], by_card["shown"]["by"]) == ("社会保障卡", None)


async def test_what_was_agreed_at_the_window_names_both_clerks_and_that_there_was_a_paper(door: Door) -> None:
    body = {"holder_psn_no": DAUGHTER, "member_psn_no": MOTHER, "relation": "parent", "reason": REASON}
    bound = await (await door.staff(0)).ok("POST", "/staff/bindings", body | {"evidence_reference": PAPER})
    await (await door.staff(1)).ok("POST", f"/staff/reviews/{bound['id']}/approve")
    await done(door, DAUGHTER, "grant", beneficiary_psn_no=MOTHER, relation="parent")
    door.bureau.later(seconds=1)
    code = await (await door.sign_in(DAUGHTER)).code(MOTHER)
    told = await explained(await door.sign_in(MOTHER), (await buy(door.bureau, MOTHER, code, 10)).settlement)
    for note in (told["shown"]["consent"], told["payers"][1]["consent"]):
        assert (note["entered_by"], note["staff"]) == ("C001", "C002")
        assert (note["channel"], note["paper"]) == ("窗口", True)
    assert REASON not in str(told)


async def test_who_paid_nothing_is_told_with_the_reason(door: Door) -> None:
    father, mother = await door.sign_in(FATHER), await door.sign_in(BOYS_MOTHER)
    first = await father.grant(BOY, "child")
    await mother.grant(BOY, "child")
    await father.ok("PATCH", f"/mutual-aid/grants/{first['id']}", {"paused": True})
    told = await explained(await door.sign_in(BOY), (await buy(door.bureau, BOY)).settlement)
    assert [(one["amount_fen"], one["why_not"]) for one in told["payers"]] == [
        (0, "授权人已暂停使用"),
        (960, ""),
    ]


async def test_a_grantor_reads_their_own_part_and_nothing_of_the_rest(door: Door) -> None:
    father, mother = await door.sign_in(FATHER), await door.sign_in(BOYS_MOTHER)
    await father.grant(BOY, "child", per_use_fen=300)
    await mother.grant(BOY, "child")
    before = await door.bureau.balance(FATHER)
    paid = await buy(door.bureau, BOY)
    answer = await father.call("GET", f"/settlements/{paid.settlement}/explanation?as=grantor")
    part = answer.json()
    assert set(part) == {
        "settlement_id",
        "patient",
        "kind",
        "region_name",
        "service_day",
        "booked_at",
        "returned_at",
        "payers",
    }
    (own,) = part["payers"]
    assert (own["who"]["name"], own["amount_fen"]) == ("您", 300)
    assert (own["before_fen"], own["after_fen"]) == (before, before - 300)
    assert part["patient"]["relation"] == "儿子"
    assert (part["region_name"], part["kind"]) == ("东澜市", "药店购药")
    code = pharmacy(door.bureau, BOY)
    place = next(one.name for one in door.bureau.world.institutions if one.code == code)
    for secret in ("阿莫西林", "9.60", "960", door.bureau.world.person(BOYS_MOTHER).name, place, code):
        assert secret not in answer.text
    path = f"/settlements/{paid.settlement}/explanation"
    assert await father.refused("GET", path) == "NOT_FOUND"
    assert await (await door.sign_in(BOY)).refused("GET", f"{path}?as=grantor") == "NOT_FOUND"


async def test_a_grantor_who_paid_nothing_of_a_bill_and_a_stranger_find_none(door: Door) -> None:
    father, mother = await door.sign_in(FATHER), await door.sign_in(BOYS_MOTHER)
    await father.grant(BOY, "child")
    await mother.grant(BOY, "child")
    paid = await buy(door.bureau, BOY)
    stranger = await door.sign_in(STRANGER)
    for caller in (mother, stranger):
        for query in ("", "?as=grantor", f"?psn_no={BOY}"):
            path = f"/settlements/{paid.settlement}/explanation{query}"
            assert await caller.refused("GET", path) == "NOT_FOUND"
    assert await stranger.refused("GET", "/settlements/x/explanation") == "NOT_FOUND"


async def test_a_grantor_reads_it_also_after_the_grant_has_ended_and_sees_what_came_back(door: Door) -> None:
    till, boy = Till(door.bureau), door.bureau.world.person(BOY)
    father = await door.sign_in(FATHER)
    granted = await father.grant(BOY, "child")
    bill = await till.purchase(boy, [line("A", "30.00")])
    await father.ok("DELETE", f"/mutual-aid/grants/{granted['id']}")
    assert (await explained(father, bill.number, "?as=grantor"))["returned_at"] is None
    door.bureau.later(seconds=1)
    await till.cancel(bill)
    assert (await explained(father, bill.number, "?as=grantor"))["returned_at"] is not None


async def test_a_holder_with_that_power_reads_the_bill_but_no_balance_and_leaves_a_row(door: Door) -> None:
    await door.bound(DAUGHTER, MOTHER, "parent", powers=["query_cost", "show_code"])
    paid = await buy(door.bureau, MOTHER)
    daughter, mother = await door.sign_in(DAUGHTER), await door.sign_in(MOTHER)
    told = await explained(daughter, paid.settlement, f"?psn_no={MOTHER}")
    assert (told["payers"][0]["before_fen"], told["payers"][0]["who"]["relation"]) == (None, "母亲")
    looks = [one for one in (await mother.ok("GET", "/me/trail"))["items"] if one["action"] == "see_costs"]
    assert len(looks) == 1
    powers = f"/family/bindings/{(await mother.ok('GET', '/family/bindings'))['items'][0]['id']}/powers"
    await mother.ok("PATCH", powers, {"powers": ["show_code"]})
    path = f"/settlements/{paid.settlement}/explanation?psn_no={MOTHER}"
    assert await daughter.refused("GET", path) == "POWER_NOT_GIVEN"


async def test_staff_read_it_with_a_reason_that_the_patient_reads_and_no_relatives_balance(
    door: Door,
) -> None:
    await (await door.sign_in(DAUGHTER)).grant(MOTHER, "parent")
    door.bureau.later(seconds=1)
    paid = await buy(door.bureau, MOTHER, units=10)
    mother = await door.sign_in(MOTHER)
    assert await by_staff(door, paid.settlement) == await explained(mother, paid.settlement)
    (look,) = [one for one in (await mother.ok("GET", "/me/trail"))["items"] if one["action"] == "see_costs"]
    assert (look["who"], look["reason"]) == ("经办窗口工作人员 C001", WHY)
    path = f"/staff/settlements/{paid.settlement}/explanation"
    clerk = await door.staff()
    for body in (None, {}, {"reason": "短"}, {"reason": "     "}):
        assert await clerk.refused("POST", path, body) == "REQUEST_INVALID"
    assert (
        await clerk.refused("POST", f"/staff/settlements/{'0' * 26}/explanation", {"reason": WHY})
        == "NOT_FOUND"
    )
    for caller in (await cashier(door), mother):
        assert await caller.refused("POST", path, {"reason": WHY}) == "NOT_ALLOWED"
    trail = (await mother.ok("GET", "/me/trail"))["items"]
    assert len([one for one in trail if one["action"] == "see_costs"]) == 1


async def test_the_wish_that_only_own_money_is_used_is_told(door: Door) -> None:
    await (await door.sign_in(DAUGHTER)).grant(MOTHER, "parent")
    mother = await door.sign_in(MOTHER)
    code = await mother.ok("POST", "/credential/codes", {"own_money_only": True})
    bill = await Till(door.bureau).purchase(
        door.bureau.world.person(MOTHER), [line("A", "30.00")], shown=scanned(code)
    )
    told = await explained(mother, bill.number)
    assert told["chosen"] == ["出示医保码时选择了“本次不用家人的钱”"]
    assert told["payers"][1]["why_not"] == "出示医保码时选择了“本次不用家人的钱”"


async def test_before_and_after_of_each_payer_are_the_ledgers_own_balances(door: Door) -> None:
    """The bills of one day in turn: what is told as before and after is what the books held before and after."""
    till, boy = Till(door.bureau), door.bureau.world.person(BOY)
    father = await door.sign_in(FATHER)
    await father.grant(BOY, "child")
    for amount in ("12.30", "0.01", "45.67"):
        books_before = await door.bureau.balance(FATHER)
        bill = await till.purchase(boy, [line("A", amount)])
        books_after = await door.bureau.balance(FATHER)
        (part,) = (await explained(father, bill.number, "?as=grantor"))["payers"]
        assert (part["before_fen"], part["after_fen"]) == (books_before, books_after)
    await till.cancel(bill)
    (part,) = (await explained(father, bill.number, "?as=grantor"))["payers"]
    assert (part["before_fen"], part["after_fen"]) == (books_before, books_after)


async def test_before_and_after_form_one_chain_also_where_bills_settle_at_the_same_time(door: Door) -> None:
    mother = await door.sign_in(MOTHER)
    begun = await door.bureau.balance(MOTHER)
    bills = await asyncio.gather(*(buy(door.bureau, MOTHER) for _ in range(6)))
    told = [(await mother.ok("GET", f"/settlements/{bill.settlement}"))["payers"] for bill in bills]
    steps = [(one["before_fen"], one["after_fen"]) for payers in told for one in payers]
    steps.sort(reverse=True)
    assert steps[0][0] == begun
    assert [after for _, after in steps[:-1]] == [before for before, _ in steps[1:]]
    assert steps[-1][1] == await door.bureau.balance(MOTHER)


async def test_the_detail_of_a_bill_tells_the_patient_their_own_before_and_after_and_a_holder_none(
    door: Door,
) -> None:
    await door.bound(DAUGHTER, MOTHER, "parent", powers=["query_cost"])
    await (await door.sign_in(DAUGHTER)).grant(MOTHER, "parent")
    begun = await door.bureau.balance(MOTHER)
    paid = await buy(door.bureau, MOTHER, units=10)
    mother, daughter = await door.sign_in(MOTHER), await door.sign_in(DAUGHTER)
    own, shared = (await mother.ok("GET", f"/settlements/{paid.settlement}"))["payers"]
    assert (own["before_fen"], own["after_fen"]) == (begun, begun - paid.own)
    assert (shared["before_fen"], shared["after_fen"]) == (None, None)
    answer = await daughter.call("GET", f"/settlements/{paid.settlement}?psn_no={MOTHER}")
    seen, hers = answer.json()["payers"]
    assert (seen["before_fen"], hers["before_fen"]) == (
        None,
        await door.bureau.balance(DAUGHTER) + paid.relatives,
    )
    assert "付前余额" not in answer.text
    assert f"付前余额 {yuan(begun)}" in (await mother.call("GET", f"/settlements/{paid.settlement}")).text


@pytest.mark.parametrize("query", ["?as=nobody", f"?psn_no={'9' * 41}"])
async def test_a_wrong_question_is_refused(door: Door, query: str) -> None:
    paid = await buy(door.bureau, MOTHER)
    path = f"/settlements/{paid.settlement}/explanation{query}"
    assert await (await door.sign_in(MOTHER)).refused("GET", path) == "REQUEST_INVALID"
