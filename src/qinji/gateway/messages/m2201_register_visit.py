"""2201 门诊挂号: a visit is opened; its begin is the day of service."""

from __future__ import annotations

from qinji.flows.parts.commands import RegisterVisit, VisitOpened
from qinji.gateway.call import Call
from qinji.gateway.doors import GatewayFlows
from qinji.gateway.fields import (
    Kind,
    Message,
    Node,
    OutField,
    OutNode,
    Role,
    ServedTo,
    extension,
    kept,
    moment,
    needed,
)
from qinji.gateway.parts.identity import (
    CLAIMED_FIELDS,
    CREDENTIAL_FIELDS,
    INSURANCE,
    PERSON_NUMBER,
    claimed_of,
    credential_of,
)
from qinji.kernel.ensure import InvariantBroken
from qinji.kernel.refusal import Refused

MESSAGE = Message(
    number="2201",
    title="门诊挂号",
    nodes_in=(
        Node(
            "data",
            "挂号信息",
            (
                PERSON_NUMBER,
                INSURANCE,
                moment("begntime", "开始时间", Role.NEEDED),
                *CREDENTIAL_FIELDS,
                *CLAIMED_FIELDS,
                needed("ipt_otp_no", "住院/门诊号", 30),
                kept("atddr_no", "医师编码", 30),
                kept("dr_name", "医师姓名", 50),
                kept("dept_code", "科室编码", 30),
                kept("dept_name", "科室名称", 100),
                kept("caty", "科别", 10),
                extension(),
            ),
        ),
    ),
    nodes_out=(
        OutNode(
            "data",
            "挂号结果",
            (
                OutField("mdtrt_id", "就诊ID", Kind.TEXT),
                OutField("psn_no", "人员编号", Kind.TEXT),
                OutField("ipt_otp_no", "住院/门诊号", Kind.TEXT),
                OutField("exp_content", "字段扩展", Kind.TEXT, nullable=True),
            ),
        ),
    ),
    writes=True,
    served_to=ServedTo.HOSPITAL,
)


def command(call: Call) -> RegisterVisit:
    """The visit to open."""
    values = call.input.one("data")
    credential = credential_of(values)
    if credential is None:
        raise InvariantBroken("the parser needs a credential in 2201")
    return RegisterVisit(
        origin=call.origin,
        credential=credential,
        claimed=claimed_of(values),
        outpatient_number=values.text("ipt_otp_no"),
        begins_at=values.moment("begntime"),
        department=values.text("dept_name") or values.text("dept_code"),
        doctor=values.text("dr_name") or values.text("atddr_no"),
        render=lambda outcome: render(outcome, call),
    )


def render(outcome: VisitOpened | Refused, call: Call) -> bytes:
    """The reply with the visit's id."""
    if isinstance(outcome, Refused):
        return call.reply.refused(outcome)
    data = {
        "mdtrt_id": outcome.visit,
        "psn_no": outcome.person_number,
        "ipt_otp_no": outcome.outpatient_number,
        "exp_content": None,
    }
    return call.reply.success({"data": data})


async def handle(call: Call, flows: GatewayFlows) -> bytes:
    """Open the visit."""
    return await flows.register_visit(command(call))
