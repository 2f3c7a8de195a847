"""5201 to 5204: an institution reads its own visits, diagnoses, settlements and lines, and nobody else's."""

from typing import Any
from uuid import UUID

import pytest

from qinji.flows.look_up import VISITS_MAX
from qinji.kernel.ids import to_wire
from qinji.settlement import store
from qinji.settlement.model import Visit
from tests.bureau import TODAY, Bureau, Reply
from tests.till import Bill, Till, card, line
from tests.unit.gateway.examples import HOSPITAL, INPUTS, PERSON_NUMBER, PHARMACY

SAME = ("medfee_sumamt", "fund_pay_sumamt", "hifp_pay", "acct_pay", "acct_mulaid_pay", "act_pay_dedc", "inscp_scp_amt",
        "preselfpay_amt", "fulamt_ownpay_amt", "overlmt_selfpay", "pool_prop_selfpay", "medins_setl_id", "med_type",
        "mdtrt_cert_type", "insutype", "psn_type")  # fmt: skip
MISSING = {"5202": "就诊ID", "5203": "结算ID", "5204": "结算ID"}


async def settled(bureau: Bureau) -> Bill:
    """A bill of two lines at the hospital of the examples."""
    patient = bureau.world.person(PERSON_NUMBER)
    return await Till(bureau).visit(patient, [line("A", "300.00"), line("B", "120.00")])


def names(bill: Bill, **changed: str) -> dict[str, Any]:
    return {"data": {name: bill.info[name] for name in ("setl_id", "mdtrt_id", "psn_no")} | changed}


async def ask(bureau: Bureau, number: str, bill: Bill, **changed: str) -> Reply:
    return await bureau.send(number, bill.institution, names(bill, **changed))


async def info_of(bureau: Bureau, bill: Bill) -> dict[str, Any]:
    reply = await ask(bureau, "5203", bill)
    assert reply["infcode"] == 0, reply["err_msg"]
    found: dict[str, Any] = reply["output"]["setlinfo"]
    return found


async def rows(bureau: Bureau) -> list[int]:
    async with bureau.runtime.database.reading() as connection:
        return [await connection.fetchval(f"select count(*) from {table}") for table in ("inbox", "transfer")]


async def test_a_settlement_is_told_as_it_was_decided(bureau: Bureau) -> None:
    bill = await settled(bureau)
    info = await info_of(bureau, bill)
    assert {name: info[name] for name in SAME} == {
        name: pytest.approx(float(bill.info[name]))
        if not isinstance(bill.info[name], str)
        else bill.info[name]
        for name in SAME
    }
    assert info["psn_pay"] == pytest.approx(info["acct_pay"] + info["cash_payamt"])
    assert info["medfee_sumamt"] == pytest.approx(info["fund_pay_sumamt"] + info["psn_pay"])
    assert (info["refd_setl_flag"], info["year"], info["fixmedins_code"]) == ("0", "2026", bill.institution)


async def test_a_cancelled_settlement_says_so(bureau: Bureau) -> None:
    bill = await settled(bureau)
    before = await info_of(bureau, bill)
    back = await Till(bureau).cancel(bill)
    reply = await ask(bureau, "5203", bill)
    info = reply["output"]["setlinfo"]
    assert info["refd_setl_flag"] == "1"
    assert back["setl_id"] in reply["warn_msg"]
    assert "撤销" in reply["warn_msg"]
    assert info["acct_pay"] == before["acct_pay"]


async def test_who_lost_the_reply_asks_by_the_id_of_the_settling_message(bureau: Bureau) -> None:
    bill = await settled(bureau)
    message = str(bill.info["medins_setl_id"])
    asked = {"data": {"psn_no": PERSON_NUMBER, "medins_setl_id": message}}
    for number in ("5203", "5204"):
        reply = await bureau.send(number, bill.institution, asked)
        assert reply["infcode"] == 0, reply["err_msg"]
    assert (await bureau.send("5203", bill.institution, asked))["output"]["setlinfo"][
        "setl_id"
    ] == bill.number
    reverse = {"psn_no": PERSON_NUMBER, "omsgid": message, "oinfno": "2207"}
    assert (await bureau.send("2601", bill.institution, {"data": reverse}))["infcode"] == 0
    reply = await bureau.send("5203", bill.institution, asked)
    assert reply["output"]["setlinfo"]["refd_setl_flag"] == "1"


async def test_a_message_that_settled_nothing_is_named_with_what_to_do(bureau: Bureau) -> None:
    asked = {"data": {"psn_no": PERSON_NUMBER, "medins_setl_id": "never"}}
    text = (await bureau.send("5203", HOSPITAL.code, asked))["err_msg"]
    assert "never 没有结算记录" in text
    assert "2601" in text


@pytest.mark.parametrize("number", MISSING)
async def test_for_another_institution_person_or_visit_it_does_not_exist(bureau: Bureau, number: str) -> None:
    bill = await settled(bureau)
    elsewhere = bureau.institution("990100", "3")
    wife = "9901000000050002"
    refusals = [
        await bureau.send(number, elsewhere, names(bill)),
        await ask(bureau, number, bill, psn_no=wife),
        await ask(bureau, number, bill, mdtrt_id=bill.number),
    ]
    for reply in refusals:
        assert reply["infcode"] == -1
        assert f"{MISSING[number]} " in reply["err_msg"], reply["err_msg"]
        assert "不存在" in reply["err_msg"]


