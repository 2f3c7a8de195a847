"""5203 结算信息查询: one settlement as it was decided, and whether it was taken back."""

from __future__ import annotations

from qinji.flows.parts.recorded import RecordedBill
from qinji.gateway.call import Call
from qinji.gateway.dictionaries import LEVEL_CODE
from qinji.gateway.doors import GatewayFlows
from qinji.gateway.fields import Kind, Message, OutField, OutNode
from qinji.gateway.parts.asking import BY_MESSAGE, QUESTION_NODE, asked
from qinji.gateway.parts.settlement import (
    DETAIL_NODE,
    MONEY_FIELDS,
    PERSON_FIELDS,
    amount_values,
    clearing_type,
    detail_values,
    person_values,
)
from qinji.gateway.wire import Json, moment_text, money
from qinji.kernel.dates import local_day
from qinji.kernel.ensure import ensure
from qinji.kernel.refusal import Refused

PAID_AT_INSTITUTION = "2"
_ELSEWHERE = frozenset({"psn_part_amt", "psn_cash_pay", "hosp_part_amt", "hifdm_pay"})
"""Amounts that the other settlement messages have and this one not; two of them have other names here."""

_NOT_KEPT = (
    ("flxempe_flag", "灵活就业标志"),
    ("nwb_flag", "新生儿标志"),
    ("lmtpric_hosp_lv", "限价医院等级"),
    ("dedc_hosp_lv", "起付线医院等级"),
    ("invono", "发票号"),
    ("dise_codg", "病种编码"),
    ("dise_name", "病种名称"),
    ("opter_id", "经办人ID"),
    ("opter_name", "经办人姓名"),
    ("opt_time", "经办时间"),
)

MESSAGE = Message(
    number="5203",
    title="结算信息查询",
    nodes_in=(QUESTION_NODE,),
    nodes_out=(
        OutNode(
            "setlinfo",
            "结算信息",
            (
                OutField("setl_id", "结算ID", Kind.TEXT),
                OutField("mdtrt_id", "就诊ID", Kind.TEXT),
                *PERSON_FIELDS,
                OutField("insu_optins", "参保机构医保区划", Kind.TEXT),
                OutField("emp_name", "单位名称", Kind.TEXT),
                OutField("pay_loc", "支付地点类别", Kind.TEXT, dictionary="pay_loc"),
                OutField("fixmedins_code", "定点医药机构编号", Kind.TEXT),
                OutField("fixmedins_name", "定点医药机构名称", Kind.TEXT),
                OutField("hosp_lv", "医院等级", Kind.TEXT, dictionary="hosp_lv"),
                OutField("fixmedins_poolarea", "定点归属机构", Kind.TEXT),
                OutField("begndate", "开始日期", Kind.DATE),
                OutField("enddate", "结算日期", Kind.DATE),
                OutField("setl_time", "结算时间", Kind.DATETIME),
                OutField("mdtrt_cert_type", "就诊凭证类型", Kind.TEXT, dictionary="mdtrt_cert_type"),
                OutField("med_type", "医疗类别", Kind.TEXT, dictionary="med_type"),
                OutField("clr_type", "清算类别", Kind.TEXT, dictionary="clr_type"),
                OutField("clr_way", "清算方式", Kind.TEXT, dictionary="clr_way"),
                OutField("clr_optins", "清算经办机构", Kind.TEXT),
                *(
                    OutField(name, chinese, Kind.NUMBER)
                    for name, chinese in MONEY_FIELDS
                    if name not in _ELSEWHERE
                ),
                OutField("psn_pay", "个人支付金额", Kind.NUMBER),
                OutField("cash_payamt", "现金支付金额", Kind.NUMBER),
                OutField("pref_fund_pay", "优抚对象基金支出", Kind.NUMBER),
                OutField("medins_setl_id", "医药机构结算ID", Kind.TEXT),
                OutField("refd_setl_flag", "退费结算标志", Kind.TEXT, dictionary="refd_setl_flag"),
                OutField("year", "年度", Kind.TEXT),
                *(OutField(name, chinese, Kind.TEXT, nullable=True) for name, chinese in _NOT_KEPT),
            ),
        ),
        DETAIL_NODE,
    ),
    writes=False,
    note=(
        BY_MESSAGE
        + "金额为原结算的金额;结算已撤销或已冲正时 refd_setl_flag 为 1,warn_msg 写明撤销结算ID 和时间。"
        "balc 是查询时本人账户的余额。"
    ),
)


def render(found: RecordedBill, call: Call) -> bytes:
    """The reply; a settlement that was taken back says so."""
    output: dict[str, Json] = {"setlinfo": _setlinfo(found), "setldetail": detail_values(found.bill)}
    if found.cancelled_at is None:
        return call.reply.success(output)
    warning = f"该结算已于 {moment_text(found.cancelled_at)} 撤销,撤销结算ID {found.cancellation}"
    return call.reply.success(output, warning)


def _setlinfo(found: RecordedBill) -> dict[str, Json]:
    bill, place = found.bill, found.institution
    settled_at = bill.settled_at
    ensure(settled_at is not None, "a settlement on record has its time")
    amounts = amount_values(bill)
    return {
        "setl_id": bill.settlement,
        "mdtrt_id": bill.visit,
        **person_values(bill.person),
        "insu_optins": bill.person.region,
        "emp_name": bill.person.employer,
        "pay_loc": PAID_AT_INSTITUTION,
        "fixmedins_code": place.code,
        "fixmedins_name": place.name,
        "hosp_lv": LEVEL_CODE[place.level],
        "fixmedins_poolarea": place.region,
        "begndate": found.service_day.isoformat(),
        "enddate": local_day(settled_at).isoformat() if settled_at else None,
        "setl_time": moment_text(settled_at) if settled_at else None,
        "mdtrt_cert_type": bill.credential_kind,
        "med_type": bill.medical_type,
        "clr_type": clearing_type(bill.medical_type),
        "clr_way": "1",
        "clr_optins": bill.clearing_region,
        **{name: value for name, value in amounts.items() if name not in _ELSEWHERE},
        "psn_pay": amounts["psn_part_amt"],
        "cash_payamt": amounts["psn_cash_pay"],
        "pref_fund_pay": money(0),
        "medins_setl_id": bill.institution_settlement,
        "refd_setl_flag": "1" if found.cancellation else "0",
        "year": str(found.year),
        **{name: None for name, _ in _NOT_KEPT},
    }


async def handle(call: Call, flows: GatewayFlows) -> bytes:
    """Read it."""
    found = await flows.recorded_settlement(asked(call))
    return call.reply.refused(found) if isinstance(found, Refused) else render(found, call)
