"""家庭共济 at the JSON door: a grant lets an account pay, within its limits, and shows no code."""

from __future__ import annotations

import pytest

from qinji.insured import queries as insured
from qinji.kernel.ids import from_wire
from tests.api.purchase import buy, pharmacy
from tests.door import Door

DAUGHTER, MOTHER = "9902000000010001", "9902000000010002"
BOY, FATHER, BOYS_MOTHER = "9901000000020001", "9901000000020002", "9901000000020003"
SON_IN_LAW, FATHER_IN_LAW = "9901000000030001", "9901000000030003"
HERE, MOTHER_AWAY = "9901000000040001", "4201000000040002"
WUHAN, WUHAN_MOTHER = "4201000000320001", "4201000000320002"


async def test_the_daughters_account_pays_what_the_mothers_does_not_have_and_only_after_the_grant(
    door: Door,
) -> None:
    daughter = await door.sign_in(DAUGHTER)
    await door.bound(DAUGHTER, MOTHER, "parent")
    before = await buy(door.bureau, MOTHER, units=100)
    assert before.relatives == 0
    assert before.cash > 0
    granted = await daughter.grant(MOTHER, "parent")
    assert (granted["state"], granted["relation_text"], granted["rank"]) == ("active", "父母", 1)
    after = await buy(door.bureau, MOTHER)
    assert after.cash == 0
    assert after.relatives > 0


async def test_a_revoked_grant_stops_the_very_next_bill_and_leaves_the_binding(door: Door) -> None:
    daughter = await door.sign_in(DAUGHTER)
    await door.bound(DAUGHTER, MOTHER, "parent")
    granted = await daughter.grant(MOTHER, "parent")
    await buy(door.bureau, MOTHER, units=3)
    assert (await buy(door.bureau, MOTHER)).relatives > 0
    over = await daughter.ok("DELETE", f"/mutual-aid/grants/{granted['id']}")
    assert over["state"] == "ended"
    last = await buy(door.bureau, MOTHER)
    assert (last.own, last.relatives) == (0, 0)
    assert last.cash > 0
    await daughter.code(MOTHER)


async def test_unbinding_leaves_the_grant(door: Door) -> None:
    daughter = await door.sign_in(DAUGHTER)
    bound = await door.bound(DAUGHTER, MOTHER, "parent")
    await daughter.grant(MOTHER, "parent")
    await daughter.ok("DELETE", f"/family/bindings/{bound['id']}")
    await buy(door.bureau, MOTHER, units=3)
    assert (await buy(door.bureau, MOTHER)).relatives > 0


async def test_a_father_in_law_is_refused_by_the_regions_rule_with_the_rule(door: Door) -> None:
    caller = await door.sign_in(SON_IN_LAW)
    body = {"beneficiary_psn_no": FATHER_IN_LAW, "relation": "spouse_parent"}
    answer = await caller.call("POST", "/mutual-aid/grants", body)
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["code"] == "GRANT_RELATION_NOT_ALLOWED"
    for words in ("东澜市", "配偶、父母、子女", "配偶的父母", "第二条", "没有任何变动"):
        assert words in problem["detail"]


async def test_a_mother_in_another_province_is_refused_in_words_that_say_what_works_today(door: Door) -> None:
    caller = await door.sign_in(HERE)
    answer = await caller.call(
        "POST", "/mutual-aid/grants", {"beneficiary_psn_no": MOTHER_AWAY, "relation": "parent"}
    )
    assert answer.json()["code"] == "GRANT_OUT_OF_SCOPE"
    for words in ("武汉市", "东澜市", "没有任何变动", "目前可以"):
        assert words in answer.json()["detail"]


@pytest.mark.parametrize(
    ("grantor", "beneficiary", "relation", "code"),
    [
        (DAUGHTER, MOTHER, "child", "GRANT_RELATION_DIFFERS"),
        (DAUGHTER, DAUGHTER, "parent", "GRANT_SELF"),
        (BOY, FATHER, "parent", "GRANTOR_NOT_EMPLOYEE"),
        (DAUGHTER, "nobody", "parent", "NOT_FOUND"),
        (DAUGHTER, "4201000000160001", "sibling", "GRANT_RELATION_DIFFERS"),
        ("9901000000150001", "9901000000150002", "spouse", "GRANTOR_STATUS"),
        ("4201000000160002", "4201000000160001", "sibling", "BENEFICIARY_STATUS"),
    ],
)
async def test_each_rule_refuses_by_its_name(
    door: Door, grantor: str, beneficiary: str, relation: str, code: str
) -> None:
    caller = await door.sign_in(grantor)
    body = {"beneficiary_psn_no": beneficiary, "relation": relation}
    assert await caller.refused("POST", "/mutual-aid/grants", body) == code


