"""2208 门诊结算撤销: a settlement is taken back."""

from __future__ import annotations

from qinji.flows.parts.commands import Bill, CancelSettlement
from qinji.gateway.call import Call
from qinji.gateway.doors import GatewayFlows
from qinji.gateway.fields import Message, ServedTo
from qinji.gateway.parts import cancelling
from qinji.gateway.parts.settlement import PAYERS_NOTE
from qinji.kernel.refusal import Refused

MESSAGE = Message(
    number="2208",
    title="门诊结算撤销",
    nodes_in=cancelling.NODES_IN,
    nodes_out=cancelling.NODES_OUT,
    writes=True,
    served_to=ServedTo.HOSPITAL,
    note="回复金额为负,setl_id 为新的撤销结算ID,medins_setl_id 为本次撤销报文的 msgid。" + PAYERS_NOTE,
)


def command(call: Call) -> CancelSettlement:
    """The settlement to take back."""
    return cancelling.command(call)


def render(outcome: Bill | Refused, call: Call) -> bytes:
    """The reply."""
    return cancelling.render(outcome, call)


async def handle(call: Call, flows: GatewayFlows) -> bytes:
    """Take the settlement back; every fen returns to whom it came from."""
    return await flows.cancel(command(call))
