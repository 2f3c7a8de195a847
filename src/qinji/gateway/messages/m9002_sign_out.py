"""9002 签退: an operator of an institution signs out."""

from __future__ import annotations

from qinji.flows.parts.commands import Done, SignInstitution
from qinji.gateway.call import Call
from qinji.gateway.doors import GatewayFlows
from qinji.gateway.fields import Kind, Message, Node, OutField, OutNode, kept, needed
from qinji.gateway.wire import moment_text
from qinji.kernel.refusal import Refused

MESSAGE = Message(
    number="9002",
    title="签退",
    nodes_in=(
        Node(
            "signOut",
            "签退信息",
            (needed("sign_no", "签到编号", 30), kept("opter_no", "操作员编号", 30)),
            aliases=("signout",),
        ),
    ),
    nodes_out=(OutNode("signoutoutb", "签退结果", (OutField("sign_time", "签退时间", Kind.DATETIME),)),),
    writes=True,
)


def command(call: Call) -> SignInstitution:
    """Signing out of the sign-in that the message names."""
    values = call.input.one("signOut")
    return SignInstitution(
        origin=call.origin,
        operator=values.text("opter_no") or call.envelope.operator,
        sign_number=values.text("sign_no"),
        leaving=True,
        render=lambda outcome: render(outcome, call),
    )


def render(outcome: Done | Refused, call: Call) -> bytes:
    """The reply with the time."""
    if isinstance(outcome, Refused):
        return call.reply.refused(outcome)
    return call.reply.success({"signoutoutb": {"sign_time": moment_text(outcome.at)}})


async def handle(call: Call, flows: GatewayFlows) -> bytes:
    """Sign out."""
    return await flows.sign(command(call))
