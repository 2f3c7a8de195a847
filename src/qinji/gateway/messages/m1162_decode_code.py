"""1162 医保码解码: a scanned code becomes the patient and the token that the visit's later messages carry.

This message has keys of its own beside the envelope's: ``code``, ``type``, ``message``, ``data``; refused, it has
``success`` and ``code`` 500159 (interface 3.2 and 3.3).
"""

from __future__ import annotations

from qinji.flows.parts.commands import (
    ClaimedIdentity,
    CodeDecoded,
    Credential,
    CredentialKind,
    IdentifyPerson,
)
from qinji.gateway.call import Call
from qinji.gateway.dictionaries import IDENTITY_CARD
from qinji.gateway.doors import GatewayFlows
from qinji.gateway.fields import Kind, Message, Node, OutField, OutNode, kept, needed
from qinji.gateway.wire import Json
from qinji.kernel.ensure import InvariantBroken
from qinji.kernel.refusal import Refused

MESSAGE = Message(
    number="1162",
    title="医保码解码",
    nodes_in=(
        Node(
            "data",
            "扫码信息",
            (
                needed("ecQrCode", "医保码", 64),
                kept("businessInfo", "用码业务信息", 200),
                kept("termId", "终端编号", 50),
                kept("termIp", "终端IP地址", 50),
                kept("mdtrt_cert_type", "凭证类型(0 卡,1 电子凭证)", 3),
            ),
            aliases=("",),
        ),
    ),
    nodes_out=(
        OutNode(
            "data",
            "解码结果",
            (
                OutField("userName", "用户姓名", Kind.TEXT),
                OutField("idNo", "证件号码", Kind.TEXT),
                OutField("idType", "证件类型", Kind.TEXT),
                OutField("insuOrg", "参保地行政区划", Kind.TEXT),
                OutField("ecIndexNo", "外部索引号", Kind.TEXT),
                OutField("ecToken", "身份核验令牌", Kind.TEXT),
                OutField("gender", "性别", Kind.TEXT, nullable=True),
                OutField("birthday", "出生日期", Kind.TEXT, nullable=True),
                OutField("nationality", "国籍", Kind.TEXT, nullable=True),
                OutField("email", "电子邮箱", Kind.TEXT, nullable=True),
                OutField("chnlId", "渠道", Kind.TEXT),
                OutField("ecQrCode", "医保码", Kind.TEXT),
                OutField("authNo", "授权流水号", Kind.TEXT, nullable=True),
            ),
        ),
    ),
    writes=False,
    note="字段可放在 input.data 中,也可直接放在 input 中。回复除通用报文头外,还带 code、type、message、data。",
)


def command(call: Call) -> IdentifyPerson:
    """Decode this code; anything that is no code is refused."""
    code = call.input.one("data").text("ecQrCode")
    return IdentifyPerson(
        origin=call.origin,
        credential=Credential(CredentialKind.CODE, code),
        claimed=ClaimedIdentity(),
        scan_only=True,
    )


def render(decoded: CodeDecoded, call: Call) -> bytes:
    """The recorded keys at the top, and the ordinary envelope with the same data."""
    data = _data(decoded)
    extra: dict[str, Json] = {"code": 0, "type": "success", "message": "成功", "data": data}
    return call.reply.success({"data": data}, extra=extra)


def _data(decoded: CodeDecoded) -> dict[str, Json]:
    return {
        "userName": decoded.person.name,
        "idNo": decoded.person.certificate_number,
        "idType": IDENTITY_CARD,
        "insuOrg": decoded.person.region,
        "ecIndexNo": decoded.index_number,
        "ecToken": decoded.token,
        "gender": None,
        "birthday": None,
        "nationality": None,
        "email": None,
        "chnlId": decoded.channel,
        "ecQrCode": decoded.code,
        "authNo": None,
    }


async def handle(call: Call, flows: GatewayFlows) -> bytes:
    """Redeem the code into a session of this institution."""
    outcome = await flows.identify(command(call))
    if isinstance(outcome, Refused):
        return call.reply.refused_decoding(outcome)
    if not isinstance(outcome, CodeDecoded):
        raise InvariantBroken("1162 is answered with a decoded code")
    return render(outcome, call)
