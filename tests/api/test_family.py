"""亲情账户 at the JSON door: bindings, powers, codes; no money moves."""

from __future__ import annotations

import asyncio

import pytest

from qinji.family import queries as family
from qinji.flows.parts.consent_texts import ConsentKind, in_force
from qinji.insured import queries as insured
from qinji.kernel.ids import from_wire
from tests.bureau import Bureau
from tests.door import Caller, Door

DAUGHTER, MOTHER = "9902000000010001", "9902000000010002"
BOY, FATHER = "9901000000020001", "9901000000020002"
SIXTEEN_TODAY = ("9901000000180001", "9901000000180002")
HEAD = "9901000000200001"
LOVED = "9902000000210001"
STRANGER = "4201000000160001"


def relation_to(bureau: Bureau, holder: str, member: str) -> str:
    """What the member truly is to the holder."""
    return next(kin.relation for kin in bureau.world.person(holder).kin if kin.number == member)


async def live(bureau: Bureau, number: str) -> tuple[int, int]:
    """How many live bindings a person has as holder and as member."""
    person = await bureau.person_id(number)
    async with bureau.runtime.database.reading() as connection:
        return len(await family.of_holder(connection, person)), len(
            await family.of_member(connection, person)
        )


async def test_a_daughter_asks_and_her_mother_confirms_from_her_own_account(door: Door) -> None:
    daughter, mother = await door.sign_in(DAUGHTER), await door.sign_in(MOTHER)
    asked = await daughter.bind(MOTHER, "parent")
    assert (asked["state"], asked["state_text"], asked["route"]) == ("pending", "待本人确认", "member")
    assert (
        await daughter.refused("POST", f"/family/bindings/{asked['id']}/confirm") == "BIND_CONSENT_REQUIRED"
    )
    assert await daughter.refused("POST", "/credential/codes", {"psn_no": MOTHER}) == "NOT_FOUND"
    done = await mother.ok("POST", f"/family/bindings/{asked['id']}/confirm")
    assert done["state"] == "active"
    for side in (daughter, mother):
        listed = await side.ok("GET", "/family/bindings")
        assert [one["id"] for one in listed["items"]] == [asked["id"]]


async def test_a_mother_without_a_smartphone_is_bound_by_two_clerks(door: Door) -> None:
    daughter = await door.sign_in(DAUGHTER)
    first, second = await door.staff(0), await door.staff(1)
    asked = await daughter.bind(MOTHER, "parent", route="window")
    assert asked["state_text"] == "待窗口录入"
    assert asked["promised_day"] == "2026-03-20"
    assert await first.refused("POST", f"/staff/reviews/{asked['id']}/approve") == "BIND_STATE"
    body = {
        "holder_psn_no": DAUGHTER,
        "member_psn_no": MOTHER,
        "relation": "parent",
        "reason": "老人不便使用智能手机",
        "promised_day": "2026-03-18",
    }
    entered = await first.ok("POST", "/staff/bindings", body)
    assert (entered["state_text"], entered["promised_day"]) == ("待窗口审核", "2026-03-18")
    queue = await second.ok("GET", "/staff/reviews")
    assert [one["id"] for one in queue["items"]] == [entered["id"]]
    assert await first.refused("POST", f"/staff/reviews/{entered['id']}/approve") == "SAME_CLERK"
    approved = await second.ok("POST", f"/staff/reviews/{entered['id']}/approve")
    assert (approved["state"], approved["reason"]) == ("active", "老人不便使用智能手机")
    assert len(await daughter.code(MOTHER)) == 28


async def test_a_second_clerk_may_turn_a_request_down(door: Door) -> None:
    first, second = await door.staff(0), await door.staff(1)
    body = {"holder_psn_no": DAUGHTER, "member_psn_no": MOTHER, "relation": "parent", "reason": "窗口申请"}
    entered = await first.ok("POST", "/staff/bindings", body)
    refused = await second.ok("POST", f"/staff/reviews/{entered['id']}/refuse", {"reason": "材料不清"})
    assert (refused["state"], refused["reason"]) == ("refused", "材料不清")
    assert await live(door.bureau, DAUGHTER) == (0, 0)


