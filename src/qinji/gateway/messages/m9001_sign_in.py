"""9001 签到: an operator of an institution signs in and gets a number."""

from __future__ import annotations

from qinji.flows.parts.commands import Done, SignInstitution
from qinji.gateway.call import Call
from qinji.gateway.doors import GatewayFlows
from qinji.gateway.fields import Kind, Message, Node, OutField, OutNode, kept, needed
from qinji.gateway.wire import moment_text
from qinji.kernel.refusal import Refused

MESSAGE = Message(
    number="9001",
    title="签到",
    nodes_in=(
        Node(
            "signIn",
            "签到信息",
            (
                needed("opter_no", "操作员编号", 30),
                kept("mac", "签到MAC地址", 20),
                kept("ip", "签到IP地址", 20),
            ),
            aliases=("signin",),
        ),
    ),
    nodes_out=(
        OutNode(
            "signinoutb",
            "签到结果",
            (
                OutField("sign_no", "签到编号", Kind.TEXT),
                OutField("sign_time", "签到时间", Kind.DATETIME),
            ),
        ),
    ),
    writes=True,
)


def command(call: Call) -> SignInstitution:
    """Signing in of this operator."""
    return SignInstitution(
        origin=call.origin,
        operator=call.input.one("signIn").text("opter_no"),
        sign_number="",
        leaving=False,
        render=lambda outcome: render(outcome, call),
    )


def render(outcome: Done | Refused, call: Call) -> bytes:
    """The reply with the sign-in number."""
    if isinstance(outcome, Refused):
        return call.reply.refused(outcome)
    return call.reply.success(
        {"signinoutb": {"sign_no": outcome.number, "sign_time": moment_text(outcome.at)}}
    )


async def handle(call: Call, flows: GatewayFlows) -> bytes:
    """Sign in; the same message gets the same number."""
    return await flows.sign(command(call))
