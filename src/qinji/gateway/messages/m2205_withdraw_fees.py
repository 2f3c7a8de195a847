"""2205 费用明细撤销: unsettled lines of a visit are taken away, a batch or all."""

from __future__ import annotations

from qinji.flows.parts.commands import Done, WithdrawFees
from qinji.gateway.call import Call
from qinji.gateway.doors import GatewayFlows
from qinji.gateway.fields import Message, Node, ServedTo, extension
from qinji.gateway.parts.identity import BATCH, PERSON_NUMBER, VISIT, claimed_of
from qinji.kernel.refusal import Refused

ALL_BATCHES = "0000"

MESSAGE = Message(
    number="2205",
    title="费用明细撤销",
    nodes_in=(Node("data", "撤销信息", (VISIT, BATCH, PERSON_NUMBER, extension())),),
    nodes_out=(),
    writes=True,
    served_to=ServedTo.HOSPITAL,
    note="chrg_bchno 为 0000 时撤销该次就诊的全部未结算明细。",
)


def command(call: Call) -> WithdrawFees:
    """The lines to take away."""
    values = call.input.one("data")
    batch = values.text("chrg_bchno")
    return WithdrawFees(
        origin=call.origin,
        claimed=claimed_of(values),
        visit=values.text("mdtrt_id"),
        batch=None if batch == ALL_BATCHES else batch,
        render=lambda outcome: render(outcome, call),
    )


def render(outcome: Done | Refused, call: Call) -> bytes:
    """A reply without output."""
    return call.reply.refused(outcome) if isinstance(outcome, Refused) else call.reply.success(None)


async def handle(call: Call, flows: GatewayFlows) -> bytes:
    """Take them away."""
    return await flows.withdraw_fees(command(call))
