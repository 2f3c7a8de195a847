"""The way of a scanned 医保码 through the messages of a visit, and what is answered when it cannot be used."""

from typing import Any

import pytest

from qinji.platform.database import lock_persons
from tests.bureau import Bureau
from tests.unit.gateway.examples import HOSPITAL, INPUTS, PERSON_NUMBER, PHARMACY
from tests.wire.story import shown_code

Content = dict[str, Any]


def data(number: str, **changed: Any) -> Content:
    found = INPUTS[number]["data"]
    assert isinstance(found, dict)
    return {"data": {**found, **changed}}


async def visit_with_lines(bureau: Bureau, credential: str) -> str:
    """A visit registered by this code or token, with 350 yuan on it; its id."""
    by_code = {"mdtrt_cert_type": "01", "mdtrt_cert_no": credential}
    registered = await bureau.send("2201", HOSPITAL.code, data("2201", **by_code))
    assert registered["infcode"] == 0, registered["err_msg"]
    visit: str = registered["output"]["data"]["mdtrt_id"]
    lines = INPUTS["2204"]["feedetail"]
    assert isinstance(lines, list)
    uploaded = await bureau.send("2204", HOSPITAL.code, {"feedetail": [{**lines[0], "mdtrt_id": visit}]})
    assert uploaded["infcode"] == 0, uploaded["err_msg"]
    return visit


async def settled(bureau: Bureau, visit: str, credential: str) -> dict[str, Any]:
    content = data("2207", mdtrt_cert_type="01", mdtrt_cert_no=credential, mdtrt_id=visit)
    return await bureau.send("2207", HOSPITAL.code, content)


async def decoded(bureau: Bureau, code: str, institution: str = HOSPITAL.code) -> dict[str, Any]:
    return await bureau.send("1162", institution, data("1162", ecQrCode=code))


async def test_a_decoded_code_gives_a_token_that_carries_the_whole_visit(bureau: Bureau) -> None:
    token = (await decoded(bureau, await shown_code(bureau)))["data"]["ecToken"]
    assert len(token) <= 40
    by_token = {"mdtrt_cert_type": "01", "mdtrt_cert_no": token}
    person = await bureau.send("1101", HOSPITAL.code, data("1101", **by_token))
    assert person["output"]["baseinfo"]["psn_no"] == PERSON_NUMBER
    visit = await visit_with_lines(bureau, token)
    preview = await bureau.send("2206", HOSPITAL.code, data("2206", **by_token, mdtrt_id=visit))
    assert preview["output"]["setlinfo"]["mdtrt_cert_type"] == "01"
    assert (await settled(bureau, visit, token))["infcode"] == 0


async def test_a_code_is_redeemed_by_the_first_message_that_carries_it(bureau: Bureau) -> None:
    code = await shown_code(bureau)
    visit = await visit_with_lines(bureau, code)
    bureau.later(minutes=30)
    token = (await decoded(bureau, code))["data"]["ecToken"]
    assert token == (await decoded(bureau, code))["data"]["ecToken"]
    reply = await settled(bureau, visit, code)
    assert reply["infcode"] == 0, reply["err_msg"]


async def test_a_code_settles_once_and_a_cancel_gives_no_second_use(bureau: Bureau) -> None:
    code = await shown_code(bureau)
    visit = await visit_with_lines(bureau, code)
    info = (await settled(bureau, visit, code))["output"]["setlinfo"]
    undone = await bureau.send("2208", HOSPITAL.code, data("2208", setl_id=info["setl_id"], mdtrt_id=visit))
    assert undone["infcode"] == 0
    again = await settled(bureau, visit, code)
    assert again["infcode"] == -1
    assert "已用于一次结算" in again["err_msg"]
    by_card = await bureau.send("2207", HOSPITAL.code, data("2207", mdtrt_id=visit))
    assert by_card["infcode"] == 0, by_card["err_msg"]


async def test_another_institution_is_told_that_the_code_was_used_elsewhere(bureau: Bureau) -> None:
    code = await shown_code(bureau)
    assert (await decoded(bureau, code))["infcode"] == 0
    refused = await decoded(bureau, code, PHARMACY.code)
    assert refused["code"] == 500159
    assert "已在其他机构使用" in refused["message"]


async def test_a_code_is_scanned_within_its_seconds(bureau: Bureau) -> None:
    code = await shown_code(bureau)
    bureau.later(seconds=61)
    assert "已过期" in (await decoded(bureau, code))["err_msg"]


@pytest.mark.parametrize(
    ("scanned", "words"),
    [
        ("0" * 28, "医保码不正确"),
        ("134567890123456789", "这是微信的付款码,不是医保码"),
        ("https://example.org", "这是网页或收款的二维码,不是医保码"),
        ("5" * 26, "扫到 26 位数字,医保码是 28 位"),
        ("nothing of the kind", "这不是医保码"),
    ],
)
async def test_what_is_no_valid_code_is_told_apart(bureau: Bureau, scanned: str, words: str) -> None:
    reply = await decoded(bureau, scanned)
    assert reply["success"] is False
    assert words in reply["err_msg"]
    person = await bureau.send(
        "1101", HOSPITAL.code, data("1101", mdtrt_cert_type="01", mdtrt_cert_no=scanned)
    )
    assert words in person["err_msg"]


@pytest.mark.parametrize("number", ["2201", "2207", "2102"])
async def test_whom_a_message_names_without_their_code_is_neither_read_nor_locked(
    bureau: Bureau, number: str
) -> None:
    other = bureau.family("儿媳与婆婆")[0]
    code = await shown_code(bureau)
    (node, *_) = INPUTS[number]
    fields = INPUTS[number][node]
    assert isinstance(fields, dict)
    named = {"psn_no": other.number, "mdtrt_cert_type": "01", "mdtrt_cert_no": code}
    content = {**INPUTS[number], node: {**fields, **named}}
    institution = PHARMACY.code if number == "2102" else HOSPITAL.code
    async with bureau.runtime.database.transaction() as elsewhere:
        # Whoever wants this person's lock now waits in vain and would answer 系统繁忙.
        await lock_persons(elsewhere, [await bureau.person_id(other.number)])
        refused = await bureau.send(number, institution, content)
    assert "不是出示凭证的人" in refused["err_msg"]
