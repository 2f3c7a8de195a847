"""5201 就诊信息查询: the visits of a person at this institution, from one day to another."""

from __future__ import annotations

from collections.abc import Sequence

from qinji.flows.parts.recorded import AskVisits, RecordedVisit
from qinji.gateway.call import Call
from qinji.gateway.doors import GatewayFlows
from qinji.gateway.fields import Kind, Message, Node, OutField, OutNode, Role, kept, moment
from qinji.gateway.parts.identity import PERSON_NUMBER
from qinji.gateway.parts.settlement import PERSON_FIELDS, person_values
from qinji.gateway.wire import Json
from qinji.kernel.dates import local_day
from qinji.kernel.refusal import Refused

CANCELLED = "已撤销"

MESSAGE = Message(
    number="5201",
    title="就诊信息查询",
    nodes_in=(
        Node(
            "data",
            "查询条件",
            (
                PERSON_NUMBER,
                moment("begntime", "开始时间", Role.NEEDED),
                moment("endtime", "结束时间", Role.NEEDED),
                kept("med_type", "医疗类别", 6, "med_type"),
                kept("mdtrt_id", "就诊ID", 30),
            ),
        ),
    ),
    nodes_out=(
        OutNode(
            "mdtrtinfo",
            "就诊信息",
            (
                OutField("mdtrt_id", "就诊ID", Kind.TEXT),
                *PERSON_FIELDS,
                OutField("insu_optins", "参保机构医保区划", Kind.TEXT),
                OutField("emp_name", "单位名称", Kind.TEXT),
                OutField("begntime", "开始时间", Kind.DATETIME),
                OutField("endtime", "结束时间", Kind.DATETIME),
                OutField("med_type", "医疗类别", Kind.TEXT, dictionary="med_type"),
                OutField("ipt_otp_no", "住院/门诊号", Kind.TEXT, nullable=True),
                OutField("memo", "备注", Kind.TEXT, nullable=True),
            ),
            many=True,
        ),
    ),
    writes=False,
    note=(
        "只能查本机构的就诊,按就诊日从近到远,最多 100 条;med_type、mdtrt_id 不填即不限。门诊就诊的起止是就诊日的零时和最后一秒。"
        f"已撤销的就诊 memo 为“{CANCELLED}”。"
    ),
)


def asked(call: Call) -> AskVisits:
    """Which visits."""
    values = call.input.one("data")
    return AskVisits(
        institution=call.origin.institution,
        person_number=values.text("psn_no"),
        first=local_day(values.moment("begntime")),
        last=local_day(values.moment("endtime")),
        medical_type=values.text("med_type"),
        visit=values.text("mdtrt_id"),
    )


def render(found: Sequence[RecordedVisit], call: Call) -> bytes:
    """The reply with the visits, perhaps none."""
    rows: list[Json] = [
        {
            "mdtrt_id": visit.visit,
            **person_values(visit.person),
            "insu_optins": visit.person.region,
            "emp_name": visit.person.employer,
            "begntime": f"{visit.service_day} 00:00:00",
            "endtime": f"{visit.service_day} 23:59:59",
            "med_type": visit.medical_type,
            "ipt_otp_no": visit.outpatient_number or None,
            "memo": CANCELLED if visit.cancelled else None,
        }
        for visit in found
    ]
    return call.reply.success({"mdtrtinfo": rows})


async def handle(call: Call, flows: GatewayFlows) -> bytes:
    """Read them."""
    found = await flows.recorded_visits(asked(call))
    return call.reply.refused(found) if isinstance(found, Refused) else render(found, call)
