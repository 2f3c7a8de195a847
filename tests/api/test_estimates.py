"""An estimate is the answer of `qinji policy try`, for anybody, bounded, and nothing of it is kept."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import httpx
import pytest

from qinji.api.app import create_app
from qinji.flows.parts.trial import try_bill
from tests.door import BASE, Door

BILL: dict[str, Any] = {
    "id": "E-1",
    "region": "420100",
    "date": "2024-02-20",
    "person": {"insurance": "employee", "status": "retired", "age": 72},
    "institution_level": "1",
    "fee_lines": [{"category": "A", "amount": "1200.00"}],
    "accounts": [
        {"owner": "self", "relation": "self", "balance": "200.00"},
        {"owner": "spouse", "relation": "spouse", "balance": "300.00"},
    ],
}


async def asked(door: Door, bill: Any) -> httpx.Response:
    return await door.client.post("/estimates", content=json.dumps(bill))


async def refused(door: Door, bill: Any) -> tuple[int, str, str]:
    answer = await asked(door, bill)
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    return answer.status_code, told["code"], told["detail"]


async def test_the_answer_is_that_of_the_command_with_its_trace(door: Door) -> None:
    told = (await asked(door, BILL)).json()
    assert (told["fund"], told["account"], told["cash"]) == ("588.00", "200.00", "112.00")
    assert told["mutual_aid"] == [{"owner": "spouse", "amount": "300.00"}]
    assert told == try_bill(BILL, door.bureau.runtime.book)


async def test_amounts_may_be_numbers_and_are_read_exactly(door: Door) -> None:
    exact = BILL | {"fee_lines": [{"category": "A", "amount": 1200.10}]}
    told = (await asked(door, exact)).json()
    assert told["detail"]["total"] == "1200.10"


async def test_two_hundred_lines_are_divided_and_one_more_is_refused(door: Door) -> None:
    row = {"category": "A", "amount": "1.00"}
    assert (await asked(door, BILL | {"fee_lines": [row] * 200})).status_code == 200
    status, code, detail = await refused(door, BILL | {"fee_lines": [row] * 201})
    assert (status, code) == (400, "REQUEST_INVALID")
    assert "最多 200 条,现有 201 条" in detail


async def test_sixty_four_kibibytes_are_read_and_one_more_byte_is_refused(door: Door) -> None:
    bill = json.dumps(BILL)
    most = bill + " " * (64 * 1024 - len(bill))
    assert (await door.client.post("/estimates", content=most)).status_code == 200
    answer = await door.client.post("/estimates", content=most + " ")
    assert (answer.status_code, answer.json()["code"]) == (413, "MESSAGE_TOO_LARGE")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"rules": {}}, "rules 这里不用"),
        ({"expected": {}}, "expected 这里不用"),
        ({"fee_line": []}, "不认识的键 fee_line"),
        ({"date": "soon"}, "date 应为日期"),
        ({"date": ""}, "缺少 date"),
        ({"person": {"insurance": "employee", "status": "retired", "age": 10**4}}, "person.age"),
        ({"visit": {"treatment": "inpatient", "stay_days": 10**15}}, "visit.stay_days"),
        ({"accounts": [{"owner": "self", "relation": "self", "balance": -1}]}, "不能小于 0"),
        ({"id": "\ud800"}, "不是正确的 JSON"),
    ],
)
async def test_a_bill_of_another_form_is_refused_in_chinese(
    door: Door, change: dict[str, Any], said: str
) -> None:
    status, code, detail = await refused(door, BILL | change)
    assert (status, code) == (400, "REQUEST_INVALID")
    assert said in detail


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"3", b"NaN", b"[" * 60_000, b"\xff", b'{"id": 1e99999}'])
async def test_what_is_no_bill_is_refused(door: Door, body: bytes) -> None:
    answer = await door.client.post("/estimates", content=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "REQUEST_INVALID")


async def test_a_region_without_policy_is_refused_as_a_settlement_is(door: Door) -> None:
    status, code, detail = await refused(door, BILL | {"date": "2020-01-01"})
    assert (status, code) == (422, "REGION_WITHOUT_POLICY")
    assert "武汉市 在 2020-01-01 没有可用的医保政策" in detail


async def test_unsure_values_estimate_no_bill_where_they_settle_none(door: Door) -> None:
    deps = replace(door.bureau.runtime, book=door.bureau.runtime.book.admitting(()))
    transport = httpx.ASGITransport(create_app(deps))
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        answer = await client.post("/estimates", json=BILL)
    assert (answer.status_code, answer.json()["code"]) == (422, "POLICY_UNVERIFIED")
    assert "武汉市的政策数值还没有核实(" in answer.json()["detail"]
    assert "不能据此结算" in answer.json()["detail"]
