"""5204 费用明细查询: the fee lines of one settlement, straight under the output."""

from __future__ import annotations

from qinji.flows.parts.recorded import RecordedLine, RecordedLines
from qinji.gateway.call import Call
from qinji.gateway.doors import GatewayFlows
from qinji.gateway.fields import Kind, Message, OutField, OutNode
from qinji.gateway.parts.asking import BY_MESSAGE, QUESTION_NODE, asked
from qinji.gateway.parts.lines import PRICED_FIELDS, priced_line
from qinji.gateway.wire import Json, moment_text
from qinji.kernel.refusal import Refused

_EXTENSION = "exp_content"
_NOT_KEPT = (
    ("sin_dos_dscr", "单次剂量描述"),
    ("used_frqu_dscr", "使用频次描述"),
    ("prd_days", "周期天数"),
    ("medc_way_dscr", "用药途径描述"),
    ("medins_list_name", "医药机构目录名称"),
    ("prodname", "商品名"),
    ("spec", "规格"),
    ("dosform_name", "剂型名称"),
    ("bilg_dept_codg", "开单科室编码"),
    ("bilg_dept_name", "开单科室名称"),
    ("bilg_dr_codg", "开单医生编码"),
    ("bilg_dr_name", "开单医师姓名"),
    ("acord_dept_codg", "受单科室编码"),
    ("acord_dept_name", "受单科室名称"),
    ("orders_dr_code", "受单医生编码"),
    ("orders_dr_name", "受单医生姓名"),
    ("hosp_prep_flag", "医院制剂标志"),
    ("tcmdrug_used_way", "中药使用方式"),
    ("prodplac_type", "生产地类别"),
    ("etip_flag", "外检标志"),
    ("etip_hosp_code", "外检医院编码"),
    ("dscg_tkdrug_flag", "出院带药标志"),
    ("matn_fee_flag", "生育费用标志"),
    ("opter_id", "经办人ID"),
    ("opter_name", "经办人姓名"),
    ("opt_time", "经办时间"),
)

MESSAGE = Message(
    number="5204",
    title="费用明细查询",
    nodes_in=(QUESTION_NODE,),
    nodes_out=(
        OutNode(
            "",
            "费用明细",
            (
                OutField("mdtrt_id", "就诊ID", Kind.TEXT),
                OutField("setl_id", "结算ID", Kind.TEXT),
                OutField("rx_drord_no", "处方/医嘱号", Kind.TEXT, nullable=True),
                OutField("med_type", "医疗类别", Kind.TEXT, dictionary="med_type"),
                OutField("fee_ocur_time", "费用发生时间", Kind.DATETIME),
                *(field for field in PRICED_FIELDS if field.name != _EXTENSION),
                OutField("hilist_code", "医保目录编码", Kind.TEXT),
                OutField("hilist_name", "医保目录名称", Kind.TEXT),
                OutField("list_type", "目录类别", Kind.TEXT, nullable=True, dictionary="list_type"),
                OutField("med_list_codg", "医疗目录编码", Kind.TEXT),
                OutField("medins_list_codg", "医药机构目录编码", Kind.TEXT, nullable=True),
                OutField(
                    "hosp_appr_flag", "医院审批标志", Kind.TEXT, nullable=True, dictionary="hosp_appr_flag"
                ),
                *(OutField(name, chinese, Kind.TEXT, nullable=True) for name, chinese in _NOT_KEPT),
            ),
            many=True,
        ),
    ),
    writes=False,
    note=(
        BY_MESSAGE
        + "明细数组直接放在 output 中。没有保存的字段为 null;药店的明细没有单独的发生时间,为就诊日零时。"
    ),
)


def render(found: RecordedLines, call: Call) -> bytes:
    """The reply with the lines."""
    return call.reply.success([_line(line, found) for line in found.lines])


def _line(line: RecordedLine, found: RecordedLines) -> dict[str, Json]:
    priced = priced_line(line.line)
    priced.pop(_EXTENSION)
    sent = line.sent
    return {
        "mdtrt_id": found.visit,
        "setl_id": found.settlement,
        "rx_drord_no": (sent.prescription if sent else "") or None,
        "med_type": found.medical_type,
        "fee_ocur_time": moment_text(sent.occurred_at) if sent else f"{found.service_day} 00:00:00",
        **priced,
        "hilist_code": line.item_code,
        "hilist_name": line.item_name,
        "list_type": line.list_type or None,
        "med_list_codg": line.item_code,
        "medins_list_codg": (sent.local_code if sent else "") or None,
        "hosp_appr_flag": line.approval or None,
        **{name: None for name, _ in _NOT_KEPT},
    }


async def handle(call: Call, flows: GatewayFlows) -> bytes:
    """Read them."""
    found = await flows.recorded_lines(asked(call))
    return call.reply.refused(found) if isinstance(found, Refused) else render(found, call)
