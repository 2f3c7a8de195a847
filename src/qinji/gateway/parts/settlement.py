"""The settlement nodes of seven messages: ``setlinfo``, ``setldetail`` and their sibling (interface 2.6)."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from qinji.flows.parts.commands import Bill, PersonCard
from qinji.gateway.dictionaries import (
    DICTIONARIES,
    IDENTITY_CARD,
    INSURANCE_CODE,
    SEX_CODE,
    named,
    person_type_code,
)
from qinji.gateway.fields import Kind, OutField, OutNode
from qinji.gateway.parts.process import account_process, fund_process
from qinji.gateway.wire import Json, moment_text, money, scaled, scaled_exactly
from qinji.kernel.ensure import ensure
from qinji.kernel.money import BASIS_POINTS, share_of

ACCOUNT_FUND = "310200"
_FUND_OF = {"310": "310100", "390": "390100"}
_EMPTY_FUNDS: Mapping[str, Json] = dict.fromkeys(
    ("cvlserv_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "maf_pay", "hifdm_pay", "oth_pay"), money(0)
)
_ENCODER = msgspec.json.Encoder(decimal_format="number")

PERSON_FIELDS = (
    OutField("psn_no", "人员编号", Kind.TEXT),
    OutField("psn_name", "人员姓名", Kind.TEXT),
    OutField("psn_cert_type", "人员证件类型", Kind.TEXT, dictionary="psn_cert_type"),
    OutField("certno", "证件号码", Kind.TEXT),
    OutField("gend", "性别", Kind.TEXT, dictionary="gend"),
    OutField("naty", "民族", Kind.TEXT),
    OutField("brdy", "出生日期", Kind.DATE),
    OutField("age", "年龄", Kind.NUMBER),
    OutField("insutype", "险种类型", Kind.TEXT, dictionary="insutype"),
    OutField("psn_type", "人员类别", Kind.TEXT, dictionary="psn_type"),
    OutField("cvlserv_flag", "公务员标志", Kind.TEXT, dictionary="cvlserv_flag"),
)
MONEY_FIELDS = (
    ("medfee_sumamt", "医疗费总额"),
    ("fulamt_ownpay_amt", "全自费金额"),
    ("overlmt_selfpay", "超限价自费费用"),
    ("preselfpay_amt", "先行自付金额"),
    ("inscp_scp_amt", "符合政策范围金额"),
    ("act_pay_dedc", "实际支付起付线"),
    ("hifp_pay", "基本医疗保险统筹基金支出"),
    ("pool_prop_selfpay", "基本医疗保险统筹基金支付比例"),
    ("cvlserv_pay", "公务员医疗补助资金支出"),
    ("hifes_pay", "企业补充医疗保险基金支出"),
    ("hifmi_pay", "居民大病保险资金支出"),
    ("hifob_pay", "职工大额医疗费用补助基金支出"),
    ("maf_pay", "医疗救助基金支出"),
    ("hifdm_pay", "伤残人员医疗保障基金支出"),
    ("oth_pay", "其他支出"),
    ("fund_pay_sumamt", "基金支付总额"),
    ("psn_part_amt", "个人负担总金额"),
    ("acct_pay", "个人账户支出(含共济)"),
    ("psn_cash_pay", "个人现金支出"),
    ("balc", "余额(本人账户)"),
    ("acct_mulaid_pay", "个人账户共济支付金额"),
    ("hosp_part_amt", "医院负担金额"),
)


PAYERS_NOTE = (
    "机构设置了告知付款人时,setlinfo.exp_content 是 JSON 文本 "
    '{"acct_payers": [{"psn_name", "rlts", "pay_amt"}]}:按付款次序,rlts 是付款人与患者的关系;否则为 null。'
)
SETTLING_NOTE = (
    "acct_used_flag:0 不用任何账户;1、不填或其他值为先本人账户,再有效的共济授权;2 相同(地区可另定)。"
    "患者出示医保码时可选“本次不用家人的钱”:此时无论 acct_used_flag,家人的账户都不支付,并在 warn_msg 中说明。"
    + PAYERS_NOTE
)
"""For the pages of the settlement messages."""

_CANCELLED_CASH = OutField("pdn_cash_pay", "个人现金支出(撤销交易的另一写法)", Kind.NUMBER)


def settlement_node(*, preview: bool = False, cancelling: bool = False) -> OutNode:
    """``setlinfo``; a preview has no settlement id, time or clearing yet, a cancellation spells cash in two ways."""
    return OutNode(
        "setlinfo",
        "结算信息",
        (
            OutField("setl_id", "结算ID", Kind.TEXT, nullable=preview),
            OutField("mdtrt_id", "就诊ID", Kind.TEXT),
            *PERSON_FIELDS,
            OutField("setl_time", "结算时间", Kind.DATETIME, nullable=preview),
            OutField("mdtrt_cert_type", "就诊凭证类型", Kind.TEXT),
            OutField("med_type", "医疗类别", Kind.TEXT, dictionary="med_type"),
            *(OutField(name, chinese, Kind.NUMBER) for name, chinese in MONEY_FIELDS),
            *((_CANCELLED_CASH,) if cancelling else ()),
            OutField("medins_setl_id", "医药机构结算ID", Kind.TEXT),
            OutField("clr_optins", "清算经办机构", Kind.TEXT, nullable=preview),
            OutField("clr_way", "清算方式", Kind.TEXT, nullable=preview, dictionary="clr_way"),
            OutField("clr_type", "清算类别", Kind.TEXT, dictionary="clr_type"),
            OutField("exp_content", "字段扩展", Kind.TEXT, nullable=True),
        ),
    )


DETAIL_NODE = OutNode(
    "setldetail",
    "结算基金分项",
    (
        OutField("fund_pay_type", "基金支付类型", Kind.TEXT, dictionary="fund_pay_type"),
        OutField("inscp_scp_amt", "符合政策范围金额", Kind.NUMBER),
        OutField("crt_payb_lmt_amt", "本次可支付限额金额", Kind.NUMBER, nullable=True),
        OutField("fund_payamt", "基金支付金额", Kind.NUMBER),
        OutField("fund_pay_type_name", "基金支付类型名称", Kind.TEXT),
        OutField("setl_proc_info", "结算过程信息", Kind.TEXT),
    ),
    many=True,
)


def settlement_nodes(bill: Bill, message_id: str) -> dict[str, Json]:
    """The settlement nodes of a bill. ``message_id`` is that of this request, also when it cancels."""
    return {"setlinfo": _setlinfo(bill, message_id), "setldetail": detail_values(bill), "expContent": None}


def _setlinfo(bill: Bill, message_id: str) -> dict[str, Json]:
    final = bill.settled_at is not None
    return {
        "setl_id": bill.settlement,
        "mdtrt_id": bill.visit,
        **person_values(bill.person),
        "setl_time": moment_text(bill.settled_at) if bill.settled_at is not None else None,
        "mdtrt_cert_type": bill.credential_kind,
        "med_type": bill.medical_type,
        **amount_values(bill),
        "medins_setl_id": message_id,
        "clr_optins": bill.clearing_region if final else None,
        "clr_way": "1" if final else None,
        "clr_type": clearing_type(bill.medical_type),
        "exp_content": _payers(bill),
    }


def clearing_type(medical_type: str) -> str:
    """``clr_type`` of a medical type; one without a class of its own counts as outpatient."""
    return medical_type if medical_type in DICTIONARIES["clr_type"] else "11"


def person_values(person: PersonCard) -> dict[str, Json]:
    """The person of a bill or visit."""
    return {
        "psn_no": person.person_number,
        "psn_name": person.name,
        "psn_cert_type": IDENTITY_CARD,
        "certno": person.certificate_number,
        "gend": SEX_CODE.get(person.sex, "9"),
        "naty": person.ethnicity,
        "brdy": person.birth.isoformat(),
        "age": scaled_exactly(person.age * 10, 1),
        "insutype": INSURANCE_CODE[person.insurance],
        "psn_type": person_type_code(person.person_type, person.age),
        "cvlserv_flag": "1" if person.civil_servant else "0",
    }


def amount_values(bill: Bill) -> dict[str, Json]:
    """The amounts of a bill; those of a cancellation are negative."""
    split, plan, sign = bill.split, bill.plan, bill.sign
    account_fen = plan.own_fen + plan.mutual_aid_fen
    ensure(
        account_fen + plan.cash_fen == split.personal_fen,
        "accounts and cash are the person's part",
        account_fen=account_fen,
        cash_fen=plan.cash_fen,
        personal_fen=split.personal_fen,
    )
    cash = money(sign * plan.cash_fen)
    fund = money(sign * split.fund_fen)
    return {
        "medfee_sumamt": money(sign * split.total_fen),
        "fulamt_ownpay_amt": money(sign * split.own_expense_fen),
        "overlmt_selfpay": money(sign * split.over_limit_fen),
        "preselfpay_amt": money(sign * split.prior_self_pay_fen),
        "inscp_scp_amt": money(sign * split.in_scope_fen),
        "act_pay_dedc": money(sign * split.deductible_fen),
        "hifp_pay": fund,
        "pool_prop_selfpay": scaled(share_of(BASIS_POINTS, split.ratio), 4),
        **_EMPTY_FUNDS,
        "fund_pay_sumamt": fund,
        "psn_part_amt": money(sign * split.personal_fen),
        "acct_pay": money(sign * account_fen),
        "psn_cash_pay": cash,
        **({"pdn_cash_pay": cash} if sign < 0 else {}),
        "balc": money(bill.balance_after_fen),
        "acct_mulaid_pay": money(sign * plan.mutual_aid_fen),
        "hosp_part_amt": money(0),
    }


def detail_values(bill: Bill) -> list[Json]:
    """One row for the fund and one for the accounts, where they paid."""
    split, sign = bill.split, bill.sign
    account_fen = bill.plan.own_fen + bill.plan.mutual_aid_fen
    fund = _FUND_OF[INSURANCE_CODE[bill.person.insurance]]
    room: Json = None if bill.fund_room_fen is None else money(bill.fund_room_fen)
    rows: list[Json] = []
    if split.fund_fen:
        rows.append(_row(fund, bill, sign * split.fund_fen, room, fund_process(bill)))
    if account_fen:
        rows.append(_row(ACCOUNT_FUND, bill, sign * account_fen, None, account_process(bill)))
    return rows


def _row(fund: str, bill: Bill, amount_fen: int, room: Json, process: str) -> dict[str, Json]:
    return {
        "fund_pay_type": fund,
        "inscp_scp_amt": money(bill.sign * bill.split.in_scope_fen),
        "crt_payb_lmt_amt": room,
        "fund_payamt": money(amount_fen),
        "fund_pay_type_name": named("fund_pay_type", fund),
        "setl_proc_info": process,
    }


def _payers(bill: Bill) -> str | None:
    """Who paid, as a JSON text, for an institution that asks to be told."""
    if not bill.payers:
        return None
    told = [
        {"psn_name": note.name, "rlts": note.relation, "pay_amt": money(bill.sign * note.amount_fen)}
        for note in bill.payers
    ]
    return _ENCODER.encode({"acct_payers": told}).decode()
