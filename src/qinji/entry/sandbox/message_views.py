"""What was kept of a message, as the JSON that the door answers and as the pages show it. Pure."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TypedDict

from qinji.gateway.observed import Outcome
from qinji.gateway.registry import find
from qinji.gateway.wire import moment_text
from qinji.kernel.refusal import RefusalCode
from qinji.platform.exchanges import Numbered
from qinji.web.sandbox.json_lines import Remark, lines_of, with_remarks
from qinji.web.sandbox.messages import MessageDetail, Shown

REFERENCE = "/sandbox/reference"
MESSAGES = "/sandbox/messages"
ERROR = "error"

_RESULTS: dict[Outcome, tuple[str, str]] = {
    Outcome.DONE: ("done", "办成"),
    Outcome.REFUSED: ("refused", "拒绝"),
    Outcome.REMEMBERED: ("remembered", "重发,原样答复"),
    Outcome.IN_DOUBT: ("trouble", "结果未知"),
    Outcome.BROKEN: ("trouble", "内部错误"),
    Outcome.NOT_SIGNED: ("refused", "签名未通过"),
}
_RETRYABLE = "拒绝,可原号重发"


class FindingDocument(TypedDict):
    """One finding as it is answered; ``page`` is the address of the page to read on."""

    place: str
    severity: str
    rule: str
    text: str
    page: str


class MessageDocument(TypedDict, total=False):
    """One message as it is answered; ``request`` and ``reply`` are documents, or texts where they are no JSON."""

    number: int
    at: str
    fixmedins_code: str
    infno: str
    title: str
    msgid: str
    outcome: str
    refused: str | None
    microseconds: int
    findings: list[FindingDocument]
    page: str
    request: object
    reply: object


class ListDocument(TypedDict):
    """The answer of the door. ``last`` is the number of the newest message of all institutions."""

    messages: list[MessageDocument]
    last: int
    dropped: int


def title_of(message_number: str) -> str:
    """What a message is called."""
    served = find(message_number)
    if served is not None:
        return served.message.title
    return "没有的交易" if message_number else "读不出的报文"


def result_of(outcome: str, refusal: str) -> tuple[str, str]:
    """How a message ended: a word for the style, and one for people."""
    kind, told = _RESULTS[Outcome(outcome)]
    if kind == "refused" and refusal in RefusalCode.__members__ and RefusalCode[refusal].retryable:
        return kind, _RETRYABLE
    return kind, told


def duration_of(microseconds: int) -> str:
    """A duration for people."""
    if microseconds < 10_000:
        return f"{microseconds / 1000:.1f} 毫秒"
    return (
        f"{microseconds // 1000} 毫秒" if microseconds < 1_000_000 else f"{microseconds / 1_000_000:.1f} 秒"
    )


def time_of(at: str) -> str:
    """The time of day in China of a moment as it is answered."""
    return moment_text(datetime.fromisoformat(at))[11:]


def findings_of(kept: Numbered, base: str) -> list[FindingDocument]:
    """The findings with the addresses of their pages."""
    found: list[dict[str, str]] = json.loads(kept.exchanged.findings)
    return [
        FindingDocument(
            place=one["place"],
            severity=one["severity"],
            rule=one["rule"],
            text=one["text"],
            page=base + _page(one["page"], one["anchor"]),
        )
        for one in found
    ]


def _page(page: str, anchor: str) -> str:
    whole = f"{REFERENCE}/{page}" if page else REFERENCE
    return f"{whole}#{anchor}" if anchor else whole


def document_of(kept: Numbered, base: str, *, bodies: bool) -> MessageDocument:
    """One message as JSON."""
    one = kept.exchanged
    told = MessageDocument(
        number=kept.number,
        at=one.at.isoformat(),
        fixmedins_code=one.sender,
        infno=one.message_number,
        title=title_of(one.message_number),
        msgid=one.message_id,
        outcome=one.outcome,
        refused=one.refusal or None,
        microseconds=one.microseconds,
        findings=findings_of(kept, base),
        page=f"{base}{MESSAGES}/{kept.number}",
    )
    if bodies:
        told["request"], told["reply"] = _parsed(one.request), _parsed(one.reply)
    return told


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text


def shown(kept: Numbered) -> Shown:
    """One message of the list."""
    one = kept.exchanged
    remarks = _remarks(kept)
    kind, result = result_of(one.outcome, one.refusal)
    return Shown(
        number=kept.number,
        at=moment_text(one.at),
        sender=one.sender,
        message_number=one.message_number,
        title=title_of(one.message_number),
        message_id=one.message_id,
        kind=kind,
        result=result,
        duration=duration_of(one.microseconds),
        first=remarks[0] if remarks else None,
        more=max(0, len(remarks) - 1),
    )


def detail(kept: Numbered) -> MessageDetail:
    """One message with its answer and what is to be said of each line."""
    remarks, served = _remarks(kept), find(kept.exchanged.message_number)
    request, whole = with_remarks(lines_of(kept.exchanged.request), remarks)
    errors = sum(remark.error for remark in remarks)
    return MessageDetail(
        shown=shown(kept),
        errors=errors,
        advice=len(remarks) - errors,
        whole=whole,
        request=request,
        reply=lines_of(kept.exchanged.reply),
        reference=f"{REFERENCE}/{served.message.number}" if served is not None else "",
    )


def _remarks(kept: Numbered) -> list[Remark]:
    return [
        Remark(one["place"], one["severity"] == ERROR, one["text"], one["page"])
        for one in findings_of(kept, "")
    ]
