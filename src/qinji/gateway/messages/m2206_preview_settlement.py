"""2206 门诊预结算 (2206A is the same): what a bill would come to; no money moves."""

from __future__ import annotations

from qinji.flows.parts.commands import Bill, SettleVisit
from qinji.gateway.call import Call
from qinji.gateway.doors import GatewayFlows
from qinji.gateway.fields import Message, ServedTo
from qinji.gateway.parts import settling
from qinji.gateway.parts.identity import PREVIEW_CREDENTIAL_FIELDS
from qinji.gateway.parts.settlement import DETAIL_NODE, SETTLING_NOTE, settlement_node
from qinji.gateway.parts.visits import settling_node
from qinji.kernel.refusal import Refused

MESSAGE = Message(
    number="2206",
    title="门诊预结算",
    nodes_in=(settling_node(PREVIEW_CREDENTIAL_FIELDS),),
    nodes_out=(settlement_node(preview=True), DETAIL_NODE),
    writes=False,
    served_to=ServedTo.HOSPITAL,
    aliases=("2206A",),
    note="预结算不动账;没有凭证时照常计算,并在 warn_msg 中提醒。" + SETTLING_NOTE,
)


def command(call: Call) -> SettleVisit:
    """The bill to look at."""
    return settling.command(call, expected=None, preview=True)


def render(outcome: Bill | Refused, call: Call) -> bytes:
    """The reply."""
    return settling.render(outcome, call)


async def handle(call: Call, flows: GatewayFlows) -> bytes:
    """Preview."""
    return await flows.settle(command(call))
