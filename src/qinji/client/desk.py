"""The pure core: a message becomes bytes and headers, a reply becomes a result or a problem.

No network, clock or chance of its own. ``Client`` and ``AsyncClient`` do what it yields.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal, DecimalException
from http import HTTPStatus
from typing import TypeVar

from qinji.client.message import Message, Prepared, Reply
from qinji.client.message_ids import MessageIds
from qinji.client.model import Institution, Operator, SchemeA, SchemeB, moment_text
from qinji.client.problems import Busy, NotSigned, Refused, Unknown, Unreachable
from qinji.client.reading import Json, Misread
from qinji.client.steps import Conversation, NoReply, Outcome, Post, Replied
from qinji.client.terminal import Terminal
from qinji.kernel.dates import milliseconds
from qinji.kernel.signing import A_PATH, headers_a, headers_b

T = TypeVar("T")

RECEIVER = "99"
VERSION = "V1.0"
CLERK = "1"
BUSY = "系统繁忙"
UNKNOWN = "结果未知"
"""What the text of a reply says when nothing, or nothing certain, can be said yet."""

NOT_SIGNED = "401"
"""How the code of a gateway begins that does not accept a signature, whichever of its keys it is in."""


class Desk:
    """One institution's end of the line. ``operator`` may be changed, as after signing in."""

    def __init__(self, institution: Institution, operator: Operator, terminal: Terminal) -> None:
        self.institution = institution
        self.operator = operator
        self._clock = terminal.clock
        self._nonce = terminal.nonce
        self._message_ids = MessageIds(institution.code, terminal)

    def prepare(self, message: Message[T]) -> Prepared[T]:
        """Gives the message its id and its envelope."""
        message_id = self._message_ids()
        envelope = {
            "infno": message.number,
            "msgid": message_id,
            "mdtrtarea_admvs": self.institution.region,
            "insuplc_admdvs": message.insured_region,
            "recer_sys_code": RECEIVER,
            "dev_no": "",
            "dev_safe_info": "",
            "cainfo": "",
            "signtype": "",
            "infver": VERSION,
            "opter_type": CLERK,
            "opter": self.operator.number,
            "opter_name": self.operator.name,
            "inf_time": moment_text(self._clock()),
            "fixmedins_code": self.institution.code,
            "fixmedins_name": self.institution.name,
            "sign_no": self.operator.sign_number,
            "input": message.content,
        }
        body = json.dumps(envelope, ensure_ascii=False).encode()
        return Prepared(message.number, message_id, body, message.read)

    def ask(self, message: Prepared[T]) -> Conversation[T]:
        """Sends a message once and reads its reply; raises a Problem where none or a bad one comes."""
        outcome = yield self._post(message)
        return result_of(message, outcome)

    def _post(self, message: Prepared[object]) -> Post:
        signing = self.institution.signing
        headers = {"Content-Type": "application/json; charset=utf-8"}
        if isinstance(signing, SchemeA):
            at = milliseconds(self._clock())
            headers |= headers_a(message.number, signing.access_key, signing.secret, at)
            return Post(A_PATH, headers, message.body)
        if isinstance(signing, SchemeB):
            at = milliseconds(self._clock()) // 1000
            headers |= headers_b(signing.access_key, signing.secret, at, self._nonce())
        return Post(signing.path, headers, message.body)


def result_of(message: Prepared[T], outcome: Outcome | None) -> T:
    """What came of sending a message: its result, or the Problem that says what is known of it."""
    if isinstance(outcome, Replied):
        return _read(message, outcome)
    if isinstance(outcome, NoReply) and not outcome.sent:
        raise Unreachable(f"连接不上经办端,报文没有发出:{outcome.reason}", message)
    reason = outcome.reason if isinstance(outcome, NoReply) else ""
    raise Unknown(f"报文已发出,没有收到答复,结果未知:{reason}", message)


def _read(message: Prepared[T], replied: Replied) -> T:
    document = _document(replied.body)
    text = str(document.get("err_msg") or document.get("message") or "")
    codes = [str(document.get(name)) for name in ("errcode", "code")]
    if replied.status == HTTPStatus.UNAUTHORIZED or any(code.startswith(NOT_SIGNED) for code in codes):
        raise NotSigned(text or f"HTTP {replied.status}", message)
    if "infcode" not in document or replied.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise Unknown(f"答复不是报文(HTTP {replied.status}),结果未知,请核对地址", message)
    if str(document["infcode"]) != "0":
        problem = Unknown if UNKNOWN in text else Busy if BUSY in text else Refused
        raise problem(text, message)
    reply = Reply(
        output=document.get("output"),
        warning=str(document.get("warn_msg") or ""),
        reference=str(document.get("inf_refmsgid") or ""),
        body=replied.body,
    )
    try:
        return message.read(reply)
    except (Misread, DecimalException) as broken:
        # It was done, but nobody can say what came of it: the same as no reply.
        raise Unknown(f"答复无法读取,结果未知:{broken}", message) from broken


def _document(body: bytes) -> Mapping[str, Json]:
    """The JSON object of a body; empty when it is none."""
    try:
        found = json.loads(body, parse_float=Decimal)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
