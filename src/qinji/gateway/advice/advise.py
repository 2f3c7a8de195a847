"""All rules together: from a message and its answer to what its sender should know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain, islice

import msgspec

from qinji.gateway.advice.amounts import about_amounts
from qinji.gateway.advice.bodies import Body
from qinji.gateway.advice.envelope import about_envelope
from qinji.gateway.advice.finding import ROOT, Finding, Severity, Subject
from qinji.gateway.advice.refusals import about_refusal
from qinji.gateway.advice.values import about_input
from qinji.gateway.envelope import decode_body
from qinji.gateway.observed import Exchange, Outcome
from qinji.gateway.registry import find
from qinji.gateway.wire import Json
from qinji.kernel.refusal import RefusalCode, Refused

FINDINGS_MAX = 60
"""Findings of one message; who has more than these has seen the pattern."""


def advise(exchange: Exchange, body: Body, institutions: tuple[str, ...] = ()) -> list[Finding]:
    """What was wrong, errors first; ``institutions`` are the codes that exist, to find the one that was meant.

    The sentences may quote what the message held: they are masked together with it.
    """
    subject = subject_of(exchange, body)
    # Of a body that cannot be read, where it breaks tells more than that it does.
    unreadable = exchange.refused is RefusalCode.MESSAGE_UNREADABLE
    found: Iterator[Finding] = chain(
        body.findings if unreadable else (),
        about_refusal(subject, institutions),
        () if unreadable else body.findings,
        about_envelope(subject) if exchange.outcome is not Outcome.NOT_SIGNED else (),
        about_input(subject),
        about_amounts(subject),
    )
    bounded = list(islice(found, FINDINGS_MAX))
    return sorted(_once(bounded), key=lambda finding: finding.severity is not Severity.ERROR)


def subject_of(exchange: Exchange, body: Body) -> Subject:
    """The message as the rules look at it."""
    document = body.document or {}
    served = find(exchange.number or body.field("infno").upper())
    return Subject(
        at=exchange.at,
        content_type=exchange.content_type,
        text=body.text,
        document=document,
        input=_input(document.get("input")),
        message=served.message if served is not None else None,
        outcome=exchange.outcome,
        refused=exchange.refused,
        error=_error(exchange.reply),
    )


def _input(value: Json) -> Mapping[str, Json]:
    if isinstance(value, str) and value.strip():
        found = decode_body("application/json", value.encode("utf-8", "replace"))
        return {} if isinstance(found, Refused) else found
    return value if isinstance(value, Mapping) else {}


def _error(reply: bytes) -> str:
    """The sentence of a refusal; that of a transport stands under ``message``."""
    try:
        found = msgspec.json.decode(reply)
    except msgspec.MsgspecError:
        return ""
    if not isinstance(found, dict):
        return ""
    return str(found.get("err_msg") or found.get("message") or "") if found.get("infcode") != 0 else ""


def _once(findings: list[Finding]) -> list[Finding]:
    """An advice is left out where an error says the same already, or where a typing error explains it."""
    wrong = {finding.place for finding in findings if finding.severity is Severity.ERROR} - {ROOT}
    told = {"not_the_product", "lines_not_total", "too_long"}
    meant = {finding.anchor for finding in findings if finding.rule in {"unknown_name", "name_case"}}
    return [
        finding
        for finding in findings
        if not (finding.rule == "insured_place_missing" and finding.anchor in meant)
        if finding.severity is Severity.ERROR or not (finding.place in wrong and finding.rule in told)
    ]
