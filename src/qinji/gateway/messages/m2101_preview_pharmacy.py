"""2101 药店预结算: what a purchase would come to; no money moves."""

from __future__ import annotations

from qinji.flows.parts.commands import Bill, SettlePharmacy
from qinji.gateway.call import Call
from qinji.gateway.doors import GatewayFlows
from qinji.gateway.fields import Message, ServedTo
from qinji.gateway.parts import pharmacy
from qinji.gateway.parts.settlement import SETTLING_NOTE
from qinji.kernel.refusal import Refused

MESSAGE = Message(
    number="2101",
    title="药店预结算",
    nodes_in=pharmacy.nodes_in(),
    nodes_out=pharmacy.nodes_out(preview=True),
    writes=False,
    served_to=ServedTo.PHARMACY,
    note=SETTLING_NOTE,
)


def command(call: Call) -> SettlePharmacy:
    """The purchase to look at."""
    return pharmacy.command(call, preview=True)


def render(outcome: Bill | Refused, call: Call) -> bytes:
    """The reply."""
    return pharmacy.render(outcome, call)


async def handle(call: Call, flows: GatewayFlows) -> bytes:
    """Preview."""
    return await flows.settle_pharmacy(command(call))
