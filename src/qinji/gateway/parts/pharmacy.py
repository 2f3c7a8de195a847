"""What 2101 and 2102 share: the same nodes, the same command, the same reply."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from qinji.flows.parts.commands import Bill, SettlePharmacy
from qinji.gateway.call import Call
from qinji.gateway.fields import Field, Node, OutNode, Role, closed, extension, kept, moment
from qinji.gateway.parts.identity import (
    CLAIMED_FIELDS,
    CREDENTIAL_FIELDS,
    INSURANCE,
    PERSON_NUMBER,
    account_use_of,
    claimed_of,
    credential_of,
)
from qinji.gateway.parts.lines import LINE_FIELDS, PRICED_FIELDS, priced_lines, sent_line
from qinji.gateway.parts.settlement import DETAIL_NODE, settlement_node, settlement_nodes
from qinji.gateway.parts.visits import PHARMACY, TOTAL
from qinji.kernel.ids import to_wire
from qinji.kernel.refusal import Refused

NO_BATCH = ""


def nodes_in(further: tuple[Field, ...] = ()) -> tuple[Node, ...]:
    """``druginfo`` and ``drugdetail``."""
    head = Node(
        "druginfo",
        "购药信息",
        (
            PERSON_NUMBER,
            *CREDENTIAL_FIELDS,
            *CLAIMED_FIELDS,
            moment("begntime", "开始时间", Role.NEEDED),
            TOTAL,
            *further,
            INSURANCE,
            kept("dise_codg", "病种编码", 30),
            kept("dise_name", "病种名称", 500),
            kept("acct_used_flag", "个人账户使用标志", 1, "acct_used_flag"),
            kept("med_type", "医疗类别", 6, "med_type"),
            closed("psn_setlway", "个人结算方式", "psn_setlway", Role.KEPT),
            extension(),
        ),
    )
    lines = Node(
        "drugdetail",
        "购药明细",
        (*LINE_FIELDS, extension("durg_trac_info")),
        many=True,
        aliases=("drugDetail",),
    )
    return head, lines


def nodes_out(*, preview: bool) -> tuple[OutNode, ...]:
    """The settlement nodes and the priced lines."""
    return (
        settlement_node(preview=preview),
        DETAIL_NODE,
        OutNode("detlcutinfo", "明细分割信息", PRICED_FIELDS, many=True),
    )


def command(call: Call, *, preview: bool) -> SettlePharmacy:
    """The pharmacy's bill; a total that was not sent is the sum of its lines."""
    head = call.input.one("druginfo")
    lines = tuple(sent_line(values, NO_BATCH) for values in call.input.many("drugdetail"))
    sent = head.optional_fen("medfee_sumamt")
    return SettlePharmacy(
        origin=call.origin,
        credential=credential_of(head),
        claimed=claimed_of(head),
        begins_at=head.moment("begntime"),
        total_fen=sum(line.amount_fen for line in lines) if sent is None else sent,
        account_use=account_use_of(head),
        medical_type=head.text("med_type") or PHARMACY,
        lines=lines,
        preview=preview,
        render=lambda outcome: render(outcome, call),
    )


def _previewed_visit(call: Call) -> str:
    """A visit id for a purchase that has none yet: the same message must get the same output."""
    return to_wire(UUID(bytes=call.origin.digest[:16]))


def render(outcome: Bill | Refused, call: Call) -> bytes:
    """The reply: settlement nodes and what became of each line."""
    if isinstance(outcome, Refused):
        return call.reply.refused(outcome)
    bill = outcome if outcome.settled_at is not None else replace(outcome, visit=_previewed_visit(call))
    output = {
        **settlement_nodes(bill, call.envelope.message_id),
        "detlcutinfo": priced_lines(outcome.lines),
    }
    return call.reply.success(output, outcome.warning)
