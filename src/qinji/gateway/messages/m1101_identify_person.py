"""1101 人员基本信息获取: who is behind a credential, or behind an identity number."""

from __future__ import annotations

from dataclasses import replace

from qinji.flows.parts.commands import Credential, CredentialKind, IdentifyPerson, PersonCard
from qinji.gateway.call import Call
from qinji.gateway.doors import GatewayFlows
from qinji.gateway.fields import Message, Node, Role, checked, closed, kept, needed
from qinji.gateway.parts.identity import claimed_of, credential_of, credential_without_kind
from qinji.gateway.parts.person import PERSON_NODES, person_nodes
from qinji.kernel.ensure import InvariantBroken
from qinji.kernel.refusal import RefusalCode, Refused, refuse

MESSAGE = Message(
    number="1101",
    title="人员基本信息获取",
    nodes_in=(
        Node(
            "data",
            "查询条件",
            (
                closed("mdtrt_cert_type", "就诊凭证类型", "mdtrt_cert_type", Role.NEEDED, unless="certno"),
                needed("mdtrt_cert_no", "就诊凭证编号", 50, unless="certno"),
                kept("card_sn", "卡识别码", 32),
                kept("begntime", "开始时间", 19),
                kept("psn_cert_type", "人员证件类型", 6, "psn_cert_type"),
                checked("certno", "证件号码", 50),
                checked("psn_name", "人员姓名", 50),
            ),
        ),
    ),
    nodes_out=PERSON_NODES,
    writes=False,
    note="凭证可省略,此时按 certno(身份证号码)查询。",
)


def command(call: Call) -> IdentifyPerson | Refused:
    """Identify by the credential, or by the identity number when no credential was read."""
    values = call.input.one("data")
    refusal = credential_without_kind(values)
    if refusal is not None:
        return refusal
    claimed = claimed_of(values)
    credential = credential_of(values)
    if credential is None:
        credential = Credential(CredentialKind.IDENTITY_NUMBER, claimed.certificate_number)
        claimed = replace(claimed, certificate_number="")
    return IdentifyPerson(origin=call.origin, credential=credential, claimed=claimed, scan_only=False)


def render(card: PersonCard, call: Call) -> bytes:
    """The reply with the person."""
    return call.reply.success(person_nodes(card))


def _of_field(refused: Refused, call: Call) -> Refused:
    """Nobody found: the field to correct is the one the message was searched by."""
    by_credential = bool(call.input.one("data").text("mdtrt_cert_no"))
    if refused.code is not RefusalCode.PERSON_UNKNOWN or by_credential:
        return refused
    return refuse(RefusalCode.PERSON_UNKNOWN, field="certificate_number", label="证件号码")


async def handle(call: Call, flows: GatewayFlows) -> bytes:
    """Read the person; a code is redeemed by this."""
    asked = command(call)
    outcome = asked if isinstance(asked, Refused) else await flows.identify(asked)
    if isinstance(outcome, Refused):
        return call.reply.refused(_of_field(outcome, call))
    if not isinstance(outcome, PersonCard):
        raise InvariantBroken("1101 is answered with a person")
    return render(outcome, call)