async def test_two_parents_pay_in_the_order_the_family_sets(door: Door) -> None:
    father, mother, boy = [await door.sign_in(number) for number in (FATHER, BOYS_MOTHER, BOY)]
    first, second = await father.grant(BOY, "child"), await mother.grant(BOY, "child")
    assert (first["rank"], second["rank"]) == (1, 2)
    await buy(door.bureau, BOY)
    assert len((await father.ok("GET", "/settlements?as=grantor"))["items"]) == 1
    ordered = await boy.ok("PUT", "/mutual-aid/order", {"grants": [second["id"], first["id"]]})
    assert [(one["id"], one["rank"]) for one in ordered["items"]] == [(second["id"], 1), (first["id"], 2)]
    await buy(door.bureau, BOY)
    assert len((await mother.ok("GET", "/settlements?as=grantor"))["items"]) == 1
    assert await boy.refused("PUT", "/mutual-aid/order", {"grants": [second["id"]]}) == "ORDER_INCOMPLETE"
    assert await boy.refused("PUT", "/mutual-aid/order", {"grants": ["x"]}) == "NOT_FOUND"


async def test_limits_pauses_and_purposes_are_followed_by_the_next_bill(door: Door) -> None:
    father = await door.sign_in(FATHER)
    granted = await father.grant(BOY, "child", per_day_fen=500, floor_fen=100)
    path = f"/mutual-aid/grants/{granted['id']}"
    assert (await buy(door.bureau, BOY, units=20)).relatives == 500
    assert (await buy(door.bureau, BOY)).relatives == 0
    shown = (await father.ok("GET", "/mutual-aid/grants"))["items"][0]
    assert (shown["used_day_fen"], shown["used_month_fen"], shown["used_year_fen"]) == (500, 500, 500)
    lifted = await father.ok("PATCH", path, {"per_day_fen": None, "per_use_fen": 1})
    assert (lifted["per_day_fen"], lifted["per_use_fen"], lifted["floor_fen"]) == (None, 1, 100)
    assert (await buy(door.bureau, BOY)).relatives == 1
    await father.ok("PATCH", path, {"paused": True})
    assert (await buy(door.bureau, BOY)).relatives == 0
    assert await father.refused("PATCH", path, {"paused": True}) == "GRANT_STATE"
    await father.ok("PATCH", path, {"paused": False, "purposes": ["outpatient"]})
    assert (await buy(door.bureau, BOY)).relatives == 0
    door.bureau.later(days=1)
    assert (await father.refused("GET", "/mutual-aid/grants")) == "NOT_SIGNED_IN"


async def test_a_limit_that_is_no_whole_number_of_fen_is_refused(door: Door) -> None:
    father = await door.sign_in(FATHER)
    for amount in (-1, 1.5, "100", True, 10**14 + 1):
        body = {"beneficiary_psn_no": BOY, "relation": "child", "per_use_fen": amount}
        assert await father.refused("POST", "/mutual-aid/grants", body) == "REQUEST_INVALID"


async def test_in_wuhan_a_grant_is_locked_for_90_days_and_may_be_paused(door: Door) -> None:
    daughter = await door.sign_in(WUHAN)
    relation = next(kin.relation for kin in door.bureau.world.person(WUHAN).kin if kin.number == WUHAN_MOTHER)
    granted = await daughter.grant(WUHAN_MOTHER, relation)
    assert granted["locked_until"] == "2026-06-15"
    path = f"/mutual-aid/grants/{granted['id']}"
    answer = await daughter.call("DELETE", path)
    assert answer.json()["code"] == "GRANT_LOCKED"
    assert "2026-06-15" in answer.json()["detail"]
    assert (await daughter.ok("PATCH", path, {"paused": True}))["state_text"] == "已暂停"
    door.bureau.later(days=90)
    daughter = await door.sign_in(WUHAN)
    assert (await daughter.ok("DELETE", path))["state"] == "ended"


async def test_the_beneficiary_leaves_at_once_and_cannot_change_limits(door: Door) -> None:
    daughter, mother = await door.sign_in(WUHAN), await door.sign_in(WUHAN_MOTHER)
    relation = next(kin.relation for kin in door.bureau.world.person(WUHAN).kin if kin.number == WUHAN_MOTHER)
    path = f"/mutual-aid/grants/{(await daughter.grant(WUHAN_MOTHER, relation))['id']}"
    assert await mother.refused("PATCH", path, {"per_use_fen": 1}) == "NOT_ALLOWED"
    assert (await mother.ok("DELETE", path))["state"] == "ended"


