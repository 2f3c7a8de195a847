"""2203 就诊信息上传 (2203A is the same): the medical type and the diagnoses of a visit."""

from __future__ import annotations

from qinji.flows.parts.commands import Diagnosis, Done, RecordDiagnoses
from qinji.gateway.call import Call
from qinji.gateway.doors import GatewayFlows
from qinji.gateway.fields import (
    Message,
    Node,
    Role,
    ServedTo,
    closed,
    extension,
    kept,
    needed,
    number,
)
from qinji.gateway.parsing import Values
from qinji.gateway.parts.identity import PERSON_NUMBER, VISIT, claimed_of
from qinji.kernel.refusal import Refused

INVALID = "0"

MESSAGE = Message(
    number="2203",
    title="就诊信息上传",
    nodes_in=(
        Node(
            "mdtrtinfo",
            "就诊信息",
            (
                VISIT,
                PERSON_NUMBER,
                kept("med_type", "医疗类别", 6, "med_type"),
                kept("begntime", "开始时间", 19),
                kept("main_cond_dscr", "主要病情描述", 1000),
                kept("dise_type_code", "病种类型代码", 30),
                kept("dise_codg", "病种编码", 30),
                kept("dise_name", "病种名称", 500),
                kept("birctrl_type", "计划生育手术类别", 6),
                kept("birctrl_matn_date", "计划生育手术或生育日期", 19),
                kept("matn_type", "生育类别", 6),
                kept("geso_val", "孕周数", 6),
                extension(),
            ),
        ),
        Node(
            "diseinfo",
            "诊断信息",
            (
                kept("diag_type", "诊断类别", 3),
                number("diag_srt_no", "诊断排序号", 2, 0, Role.KEPT),
                needed("diag_code", "诊断代码", 40),
                kept("diag_name", "诊断名称", 100),
                kept("diag_dept", "诊断科室", 50),
                kept("dise_dor_no", "诊断医生编码", 30),
                kept("dise_dor_name", "诊断医生姓名", 50),
                kept("diag_time", "诊断时间", 19),
                closed("vali_flag", "有效标志", "vali_flag", Role.CHECKED),
            ),
            many=True,
            needed=False,
        ),
    ),
    nodes_out=(),
    writes=True,
    served_to=ServedTo.HOSPITAL,
    aliases=("2203A",),
    note="同一 diag_code 再次上传即替换,vali_flag 为 0 即作废,未再上传的保留;med_type 省略时不变。",
)


def command(call: Call) -> RecordDiagnoses:
    """What to record of the visit."""
    values = call.input.one("mdtrtinfo")
    diagnoses = call.input.many("diseinfo")
    return RecordDiagnoses(
        origin=call.origin,
        claimed=claimed_of(values),
        visit=values.text("mdtrt_id"),
        medical_type=values.text("med_type"),
        diagnoses=tuple(_diagnosis(values, place) for place, values in enumerate(diagnoses, start=1)),
        render=lambda outcome: render(outcome, call),
    )


def _diagnosis(values: Values, place: int) -> Diagnosis:
    order = values.text("diag_srt_no")
    return Diagnosis(
        order=int(order) if order.isascii() and order.isdigit() and len(order) <= 4 else place,
        code=values.text("diag_code"),
        name=values.text("diag_name"),
        valid=values.text("vali_flag") != INVALID,
    )


def render(outcome: Done | Refused, call: Call) -> bytes:
    """A reply without output."""
    return call.reply.refused(outcome) if isinstance(outcome, Refused) else call.reply.success(None)


async def handle(call: Call, flows: GatewayFlows) -> bytes:
    """Record them."""
    return await flows.record_diagnoses(command(call))
