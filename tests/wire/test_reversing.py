"""2601 at the door: what it undoes, what it refuses and which message it names instead."""

from typing import Any

import pytest

from qinji.gateway.registry import SERVED, find
from tests.bureau import Bureau, Reply
from tests.unit.gateway.examples import HOSPITAL, INPUTS, PERSON_NUMBER
from tests.wire.story import tell

OTHER_PERSON = "9901000000050002"
LOST = f"{HOSPITAL.code}lost"
WRITING = [number for number, served in SERVED.items() if served.message.writes and number != "2601"]
INSTEAD = {
    "2103": "2102", "2202": "2201", "2203": "2203", "2204": "2205", "2205": "2204", "2208": "2207", "9001": "9002",
    "9002": "9001",
}  # fmt: skip
"""Which message the refusal names, by the message that was done."""


async def reverse(
    bureau: Bureau,
    number: str,
    message: str,
    institution: str = HOSPITAL.code,
    person: str = PERSON_NUMBER,
    **envelope: str,
) -> Reply:
    asked = {"psn_no": person, "omsgid": message, "oinfno": number}
    return await bureau.send("2601", institution, {"data": asked}, **envelope)


async def registered(bureau: Bureau) -> str:
    """A visit by a message whose id is LOST."""
    reply = await bureau.send("2201", HOSPITAL.code, {"data": INPUTS["2201"]["data"]}, message_id=LOST)
    assert reply["infcode"] == 0, reply["err_msg"]
    visit: str = reply["output"]["data"]["mdtrt_id"]
    return visit


async def fees(bureau: Bureau, visit: str) -> None:
    lines = INPUTS["2204"]["feedetail"]
    assert isinstance(lines, list)
    reply = await bureau.send("2204", HOSPITAL.code, {"feedetail": [{**lines[0], "mdtrt_id": visit}]})
    assert reply["infcode"] == 0, reply["err_msg"]


def settling(visit: str) -> dict[str, Any]:
    found = INPUTS["2207"]["data"]
    assert isinstance(found, dict)
    return {"data": {**found, "mdtrt_id": visit}}


@pytest.mark.parametrize("number", WRITING)
async def test_whichever_message_never_came_is_refused_when_it_comes_late(
    bureau: Bureau, number: str
) -> None:
    async def late(told: str, document: dict[str, Any]) -> None:
        if told != number:
            return
        sender = document["fixmedins_code"]
        reply = await reverse(bureau, number, "late", sender)
        assert (reply["infcode"], reply["output"]) == (0, None), reply["err_msg"]
        refused = await bureau.send(number, sender, document["input"], message_id="late")
        assert "该报文已冲正,未扣款" in refused["err_msg"]

    await tell(bureau, late)


@pytest.mark.parametrize("number", INSTEAD)
async def test_a_message_that_a_reversal_may_not_undo_names_the_one_that_does(
    bureau: Bureau, number: str
) -> None:
    told = await tell(bureau)
    sent = told[number].request
    reply = await reverse(bureau, number, sent["msgid"], sent["fixmedins_code"])
    assert reply["infcode"] == -1
    assert f"交易 {number} 已办成,不能冲正" in reply["err_msg"]
    assert INSTEAD[number] in reply["err_msg"].split("请")[-1]
    again = (await bureau.gateway.answer({"content-type": "application/json"}, told[number].sent)).body
    assert again == told[number].answer


def test_every_writing_message_is_either_undone_or_names_another() -> None:
    assert set(WRITING) - set(INSTEAD) == {"2102", "2201", "2207"}
    assert all(find(other) for other in INSTEAD.values())


