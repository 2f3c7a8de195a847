"""What an institution that asks for it is told of those who paid, and what the others are not."""

import json
from typing import Any

import pytest

from tests.bureau import Bureau
from tests.door import open_door
from tests.unit.gateway.examples import INPUTS

PATIENT = "九岁的孩子与先后授权的父母"


async def bill(bureau: Bureau, level: str) -> dict[str, Any]:
    """A bill of the child, whose father and then mother pay; the settlement's node."""
    child, father, mother = bureau.family(PATIENT)
    async with open_door(bureau) as door:
        for parent in (father, mother):
            await (await door.sign_in(parent.number)).grant(child.number, "child")
    institution = bureau.institution("990100", level)
    card = {"psn_no": child.number, "mdtrt_cert_type": "03", "mdtrt_cert_no": child.card_number}
    begin = {"begntime": "2026-03-17 09:00:00", "ipt_otp_no": "1"}
    opened = await bureau.send("2201", institution, {"data": {**card, **begin}})
    visit = {"mdtrt_id": opened["output"]["data"]["mdtrt_id"], "chrg_bchno": "1"}
    lines = INPUTS["2204"]["feedetail"]
    assert isinstance(lines, list)
    fees = {**lines[0], **visit, "psn_no": child.number}
    fees |= {"pric": "20", "cnt": "25", "det_item_fee_sumamt": "500.00"}
    sent = await bureau.send("2204", institution, {"feedetail": [fees]})
    assert sent["infcode"] == 0, sent["err_msg"]
    settled = await bureau.send("2207", institution, {"data": {**card, **visit, "acct_used_flag": "1"}})
    assert settled["infcode"] == 0, settled["err_msg"]
    found: dict[str, Any] = settled["output"]["setlinfo"]
    return found


async def cancelled(bureau: Bureau, level: str, info: dict[str, Any]) -> dict[str, Any]:
    """The node of the settlement's cancellation."""
    names = {name: info[name] for name in ("setl_id", "mdtrt_id", "psn_no")}
    back = await bureau.send("2208", bureau.institution("990100", level), {"data": names})
    assert back["infcode"] == 0, back["err_msg"]
    found: dict[str, Any] = back["output"]["setlinfo"]
    return found


async def test_who_paid_is_told_with_what_the_payer_is_to_the_patient(bureau: Bureau) -> None:
    info = await bill(bureau, "3")
    told = json.loads(info["exp_content"])["acct_payers"]
    assert [(payer["rlts"], payer["pay_amt"]) for payer in told] == [("父母", 100), ("父母", 100)]
    assert info["acct_mulaid_pay"] == info["acct_pay"] == 200
    assert info["balc"] == 0


async def test_to_whom_a_cancelled_bill_goes_back_is_told_too(bureau: Bureau) -> None:
    info = await bill(bureau, "3")
    back = await cancelled(bureau, "3", info)
    told = json.loads(back["exp_content"])["acct_payers"]
    assert [(payer["rlts"], payer["pay_amt"]) for payer in told] == [("父母", -100), ("父母", -100)]


@pytest.mark.parametrize("level", ["1", "2"])
async def test_an_institution_that_does_not_ask_is_not_told(bureau: Bureau, level: str) -> None:
    info = await bill(bureau, level)
    assert info["exp_content"] is None
    assert (await cancelled(bureau, level, info))["exp_content"] is None
