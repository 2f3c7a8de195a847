"""Replies have every key, the types on record, and the money identities of the national interface."""

import json
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qinji.flows.parts.commands import Bill
from qinji.gateway.infcode import DECODE_CODE, INFCODE
from qinji.gateway.registry import SERVED
from qinji.kernel.bill import PayerKind, Plan, Share, Split
from qinji.kernel.purpose import UseClass
from qinji.kernel.refusal import RefusalCode, refuse
from tests.unit.gateway.door import asked
from tests.unit.gateway.examples import BILL, INPUTS, PERSON, ExampleFlows

ENVELOPE = {
    "infcode",
    "inf_refmsgid",
    "refmsg_time",
    "respond_time",
    "err_msg",
    "warn_msg",
    "output",
    "cainfo",
    "signtype",
    "enctype",
}
SETTLING = ("2101", "2102", "2103", "2206", "2207", "2208")
FUNDS = ("hifp_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "cvlserv_pay", "maf_pay", "hifdm_pay", "oth_pay")


@pytest.mark.parametrize("number", SERVED)
async def test_a_success_has_every_envelope_key(number: str) -> None:
    reply = await asked(number)
    assert set(reply) >= ENVELOPE
    assert reply["infcode"] == 0
    assert type(reply["infcode"]) is int
    assert reply["err_msg"] is None
    assert reply["inf_refmsgid"].startswith("99010020260317120000")
    assert len(reply["inf_refmsgid"]) == 30
    assert reply["refmsg_time"] == reply["respond_time"] == "20260317120000123"


@pytest.mark.parametrize("number", SERVED)
async def test_a_refusal_has_every_envelope_key_and_a_sentence(number: str) -> None:
    reply = await asked(number, flows=ExampleFlows(refusal=refuse(RefusalCode.CODE_EXPIRED)))
    if number == "1201":
        return
    assert set(reply) >= ENVELOPE
    assert reply["infcode"] == -1
    assert "已过期" in reply["err_msg"]
    assert reply["output"] is None


async def test_a_refused_decoding_has_the_recorded_keys_too() -> None:
    reply = await asked("1162", flows=ExampleFlows(refusal=refuse(RefusalCode.CREDENTIAL_WRONG_KIND)))
    assert reply["success"] is False
    assert reply["code"] == 500159
    assert reply["message"] == reply["err_msg"]


async def test_a_decoded_code_stands_at_the_top_and_in_the_output() -> None:
    reply = await asked("1162")
    assert (reply["code"], reply["type"], reply["message"]) == (0, "success", "成功")
    assert reply["data"] == reply["output"]["data"]
    assert len(reply["data"]) == 13
    assert len(reply["data"]["ecToken"]) <= 40


def test_every_refusal_is_in_both_tables() -> None:
    assert set(INFCODE) == set(DECODE_CODE) == set(RefusalCode)
    assert set(INFCODE.values()) == {-1}


def identities(setlinfo: dict[str, Any], detail: list[dict[str, Any]]) -> None:
    """Interface 2.6, in fen."""
    fen = {name: round(value * 100) for name, value in setlinfo.items() if isinstance(value, int | float)}
    assert fen["medfee_sumamt"] == fen["fund_pay_sumamt"] + fen["psn_part_amt"] + fen["hosp_part_amt"]
    assert fen["psn_part_amt"] == fen["acct_pay"] + fen["psn_cash_pay"]
    assert fen["fund_pay_sumamt"] == sum(fen[name] for name in FUNDS)
    assert abs(fen["acct_pay"]) >= abs(fen["acct_mulaid_pay"])
    parts = ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt")
    assert fen["medfee_sumamt"] == sum(fen[name] for name in parts)
    paid = sum(round(row["fund_payamt"] * 100) for row in detail)
    assert paid == fen["fund_pay_sumamt"] + fen["acct_pay"] + fen["hosp_part_amt"]
    assert all(row["fund_payamt"] for row in detail)


@pytest.mark.parametrize("number", SETTLING)
async def test_a_settlement_keeps_the_money_identities(number: str) -> None:
    output = (await asked(number))["output"]
    identities(output["setlinfo"], output["setldetail"])
    assert output["expContent"] is None
    assert output["setlinfo"]["acct_mulaid_pay"] != 0


@st.composite
def bills(draw: st.DrawFn) -> Bill:
    amount = st.integers(0, 10**7)
    own, over, prior, scope = (draw(amount) for _ in range(4))
    total = own + over + prior + scope
    fund = draw(st.integers(0, scope))
    personal = total - fund
    own_account = draw(st.integers(0, personal))
    relatives = draw(st.integers(0, personal - own_account))
    split = Split(
        total_fen=total,
        own_expense_fen=own,
        over_limit_fen=over,
        prior_self_pay_fen=prior,
        in_scope_fen=scope,
        prepaid_fen=0,
        deductible_fen=draw(st.integers(0, scope)),
        fund_fen=fund,
        ratio=Fraction(draw(st.integers(0, 10000)), 10000),
        personal={UseClass.IN_SCOPE_SHARE: personal},
        lines=(),
        trace=(),
    )
    shares = (
        Share(PayerKind.OWN, "p", 0, own_account, {}),
        Share(PayerKind.GRANTOR, "g", 0, relatives, {}, "grant"),
    )
    plan = Plan(shares, personal - own_account - relatives, ())
    insurance = draw(st.sampled_from(["employee", "resident"]))
    return replace(BILL, split=split, plan=plan, person=replace(PERSON, insurance=insurance), payers=())


@given(bill=bills(), number=st.sampled_from(SETTLING))
@settings(max_examples=100, deadline=None)
async def test_every_bill_keeps_the_money_identities(bill: Bill, number: str) -> None:
    output = (await asked(number, flows=ExampleFlows(bill=bill)))["output"]
    identities(output["setlinfo"], output["setldetail"])
    account = [row for row in output["setldetail"] if row["fund_pay_type"] == "310200"]
    assert len(account) == bool(output["setlinfo"]["acct_pay"])
    funds = {row["fund_pay_type"] for row in output["setldetail"]} - {"310200"}
    assert funds <= {"310100" if bill.person.insurance == "employee" else "390100"}


async def test_a_preview_has_no_settlement_yet() -> None:
    info = (await asked("2206"))["output"]["setlinfo"]
    for name in ("setl_id", "setl_time", "clr_way", "clr_optins"):
        assert info[name] is None
    assert info["medins_setl_id"] == "H99010000001202603171200002206"


async def test_a_settlement_names_the_message_that_made_it() -> None:
    info = (await asked("2207"))["output"]["setlinfo"]
    assert info["medins_setl_id"] == "H99010000001202603171200002207"
    assert info["setl_time"] == "2026-03-17 12:00:00"
    assert len(info["setl_id"]) <= 30


@pytest.mark.parametrize("number", ["2103", "2208"])
async def test_a_cancellation_is_negative_and_zero_stays_zero(number: str) -> None:
    settled = (await asked("2102" if number == "2103" else "2207"))["output"]["setlinfo"]
    back = (await asked(number))["output"]["setlinfo"]
    for name in ("medfee_sumamt", "acct_pay", "acct_mulaid_pay", "fund_pay_sumamt", "act_pay_dedc"):
        assert back[name] == -settled[name]
    assert str(back["preselfpay_amt"]) == "0.0"
    assert back["pdn_cash_pay"] == back["psn_cash_pay"] == 0
    assert back["setl_id"] != settled["setl_id"]
    assert back["medins_setl_id"].endswith(number)
    assert back["balc"] == 80
    assert back["pool_prop_selfpay"] == settled["pool_prop_selfpay"]


async def test_a_residents_account_money_is_the_relatives_and_stands_in_one_row() -> None:
    plan = replace(BILL.plan, shares=(replace(BILL.plan.shares[1], amount_fen=15000),))
    child = replace(PERSON, insurance="resident", person_type="child", age=9, balance_fen=0)
    bill = replace(BILL, plan=plan, person=child)
    output = (await asked("2207", flows=ExampleFlows(bill=bill)))["output"]
    info = output["setlinfo"]
    assert info["acct_pay"] == info["acct_mulaid_pay"] == 150
    assert info["balc"] == 0
    assert (info["insutype"], info["psn_type"]) == ("390", "1403")
    assert [row["fund_pay_type"] for row in output["setldetail"]] == ["390100", "310200"]


async def test_who_paid_is_told_to_those_who_ask() -> None:
    info = (await asked("2207"))["output"]["setlinfo"]
    assert json.loads(info["exp_content"])["acct_payers"] == [
        {"psn_name": "王*", "rlts": "本人", "pay_amt": 80},
        {"psn_name": "崔*", "rlts": "配偶", "pay_amt": 70},
    ]
    silent = ExampleFlows(bill=replace(BILL, payers=()))
    assert (await asked("2207", flows=silent))["output"]["setlinfo"]["exp_content"] is None


async def test_the_computation_is_told_in_chinese() -> None:
    fund, account = (await asked("2207"))["output"]["setldetail"]
    assert "起付线 100.00 元,支付比例 80%" in fund["setl_proc_info"]
    assert fund["crt_payb_lmt_amt"] == 300
    assert "家庭共济支付 70.00 元" in account["setl_proc_info"]


async def test_a_warning_of_the_flow_reaches_the_institution() -> None:
    flows = ExampleFlows(bill=replace(BILL, warning="注意"))
    assert (await asked("2207", flows=flows))["warn_msg"] == "注意"


async def test_a_preview_without_a_credential_is_computed_and_warned_of() -> None:
    data = INPUTS["2206"]["data"]
    assert isinstance(data, dict)
    reply = await asked("2206", {"data": {**data, "mdtrt_cert_no": "", "mdtrt_cert_type": ""}})
    assert reply["infcode"] == 0
    assert "凭证" in reply["warn_msg"]


async def test_a_line_of_category_c_is_paid_whole_and_one_without_ceiling_says_so() -> None:
    reply = await asked("2204")
    (line,) = reply["output"]["result"]
    assert line["pric_uplmt_amt"] == 999999
    assert line["selfpay_prop"] == 0
    assert line["chrgitm_lv"] == "01"
    assert type(line["cnt"]) is int or type(line["cnt"]) is float


async def test_insurance_that_differs_is_told_by_its_national_code() -> None:
    refusal = refuse(RefusalCode.INSURANCE_DIFFERS, value="resident", expected="employee")
    text = (await asked("2201", flows=ExampleFlows(refusal=refusal)))["err_msg"]
    assert "390" in text
    assert "310" in text
    assert "employee" not in text


async def test_a_field_is_told_by_its_national_name() -> None:
    refusal = refuse(RefusalCode.IDENTITY_DIFFERS, field="certificate_number", label="")
    text = (await asked("2201", flows=ExampleFlows(refusal=refusal)))["err_msg"]
    assert "certno(证件号码)" in text
