"""What 2208 and 2103 share: taking a settlement back."""

from __future__ import annotations

from qinji.flows.parts.commands import Bill, CancelSettlement
from qinji.gateway.call import Call
from qinji.gateway.fields import Node, extension
from qinji.gateway.parts.identity import PERSON_NUMBER, SETTLEMENT, VISIT, claimed_of
from qinji.gateway.parts.settlement import DETAIL_NODE, settlement_node, settlement_nodes
from qinji.kernel.refusal import Refused

NODES_IN = (Node("data", "撤销信息", (SETTLEMENT, VISIT, PERSON_NUMBER, extension())),)
NODES_OUT = (settlement_node(cancelling=True), DETAIL_NODE)


def command(call: Call) -> CancelSettlement:
    """The settlement to take back."""
    values = call.input.one("data")
    return CancelSettlement(
        origin=call.origin,
        claimed=claimed_of(values),
        visit=values.text("mdtrt_id"),
        settlement=values.text("setl_id"),
        render=lambda outcome: render(outcome, call),
    )


def render(outcome: Bill | Refused, call: Call) -> bytes:
    """The reply with negative amounts."""
    if isinstance(outcome, Refused):
        return call.reply.refused(outcome)
    return call.reply.success(settlement_nodes(outcome, call.envelope.message_id), outcome.warning)
