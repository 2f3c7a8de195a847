"""2207 门诊结算 (2207A is the same): a bill is settled."""

from __future__ import annotations

from qinji.flows.parts.commands import Bill, SettleVisit
from qinji.gateway.call import Call
from qinji.gateway.doors import GatewayFlows
from qinji.gateway.fields import Message, ServedTo, kept
from qinji.gateway.parts import settling
from qinji.gateway.parts.identity import CREDENTIAL_FIELDS
from qinji.gateway.parts.settlement import DETAIL_NODE, SETTLING_NOTE, settlement_node
from qinji.gateway.parts.visits import EXPECTED_FIELDS, expected_of, settling_node
from qinji.kernel.refusal import Refused

MESSAGE = Message(
    number="2207",
    title="门诊结算",
    nodes_in=(settling_node(CREDENTIAL_FIELDS, (kept("invono", "发票号", 20), *EXPECTED_FIELDS)),),
    nodes_out=(settlement_node(), DETAIL_NODE),
    writes=True,
    served_to=ServedTo.HOSPITAL,
    aliases=("2207A",),
    note="四项金额(全自费、超限价、先行自付、符合政策范围)取自 2206 的回复;不再成立时拒绝,请重新预结算。"
    + SETTLING_NOTE,
)


def command(call: Call) -> SettleVisit:
    """The bill to settle, with the amounts its preview showed."""
    return settling.command(call, expected=expected_of(call.input.one("data")), preview=False)


def render(outcome: Bill | Refused, call: Call) -> bytes:
    """The reply."""
    return settling.render(outcome, call)


async def handle(call: Call, flows: GatewayFlows) -> bytes:
    """Settle."""
    return await flows.settle(command(call))
