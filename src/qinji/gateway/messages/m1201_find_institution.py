"""1201 医药机构信息获取: institutions by code or by a part of their name."""

from __future__ import annotations

from collections.abc import Sequence

from qinji.flows.parts.commands import InstitutionCard
from qinji.gateway.call import Call
from qinji.gateway.dictionaries import LEVEL_CODE
from qinji.gateway.doors import GatewayFlows
from qinji.gateway.fields import Kind, Message, Node, OutField, OutNode, checked, kept, needed
from qinji.gateway.wire import Json

HOSPITAL_TYPE = "1"
PHARMACY_TYPE = "2"

MESSAGE = Message(
    number="1201",
    title="医药机构信息获取",
    nodes_in=(
        Node(
            "medinsinfo",
            "机构信息",
            (
                kept("fixmedins_type", "定点医疗服务机构类型", 6, "fixmedins_type"),
                checked("fixmedins_name", "定点医药机构名称", 200),
                needed("fixmedins_code", "定点医药机构编号", 30, unless="fixmedins_name"),
            ),
            aliases=("medinsInfo",),
        ),
    ),
    nodes_out=(
        OutNode(
            "medinsinfo",
            "机构信息",
            (
                OutField("fixmedins_code", "定点医药机构编号", Kind.TEXT),
                OutField("fixmedins_name", "定点医药机构名称", Kind.TEXT),
                OutField("uscc", "统一社会信用代码", Kind.TEXT),
                OutField("fixmedins_type", "定点医疗服务机构类型", Kind.TEXT, dictionary="fixmedins_type"),
                OutField("hosp_lv", "医院等级", Kind.TEXT, dictionary="hosp_lv"),
                OutField("exp_content", "扩展字段", Kind.TEXT, nullable=True),
            ),
            many=True,
        ),
    ),
    writes=False,
    note="编号与名称至少填一项;名称按关键字查询。",
)


def render(cards: Sequence[InstitutionCard], call: Call) -> bytes:
    """The institutions found; none is an empty list."""
    found: list[Json] = [
        {
            "fixmedins_code": card.code,
            "fixmedins_name": card.name,
            "uscc": card.credit_code,
            "fixmedins_type": PHARMACY_TYPE if card.level == "pharmacy" else HOSPITAL_TYPE,
            "hosp_lv": LEVEL_CODE[card.level],
            "exp_content": None,
        }
        for card in cards
    ]
    return call.reply.success({"medinsinfo": found})


async def handle(call: Call, flows: GatewayFlows) -> bytes:
    """Look institutions up."""
    values = call.input.one("medinsinfo")
    cards = await flows.institution(values.text("fixmedins_code"), values.text("fixmedins_name"))
    wanted = values.text("fixmedins_type")
    if wanted:
        cards = [card for card in cards if (card.level == "pharmacy") == (wanted == PHARMACY_TYPE)]
    return render(cards, call)
