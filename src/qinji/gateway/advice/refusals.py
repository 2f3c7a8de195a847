"""The refusal with its place in the message, and what would be refused next."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from qinji.gateway.advice.finding import ROOT, Finding, Severity, Subject, anchor_of, found_node, places_of
from qinji.gateway.fields import Message
from qinji.gateway.infcode import refusal_text
from qinji.gateway.observed import Outcome
from qinji.gateway.parsing import wrong_fields
from qinji.gateway.wire import as_text
from qinji.kernel.refusal import NOT_A_CODE, RefusalCode, Refused

_LINE_FIELD = re.compile(r"(\w+) 第(\d+)条 (\w+)")
_NAME = re.compile(r"[a-z][A-Za-z]*(?:_[A-Za-z]+)+|certno|msgid|infno|input|cnt|pric|insutype")

_CREDENTIAL = ("mdtrt_cert_no", "ecQrCode")
_PLACES: Mapping[RefusalCode, tuple[str, ...]] = {
    RefusalCode.MESSAGE_UNKNOWN: ("infno",),
    RefusalCode.INSTITUTION_UNKNOWN: ("fixmedins_code",),
    RefusalCode.KIND_NOT_SERVED: ("infno",),
    RefusalCode.MESSAGE_ALTERED: ("msgid",),
    RefusalCode.MESSAGE_REVERSED: ("msgid",),
    **dict.fromkeys(NOT_A_CODE, _CREDENTIAL),
    RefusalCode.CODE_WRONG: _CREDENTIAL,
    RefusalCode.CODE_EXPIRED: _CREDENTIAL,
    RefusalCode.CODE_USED_ELSEWHERE: _CREDENTIAL,
    RefusalCode.CODE_VOID: _CREDENTIAL,
    RefusalCode.CODE_SESSION_CONSUMED: _CREDENTIAL,
    RefusalCode.CODE_SESSION_OVER: _CREDENTIAL,
    RefusalCode.CODE_FROZEN: _CREDENTIAL,
    RefusalCode.CODE_NOT_ACTIVATED: _CREDENTIAL,
    RefusalCode.CREDENTIAL_REQUIRED: _CREDENTIAL,
    RefusalCode.INSURED_ELSEWHERE: ("psn_no",),
    RefusalCode.INSURANCE_DIFFERS: ("insutype",),
    RefusalCode.BENEFIT_STOPPED: ("psn_no",),
    RefusalCode.ONLINE_SUSPENDED: ("psn_no",),
    RefusalCode.VISIT_CLOSED: ("mdtrt_id",),
    RefusalCode.VISIT_HAS_LINES: ("mdtrt_id",),
    RefusalCode.VISIT_HAS_SETTLEMENT: ("mdtrt_id",),
    RefusalCode.SERVICE_DAY_TOO_OLD: ("begntime",),
    RefusalCode.AMOUNT_NOT_PRODUCT: ("det_item_fee_sumamt",),
    RefusalCode.BATCH_SETTLED: ("chrg_bchno",),
    RefusalCode.ALREADY_SETTLED: ("chrg_bchno", "feedetl_sn"),
    RefusalCode.PREVIEW_CHANGED: ("medfee_sumamt",),
    RefusalCode.MEDICAL_TYPE_NOT_SERVED: ("med_type",),
    RefusalCode.SETTLEMENT_CANCELLED: ("setl_id",),
    RefusalCode.SETTLEMENT_OF_MESSAGE_UNKNOWN: ("omsgid",),
    RefusalCode.REVERSAL_NOT_SERVED: ("omsgid",),
}
"""Where to look, for refusals whose sentence does not name the field itself."""

_FIELD_REFUSALS = frozenset(
    {RefusalCode.FIELD_MISSING, RefusalCode.FIELD_INVALID, RefusalCode.TOO_MANY_ITEMS}
)

_ENDED: Mapping[Outcome, str] = {
    Outcome.IN_DOUBT: "数据库在提交时中断,结果未知。请用同一 msgid 原样重发:已办成的会得到原来的答复,不会再办一次",
    Outcome.BROKEN: "经办端内部错误,结果未知。请用同一 msgid 原样重发;仍然如此请告诉我们这个交易和时间",
}


def about_refusal(subject: Subject, institutions: tuple[str, ...]) -> Iterator[Finding]:
    """Why the message was not done."""
    if subject.outcome in _ENDED:
        yield Finding(ROOT, Severity.ERROR, subject.outcome.value, _ENDED[subject.outcome], subject.number)
    elif subject.outcome is Outcome.NOT_SIGNED:
        text = subject.error or "签名没有通过,报文内容没有被查看。请核对访问密钥、时间戳和签名公式"
        yield Finding(ROOT, Severity.ERROR, "not_signed", text)
    elif subject.outcome is Outcome.REMEMBERED and subject.error:
        yield _at(_named_place(subject, ()), "remembered_refusal", subject.error, subject.number)
    elif subject.refused in _FIELD_REFUSALS and subject.message is not None:
        yield from _wrong_fields(subject, subject.message)
    elif subject.refused is not None:
        place = _place(subject, subject.refused)
        yield _at(place, subject.refused.name.lower(), subject.error, subject.number)
        yield from _nearest_institution(subject, institutions)


def _wrong_fields(subject: Subject, message: Message) -> Iterator[Finding]:
    """The field that refused the message first, then the other fields that would have."""
    refusals = wrong_fields(message, subject.input)
    texts = [refusal_text(refused) for refused in refusals]
    if subject.error and subject.error not in texts:
        code = subject.refused or RefusalCode.FIELD_INVALID
        place = _place(subject, code)
        yield _at(place, code.name.lower(), subject.error, subject.number)
    first = texts.index(subject.error) if subject.error in texts else 0
    for index in sorted(range(len(refusals)), key=lambda index: index != first):
        yield _wrong_field(subject, message, refusals[index], texts[index])


def _wrong_field(subject: Subject, message: Message, refused: Refused, text: str) -> Finding:
    place = _place_of_field(subject, message, str(refused.facts.get("field", "")))
    return _at(place, refused.code.name.lower(), text, message.number)


def _at(place: str, rule: str, text: str, number: str) -> Finding:
    """An error, with its field on the page of the message or among the fields of the envelope."""
    outside = place != ROOT and not place.startswith(f"{ROOT}.input")
    return Finding(place, Severity.ERROR, rule, text, "" if outside else number, anchor_of(place))


def _place_of_field(subject: Subject, message: Message, told: str) -> str:
    """Where a field stands that the parser names; the first node that has it when it stands in several."""
    many = _LINE_FIELD.fullmatch(told)
    for node in message.nodes_in:
        name, value = found_node(node, subject.input)
        place = f"{ROOT}.input.{name}" if name else f"{ROOT}.input"
        if told == node.name:
            return place
        if many is not None and many.group(1) == node.name:
            index = f"[{int(many.group(2)) - 1}]" if isinstance(value, list | tuple) else ""
            return f"{place}{index}.{many.group(3)}"
        if many is None and any(field.name == told for field in node.fields):
            return f"{place}.{told}"
    return f"{ROOT}.{told}"


def _place(subject: Subject, code: RefusalCode) -> str:
    """The field that the refusal is about; one that is missing stands where it should be."""
    place = _named_place(subject, _PLACES.get(code, ()))
    missing = _NAME.findall(subject.error)
    return (
        f"{ROOT}.{missing[0]}" if place == ROOT and missing and code is RefusalCode.FIELD_MISSING else place
    )


def _named_place(subject: Subject, names: tuple[str, ...]) -> str:
    """The first of these fields, or of those in the sentence; of several places the one whose value is quoted."""
    for name in (*names, *_NAME.findall(subject.error)):
        found = list(places_of(subject.document, name)) or list(
            places_of(subject.input, name, f"{ROOT}.input")
        )
        quoted = [place for place, value in found if (text := as_text(value)) and text in subject.error]
        if found:
            return (quoted or [found[0][0]])[0]
    return ROOT


def _nearest_institution(subject: Subject, institutions: tuple[str, ...]) -> Iterator[Finding]:
    if subject.refused is not RefusalCode.INSTITUTION_UNKNOWN:
        return
    near = get_close_matches(subject.text_of("fixmedins_code").upper(), institutions, n=1, cutoff=0.8)
    if near:
        text = f"最接近的沙箱机构编号是 {near[0]},请核对是否写错"
        yield Finding(f"{ROOT}.fixmedins_code", Severity.ADVICE, "nearest_institution", text)
