"""The wish of a code, as an institution meets it: in preview and settlement, and never as a surprise."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bureau import Bureau
from tests.door import Caller, open_door
from tests.unit.gateway.examples import HOSPITAL, INPUTS, PERSON_NUMBER

FAMILY = "今年第一次看病的丈夫"
WISH = "出示医保码时选择了“本次不用家人的钱”"
Content = dict[str, Any]


def data(number: str, **changed: Any) -> Content:
    """The example's message with some fields changed."""
    found = INPUTS[number]["data"]
    assert isinstance(found, dict)
    return {"data": {**found, **changed}}


async def shown(patient: Caller, **wish: bool) -> Content:
    """The credential fields of a code that the patient shows now."""
    code = await patient.ok("POST", "/credential/codes", wish)
    return {"mdtrt_cert_type": "01", "mdtrt_cert_no": code["code"]}


async def visit_with_lines(bureau: Bureau, credential: Content) -> str:
    """A visit registered with this credential, with 350 yuan on it."""
    registered = await bureau.send("2201", HOSPITAL.code, data("2201", **credential))
    visit: str = registered["output"]["data"]["mdtrt_id"]
    lines = INPUTS["2204"]["feedetail"]
    assert isinstance(lines, list)
    uploaded = await bureau.send("2204", HOSPITAL.code, {"feedetail": [{**lines[0], "mdtrt_id": visit}]})
    assert uploaded["infcode"] == 0, uploaded["err_msg"]
    return visit


def parts(reply: Content) -> tuple[float, float, float]:
    """All accounts, relatives' accounts, cash."""
    assert reply["infcode"] == 0, reply["err_msg"]
    info = reply["output"]["setlinfo"]
    return info["acct_pay"], info["acct_mulaid_pay"], info["psn_cash_pay"]


@pytest.mark.parametrize("flag", ["", "1", "2"])
async def test_one_session_is_previewed_and_settled_with_own_money_whatever_is_asked(
    bureau: Bureau, flag: str
) -> None:
    async with open_door(bureau) as door:
        husband, wife = bureau.family(FAMILY)
        assert husband.number == PERSON_NUMBER
        await (await door.sign_in(wife.number)).grant(husband.number, "spouse")
        credential = await shown(await door.sign_in(husband.number), own_money_only=True)
        visit = await visit_with_lines(bureau, credential)
        asked = {**credential, "mdtrt_id": visit, "acct_used_flag": flag}
        preview = await bureau.send("2206", HOSPITAL.code, data("2206", **asked))
        settled = await bureau.send("2207", HOSPITAL.code, data("2207", **asked))
        assert parts(preview) == parts(settled) == (80, 0, 70)
        assert preview["warn_msg"].startswith(WISH)
        assert settled["warn_msg"].startswith(WISH)
        assert await bureau.balance(wife.number) == wife.balance_fen


async def test_a_preview_by_card_is_not_settled_by_a_code_that_spares_relatives(bureau: Bureau) -> None:
    """The patient was shown 70 yuan from a relative; the cashier previews again and tells 70 yuan in cash."""
    async with open_door(bureau) as door:
        husband, wife = bureau.family(FAMILY)
        await (await door.sign_in(wife.number)).grant(husband.number, "spouse")
        card = {"mdtrt_cert_type": "03", "mdtrt_cert_no": husband.card_number}
        visit = await visit_with_lines(bureau, card)
        by_card = await bureau.send("2206", HOSPITAL.code, data("2206", **card, mdtrt_id=visit))
        assert parts(by_card) == (150, 70, 0)

        credential = await shown(await door.sign_in(husband.number), own_money_only=True)
        changed = await bureau.send("2207", HOSPITAL.code, data("2207", **credential, mdtrt_id=visit))
        assert "家人共济 70.00 元变为 0.00 元" in changed["err_msg"]
        assert await bureau.balance(husband.number) == husband.balance_fen

        again = await bureau.send("2206", HOSPITAL.code, data("2206", **credential, mdtrt_id=visit))
        settled = await bureau.send("2207", HOSPITAL.code, data("2207", **credential, mdtrt_id=visit))
        assert parts(again) == parts(settled) == (80, 0, 70)


async def test_a_preview_without_a_credential_follows_the_code_that_opened_the_visit(bureau: Bureau) -> None:
    """Some hospitals send none with 2206: what it shows is what the code then settles."""
    async with open_door(bureau) as door:
        husband, wife = bureau.family(FAMILY)
        await (await door.sign_in(wife.number)).grant(husband.number, "spouse")
        credential = await shown(await door.sign_in(husband.number), own_money_only=True)
        visit = await visit_with_lines(bureau, credential)
        nobody = {"mdtrt_cert_type": "", "mdtrt_cert_no": "", "mdtrt_id": visit}
        preview = await bureau.send("2206", HOSPITAL.code, data("2206", **nobody))
        assert parts(preview) == (80, 0, 70)
        assert "没有可用的就诊凭证" in preview["warn_msg"]
        assert WISH in preview["warn_msg"]
        settled = await bureau.send("2207", HOSPITAL.code, data("2207", **credential, mdtrt_id=visit))
        assert parts(settled) == (80, 0, 70)
