"""Who pays first and next is told before there is a bill, to whom it concerns, and comes true at the till."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.purchase import buy
from tests.api.test_following import looks
from tests.door import Caller, Door

DAUGHTER, MOTHER, STRANGER = "9902000000010001", "9902000000010002", "9901000000020002"
CHILD, FATHER, CHILDS_MOTHER = "9901000000020001", "9901000000020002", "9901000000020003"
EFFECT = "/mutual-aid/order/effect"


async def payers(caller: Caller, query: str = "") -> dict[str, Any]:
    """Who pays first and next."""
    told: dict[str, Any] = await caller.ok("GET", f"/credential/payers{query}")
    return told


async def test_the_order_told_is_the_order_in_which_they_pay(door: Door) -> None:
    await (await door.sign_in(DAUGHTER)).grant(MOTHER, "parent")
    mother = await door.sign_in(MOTHER)
    told = await payers(mother)
    assert [(one["kind"], one["standing"]) for one in told["payers"]] == [
        ("own", "pays"),
        ("grantor", "pays"),
    ]
    assert told["sentence"].startswith("先扣 您的个人账户,不够时扣 ")
    assert "(您的女儿) 的个人账户,再不够付现金" in told["sentence"]
    assert told["notes"] == []
    paid = await buy(door.bureau, MOTHER, units=5)
    assert (paid.own, paid.relatives, paid.cash) == (2000, 2800, 0)
    empty = await payers(mother)
    assert empty["payers"][0]["standing"] == "empty"
    assert empty["sentence"].endswith("(您的女儿)的个人账户,不够付现金")
    assert empty["notes"] == ["您的个人账户这次不支付:没有可用余额"]


async def test_with_the_wish_only_the_own_account_is_named(door: Door) -> None:
    await (await door.sign_in(DAUGHTER)).grant(MOTHER, "parent")
    told = await payers(await door.sign_in(MOTHER), "?own_money_only=true")
    assert told["sentence"] == "本次不用家人的钱:先扣 您的个人账户,不够付现金"
    assert told["payers"][1]["standing"] == "not_wished"


async def test_a_paused_grant_is_told_apart(door: Door) -> None:
    daughter = await door.sign_in(DAUGHTER)
    grant = await daughter.grant(MOTHER, "parent")
    await daughter.ok("PATCH", f"/mutual-aid/grants/{grant['id']}", {"paused": True})
    told = await payers(await door.sign_in(MOTHER))
    assert told["payers"][1]["standing"] == "paused"
    (note,) = told["notes"]
    assert note.endswith("(您的女儿)的个人账户这次不支付:授权人已暂停使用")


async def test_of_a_member_only_who_may_see_costs_is_told_the_payers_and_that_is_noted(door: Door) -> None:
    await (await door.sign_in(DAUGHTER)).grant(MOTHER, "parent")
    bound = await door.bound(DAUGHTER, MOTHER, "parent", powers=["show_code"])
    daughter, mother = await door.sign_in(DAUGHTER), await door.sign_in(MOTHER)
    little = await payers(daughter, f"?psn_no={MOTHER}")
    assert (little["complete"], little["payers"], little["notes"]) == (False, [], [])
    assert "(您的母亲)的个人账户(如有);其余由谁付,只有" in little["sentence"]
    assert await looks(door.bureau, MOTHER) == []

    powers = {"powers": ["show_code", "query_cost"]}
    await mother.ok("PATCH", f"/family/bindings/{bound['id']}/powers", powers)
    told = await payers(daughter, f"?psn_no={MOTHER}")
    assert [one["who"]["text"] for one in told["payers"]][1] == "您"
    assert told["sentence"].endswith("(您的母亲)的个人账户,不够时扣 您 的个人账户,再不够付现金")
    assert await looks(door.bureau, MOTHER) == ["binding"]


async def test_of_a_stranger_nothing_is_told(door: Door) -> None:
    stranger = await door.sign_in(STRANGER)
    assert await stranger.refused("GET", f"/credential/payers?psn_no={MOTHER}") == "NOT_FOUND"


async def both_granted(door: Door) -> list[str]:
    """Father, then mother, let the child spend; the ids of their grants."""
    return [
        (await (await door.sign_in(parent)).grant(CHILD, "child", per_use_fen=60_00))["id"]
        for parent in (FATHER, CHILDS_MOTHER)
    ]


async def test_the_effect_of_an_order_is_shown_and_nothing_is_changed(door: Door) -> None:
    grants = await both_granted(door)
    child = await door.sign_in(CHILD)
    query = "&".join(f"grants={one}" for one in reversed(grants)) + "&amount_fen=10000"
    told = await child.ok("GET", f"{EFFECT}?{query}")
    assert [(one["who"]["relation"], one["amount_fen"]) for one in told["now"]] == [
        ("父亲", 60_00),
        ("母亲", 40_00),
    ]
    assert [(one["who"]["relation"], one["amount_fen"]) for one in told["then"]] == [
        ("母亲", 60_00),
        ("父亲", 40_00),
    ]
    assert told["cash_fen"] == 0
    listed = (await child.ok("GET", "/mutual-aid/grants"))["items"]
    assert {one["id"]: one["rank"] for one in listed} == {grants[0]: 1, grants[1]: 2}


@pytest.mark.parametrize(
    ("places", "more", "code"),
    [
        ((0,), "", "ORDER_INCOMPLETE"),
        ((0, 1), "&amount_fen=-1", "REQUEST_INVALID"),
        ((0, 0), "", "ORDER_INCOMPLETE"),
    ],
)
async def test_an_order_that_could_not_be_set_has_no_effect_to_show(
    door: Door, places: tuple[int, ...], more: str, code: str
) -> None:
    grants = await both_granted(door)
    query = "&".join(f"grants={grants[place]}" for place in places) + (more or "&amount_fen=1")
    assert await (await door.sign_in(CHILD)).refused("GET", f"{EFFECT}?{query}") == code
