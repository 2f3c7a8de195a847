"""2601 冲正交易: a message whose answer was lost is undone, or refused for ever when it should still come."""

from __future__ import annotations

from collections.abc import Mapping

from qinji.flows.parts.commands import Done, OriginalAct, ReverseMessage
from qinji.gateway.call import Call
from qinji.gateway.doors import GatewayFlows
from qinji.gateway.envelope import MESSAGE_ID_MAX, NUMBER_MAX
from qinji.gateway.fields import Message, Node, needed
from qinji.gateway.parts.identity import PERSON_NUMBER, claimed_of
from qinji.kernel.refusal import RefusalCode, Refused, refuse

MESSAGE = Message(
    number="2601",
    title="冲正交易",
    nodes_in=(
        Node(
            "data",
            "冲正信息",
            (
                PERSON_NUMBER,
                needed("omsgid", "原发送方报文ID", MESSAGE_ID_MAX),
                needed("oinfno", "原交易编号", NUMBER_MAX),
            ),
        ),
    ),
    nodes_out=(),
    writes=True,
    note=(
        "没有收到 2207、2102 或 2201 的答复,又不再办理时使用。原报文已办成的,全部退回;没有办成或从未到达的,此后到达即拒绝,不扣款。"
        "重复冲正得到同样的成功。已有明细或有效结算的挂号(2201)须先用 2205、2208。其余交易已办成的不能冲正,答复写明改用哪个交易。"
        "冲正结算不恢复已用过的医保码。"
    ),
)

_ORIGINALS: Mapping[str, tuple[OriginalAct, str]] = {
    "2102": (OriginalAct.SETTLEMENT, ""),
    "2103": (OriginalAct.OTHER, "用新报文号重新结算(2102)"),
    "2201": (OriginalAct.REGISTRATION, ""),
    "2202": (OriginalAct.OTHER, "用新报文号重新挂号(2201)"),
    "2203": (OriginalAct.OTHER, "用 2203 再传同一 diag_code,vali_flag 为 0 即作废"),
    "2204": (OriginalAct.OTHER, "用 2205 撤销明细"),
    "2205": (OriginalAct.OTHER, "用 2204 重新上传明细"),
    "2207": (OriginalAct.SETTLEMENT, ""),
    "2208": (OriginalAct.OTHER, "用新报文号重新结算(2207)"),
    "9001": (OriginalAct.SIGN, "用 9002 签退"),
    "9002": (OriginalAct.SIGN, "用 9001 重新签到"),
}
"""What each writing message does, and what undoes it where a reversal may not."""

_ALIASES = {"2203A": "2203", "2207A": "2207"}


def command(call: Call) -> ReverseMessage | Refused:
    """What to reverse; refuses a number that changes nothing, lest a slip of the pen look like a reversal."""
    values = call.input.one("data")
    sent = values.text("oinfno").upper()
    number = _ALIASES.get(sent, sent)
    if number not in _ORIGINALS:
        reason = "应为改动数据的交易 " + "、".join([*_ORIGINALS, *_ALIASES])
        return refuse(
            RefusalCode.FIELD_INVALID, field="oinfno", label="原交易编号", value=sent, reason=reason
        )
    act, instead = _ORIGINALS[number]
    return ReverseMessage(
        origin=call.origin,
        claimed=claimed_of(values),
        original_number=number,
        original_id=values.text("omsgid"),
        act=act,
        instead=instead,
        render=lambda outcome: render(outcome, call),
    )


def render(outcome: Done | Refused, call: Call) -> bytes:
    """A reply without output."""
    return call.reply.refused(outcome) if isinstance(outcome, Refused) else call.reply.success(None)


async def handle(call: Call, flows: GatewayFlows) -> bytes:
    """Undo the original, or see to it that it is refused should it still come."""
    asked = command(call)
    return call.reply.refused(asked) if isinstance(asked, Refused) else await flows.reverse(asked)
