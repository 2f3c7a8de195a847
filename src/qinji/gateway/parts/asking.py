"""What 5203 and 5204 share: by which numbers a settlement is asked for."""

from __future__ import annotations

from qinji.flows.parts.recorded import AskSettlement
from qinji.gateway.call import Call
from qinji.gateway.fields import Node, kept, needed
from qinji.gateway.parts.identity import PERSON_NUMBER

QUESTION_NODE = Node(
    "data",
    "查询条件",
    (
        PERSON_NUMBER,
        needed("setl_id", "结算ID", 30, unless="medins_setl_id"),
        needed("mdtrt_id", "就诊ID", 30, unless="medins_setl_id"),
        kept("medins_setl_id", "医药机构结算ID", 40),
    ),
)
BY_MESSAGE = (
    "没有收到结算答复、不知道 setl_id 时,可以只填 psn_no 和 medins_setl_id(结算报文的 msgid)。"
    "只能查本机构的结算;其他机构的结算答复为不存在。"
)
"""For the pages of both."""


def asked(call: Call) -> AskSettlement:
    """Which settlement."""
    values = call.input.one("data")
    return AskSettlement(
        institution=call.origin.institution,
        person_number=values.text("psn_no"),
        settlement=values.text("setl_id"),
        visit=values.text("mdtrt_id"),
        message_id=values.text("medins_setl_id"),
    )
