"""What 2206 and 2207 share: the same command and the same reply."""

from __future__ import annotations

from qinji.flows.parts.commands import Bill, ExpectedAmounts, SettleVisit
from qinji.gateway.call import Call
from qinji.gateway.parts.identity import account_use_of, claimed_of, credential_of
from qinji.gateway.parts.settlement import settlement_nodes
from qinji.kernel.refusal import Refused


def command(call: Call, *, expected: ExpectedAmounts | None, preview: bool) -> SettleVisit:
    """The charge batch to preview or settle."""
    values = call.input.one("data")
    credential = credential_of(values)
    return SettleVisit(
        origin=call.origin,
        credential=credential,
        claimed=claimed_of(values),
        visit=values.text("mdtrt_id"),
        batch=values.text("chrg_bchno"),
        total_fen=values.optional_fen("medfee_sumamt"),
        account_use=account_use_of(values),
        medical_type=values.text("med_type"),
        expected=expected,
        preview=preview,
        render=lambda outcome: render(outcome, call),
    )


def render(outcome: Bill | Refused, call: Call) -> bytes:
    """The reply, with the flow's warning where there is one."""
    if isinstance(outcome, Refused):
        return call.reply.refused(outcome)
    return call.reply.success(settlement_nodes(outcome, call.envelope.message_id), outcome.warning)
