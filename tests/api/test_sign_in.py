"""Signing in, and what every call has in common."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import httpx
import pytest

from qinji.api.app import create_app
from qinji.api.limits import BODY_MAX
from qinji.credential.rules import SIGN_IN_TRIES
from qinji.flows.begin_sign_in import SIGN_IN_RATE
from tests.door import BASE, Caller, Door

SOMEBODY = "9902000000010001"


async def test_a_person_signs_in_with_the_digits_and_sees_themself(door: Door) -> None:
    me = await (await door.sign_in(SOMEBODY)).ok("GET", "/me")
    person = door.bureau.world.person(SOMEBODY)
    assert (me["psn_no"], me["name"], me["balance_fen"]) == (person.number, person.name, person.balance_fen)
    assert person.certificate_number not in json.dumps(me)


async def test_wrong_used_and_unknown_digits_are_answered_alike(door: Door) -> None:
    begun = (await door.client.post("/sign-ins", json={"psn_no": SOMEBODY})).json()
    wrong = await door.client.post(f"/sign-ins/{begun['id']}", json={"code": "x"})
    right = await door.client.post(f"/sign-ins/{begun['id']}", json={"code": begun["sandbox_code"]})
    again = await door.client.post(f"/sign-ins/{begun['id']}", json={"code": begun["sandbox_code"]})
    unknown = await door.client.post(f"/sign-ins/{'0' * 26}", json={"code": begun["sandbox_code"]})
    assert [wrong.status_code, right.status_code, again.status_code, unknown.status_code] == [
        401,
        200,
        401,
        401,
    ]
    assert wrong.json() == again.json() == unknown.json()


async def test_after_five_wrong_tries_the_right_digits_come_too_late(door: Door) -> None:
    begun = (await door.client.post("/sign-ins", json={"psn_no": SOMEBODY})).json()
    for _ in range(SIGN_IN_TRIES):
        await door.client.post(f"/sign-ins/{begun['id']}", json={"code": "x"})
    late = await door.client.post(f"/sign-ins/{begun['id']}", json={"code": begun["sandbox_code"]})
    assert late.status_code == 401


async def test_fifteen_idle_minutes_end_a_token_and_using_it_keeps_it(door: Door) -> None:
    caller = await door.sign_in(SOMEBODY)
    for _ in range(3):
        door.bureau.later(minutes=14)
        await caller.ok("GET", "/me")
    door.bureau.later(seconds=40)
    await caller.ok("GET", "/me")
    door.bureau.later(minutes=14, seconds=50)
    await caller.ok("GET", "/me")
    door.bureau.later(minutes=15)
    assert await caller.refused("GET", "/me") == "NOT_SIGNED_IN"


async def test_without_a_right_token_nobody_is_let_in(door: Door) -> None:
    assert (await door.client.get("/me")).json()["code"] == "NOT_SIGNED_IN"
    assert await Caller(door.client, "nonsense").refused("GET", "/me") == "NOT_SIGNED_IN"


async def test_beginning_to_sign_in_is_limited_in_a_minute(door: Door) -> None:
    for _ in range(SIGN_IN_RATE.times):
        assert (await door.client.post("/sign-ins", json={"psn_no": SOMEBODY})).status_code == 201
    refused = await door.client.post("/sign-ins", json={"psn_no": SOMEBODY})
    assert (refused.status_code, refused.json()["code"]) == (429, "TOO_MANY_TRIES")
    door.bureau.later(seconds=int(refused.headers["retry-after"]))
    assert (await door.client.post("/sign-ins", json={"psn_no": SOMEBODY})).status_code == 201


async def test_an_unknown_number_is_not_found(door: Door) -> None:
    refused = await door.client.post("/sign-ins", json={"psn_no": "nobody"})
    assert (refused.status_code, refused.json()["code"]) == (404, "NOT_FOUND")


async def test_every_reply_of_a_sandbox_says_that_it_is_one(door: Door) -> None:
    answers = [
        await door.client.get("/me"),
        await door.client.get("/nowhere"),
        await door.client.get("http://bureau/api/openapi.json"),
        await door.client.post("/sign-ins", content=b"{"),
    ]
    assert {answer.headers["x-qinji-mode"] for answer in answers} == {"sandbox"}


async def test_production_neither_lets_people_nor_staff_be_picked_nor_says_sandbox(door: Door) -> None:
    app = create_app(replace(door.bureau.runtime, production=True))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE) as client:
        person = await client.post("/sign-ins", json={"psn_no": SOMEBODY})
        staff = await client.post("/staff/sign-ins", json={"name": door.bureau.world.staff[0].name})
    for refused in (person, staff):
        assert (refused.status_code, refused.json()["code"]) == (403, "SANDBOX_ONLY")
        assert "x-qinji-mode" not in refused.headers


async def test_a_cashier_is_picked_too_and_reads_none_of_the_bureaus_queues(door: Door) -> None:
    cashier = next(one for one in door.bureau.world.staff if one.role == "cashier")
    done = await door.client.post("/staff/sign-ins", json={"name": cashier.name})
    told = done.json()
    assert (told["staff_id"], told["role"], told["institution"]) == (
        cashier.staff_id,
        "cashier",
        cashier.institution,
    )
    caller = Caller(door.client, told["token"])
    for queue in ("/staff/reviews", "/staff/grants"):
        assert await caller.refused("GET", queue) == "NOT_ALLOWED"


async def test_a_body_that_makes_no_sense_is_a_problem_that_names_the_place(door: Door) -> None:
    for content in (b"{", b"[]", b'{"psn_no": 1}', b'{"psn_no": "1", "colour": "red"}'):
        answer = await door.client.post(
            "/sign-ins", content=content, headers={"content-type": "application/json"}
        )
        assert (answer.status_code, answer.json()["code"]) == (400, "REQUEST_INVALID")


async def test_a_body_may_have_one_mebibyte_and_not_a_byte_more(door: Door) -> None:
    body = json.dumps({"psn_no": SOMEBODY}).encode()
    full = body + b" " * (BODY_MAX - len(body))
    kind = {"content-type": "application/json"}
    assert (await door.client.post("/sign-ins", content=full, headers=kind)).status_code == 201
    refused = await door.client.post("/sign-ins", content=full + b" ", headers=kind)
    assert (refused.status_code, refused.json()["code"]) == (413, "MESSAGE_TOO_LARGE")


async def test_what_is_not_there_and_wrong_methods_are_problems_too(door: Door) -> None:
    missing = await door.client.get("/nowhere")
    wrong = await door.client.put("/sign-ins")
    assert (missing.status_code, missing.json()["code"]) == (404, "NOT_FOUND")
    assert (wrong.status_code, wrong.json()["status"]) == (405, 405)


async def test_openapi_lists_the_routes_of_the_door(door: Door) -> None:
    paths = (await door.client.get("http://bureau/api/openapi.json")).json()["paths"]
    assert {
        "/api/v1/sign-ins",
        "/api/v1/sign-ins/{sign_in_id}",
        "/api/v1/me",
        "/api/v1/family/bindings",
        "/api/v1/family/bindings/{binding}/confirm",
        "/api/v1/family/bindings/{binding}/refuse",
        "/api/v1/credential/codes",
        "/api/v1/credential/freeze",
        "/api/v1/credential/thaw",
        "/api/v1/mutual-aid/grants",
        "/api/v1/mutual-aid/grants/{grant_id}",
        "/api/v1/mutual-aid/order",
        "/api/v1/settlements",
        "/api/v1/settlements/{settlement_id}",
        "/api/v1/staff/reviews",
        "/api/v1/consent-texts/{kind}",
    } <= set(paths)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/family/bindings/{id}/confirm", None),
        ("DELETE", "/family/bindings/{id}", None),
        ("PATCH", "/family/bindings/{id}/powers", {"powers": ["show_code"]}),
        ("PATCH", "/mutual-aid/grants/{id}", {"paused": True}),
        ("DELETE", "/mutual-aid/grants/{id}", None),
        ("PUT", "/mutual-aid/order", {"grants": ["{id}"]}),
        ("POST", "/credential/activate", None),
        ("POST", "/credential/freeze", None),
        ("POST", "/credential/thaw", None),
    ],
)
async def test_no_act_rests_on_a_text_that_is_not_in_force(
    door: Door, method: str, path: str, body: dict[str, Any] | None
) -> None:
    caller = await door.sign_in(SOMEBODY)
    place = path.format(id="0" * 26) + "?consent_version=1999-01"
    answer = await caller.call(method, place, body)
    assert (answer.status_code, "告知文本已更新" in answer.json()["detail"]) == (400, True)


async def test_the_text_in_force_is_shown_before_the_act_and_another_version_is_refused(door: Door) -> None:
    text = (await door.client.get("/consent-texts/bind")).json()
    assert "不动用任何人的个人账户资金" in text["text"]
    caller = await door.sign_in(SOMEBODY)
    body = {"psn_no": "9902000000010002", "relation": "parent", "consent_version": "1999-01"}
    assert await caller.refused("POST", "/family/bindings", body) == "REQUEST_INVALID"
    body["consent_version"] = text["version"]
    await caller.ok("POST", "/family/bindings", body)