async def test_staff_enter_and_turn_down_only_with_a_reason_that_says_something(door: Door) -> None:
    first, second = await door.staff(0), await door.staff(1)
    body = {"holder_psn_no": DAUGHTER, "member_psn_no": MOTHER, "relation": "parent"}
    assert await first.refused("POST", "/staff/bindings", body | {"reason": "代办"}) == "REQUEST_INVALID"
    entered = await first.ok("POST", "/staff/bindings", body | {"reason": "窗口申请"})
    for said in (None, {"reason": ""}, {"reason": "不行"}):
        refused = await second.refused("POST", f"/staff/reviews/{entered['id']}/refuse", said)
        assert refused == "REQUEST_INVALID"
    assert (await second.ok("POST", f"/staff/reviews/{entered['id']}/approve"))["state"] == "active"


async def test_below_sixteen_the_window_wants_evidence_of_guardianship(door: Door) -> None:
    father = await door.sign_in(FATHER)
    body = {"psn_no": BOY, "relation": "child"}
    assert await father.refused("POST", "/family/bindings", body) == "BIND_EVIDENCE_REQUIRED"
    asked = await father.bind(BOY, "child", evidence_reference="户口本-0001")
    assert asked["route"] == "window"
    boy = await door.sign_in(BOY)
    assert await boy.refused("POST", f"/family/bindings/{asked['id']}/confirm") == "BIND_EVIDENCE_REQUIRED"


async def test_whoever_turns_sixteen_today_confirms_alone(door: Door) -> None:
    holder, member = SIXTEEN_TODAY
    relation = relation_to(door.bureau, holder, member)
    door.bureau.clock.set(door.bureau.clock().replace(year=door.bureau.world.person(member).birth.year + 16))
    birth = door.bureau.world.person(member).birth
    door.bureau.clock.set(door.bureau.clock().replace(month=birth.month, day=birth.day))
    done = await door.bound(holder, member, relation)
    assert done["state"] == "active"


async def test_a_relation_that_is_not_true_is_refused(door: Door) -> None:
    daughter = await door.sign_in(DAUGHTER)
    for relation, code in (
        ("sibling", "BIND_RELATION_DIFFERS"),
        ("spouse_parent", "BIND_RELATION_NOT_ALLOWED"),
    ):
        body = {"psn_no": MOTHER, "relation": relation}
        assert await daughter.refused("POST", "/family/bindings", body) == code
    stranger = {"psn_no": FATHER, "relation": "parent"}
    assert await daughter.refused("POST", "/family/bindings", stranger) == "BIND_RELATION_DIFFERS"
    assert (
        await daughter.refused("POST", "/family/bindings", {"psn_no": DAUGHTER, "relation": "parent"})
        == "BIND_SELF"
    )
    assert (
        await daughter.refused("POST", "/family/bindings", {"psn_no": "1", "relation": "parent"})
        == "NOT_FOUND"
    )


@pytest.mark.parametrize("side", [DAUGHTER, MOTHER])
async def test_either_side_unbinds_at_once_and_shown_codes_end_with_it(door: Door, side: str) -> None:
    bound = await door.bound(DAUGHTER, MOTHER, "parent")
    daughter = await door.sign_in(DAUGHTER)
    await daughter.code(MOTHER)
    over = await (await door.sign_in(side)).ok("DELETE", f"/family/bindings/{bound['id']}")
    assert over["state"] == "ended"
    assert await daughter.refused("POST", "/credential/codes", {"psn_no": MOTHER}) == "NOT_FOUND"
    again = await door.bound(DAUGHTER, MOTHER, "parent")
    assert again["id"] != bound["id"]


async def test_a_binding_of_others_is_like_one_that_does_not_exist(door: Door) -> None:
    bound = await door.bound(DAUGHTER, MOTHER, "parent")
    stranger = await door.sign_in(FATHER)
    for path in (f"/family/bindings/{bound['id']}", f"/family/bindings/{'0' * 26}", "/family/bindings/x"):
        foreign = await stranger.call("DELETE", path)
        assert (foreign.status_code, foreign.json()["detail"]) == (404, "没有找到您要的内容。请核对编号")


