"""What a hospital and a pharmacy may do with a bill: once, for the right amounts, and back again."""

import asyncio
from typing import Any

import pytest

from tests.bureau import Bureau
from tests.unit.gateway.examples import HOSPITAL, INPUTS, PERSON_NUMBER, PHARMACY

Content = dict[str, Any]


def data(number: str, **changed: Any) -> Content:
    found = INPUTS[number]["data"]
    assert isinstance(found, dict)
    return {"data": {**found, **changed}}


@pytest.fixture
async def visit(bureau: Bureau) -> str:
    """A visit of the example's patient by card, with 350 yuan on it."""
    registered = await bureau.send("2201", HOSPITAL.code, data("2201"))
    found: str = registered["output"]["data"]["mdtrt_id"]
    lines = INPUTS["2204"]["feedetail"]
    assert isinstance(lines, list)
    uploaded = await bureau.send("2204", HOSPITAL.code, {"feedetail": [{**lines[0], "mdtrt_id": found}]})
    assert uploaded["infcode"] == 0, uploaded["err_msg"]
    return found


async def test_a_preview_equals_its_settlement(bureau: Bureau, visit: str) -> None:
    preview = (await bureau.send("2206", HOSPITAL.code, data("2206", mdtrt_id=visit)))["output"]
    settlement = (await bureau.send("2207", HOSPITAL.code, data("2207", mdtrt_id=visit)))["output"]
    only_later = {"setl_id", "setl_time", "clr_way", "clr_optins", "medins_setl_id"}
    for name, value in preview["setlinfo"].items():
        if name not in only_later:
            assert settlement["setlinfo"][name] == value, name
    assert settlement["setldetail"] == preview["setldetail"]


async def test_the_same_bill_under_a_new_message_is_named_with_its_settlement(
    bureau: Bureau, visit: str
) -> None:
    info = (await bureau.send("2207", HOSPITAL.code, data("2207", mdtrt_id=visit)))["output"]["setlinfo"]
    again = await bureau.send("2207", HOSPITAL.code, data("2207", mdtrt_id=visit))
    assert "该费用已结算" in again["err_msg"]
    assert info["setl_id"] in again["err_msg"]
    assert await bureau.balance(PERSON_NUMBER) == 0


async def test_two_copies_at_once_are_one_settlement(bureau: Bureau, visit: str) -> None:
    content = data("2207", mdtrt_id=visit)
    copies = [bureau.send_raw("2207", HOSPITAL.code, content, message_id="M-1") for _ in range(8)]
    answers = set(await asyncio.gather(*copies))
    assert len(answers) == 1
    assert await bureau.balance(PERSON_NUMBER) == 0


async def test_a_cancel_gives_everything_back_and_only_once(bureau: Bureau, visit: str) -> None:
    info = (await bureau.send("2207", HOSPITAL.code, data("2207", mdtrt_id=visit)))["output"]["setlinfo"]
    undoing = data("2208", setl_id=info["setl_id"], mdtrt_id=visit)
    back = (await bureau.send("2208", HOSPITAL.code, undoing))["output"]["setlinfo"]
    assert back["balc"] == 80
    assert await bureau.balance(PERSON_NUMBER) == 8000
    again = await bureau.send("2208", HOSPITAL.code, undoing)
    assert "已撤销" in again["err_msg"]
    assert await bureau.balance(PERSON_NUMBER) == 8000


async def test_another_institution_knows_neither_visit_nor_settlement(bureau: Bureau, visit: str) -> None:
    info = (await bureau.send("2207", HOSPITAL.code, data("2207", mdtrt_id=visit)))["output"]["setlinfo"]
    other = bureau.institution("990100", "2")
    undone = await bureau.send("2208", other, data("2208", setl_id=info["setl_id"], mdtrt_id=visit))
    assert "不存在" in undone["err_msg"]
    preview = await bureau.send("2206", other, data("2206", mdtrt_id=visit))
    assert "不存在" in preview["err_msg"]


async def test_amounts_that_no_longer_hold_ask_for_a_new_preview(bureau: Bureau, visit: str) -> None:
    wrong = await bureau.send("2207", HOSPITAL.code, data("2207", mdtrt_id=visit, inscp_scp_amt="349.99"))
    assert "请重新预结算,并用新报文号结算" in wrong["err_msg"]
    assert "符合政策范围" in wrong["err_msg"]
    assert await bureau.balance(PERSON_NUMBER) == 8000


async def test_account_use_0_leaves_the_account_alone(bureau: Bureau, visit: str) -> None:
    info = (await bureau.send("2207", HOSPITAL.code, data("2207", mdtrt_id=visit, acct_used_flag="0")))[
        "output"
    ]
    assert info["setlinfo"]["acct_pay"] == 0
    assert info["setlinfo"]["psn_cash_pay"] == 150
    assert [row["fund_pay_type"] for row in info["setldetail"]] == ["310100"]
    assert await bureau.balance(PERSON_NUMBER) == 8000


async def test_a_settled_batch_takes_no_more_lines_and_loses_none(bureau: Bureau, visit: str) -> None:
    await bureau.send("2207", HOSPITAL.code, data("2207", mdtrt_id=visit))
    lines = INPUTS["2204"]["feedetail"]
    assert isinstance(lines, list)
    more = {**lines[0], "mdtrt_id": visit, "feedetl_sn": "1002"}
    added = await bureau.send("2204", HOSPITAL.code, {"feedetail": [more]})
    assert "已结算" in added["err_msg"]
    batch = str(more["chrg_bchno"])
    withdrawn = await bureau.send("2205", HOSPITAL.code, data("2205", mdtrt_id=visit, chrg_bchno=batch))
    assert "已结算" in withdrawn["err_msg"]
    cancelled = await bureau.send("2202", HOSPITAL.code, data("2202", mdtrt_id=visit))
    assert "2208" in cancelled["err_msg"]


async def test_a_line_number_is_used_once_in_a_visit(bureau: Bureau, visit: str) -> None:
    lines = INPUTS["2204"]["feedetail"]
    assert isinstance(lines, list)
    again = await bureau.send("2204", HOSPITAL.code, {"feedetail": [{**lines[0], "mdtrt_id": visit}]})
    assert "已使用" in again["err_msg"]


async def test_a_patient_insured_elsewhere_is_known_but_not_settled(bureau: Bureau) -> None:
    west = bureau.institution("990200", "2")
    person = await bureau.send("1101", west, data("1101"))
    assert person["output"]["insuinfo"][0]["insuplc_admdvs"] == "990100"
    refused = await bureau.send("2201", west, data("2201"))
    assert "异地就医直接结算尚未开通,未扣款" in refused["err_msg"]
    pharmacy = bureau.institution("990200", "pharmacy")
    bought = await bureau.send("2102", pharmacy, dict(INPUTS["2102"]))
    assert "异地就医直接结算尚未开通,未扣款" in bought["err_msg"]


async def test_a_purchase_is_settled_once_and_its_lines_are_free_after_a_cancel(bureau: Bureau) -> None:
    first = (await bureau.send("2102", PHARMACY.code, dict(INPUTS["2102"])))["output"]["setlinfo"]
    again = await bureau.send("2102", PHARMACY.code, dict(INPUTS["2102"]))
    assert first["setl_id"] in again["err_msg"]
    undoing = data("2103", setl_id=first["setl_id"], mdtrt_id=first["mdtrt_id"])
    assert (await bureau.send("2103", PHARMACY.code, undoing))["output"]["setlinfo"]["balc"] == 80
    assert (await bureau.send("2102", PHARMACY.code, dict(INPUTS["2102"])))["infcode"] == 0