async def test_the_lines_stand_straight_under_the_output_and_add_up(bureau: Bureau) -> None:
    bill = await settled(bureau)
    lines = (await ask(bureau, "5204", bill))["output"]
    assert [one["chrgitm_lv"] for one in lines] == ["01", "02"]
    assert sum(one["det_item_fee_sumamt"] for one in lines) == 420
    assert sum(one["inscp_scp_amt"] for one in lines) == float(bill.info["inscp_scp_amt"])
    assert {one["setl_id"] for one in lines} == {bill.number}
    assert all(one["hilist_name"] and one["list_type"] and one["medins_list_codg"] for one in lines)


async def test_the_lines_are_told_after_they_were_withdrawn_too(bureau: Bureau) -> None:
    bill = await settled(bureau)
    before = (await ask(bureau, "5204", bill))["output"]
    await Till(bureau).cancel(bill)
    whole = {"psn_no": PERSON_NUMBER, "mdtrt_id": bill.info["mdtrt_id"], "chrg_bchno": "0000"}
    assert (await bureau.send("2205", bill.institution, {"data": whole}))["infcode"] == 0
    after = (await ask(bureau, "5204", bill))["output"]
    amounts = ("feedetl_sn", "det_item_fee_sumamt", "preselfpay_amt", "inscp_scp_amt")
    assert [[one[name] for name in amounts] for one in after] == [
        [one[name] for name in amounts] for one in before
    ]


async def test_a_pharmacys_purchase_is_told_with_its_lines(bureau: Bureau) -> None:
    patient = bureau.world.person(PERSON_NUMBER)
    bill = await Till(bureau).purchase(patient, [line("A", "19.20")])
    info = await info_of(bureau, bill)
    assert (info["med_type"], info["hosp_lv"], info["fixmedins_code"]) == ("41", "11", PHARMACY.code)
    (one,) = (await ask(bureau, "5204", bill))["output"]
    assert one["det_item_fee_sumamt"] == 19.2
    assert one["fee_ocur_time"] == "2026-03-17 00:00:00"


async def visits(bureau: Bureau, institution: str, **changed: str) -> list[dict[str, Any]]:
    day = {"begntime": "2026-03-17", "endtime": "2026-03-17 23:59:59", "med_type": ""}
    reply = await bureau.send("5201", institution, {"data": {"psn_no": PERSON_NUMBER, **day, **changed}})
    assert reply["infcode"] == 0, reply["err_msg"]
    found: list[dict[str, Any]] = reply["output"]["mdtrtinfo"]
    return found


async def test_visits_are_narrowed_by_day_type_and_number(bureau: Bureau) -> None:
    till, patient = Till(bureau), bureau.world.person(PERSON_NUMBER)
    first = await till.register(patient, HOSPITAL.code, card(patient))
    bureau.later(days=1)
    second = await till.register(patient, HOSPITAL.code, card(patient))
    assert [one["mdtrt_id"] for one in await visits(bureau, HOSPITAL.code)] == [first]
    both = await visits(bureau, HOSPITAL.code, endtime="2026-03-18")
    assert [one["mdtrt_id"] for one in both] == [second, first]
    assert len(await visits(bureau, HOSPITAL.code, endtime="2026-03-18", mdtrt_id=second)) == 1
    assert await visits(bureau, HOSPITAL.code, med_type="13") == []
    assert await visits(bureau, bureau.institution("990100", "3"), endtime="2026-03-18") == []
    gone = {"data": {"psn_no": PERSON_NUMBER, "mdtrt_id": first}}
    assert (await bureau.send("2202", HOSPITAL.code, gone))["infcode"] == 0
    assert [one["memo"] for one in await visits(bureau, HOSPITAL.code)] == ["已撤销"]


@pytest.mark.parametrize(("there", "told"), [(VISITS_MAX, VISITS_MAX), (VISITS_MAX + 1, VISITS_MAX)])
async def test_at_most_a_hundred_visits_are_told_the_newest_first(
    bureau: Bureau, there: int, told: int
) -> None:
    person = await bureau.person_id(PERSON_NUMBER)
    ids = [UUID(int=number) for number in range(1, there + 1)]
    opened = [
        Visit(person, one, HOSPITAL.code, "1", TODAY, cancelled=False, medical_type="11", session=None)
        for one in ids
    ]
    async with bureau.runtime.database.transaction() as connection:
        await store.open_visits(connection, opened, "", "", bureau.clock())
    found = [one["mdtrt_id"] for one in await visits(bureau, HOSPITAL.code)]
    assert found == [to_wire(one) for one in reversed(ids)][:told]
    assert await visits(bureau, HOSPITAL.code, mdtrt_id="nothing") == []


async def test_asking_writes_nothing(bureau: Bureau) -> None:
    bill = await settled(bureau)
    before = await rows(bureau)
    for number in ("5202", "5203", "5204"):
        assert (await ask(bureau, number, bill))["infcode"] == 0
    await visits(bureau, bill.institution)
    assert await rows(bureau) == before


async def test_diagnoses_are_told_in_their_order_with_the_main_one_first(bureau: Bureau) -> None:
    registered = await bureau.send("2201", HOSPITAL.code, {"data": INPUTS["2201"]["data"]})
    visit = {"mdtrt_id": registered["output"]["data"]["mdtrt_id"], "psn_no": PERSON_NUMBER}
    assert (await bureau.send("5202", HOSPITAL.code, {"data": visit}))["output"]["diseinfo"] == []
    found = [
        {"diag_code": code, "diag_name": code, "diag_srt_no": order}
        for code, order in (("K29", 2), ("J00", 1))
    ]
    told = await bureau.send("2203", HOSPITAL.code, {"mdtrtinfo": visit, "diseinfo": found})
    assert told["infcode"] == 0, told["err_msg"]
    rows = (await bureau.send("5202", HOSPITAL.code, {"data": visit}))["output"]["diseinfo"]
    assert [(one["diag_code"], one["maindiag_flag"]) for one in rows] == [("J00", "1"), ("K29", "0")]