async def test_asking_for_no_power_at_all_is_refused_and_not_taken_for_the_usual_ones(door: Door) -> None:
    daughter = await door.sign_in(DAUGHTER)
    asked = {"psn_no": MOTHER, "relation": "parent", "powers": []}
    assert await daughter.refused("POST", "/family/bindings", asked) == "REQUEST_INVALID"
    clerk = await door.staff()
    entered = {"holder_psn_no": DAUGHTER, "member_psn_no": MOTHER, "relation": "parent", "reason": "窗口代办"}
    assert await clerk.refused("POST", "/staff/bindings", entered | {"powers": []}) == "REQUEST_INVALID"


async def test_a_stranger_is_neither_named_nor_kept_waiting_by_who_is_no_kin(door: Door) -> None:
    daughter = await door.sign_in(DAUGHTER)
    asked = {"psn_no": STRANGER, "relation": "parent", "route": "window", "evidence_reference": "材料-1"}
    assert await daughter.refused("POST", "/family/bindings", asked) == "BIND_RELATION_DIFFERS"
    assert (await (await door.sign_in(STRANGER)).ok("GET", "/family/bindings"))["items"] == []


async def test_powers_are_given_and_taken_singly(door: Door) -> None:
    bound = await door.bound(DAUGHTER, MOTHER, "parent", powers=["show_code"])
    daughter, mother = await door.sign_in(DAUGHTER), await door.sign_in(MOTHER)
    path = f"/family/bindings/{bound['id']}/powers"
    costs = f"/settlements?psn_no={MOTHER}"
    assert await daughter.refused("GET", costs) == "POWER_NOT_GIVEN"
    assert await daughter.refused("PATCH", path, {"powers": ["show_code", "query_cost"]}) == "NOT_ALLOWED"
    await mother.ok("PATCH", path, {"powers": ["query_cost"]})
    assert (await daughter.ok("GET", costs))["items"] == []
    assert await daughter.refused("POST", "/credential/codes", {"psn_no": MOTHER}) == "POWER_NOT_GIVEN"


async def test_the_channel_is_kept(door: Door) -> None:
    daughter = await door.sign_in(DAUGHTER)
    body = {"psn_no": MOTHER, "relation": "parent"}
    asked = await daughter.ok("POST", "/family/bindings", body, **{"X-Qinji-Channel": "mini_program"})
    assert asked["channel"] == "mini_program"
    assert (
        await daughter.refused("POST", "/family/bindings", body, **{"X-Qinji-Channel": "window"})
        == "REQUEST_INVALID"
    )


async def test_each_step_keeps_a_consent_with_its_text_and_an_audit_row_for_both(door: Door) -> None:
    asked = await (await door.sign_in(DAUGHTER)).bind(MOTHER, "parent")
    door.bureau.later(seconds=1)
    bound = await (await door.sign_in(MOTHER)).ok("POST", f"/family/bindings/{asked['id']}/confirm")
    door.bureau.later(seconds=1)
    await (await door.sign_in(MOTHER)).ok("DELETE", f"/family/bindings/{bound['id']}")
    mother, daughter = await door.bureau.person_id(MOTHER), await door.bureau.person_id(DAUGHTER)
    binding = from_wire(bound["id"])
    assert binding is not None
    async with door.bureau.runtime.database.reading() as connection:
        consents = await insured.consents(connection, mother, binding)
        trails = [await insured.audit_trail(connection, who, 20) for who in (mother, daughter)]
    assert [(one.act, one.given_by) for one in consents] == [
        ("bind.ask", daughter),
        ("bind.confirm", mother),
        ("unbind", mother),
    ]
    assert consents[0].text_hash == in_force(ConsentKind.BIND).digest
    for trail in trails:
        assert {"bind.ask", "bind.confirm", "unbind"} <= {row.action for row in trail}


