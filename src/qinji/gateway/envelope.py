"""The request's envelope: bytes to a document, the document to an envelope, the input to its canonical digest."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from email.message import Message as MimeHeader
from urllib.parse import parse_qsl

import msgspec

from qinji.gateway.wire import Json, as_text, number_text
from qinji.kernel.refusal import RefusalCode, Refused, refuse

MESSAGE_ID_MAX = 40
ENVELOPE_TEXT_MAX = 200
NUMBER_MAX = 10
INSTITUTION_MAX = 30
"""What is longer than this is no message number or institution code; it is cut, so that a refusal stays readable."""

DEPTH_MAX = 32
"""Nesting of objects and lists in one message."""

GBK_NAMES = frozenset({"gbk", "gb2312", "gb18030", "x-gbk"})
_FORM = "application/x-www-form-urlencoded"
_DECODER = msgspec.json.Decoder(float_hook=Decimal)
_ENCODER = msgspec.json.Encoder(order="sorted")

Document = Mapping[str, Json]
_NESTS = (dict, list)
"""What JSON is read into that holds other values."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What is around the input. ``sent_number`` is the message number as it came, before 2203A became 2203."""

    sent_number: str
    message_id: str
    institution: str
    operator: str
    sign_number: str
    document: Document


def decode_body(content_type: str, body: bytes) -> Document | Refused:
    """The JSON object of a body: UTF-8, or GBK where the header says so; plain, or the one value of a form."""
    header = MimeHeader()
    header["content-type"] = content_type or "application/json"
    charset = str(header.get_param("charset", "utf-8")).lower()
    encoding = "gb18030" if charset in GBK_NAMES else "utf-8-sig"
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError:
        return _unreadable("编码不是 " + ("GBK" if charset in GBK_NAMES else "UTF-8"))
    if header.get_content_type() == _FORM and not text.lstrip().startswith("{"):
        found = _form_value(text, encoding)
        if isinstance(found, Refused):
            return found
        text = found
    return _object(text, "报文")


def _form_value(text: str, encoding: str) -> str | Refused:
    try:
        pairs = parse_qsl(text, keep_blank_values=True, encoding=encoding, errors="strict", max_num_fields=8)
    except ValueError:
        return _unreadable("表单编码不正确")
    filled = [value or name for name, value in pairs if value or name.lstrip().startswith("{")]
    return filled[0] if len(filled) == 1 else _unreadable("表单应只有一个值")


def _object(text: str, name: str) -> Document | Refused:
    try:
        found: Json = _DECODER.decode(text)
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return _unreadable(f"{name}不是 JSON")
    if not isinstance(found, dict):
        return _unreadable(f"{name}不是 JSON 对象")
    return found if depth_allowed(found, DEPTH_MAX) else _unreadable(f"{name}嵌套超过 {DEPTH_MAX} 层")


def depth_allowed(value: Json, left: int) -> bool:
    """Whether objects and lists are nested at most so deep."""
    if not isinstance(value, _NESTS):
        return True
    if left <= 0:
        return False
    parts = value.values() if isinstance(value, dict) else value
    # Most values nest nothing, and asking them by a call each is what would take the time.
    return all(depth_allowed(inner, left - 1) for inner in parts if isinstance(inner, _NESTS))


def read_envelope(document: Document) -> Envelope | Refused:
    """The envelope of a document; refuses one without message id or institution, or with an unreadable input."""
    message_id = _filled(document, "msgid", "发送方报文ID")
    if isinstance(message_id, Refused):
        return message_id
    if len(message_id) > MESSAGE_ID_MAX:
        return _invalid("msgid", "发送方报文ID", message_id, f"超过 {MESSAGE_ID_MAX} 个字符")
    institution = sending_institution(document)
    if isinstance(institution, Refused):
        return institution
    number = sent_number(document)
    if isinstance(number, Refused):
        return number
    found = _input(document.get("input"))
    if isinstance(found, Refused):
        return found
    return Envelope(
        sent_number=number,
        message_id=message_id,
        institution=institution,
        operator=_kept(document, "opter"),
        sign_number=_kept(document, "sign_no"),
        document=found,
    )


def sent_number(document: Document) -> str | Refused:
    """The message number as it came (``infno``); refused when there is none."""
    number = _filled(document, "infno", "交易编号")
    return number if isinstance(number, Refused) else number.upper()[:NUMBER_MAX]


def sending_institution(document: Document) -> str | Refused:
    """The code of the institution that sends (``fixmedins_code``); refused when there is none."""
    code = _filled(document, "fixmedins_code", "定点医药机构编号")
    return code if isinstance(code, Refused) else code[:INSTITUTION_MAX]


def told_message_id(document: Document) -> str:
    """The message id for whoever watches the door, before the envelope is read; "" where it is none."""
    return (as_text(document.get("msgid")) or "")[:MESSAGE_ID_MAX]


def _filled(document: Document, name: str, label: str) -> str | Refused:
    """The text of a field of the envelope; refuses an empty one, and one that is neither text nor number."""
    text = as_text(document.get(name))
    if text is None:
        return _invalid(name, label, "…", "应为文字或数字")
    return text or refuse(RefusalCode.FIELD_MISSING, field=name, label=label)


def _input(value: Json) -> Document | Refused:
    if isinstance(value, Mapping):
        return value
    text = as_text(value)
    if text is None:
        return _invalid("input", "交易输入", "…", "应为 JSON 对象")
    return _object(text, "input") if text else {}


def _kept(document: Document, name: str) -> str:
    return (as_text(document.get(name)) or "")[:ENVELOPE_TEXT_MAX]


def digest_of(number: str, document: Document, numbers: frozenset[str]) -> bytes:
    """The hash of the content: message number and input, with keys sorted, empty values dropped, numbers as one text.

    ``numbers`` names the number fields: in them ``"10.00"`` is 10. Times, operator and signature are not content.
    """
    canonical = {"infno": number, "input": _canonical(document, "", numbers)}
    return hashlib.sha256(_ENCODER.encode(canonical)).digest()


def _canonical(value: Json, name: str, numbers: frozenset[str]) -> Json:
    if isinstance(value, dict):
        inner = {key: _canonical(part, key, numbers) for key, part in value.items()}
        return {key: part for key, part in inner.items() if part}
    if isinstance(value, list):
        return [_canonical(part, name, numbers) for part in value]
    text = as_text(value)
    if text is None:
        return str(value)
    return _as_number(text) if name in numbers else text


def _as_number(text: str) -> str:
    try:
        return number_text(Decimal(text))
    except InvalidOperation:
        return text


def _unreadable(reason: str) -> Refused:
    return refuse(RefusalCode.MESSAGE_UNREADABLE, reason=reason)


def _invalid(name: str, label: str, value: str, reason: str) -> Refused:
    return refuse(
        RefusalCode.FIELD_INVALID, field=name, label=label, value=value[:MESSAGE_ID_MAX], reason=reason
    )