async def test_a_grant_of_others_is_like_one_that_does_not_exist(door: Door) -> None:
    granted = await (await door.sign_in(FATHER)).grant(BOY, "child")
    stranger = await door.sign_in(DAUGHTER)
    for identifier in (granted["id"], "0" * 26, "x"):
        path = f"/mutual-aid/grants/{identifier}"
        assert await stranger.refused("DELETE", path) == "NOT_FOUND"
        assert await stranger.refused("PATCH", path, {"per_use_fen": 1}) == "NOT_FOUND"


async def test_each_step_keeps_a_consent(door: Door) -> None:
    father = await door.sign_in(FATHER)
    granted = await father.grant(BOY, "child")
    path = f"/mutual-aid/grants/{granted['id']}"
    door.bureau.later(seconds=1)
    await father.ok("PATCH", path, {"per_use_fen": 100})
    door.bureau.later(seconds=1)
    await father.ok("PATCH", path, {"paused": True})
    door.bureau.later(seconds=1)
    await father.ok("DELETE", path)
    boy, grant = await door.bureau.person_id(BOY), from_wire(granted["id"])
    assert grant is not None
    async with door.bureau.runtime.database.reading() as connection:
        consents = await insured.consents(connection, boy, grant)
    assert [one.act for one in consents] == ["grant", "grant.change", "grant.pause", "grant.end"]
    assert len({one.text_hash for one in consents}) == 3


async def test_the_grantor_sees_each_use_without_medical_content(door: Door) -> None:
    father = await door.sign_in(FATHER)
    await father.grant(BOY, "child")
    paid = await buy(door.bureau, BOY)
    answer = await father.call("GET", "/settlements?as=grantor")
    uses = answer.json()["items"]
    assert [(use["settlement_id"], use["amount_fen"]) for use in uses] == [(paid.settlement, paid.relatives)]
    assert set(uses[0]) == {
        "settlement_id",
        "beneficiary",
        "amount_fen",
        "booked_at",
        "region_name",
        "kind_text",
        "returned",
    }
    assert (uses[0]["region_name"], uses[0]["kind_text"]) == ("东澜市", "药店购药")
    code = pharmacy(door.bureau, BOY)
    place = next(one.name for one in door.bureau.world.institutions if one.code == code)
    assert place not in answer.text
    assert code not in answer.text
    assert await father.refused("GET", f"/settlements/{paid.settlement}") == "NOT_FOUND"


async def test_a_bill_tells_who_paid_by_what_right_and_why_without_a_relatives_balance(door: Door) -> None:
    father, boy = await door.sign_in(FATHER), await door.sign_in(BOY)
    await father.grant(BOY, "child")
    paid = await buy(door.bureau, BOY)
    answer = await boy.call("GET", f"/settlements/{paid.settlement}")
    bill = answer.json()
    assert bill["payers"][0]["relation"] == "子女"
    assert "家庭共济授权" in bill["payers"][0]["right"]
    assert bill["payers"][0]["amount_fen"] == paid.relatives
    parts = bill["fund_fen"] + bill["own_account_fen"] + bill["mutual_aid_fen"] + bill["cash_fen"]
    assert parts == bill["total_fen"]
    assert any("支付" in step["text"] for step in bill["trace"])
    assert "balance" not in answer.text
    listed = (await boy.ok("GET", "/settlements"))["items"]
    assert [one["id"] for one in listed] == [paid.settlement]


async def test_a_change_tells_what_was_before_and_that_sent_again_undoes_it(door: Door) -> None:
    father = await door.sign_in(FATHER)
    grant = await father.grant(BOY, "child", per_use_fen=50_00, per_year_fen=900_00, floor_fen=10_00)
    path = f"/mutual-aid/grants/{grant['id']}"
    changed = await father.ok("PATCH", path, {"per_use_fen": 5_00, "per_year_fen": None, "floor_fen": 0})
    before = changed.pop("before")
    assert before == grant
    assert (changed["per_use_fen"], changed["per_year_fen"], changed["floor_fen"]) == (5_00, None, 0)
    bounds = ("per_use_fen", "per_day_fen", "per_month_fen", "per_year_fen", "floor_fen", "purposes")
    undone = await father.ok("PATCH", path, {name: before[name] for name in bounds})
    assert undone.pop("before") == changed
    assert undone == grant