async def test_five_members_at_most_and_waiting_ones_count(door: Door) -> None:
    head = await door.sign_in(HEAD)
    kin = list(door.bureau.world.person(HEAD).kin)[:6]
    for one in kin[:5]:
        await head.bind(one.number, one.relation, evidence_reference="户口本", route="window")
    body = {
        "psn_no": kin[5].number,
        "relation": kin[5].relation,
        "route": "window",
        "evidence_reference": "户口本",
    }
    assert await head.refused("POST", "/family/bindings", body) == "BIND_HOLDER_FULL"
    listed = await head.ok("GET", "/family/bindings")
    await head.ok("DELETE", f"/family/bindings/{listed['items'][0]['id']}")
    await head.ok("POST", "/family/bindings", body)


async def _ask(caller: Caller, number: str, relation: str) -> int:
    body = {"psn_no": number, "relation": relation, "route": "window", "evidence_reference": "户口本"}
    answer = await caller.call("POST", "/family/bindings", body)
    if answer.status_code >= 500:
        answer = await caller.call("POST", "/family/bindings", body)
    return answer.status_code


async def test_the_limits_of_five_and_two_hold_under_64_parallel_requests(door: Door) -> None:
    bureau = door.bureau
    head = await door.sign_in(HEAD)
    kin = list(bureau.world.person(HEAD).kin)[:6]
    children = [one.number for one in bureau.world.person(LOVED).kin]
    callers = {number: await door.sign_in(number) for number in children}
    asks = [_ask(head, one.number, one.relation) for one in kin for _ in range(6)]
    asks += [
        _ask(callers[number], LOVED, relation_to(bureau, number, LOVED))
        for number in children
        for _ in range(10)
    ]
    statuses = await asyncio.gather(*asks)
    assert len(asks) >= 64
    assert statuses.count(201) == 5 + 2
    assert await live(bureau, HEAD) == (5, 0)
    assert await live(bureau, LOVED) == (0, 2)


async def test_the_same_key_gets_the_same_answer_and_binds_once(door: Door) -> None:
    daughter = await door.sign_in(DAUGHTER)
    body = {"psn_no": MOTHER, "relation": "parent"}
    key = {"Idempotency-Key": "one"}
    answers = await asyncio.gather(
        *(daughter.call("POST", "/family/bindings", body, **key) for _ in range(4))
    )
    assert {(answer.status_code, answer.content) for answer in answers} == {(201, answers[0].content)}
    altered = {"psn_no": FATHER, "relation": "parent"}
    assert await daughter.refused("POST", "/family/bindings", altered, **key) == "KEY_ALTERED"
    mother = await door.sign_in(MOTHER)
    assert await mother.refused("POST", "/family/bindings", body, **key) == "BIND_SELF"


async def test_a_refusal_is_remembered_under_its_key(door: Door) -> None:
    daughter = await door.sign_in(DAUGHTER)
    body = {"psn_no": MOTHER, "relation": "sibling"}
    key = {"Idempotency-Key": "one"}
    first = await daughter.call("POST", "/family/bindings", body, **key)
    again = await daughter.call("POST", "/family/bindings", body, **key)
    assert first.status_code == 422
    assert (first.content, first.headers["content-type"]) == (again.content, again.headers["content-type"])


async def test_lists_come_in_pages(door: Door) -> None:
    daughter = await door.sign_in(DAUGHTER)
    made = []
    for _ in range(3):
        asked = await daughter.bind(MOTHER, "parent")
        await daughter.ok("DELETE", f"/family/bindings/{asked['id']}")
        made.append(asked["id"])
        door.bureau.later(seconds=1)
    first = await daughter.ok("GET", "/family/bindings?limit=2")
    rest = await daughter.ok("GET", f"/family/bindings?limit=2&after={first['next']}")
    assert [one["id"] for one in first["items"] + rest["items"]] == made[::-1]
    assert rest["next"] is None
    assert await daughter.refused("GET", "/family/bindings?limit=101") == "REQUEST_INVALID"
    assert await daughter.refused("GET", "/family/bindings?limit=0") == "REQUEST_INVALID"
