"""2102 药店结算: a purchase is settled; its lines travel with the message."""

from __future__ import annotations

from qinji.flows.parts.commands import Bill, SettlePharmacy
from qinji.gateway.call import Call
from qinji.gateway.doors import GatewayFlows
from qinji.gateway.fields import Message, ServedTo, kept
from qinji.gateway.parts import pharmacy
from qinji.gateway.parts.settlement import SETTLING_NOTE
from qinji.kernel.refusal import Refused

MESSAGE = Message(
    number="2102",
    title="药店结算",
    nodes_in=pharmacy.nodes_in((kept("invono", "发票号", 20),)),
    nodes_out=pharmacy.nodes_out(preview=False),
    writes=True,
    served_to=ServedTo.PHARMACY,
    note=SETTLING_NOTE,
)


def command(call: Call) -> SettlePharmacy:
    """The purchase to settle."""
    return pharmacy.command(call, preview=False)


def render(outcome: Bill | Refused, call: Call) -> bytes:
    """The reply."""
    return pharmacy.render(outcome, call)


async def handle(call: Call, flows: GatewayFlows) -> bytes:
    """Settle; it recomputes, and its reply stands."""
    return await flows.settle_pharmacy(command(call))
