"""2204 费用明细上传: fee lines of a visit, of one or several charge batches."""

from __future__ import annotations

from qinji.flows.parts.commands import LinesPriced, UploadFees
from qinji.gateway.call import Call
from qinji.gateway.doors import GatewayFlows
from qinji.gateway.fields import Message, Node, OutNode, ServedTo, kept
from qinji.gateway.parts.identity import BATCH, PERSON_NUMBER, VISIT, claimed_of
from qinji.gateway.parts.lines import LINE_FIELDS, PRICED_FIELDS, priced_lines, sent_line
from qinji.kernel.refusal import RefusalCode, Refused, refuse

MESSAGE = Message(
    number="2204",
    title="费用明细上传",
    nodes_in=(
        Node(
            "feedetail",
            "费用明细",
            (
                VISIT,
                PERSON_NUMBER,
                BATCH,
                *LINE_FIELDS,
                kept("dise_codg", "病种编码", 30),
                kept("bilg_dept_codg", "开单科室编码", 30),
                kept("bilg_dept_name", "开单科室名称", 100),
                kept("acord_dept_codg", "受单科室编码", 30),
                kept("acord_dept_name", "受单科室名称", 100),
                kept("orders_dr_code", "受单医生编码", 30),
                kept("orders_dr_name", "受单医生姓名", 50),
                kept("etip_flag", "外检标志", 3),
                kept("etip_hosp_code", "外检医院编码", 30),
                kept("dscg_tkdrug_flag", "出院带药标志", 3),
                kept("matn_fee_flag", "生育费用标志", 6),
                kept("memo", "备注", 1000),
                kept("comb_no", "组套编码", 30),
            ),
            many=True,
        ),
    ),
    nodes_out=(OutNode("result", "明细计算结果", PRICED_FIELDS, many=True),),
    writes=True,
    served_to=ServedTo.HOSPITAL,
    note="一次最多 500 条;同一报文的明细属于同一次就诊、同一参保人,可以分属几个收费批次。",
)

_ONE_PER_MESSAGE = (("mdtrt_id", "就诊ID"), ("psn_no", "人员编号"))


def command(call: Call) -> UploadFees | Refused:
    """The lines to add; refuses lines of two visits or persons in one message."""
    entries = call.input.many("feedetail")
    for name, label in _ONE_PER_MESSAGE:
        for place, values in enumerate(entries, start=1):
            if values.text(name) != entries[0].text(name):
                return refuse(
                    RefusalCode.FIELD_INVALID,
                    field=f"feedetail 第{place}条 {name}",
                    label=label,
                    value=values.text(name),
                    reason="同一报文的明细须属于同一次就诊",
                )
    return UploadFees(
        origin=call.origin,
        claimed=claimed_of(entries[0]),
        visit=entries[0].text("mdtrt_id"),
        lines=tuple(sent_line(values, values.text("chrg_bchno")) for values in entries),
        render=lambda outcome: render(outcome, call),
    )


def render(outcome: LinesPriced | Refused, call: Call) -> bytes:
    """The reply with what the catalogue makes of each line."""
    if isinstance(outcome, Refused):
        return call.reply.refused(outcome)
    return call.reply.success({"result": priced_lines(outcome.lines)})


async def handle(call: Call, flows: GatewayFlows) -> bytes:
    """Add the lines."""
    asked = command(call)
    return call.reply.refused(asked) if isinstance(asked, Refused) else await flows.upload_fees(asked)
