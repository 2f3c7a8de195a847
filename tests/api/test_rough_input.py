"""Whatever is sent, the door answers with a problem and never with a bug."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest

from tests.door import Door

DAUGHTER, MOTHER = "9902000000010001", "9902000000010002"
ROUGH: list[Any] = [
    None,
    "",
    "\x00",
    "\ud800",
    "x" * 1000,
    -1,
    10**40,
    1.5,
    True,
    [],
    {},
    ["show_code"],
    "parent",
    "9902000000010002",
]


@pytest.mark.parametrize(
    ("method", "path", "names"),
    [
        ("POST", "/family/bindings", ["psn_no", "relation", "route", "powers", "evidence_reference"]),
        (
            "POST",
            "/mutual-aid/grants",
            ["beneficiary_psn_no", "relation", "per_use_fen", "floor_fen", "purposes"],
        ),
        ("PUT", "/mutual-aid/order", ["grants"]),
        ("POST", "/credential/codes", ["psn_no"]),
        ("POST", "/credential/freeze", ["lost"]),
        ("POST", "/credential/activate", ["psn_no"]),
        ("PATCH", f"/family/bindings/{'0' * 26}/powers", ["powers"]),
        ("PATCH", f"/mutual-aid/grants/{'0' * 26}", ["per_use_fen", "paused", "purposes"]),
        ("POST", "/sign-ins", ["psn_no"]),
        ("POST", f"/sign-ins/{'0' * 26}", ["code"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_rough_bodies_are_problems(door: Door, method: str, path: str, names: list[str]) -> None:
    caller = await door.sign_in(DAUGHTER)
    usual = {"psn_no": MOTHER, "beneficiary_psn_no": MOTHER, "relation": "parent"}
    for name in names:
        for rough in ROUGH:
            body = {key: usual[key] for key in names if key in usual} | {name: rough}
            answer = await caller.call(method, path, body)
            assert answer.status_code < 500, (body, answer.text)


@pytest.mark.parametrize(
    "query",
    [
        "after=x",
        "after=-1",
        "after=100000000000000000",
        "after=100000000000000001",
        "limit=x",
        "limit=99999999999999999999",
        "as=nobody",
        "psn_no=%00",
        "psn_no=%F0%9F",
        "as=grantor&after=0",
    ],
)
async def test_rough_queries_are_problems(door: Door, query: str) -> None:
    caller = await door.sign_in(DAUGHTER)
    for path in ("/settlements", "/family/bindings", "/mutual-aid/grants", "/settlements/0"):
        answer = await caller.call("GET", f"{path}?{query}")
        assert answer.status_code < 500, answer.text


async def test_rough_texts_of_a_clerk_are_problems(door: Door) -> None:
    clerk = await door.staff()
    body = {"holder_psn_no": DAUGHTER, "member_psn_no": MOTHER, "relation": "parent", "reason": "窗口"}
    for name in ("reason", "promised_day", "evidence_reference", "powers"):
        for rough in ROUGH:
            answer = await clerk.call("POST", "/staff/bindings", body | {name: rough})
            assert answer.status_code < 500, (name, rough, answer.text)
    early = body | {"promised_day": "2026-03-16"}
    assert await clerk.refused("POST", "/staff/bindings", early) == "REQUEST_INVALID"


async def test_rough_reasons_for_a_file_are_problems(door: Door) -> None:
    clerk = await door.staff()
    for verb in ("enter", "refuse"):
        for rough in ROUGH:
            answer = await clerk.call("POST", f"/staff/files/{'0' * 26}/{verb}", {"reason": rough})
            assert 400 <= answer.status_code < 500, (verb, rough, answer.text)


@pytest.mark.parametrize("name", ["kind", "name", "beside", "credit_run", "again"])
async def test_rough_terms_of_a_file_are_problems(door: Door, name: str) -> None:
    clerk = await door.staff()
    usual = {"kind": "claw_back", "name": "a.csv", "credit_run": "crediting/x"}
    for rough in ROUGH:
        terms = usual | {name: str(rough).encode(errors="replace").decode()}
        answer = await clerk.call("POST", f"/staff/files?{urlencode(terms)}", "no rows")
        assert 400 <= answer.status_code < 500, (rough, answer.text)


@pytest.mark.parametrize("query", ["open=perhaps", "limit=0", "limit=101", "after=x", "after=%00"])
async def test_rough_queries_of_files_are_problems(door: Door, query: str) -> None:
    answer = await (await door.staff()).call("GET", f"/staff/files?{query}")
    assert 400 <= answer.status_code < 500, answer.text


async def test_a_person_is_no_staff_and_staff_is_no_person(door: Door) -> None:
    person, clerk = await door.sign_in(DAUGHTER), await door.staff()
    assert await person.refused("GET", "/staff/reviews") == "NOT_ALLOWED"
    assert await clerk.refused("GET", "/me") == "NOT_ALLOWED"


async def test_how_a_member_is_insured_is_seen_with_that_power_only(door: Door) -> None:
    daughter = await door.sign_in(DAUGHTER)
    path = f"/family/members/{MOTHER}"
    assert await daughter.refused("GET", path) == "NOT_FOUND"
    bound = await door.bound(DAUGHTER, MOTHER, "parent", powers=["query_status"])
    seen = await daughter.ok("GET", path)
    assert (seen["status_text"], seen["code_state"]) == ("正常参保", "active")
    assert not any("balance" in name for name in seen)
    mother = await door.sign_in(MOTHER)
    await mother.ok("PATCH", f"/family/bindings/{bound['id']}/powers", {"powers": ["show_code"]})
    assert await daughter.refused("GET", path) == "POWER_NOT_GIVEN"
