"""What a hospital may say of a visit, in pieces and again, and what the bureau keeps of it."""

import json
from typing import Any

import pytest

from qinji.settlement import queries
from tests.bureau import Bureau
from tests.unit.gateway.examples import HOSPITAL, INPUTS, PERSON_NUMBER

Content = dict[str, Any]
REMOTE = "4201000000040003"


def data(number: str, **changed: Any) -> Content:
    found = INPUTS[number]["data"]
    assert isinstance(found, dict)
    return {"data": {**found, **changed}}


@pytest.fixture
async def visit(bureau: Bureau) -> str:
    """A visit of the example's patient by card, with lines on it."""
    registered = await bureau.send("2201", HOSPITAL.code, data("2201"))
    found: str = registered["output"]["data"]["mdtrt_id"]
    lines = INPUTS["2204"]["feedetail"]
    assert isinstance(lines, list)
    uploaded = await bureau.send("2204", HOSPITAL.code, {"feedetail": [{**lines[0], "mdtrt_id": found}]})
    assert uploaded["infcode"] == 0, uploaded["err_msg"]
    return found


async def tell(bureau: Bureau, visit: str, *diagnoses: Content, **changed: str) -> None:
    head = {"mdtrt_id": visit, "psn_no": PERSON_NUMBER, **changed}
    reply = await bureau.send("2203", HOSPITAL.code, {"mdtrtinfo": head, "diseinfo": list(diagnoses)})
    assert reply["infcode"] == 0, reply["err_msg"]


async def kept(bureau: Bureau) -> list[tuple[int, str, str]]:
    async with bureau.runtime.database.reading() as connection:
        person = await bureau.person_id(PERSON_NUMBER)
        found = await connection.fetchval("select visit_id from visit where person_id = $1", person)
        rows = await queries.diagnoses(connection, person, found)
    return [(int(row["order"]), str(row["code"]), str(row["name"])) for row in rows]


def named(code: str, order: int, name: str = "", valid: str = "1") -> Content:
    return {"diag_code": code, "diag_srt_no": str(order), "diag_name": name or code, "vali_flag": valid}


async def test_a_void_diagnosis_takes_only_itself_away(bureau: Bureau, visit: str) -> None:
    await tell(bureau, visit, named("J00", 1), named("K29", 2))
    await tell(bureau, visit, named("J00", 1, valid="0"))
    assert await kept(bureau) == [(2, "K29", "K29")]


async def test_a_diagnosis_sent_again_replaces_itself_and_leaves_the_others(
    bureau: Bureau, visit: str
) -> None:
    await tell(bureau, visit, named("J00", 1), named("K29", 2))
    await tell(bureau, visit, named("J00", 3, "急性鼻咽炎"))
    await tell(bureau, visit)
    assert await kept(bureau) == [(2, "K29", "K29"), (3, "J00", "急性鼻咽炎")]


async def test_a_bill_without_a_medical_type_has_that_of_its_visit(bureau: Bureau, visit: str) -> None:
    await tell(bureau, visit, med_type="13")
    await tell(bureau, visit, named("J00", 1))
    preview = await bureau.send("2206", HOSPITAL.code, data("2206", mdtrt_id=visit, med_type=""))
    assert preview["infcode"] == 0, preview["err_msg"]
    assert preview["output"]["setlinfo"]["med_type"] == "13"


async def test_a_cancellation_repeats_the_medical_type_that_was_settled(bureau: Bureau, visit: str) -> None:
    settling = data("2207", mdtrt_id=visit, med_type="13")
    info = (await bureau.send("2207", HOSPITAL.code, settling))["output"]["setlinfo"]
    undoing = data("2208", setl_id=info["setl_id"], mdtrt_id=visit)
    back = (await bureau.send("2208", HOSPITAL.code, undoing))["output"]["setlinfo"]
    assert (info["med_type"], info["clr_type"]) == ("13", "13")
    assert (back["med_type"], back["clr_type"]) == ("13", "13")


MADE_UP: dict[str, Content] = {
    "2202": {"data": {"ipt_otp_no": "1"}},
    "2203": {"mdtrtinfo": {}},
    "2204": {"feedetail": {}},
    "2205": {"data": {"chrg_bchno": "0000"}},
    "2206": {"data": {}},
    "2207": {"data": {}},
    "2208": {"data": {"setl_id": "01M85R00000000000000000000"}},
}


@pytest.mark.parametrize("number", MADE_UP)
async def test_of_a_patient_insured_elsewhere_every_message_says_so(bureau: Bureau, number: str) -> None:
    card = bureau.world.person(REMOTE).card_number
    (node,) = MADE_UP[number]
    example: Any = json.loads(json.dumps(INPUTS[number][node], default=str))
    fields = example[0] if isinstance(example, list) else example
    patient = {"psn_no": REMOTE, "mdtrt_id": "01M85R00000000000000000001", "certno": "", "psn_name": ""}
    shown = {"mdtrt_cert_type": "03", "mdtrt_cert_no": card}
    content = {node: {**fields, **patient, **shown, **MADE_UP[number][node]}}
    refused = await bureau.send(number, HOSPITAL.code, content)
    assert "异地就医直接结算尚未开通,未扣款" in refused["err_msg"], refused["err_msg"]
    assert "目前可以" in refused["err_msg"]


async def test_a_visit_of_long_ago_is_too_old_also_where_no_policy_was_yet(bureau: Bureau) -> None:
    refused = await bureau.send("2201", HOSPITAL.code, data("2201", begntime="2020-01-01 08:00:00"))
    assert "距今超过" in refused["err_msg"]
