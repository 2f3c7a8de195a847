"""5202 诊断信息查询: the diagnoses of one visit."""

from __future__ import annotations

from collections.abc import Sequence

from qinji.flows.parts.recorded import AskDiagnoses, RecordedDiagnosis
from qinji.gateway.call import Call
from qinji.gateway.doors import GatewayFlows
from qinji.gateway.fields import Kind, Message, Node, OutField, OutNode, ServedTo
from qinji.gateway.parts.identity import PERSON_NUMBER, VISIT
from qinji.gateway.wire import Json
from qinji.kernel.refusal import Refused

_NOT_KEPT = (
    ("inout_diag_type", "出入院诊断类别"),
    ("diag_type", "诊断类别"),
    ("adm_cond", "入院病情"),
    ("diag_dept", "诊断科室"),
    ("dise_dor_no", "诊断医生编码"),
    ("dise_dor_name", "诊断医生姓名"),
    ("diag_time", "诊断时间"),
    ("opter_id", "经办人ID"),
    ("opter_name", "经办人姓名"),
    ("opt_time", "经办时间"),
)

MESSAGE = Message(
    number="5202",
    title="诊断信息查询",
    nodes_in=(Node("data", "查询条件", (PERSON_NUMBER, VISIT)),),
    nodes_out=(
        OutNode(
            "diseinfo",
            "诊断信息",
            (
                OutField("diag_info_id", "诊断信息ID", Kind.TEXT),
                OutField("mdtrt_id", "就诊ID", Kind.TEXT),
                OutField("psn_no", "人员编号", Kind.TEXT),
                OutField("maindiag_flag", "主诊断标志", Kind.TEXT, dictionary="maindiag_flag"),
                OutField("diag_srt_no", "诊断排序号", Kind.TEXT),
                OutField("diag_code", "诊断代码", Kind.TEXT),
                OutField("diag_name", "诊断名称", Kind.TEXT),
                *(OutField(name, chinese, Kind.TEXT, nullable=True) for name, chinese in _NOT_KEPT),
            ),
            many=True,
        ),
    ),
    writes=False,
    served_to=ServedTo.HOSPITAL,
    note="只能查本机构的就诊。2203 上传的诊断,排在最前的为主诊断;没有保存的字段为 null。",
)


def asked(call: Call) -> AskDiagnoses:
    """Of which visit."""
    values = call.input.one("data")
    return AskDiagnoses(call.origin.institution, values.text("psn_no"), values.text("mdtrt_id"))


def render(found: Sequence[RecordedDiagnosis], call: Call) -> bytes:
    """The reply; a visit may have no diagnosis yet."""
    question = asked(call)
    rows: list[Json] = [
        {
            "diag_info_id": f"{question.visit}-{one.order}",
            "mdtrt_id": question.visit,
            "psn_no": question.person_number,
            "maindiag_flag": "1" if one.main else "0",
            "diag_srt_no": str(one.order),
            "diag_code": one.code,
            "diag_name": one.name,
            **{name: None for name, _ in _NOT_KEPT},
        }
        for one in found
    ]
    return call.reply.success({"diseinfo": rows})


async def handle(call: Call, flows: GatewayFlows) -> bytes:
    """Read them."""
    found = await flows.recorded_diagnoses(asked(call))
    return call.reply.refused(found) if isinstance(found, Refused) else render(found, call)