async def test_a_lost_settlement_is_undone_and_its_lines_may_be_settled_again(bureau: Bureau) -> None:
    before = await bureau.balance(PERSON_NUMBER)
    visit = await registered(bureau)
    await fees(bureau, visit)
    settled = await bureau.send("2207A", HOSPITAL.code, settling(visit), message_id="lost")
    assert settled["infcode"] == 0, settled["err_msg"]
    assert await bureau.balance(PERSON_NUMBER) < before
    for _ in range(2):
        assert (await reverse(bureau, "2207a", "lost"))["infcode"] == 0
        assert await bureau.balance(PERSON_NUMBER) == before
    late = await bureau.send("2207", HOSPITAL.code, settling(visit), message_id="lost")
    assert "已冲正" in late["err_msg"]
    anew = await bureau.send("2207", HOSPITAL.code, settling(visit))
    assert anew["infcode"] == 0, anew["err_msg"]


async def test_a_lost_registration_is_undone_like_2202(bureau: Bureau) -> None:
    visit = await registered(bureau)
    assert (await reverse(bureau, "2201", LOST))["infcode"] == 0
    cancelled = await bureau.send(
        "2202", HOSPITAL.code, {"data": {"psn_no": PERSON_NUMBER, "mdtrt_id": visit}}
    )
    assert "已撤销" in cancelled["err_msg"]
    assert (await reverse(bureau, "2201", LOST))["infcode"] == 0


async def test_a_registration_on_which_something_hangs_stays_and_the_refusal_names_what(
    bureau: Bureau,
) -> None:
    visit = await registered(bureau)
    await fees(bureau, visit)
    assert "2205" in (await reverse(bureau, "2201", LOST))["err_msg"]
    settled = await bureau.send("2207", HOSPITAL.code, settling(visit), message_id="settled")
    assert settled["infcode"] == 0, settled["err_msg"]
    assert "2208" in (await reverse(bureau, "2201", LOST))["err_msg"]
    assert (await reverse(bureau, "2207", "settled"))["infcode"] == 0
    whole = {"psn_no": PERSON_NUMBER, "mdtrt_id": visit, "chrg_bchno": "0000"}
    assert (await bureau.send("2205", HOSPITAL.code, {"data": whole}))["infcode"] == 0
    assert (await reverse(bureau, "2201", LOST))["infcode"] == 0


async def test_a_refused_message_is_reversed_with_success_and_stays_refused(bureau: Bureau) -> None:
    unknown = await bureau.send("2207", HOSPITAL.code, settling("nothing"), message_id="refused")
    assert "nothing" in unknown["err_msg"]
    assert (await reverse(bureau, "2207", "refused"))["infcode"] == 0
    late = await bureau.send("2207", HOSPITAL.code, settling("nothing"), message_id="refused")
    assert "已冲正" in late["err_msg"]


async def test_the_same_reversal_gets_the_same_bytes(bureau: Bureau) -> None:
    asked = {"data": {"psn_no": PERSON_NUMBER, "omsgid": "lost", "oinfno": "2207"}}
    first = await bureau.send_raw("2601", HOSPITAL.code, asked, message_id="r")
    bureau.later(minutes=3)
    assert await bureau.send_raw("2601", HOSPITAL.code, asked, message_id="r") == first


async def test_the_wrong_person_is_refused_and_told_which_fields_to_look_at(bureau: Bureau) -> None:
    await registered(bureau)
    reply = await reverse(bureau, "2201", LOST, person=OTHER_PERSON)
    assert "psn_no 与 omsgid" in reply["err_msg"]
    assert (await reverse(bureau, "2201", LOST))["infcode"] == 0


async def test_another_institutions_message_is_like_one_that_never_came(bureau: Bureau) -> None:
    visit = await registered(bureau)
    elsewhere = bureau.institution("990100", "3")
    assert (await reverse(bureau, "2201", LOST, elsewhere))["infcode"] == 0
    await fees(bureau, visit)


@pytest.mark.parametrize("number", ["1101", "2206", "2101", "2601", "220", "9999"])
async def test_a_number_that_changes_nothing_is_refused_before_it_looks_reversed(
    bureau: Bureau, number: str
) -> None:
    reply = await reverse(bureau, number, LOST)
    assert reply["infcode"] == -1
    assert "oinfno" in reply["err_msg"]
    assert "2207" in reply["err_msg"]
