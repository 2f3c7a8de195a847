"""窗口代办 at the JSON door: one clerk takes it down, another carries it out, and the person goes home with a slip."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import pytest

from qinji.insured import queries as insured
from qinji.insured.model import AuditEntry, Consent
from qinji.kernel.actor import Channel
from qinji.kernel.ids import from_wire
from tests.api.purchase import buy, decode, error, pharmacy
from tests.door import Door
from tests.window import REASON, asked, cashier, done, entered

DAUGHTER, MOTHER = "9902000000010001", "9902000000010002"
BOY, FATHER, BOYS_MOTHER = "9901000000020001", "9901000000020002", "9901000000020003"
WUHAN, WUHAN_MOTHER = "4201000000320001", "4201000000320002"
STRANGER = "9901000000150001"


async def trail(door: Door, number: str) -> list[AuditEntry]:
    """The trail of this person, newest first."""
    person = await door.bureau.person_id(number)
    async with door.bureau.runtime.database.reading() as connection:
        return await insured.audit_trail(connection, person, 50)


async def consents(door: Door, number: str, subject: str | UUID) -> list[Consent]:
    """The consents about a binding, grant or code of this person."""
    person = await door.bureau.person_id(number)
    identifier = from_wire(subject) if isinstance(subject, str) else subject
    assert identifier is not None
    async with door.bureau.runtime.database.reading() as connection:
        return await insured.consents(connection, person, identifier)


async def test_a_mother_without_a_phone_unbinds_and_codes_shown_for_her_end(door: Door) -> None:
    bound = await door.bound(DAUGHTER, MOTHER, "parent")
    daughter = await door.sign_in(DAUGHTER)
    code = await daughter.code(MOTHER)

    act = await entered(door, MOTHER, "unbind", binding=bound["id"])
    assert (act["state"], act["state_text"], act["in_force_at"]) == ("waiting", "待审核", None)
    assert act["what"].startswith("解除与女儿")
    assert {"label": "绑定", "before": "已绑定", "after": "已解绑"} in act["changes"]
    assert len(await daughter.code(MOTHER)) == 28

    carried_out = await (await door.staff(1)).ok("POST", f"/staff/window-acts/{act['id']}/approve")
    assert (carried_out["state"], carried_out["state_text"]) == ("done", "已办结")
    assert (carried_out["entered_by"], carried_out["decided_by"]) == ("C001", "C002")
    assert await daughter.refused("POST", "/credential/codes", {"psn_no": MOTHER}) == "NOT_FOUND"
    assert "该医保码已失效" in await error(door.bureau, MOTHER, code)


async def test_who_took_it_down_cannot_carry_it_out(door: Door) -> None:
    act = await entered(door, MOTHER, "grant", beneficiary_psn_no=DAUGHTER, relation="child")
    clerk = await door.staff(0)
    for verb, body in (("approve", None), ("refuse", {"reason": "材料不清楚"})):
        path = f"/staff/window-acts/{act['id']}/{verb}"
        assert await clerk.refused("POST", path, body) == "SAME_CLERK"
    grants = await (await door.sign_in(MOTHER)).ok("GET", "/mutual-aid/grants")
    assert grants["items"] == []


async def test_what_will_not_work_is_told_at_the_window_and_not_taken_down(door: Door) -> None:
    clerk = await door.staff(0)
    granted = await (await door.sign_in(WUHAN)).grant(WUHAN_MOTHER, "parent")
    locked = asked(door, WUHAN, "end_grant", grant=granted["id"])
    answer = await clerk.call("POST", "/staff/window-acts", locked)
    assert answer.json()["code"] == "GRANT_LOCKED"
    assert "2026-06-15" in answer.json()["detail"]
    of_others = asked(door, STRANGER, "end_grant", grant=granted["id"])
    assert await clerk.refused("POST", "/staff/window-acts", of_others) == "NOT_FOUND"
    resident = asked(door, BOY, "grant", beneficiary_psn_no=FATHER, relation="parent")
    assert await clerk.refused("POST", "/staff/window-acts", resident) == "GRANTOR_NOT_EMPLOYEE"
    same = asked(door, WUHAN, "change_grant", grant=granted["id"])
    assert "没有要办理的内容" in (await clerk.call("POST", "/staff/window-acts", same)).json()["detail"]
    assert (await clerk.ok("GET", "/staff/window-acts"))["items"] == []


async def test_what_changed_since_is_looked_at_again_when_it_is_carried_out(door: Door) -> None:
    bound = await door.bound(DAUGHTER, MOTHER, "parent")
    act = await entered(door, MOTHER, "unbind", binding=bound["id"])
    await (await door.sign_in(DAUGHTER)).ok("DELETE", f"/family/bindings/{bound['id']}")
    second = await door.staff(1)
    path = f"/staff/window-acts/{act['id']}"
    assert await second.refused("POST", f"{path}/approve") == "BIND_STATE"
    assert (await second.ok("GET", path))["state"] == "waiting"
    closed = await second.ok("POST", f"{path}/refuse", {"reason": "对方已经解绑"})
    assert (closed["state"], closed["decision_reason"]) == ("refused", "对方已经解绑")


async def test_a_grant_given_at_the_window_pays_the_next_bill_and_is_changed_paused_resumed_and_ended(
    door: Door,
) -> None:
    granted = await done(door, FATHER, "grant", beneficiary_psn_no=BOY, relation="child", per_use_fen=500)
    assert {"label": "单次限额", "before": "无", "after": "5.00 元"} in granted["changes"]
    father = await door.sign_in(FATHER)
    (grant,) = (await father.ok("GET", "/mutual-aid/grants"))["items"]
    assert (grant["state"], grant["channel"], grant["per_use_fen"]) == ("active", "window", 500)
    assert (await buy(door.bureau, BOY)).relatives == 500

    changed = await done(door, FATHER, "change_grant", grant=grant["id"], per_use_fen=300)
    assert changed["changes"] == [{"label": "单次限额", "before": "5.00 元", "after": "3.00 元"}]
    assert (await buy(door.bureau, BOY)).relatives == 300
    paused = await done(door, FATHER, "pause_grant", grant=grant["id"])
    assert paused["what"].startswith("暂停对儿子")
    assert (await buy(door.bureau, BOY)).relatives == 0
    await done(door, FATHER, "resume_grant", grant=grant["id"])
    assert (await buy(door.bureau, BOY)).relatives == 300
    await done(door, FATHER, "end_grant", grant=grant["id"])
    assert (await buy(door.bureau, BOY)).relatives == 0


async def test_everything_one_gave_is_paused_at_the_window_by_two_pays_no_more_at_once_and_is_taken_up_again(
    door: Door,
) -> None:
    nothing = asked(door, FATHER, "pause_all_grants")
    answer = await (await door.staff(0)).call("POST", "/staff/window-acts", nothing)
    assert "没有要办理的内容" in answer.json()["detail"]
    father = await door.sign_in(FATHER)
    given = await father.grant(BOY, "child")
    act = await entered(door, FATHER, "pause_all_grants")
    assert act["what"] == "暂停全部家庭共济授权"
    assert [(one["before"], one["after"]) for one in act["changes"]] == [("生效中", "已暂停")]
    assert act["changes"][0]["label"].startswith("儿子")
    assert (await buy(door.bureau, BOY)).relatives > 0, "nothing is paused before the second clerk"
    path = f"/staff/window-acts/{act['id']}"
    assert await (await door.staff(0)).refused("POST", f"{path}/approve") == "SAME_CLERK"
    await (await door.staff(1)).ok("POST", f"{path}/approve")
    assert (await buy(door.bureau, BOY)).relatives == 0
    slip = await (await door.staff(1)).ok("GET", f"{path}/slip")
    assert (slip["title"], slip["what"]) == ("全部暂停家庭共济", "暂停全部家庭共济授权")
    kept = (await consents(door, BOY, given["id"]))[-1]
    assert (kept.act, kept.entered_by, kept.staff) == ("grant.pause", "C001", "C002")
    for who in (FATHER, BOY):
        assert [one.entered_by for one in await trail(door, who) if one.action == "grant.pause"] == ["C001"]
    resumed = await done(door, FATHER, "resume_all_grants")
    assert (resumed["what"], resumed["from_day"]) == ("恢复全部家庭共济授权", None)
    assert (await buy(door.bureau, BOY)).relatives > 0


async def test_a_pause_of_all_that_would_change_nothing_by_now_is_not_carried_out(door: Door) -> None:
    father = await door.sign_in(FATHER)
    given = await father.grant(BOY, "child")
    act = await entered(door, FATHER, "pause_all_grants")
    await father.ok("DELETE", f"/mutual-aid/grants/{given['id']}")
    second = await door.staff(1)
    answer = await second.call("POST", f"/staff/window-acts/{act['id']}/approve")
    assert "没有要办理的内容" in answer.json()["detail"]
    assert (await second.ok("GET", f"/staff/window-acts/{act['id']}"))["state"] == "waiting"


async def test_powers_and_the_order_of_payers_are_set_at_the_window(door: Door) -> None:
    bound = await door.bound(DAUGHTER, MOTHER, "parent", powers=["show_code"])
    powers = await done(door, MOTHER, "set_powers", binding=bound["id"], powers=["show_code", "query_cost"])
    assert powers["changes"] == [{"label": "查看花费", "before": "不可以", "after": "可以"}]
    daughter = await door.sign_in(DAUGHTER)
    await daughter.ok("GET", f"/settlements?psn_no={MOTHER}")
    more = asked(door, DAUGHTER, "set_powers", binding=bound["id"], powers=["query_status"])
    assert await (await door.staff(0)).refused("POST", "/staff/window-acts", more) == "NOT_ALLOWED"

    first = await (await door.sign_in(FATHER)).grant(BOY, "child")
    second = await (await door.sign_in(BOYS_MOTHER)).grant(BOY, "child")
    await done(door, BOY, "order_grantors", grants=[second["id"], first["id"]])
    boy = await door.sign_in(BOY)
    ranks = {one["id"]: one["rank"] for one in (await boy.ok("GET", "/mutual-aid/grants"))["items"]}
    assert ranks == {second["id"]: 1, first["id"]: 2}


@pytest.mark.parametrize(("kind", "state"), [("freeze_code", "frozen"), ("report_lost", "lost")])
async def test_a_freeze_holds_at_once_and_the_second_person_confirms_it_afterwards(
    door: Door, kind: str, state: str
) -> None:
    mother = await door.sign_in(MOTHER)
    code = await mother.code()
    act = await entered(door, MOTHER, kind)
    assert (act["state"], act["state_text"]) == ("waiting", "已生效,待复核")
    assert (await mother.ok("GET", "/me"))["code_state"] == state
    assert "该医保码已失效" in await error(door.bureau, MOTHER, code)
    await buy(door.bureau, MOTHER)

    door.bureau.later(days=2)
    assert (await (await door.staff(1)).ok("GET", "/staff/window-acts"))["items"][0]["id"] == act["id"]
    confirmed = await (await door.staff(1)).ok("POST", f"/staff/window-acts/{act['id']}/approve")
    assert (confirmed["state"], confirmed["in_force_at"]) == ("done", act["in_force_at"])
    kept = await consents(door, MOTHER, await door.bureau.person_id(MOTHER))
    assert [(one.act, one.entered_by, one.staff) for one in kept] == [
        (f"code.{state}", "C001", "C001"),
        ("window.confirm", "C001", "C002"),
    ]


async def test_a_freeze_that_is_found_wrong_stays_until_two_thaw_it(door: Door) -> None:
    act = await entered(door, MOTHER, "freeze_code")
    path = f"/staff/window-acts/{act['id']}"
    assert await (await door.staff(0)).refused("POST", f"{path}/withdraw") == "WINDOW_ACT_STATE"
    refused = await (await door.staff(1)).ok("POST", f"{path}/refuse", {"reason": "不是本人的意思"})
    assert refused["state_text"] == "复核未通过,仍在生效"
    mother = await door.sign_in(MOTHER)
    assert await mother.refused("POST", "/credential/codes") == "CODE_FROZEN"

    thaw = await entered(door, MOTHER, "thaw_code")
    assert (await mother.ok("GET", "/me"))["code_state"] == "frozen"
    await (await door.staff(1)).ok("POST", f"/staff/window-acts/{thaw['id']}/approve")
    assert len(await mother.code()) == 28


async def test_a_code_nobody_activated_is_activated_by_two(door: Door) -> None:
    person = await door.bureau.person_id(MOTHER)
    async with door.bureau.runtime.database.transaction() as connection:
        await connection.execute(
            "update person set code_state = 'not_activated' where person_id = $1", person
        )
    activated = await done(door, MOTHER, "activate_code")
    assert activated["changes"] == [{"label": "医保码", "before": "未激活", "after": "正常使用"}]
    assert len(await (await door.sign_in(MOTHER)).code()) == 28


async def test_a_wish_ends_with_the_day_and_nothing_has_happened(door: Door) -> None:
    bound = await door.bound(DAUGHTER, MOTHER, "parent")
    act = await entered(door, MOTHER, "unbind", binding=bound["id"])
    assert act["expires_at"] == "2026-03-17T16:00:00Z"
    path = f"/staff/window-acts/{act['id']}"
    door.bureau.later(hours=11, minutes=59)
    assert len((await (await door.staff(1)).ok("GET", "/staff/window-acts"))["items"]) == 1
    door.bureau.later(minutes=1)
    second = await door.staff(1)
    assert (await second.ok("GET", "/staff/window-acts"))["items"] == []
    answer = await second.call("POST", f"{path}/approve")
    assert (answer.json()["code"], "已过期" in answer.json()["detail"]) == ("WINDOW_ACT_STATE", True)
    assert (await (await door.staff(0)).ok("GET", path))["state"] == "expired"
    assert len(await (await door.sign_in(DAUGHTER)).code(MOTHER)) == 28
    await entered(door, MOTHER, "unbind", binding=bound["id"])


async def test_only_who_took_it_down_withdraws_it(door: Door) -> None:
    bound = await door.bound(DAUGHTER, MOTHER, "parent")
    act = await entered(door, MOTHER, "unbind", binding=bound["id"])
    path = f"/staff/window-acts/{act['id']}"
    assert await (await door.staff(1)).refused("POST", f"{path}/withdraw") == "NOT_ALLOWED"
    taken_back = await (await door.staff(0)).ok("POST", f"{path}/withdraw", {"reason": "本人改了主意"})
    assert (taken_back["state"], taken_back["decision_reason"]) == ("withdrawn", "本人改了主意")
    assert await (await door.staff(1)).refused("POST", f"{path}/approve") == "WINDOW_ACT_STATE"


async def test_the_same_wish_is_not_taken_down_twice_while_it_waits(door: Door) -> None:
    bound = await door.bound(DAUGHTER, MOTHER, "parent")
    await entered(door, MOTHER, "unbind", binding=bound["id"])
    again = asked(door, MOTHER, "unbind", binding=bound["id"])
    assert await (await door.staff(2)).refused("POST", "/staff/window-acts", again) == "WINDOW_ACT_WAITS"


async def test_of_parallel_approvals_one_carries_it_out(door: Door) -> None:
    act = await entered(door, FATHER, "grant", beneficiary_psn_no=BOY, relation="child")
    clerks = [await door.staff(place) for place in (1, 2, 3, 4)]
    path = f"/staff/window-acts/{act['id']}/approve"
    answers = await asyncio.gather(*(clerk.call("POST", path) for clerk in clerks for _ in range(4)))
    assert sorted({answer.status_code for answer in answers}) == [200, 409]
    assert [answer.status_code for answer in answers].count(200) == 1
    assert len((await (await door.sign_in(FATHER)).ok("GET", "/mutual-aid/grants"))["items"]) == 1


async def test_parallel_copies_of_one_entry_take_it_down_once(door: Door) -> None:
    clerk = await door.staff(0)
    body = asked(door, FATHER, "grant", beneficiary_psn_no=BOY, relation="child")
    key = {"Idempotency-Key": "one"}
    answers = await asyncio.gather(*(clerk.call("POST", "/staff/window-acts", body, **key) for _ in range(4)))
    assert {(answer.status_code, answer.content) for answer in answers} == {(201, answers[0].content)}
    others = await asyncio.gather(*(clerk.call("POST", "/staff/window-acts", body) for _ in range(4)))
    assert {answer.status_code for answer in others} == {409}
    assert len((await clerk.ok("GET", "/staff/window-acts"))["items"]) == 1


async def test_consents_and_trails_name_both_clerks_the_paper_and_whose_wish_it_was(door: Door) -> None:
    bound = await door.bound(DAUGHTER, MOTHER, "parent")
    door.bureau.later(seconds=1)
    act = await done(door, MOTHER, "unbind", binding=bound["id"])
    mother = await door.bureau.person_id(MOTHER)
    consent = (await consents(door, MOTHER, bound["id"]))[-1]
    assert (consent.act, consent.given_by, consent.basis) == ("unbind", mother, "staff")
    assert (consent.entered_by, consent.staff, consent.channel) == ("C001", "C002", Channel.WINDOW)
    assert consent.evidence_hash is not None
    (row,) = [one for one in await trail(door, MOTHER) if one.action == "unbind"]
    assert (row.actor, row.entered_by, row.behalf_of) == ("staff:C002", "C001", mother)
    assert row.reason == REASON
    (entry,) = [one for one in await trail(door, MOTHER) if one.action == "window.enter"]
    assert (entry.actor, entry.subject_id) == ("staff:C001", from_wire(act["id"]))
    (told,) = [one for one in await trail(door, DAUGHTER) if one.action == "unbind"]
    assert (told.behalf_of, told.reason) == (mother, None)
    assert [one for one in await trail(door, DAUGHTER) if one.action == "window.enter"] == []


async def test_a_card_and_an_identity_paper_are_each_enough_and_neither_number_is_kept(door: Door) -> None:
    clerk, person = await door.staff(0), door.bureau.world.person(MOTHER)
    body = asked(door, MOTHER, "freeze_code") | {
        "recognised_by": "identity_number",
        "number": person.certificate_number,
    }
    act = await clerk.ok("POST", "/staff/window-acts", body)
    assert (act["recognised_by_text"], act["person"]["psn_no"]) == ("居民身份证", MOTHER)
    for kind, number in (("card", person.certificate_number), ("card", MOTHER), ("identity_number", "1")):
        wrong = asked(door, MOTHER, "report_lost") | {"recognised_by": kind, "number": number}
        assert await clerk.refused("POST", "/staff/window-acts", wrong) == "NOT_FOUND"


@pytest.mark.parametrize(
    "words",
    [
        {"reason": "   好   "},
        {"reason": "短"},
        {"reason": "替 {number} 办理"},
        {"paper_reference": " "},
        {"paper_reference": "纸 {number}"},
    ],
)
async def test_a_reason_says_something_and_holds_no_identity_number(
    door: Door, words: dict[str, str]
) -> None:
    number = door.bureau.world.person(MOTHER).certificate_number
    said = {name: text.format(number=number) for name, text in words.items()}
    body: dict[str, Any] = asked(door, MOTHER, "freeze_code") | said
    answer = await (await door.staff(0)).call("POST", "/staff/window-acts", body)
    assert answer.json()["code"] == "REQUEST_INVALID"
    assert number not in answer.text
    assert (await (await door.sign_in(MOTHER)).ok("GET", "/me"))["code_state"] == "active"


async def test_a_refusal_at_the_window_needs_a_reason(door: Door) -> None:
    act = await entered(door, FATHER, "grant", beneficiary_psn_no=BOY, relation="child")
    second = await door.staff(1)
    for body in (None, {}, {"reason": "短"}, {"reason": "      "}):
        path = f"/staff/window-acts/{act['id']}/refuse"
        assert await second.refused("POST", path, body) == "REQUEST_INVALID"


async def test_cashiers_and_insured_persons_have_no_window(door: Door) -> None:
    act = await entered(door, FATHER, "grant", beneficiary_psn_no=BOY, relation="child")
    body = asked(door, MOTHER, "freeze_code")
    for caller in (await cashier(door), await door.sign_in(FATHER)):
        assert await caller.refused("POST", "/staff/window-acts", body) == "NOT_ALLOWED"
        for path in ("", f"/{act['id']}", f"/{act['id']}/slip"):
            assert await caller.refused("GET", f"/staff/window-acts{path}") == "NOT_ALLOWED"
        for verb, said in (("approve", None), ("refuse", {"reason": "没有理由"}), ("withdraw", None)):
            path = f"/staff/window-acts/{act['id']}/{verb}"
            assert await caller.refused("POST", path, said) == "NOT_ALLOWED"
        for path in ("/staff/reviews", "/staff/grants"):
            assert await caller.refused("GET", path) == "NOT_ALLOWED"


async def test_an_act_that_is_decided_is_only_for_its_two_clerks(door: Door) -> None:
    act = await done(door, FATHER, "grant", beneficiary_psn_no=BOY, relation="child")
    for place in (0, 1):
        assert (await (await door.staff(place)).ok("GET", f"/staff/window-acts/{act['id']}"))["id"] == act[
            "id"
        ]
    third = await door.staff(2)
    for path in (act["id"], f"{act['id']}/slip", "0" * 26, "x"):
        assert await third.refused("GET", f"/staff/window-acts/{path}") == "NOT_FOUND"


async def test_kin_the_registry_does_not_know_is_granted_to_at_the_window_only_and_never_against_it(
    door: Door,
) -> None:
    father = await door.sign_in(FATHER)
    unknown = {"beneficiary_psn_no": "9901000000180001", "relation": "child"}
    assert await father.refused("POST", "/mutual-aid/grants", unknown) == "GRANT_RELATION_DIFFERS"
    granted = await done(door, FATHER, "grant", **unknown)
    assert granted["state"] == "done"
    contradicted = asked(door, FATHER, "grant", beneficiary_psn_no=BOY, relation="parent")
    clerk = await door.staff(0)
    assert await clerk.refused("POST", "/staff/window-acts", contradicted) == "GRANT_RELATION_DIFFERS"


async def test_a_scanned_code_of_the_person_ends_with_the_freeze_too(door: Door) -> None:
    mother = await door.sign_in(MOTHER)
    place = pharmacy(door.bureau, MOTHER)
    token = (await decode(door.bureau, await mother.code(), place))["data"]["ecToken"]
    await entered(door, MOTHER, "freeze_code")
    assert "该医保码已失效" in await error(door.bureau, MOTHER, token)
