"""2202 门诊挂号撤销: a visit on which nothing hangs is cancelled."""

from __future__ import annotations

from qinji.flows.parts.commands import CancelVisit, Done
from qinji.gateway.call import Call
from qinji.gateway.doors import GatewayFlows
from qinji.gateway.fields import Message, Node, ServedTo, extension, kept
from qinji.gateway.parts.identity import PERSON_NUMBER, VISIT, claimed_of
from qinji.kernel.refusal import Refused

MESSAGE = Message(
    number="2202",
    title="门诊挂号撤销",
    nodes_in=(
        Node(
            "data",
            "撤销信息",
            (PERSON_NUMBER, VISIT, kept("ipt_otp_no", "住院/门诊号", 30), extension()),
        ),
    ),
    nodes_out=(),
    writes=True,
    served_to=ServedTo.HOSPITAL,
)


def command(call: Call) -> CancelVisit:
    """The visit to cancel."""
    values = call.input.one("data")
    return CancelVisit(
        origin=call.origin,
        claimed=claimed_of(values),
        visit=values.text("mdtrt_id"),
        render=lambda outcome: render(outcome, call),
    )


def render(outcome: Done | Refused, call: Call) -> bytes:
    """A reply without output."""
    return call.reply.refused(outcome) if isinstance(outcome, Refused) else call.reply.success(None)


async def handle(call: Call, flows: GatewayFlows) -> bytes:
    """Cancel the visit."""
    return await flows.cancel_visit(command(call))
