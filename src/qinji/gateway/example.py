"""The example of a message as commands that can be pasted: first what it needs, then itself, then its reply."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

Recorded: TypeAlias = Mapping[str, object]
"""A request or reply on record, as JSON."""

RECORDED_DAY = "2026-03-17"
"""The day of the recorded examples."""

PATIENT = "9901000000050001"
"""The person of the examples."""

_EARLIER = {"mdtrt_id": "MDTRT_ID", "setl_id": "SETL_ID", "sign_no": "SIGN_NO", "ecQrCode": "CODE"}
"""Fields whose value an earlier reply gives, and the shell's variable that holds it."""

_OPEN, _FILL, _SETTLE = ("2201", ("mdtrt_id",)), ("2204", ()), ("2207", ("setl_id",))
_BEFORE: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "2103": (("2102", ("mdtrt_id", "setl_id")),),
    "2202": (_OPEN,),
    "2203": (_OPEN,),
    "2204": (_OPEN,),
    "2205": (_OPEN, _FILL),
    "2206": (_OPEN, _FILL),
    "2207": (_OPEN, _FILL),
    "2208": (_OPEN, _FILL, _SETTLE),
    "5201": (_OPEN,),
    "5202": (_OPEN, ("2203", ())),
    "5203": (_OPEN, _FILL, _SETTLE),
    "5204": (_OPEN, _FILL, _SETTLE),
    "9002": (("9001", ("sign_no",)),),
}
"""What has to be sent before an example, and the fields of those replies that it uses."""

_NOW = "$(date +%s%N)"
_EXPRESSIONS = {
    "TODAY": "$(TZ=CST-8 date +%F)",
    "msgid": _NOW,
    "feedetl_sn": _NOW,
    **{name: f"${variable}" for name, variable in _EARLIER.items()},
}
_FRESH_LINES = {"2101", "2102"}
"""Where a line's number may be used only once, as long as its purchase stands."""

_FIELD = r"""field() { grep -o "\"$1\":\"[^\"]*" | head -n 1 | cut -d '"' -f 4; }"""
_JSON_HEADER = "-H 'Content-Type: application/json'"
_SHOW_CODE = f"""{_FIELD}
BEGUN=$(curl -s BASE/api/v1/sign-ins {_JSON_HEADER} -d '{{"psn_no": "{PATIENT}"}}')
TOKEN=$(curl -s BASE/api/v1/sign-ins/$(printf '%s' "$BEGUN" | field id) {_JSON_HEADER} \\
  -d '{{"code": "'$(printf '%s' "$BEGUN" | field sandbox_code)'"}}' | field token)
CODE=$(curl -s -X POST BASE/api/v1/credential/codes -H "Authorization: Bearer $TOKEN" | field code)
"""
"""Signs a patient in at the JSON door and shows their code."""


@dataclass(frozen=True, slots=True)
class Example:
    """``before`` says what has to be sent first and ``before_commands`` sends it, both "" where nothing has to be.

    ``reply`` is what the sandbox answered on the day of the record.
    """

    note: str
    before: str
    before_commands: str
    command: str
    reply: str


def example_of(number: str, requests: Mapping[str, Recorded], reply: Recorded, base: str) -> Example:
    """The example of a message. ``requests`` holds that of every message, ``base`` is the address of the server."""
    address = f"{base}/fsi/api/call"
    body = _in_shell(json.dumps(_with_places(requests[number], number), ensure_ascii=False, indent=1))
    before, commands = _before(number, requests, base, address)
    return Example(
        note="人员、卡号和机构都在沙箱中;日期是当天,`msgid` 每次换新。",
        before=before,
        before_commands=commands,
        command=f"curl -s {address} {_JSON_HEADER} -d '\n{body}\n'",
        reply=json.dumps(reply, ensure_ascii=False, indent=1),
    )


def _before(number: str, requests: Mapping[str, Recorded], base: str, address: str) -> tuple[str, str]:
    """The commands that give the example what it uses; none for an example that needs nothing."""
    if number == "1162":
        told = "先让患者出示医保码(60 秒内有效),在同一个终端里 / First let the patient show a code, in the same terminal:"
        return told, _SHOW_CODE.replace("BASE", base).rstrip("\n")
    if number not in _BEFORE:
        return "", ""
    before = _BEFORE[number]
    numbers = "、".join(sent for sent, _ in before)
    sender = _sender(requests[before[0][0]], address)
    lines = [_FIELD, sender, *(_sent(sent, names, requests[sent]) for sent, names in before)]
    told = f"先发 {numbers},在同一个终端里 / First {numbers}, in the same terminal:"
    return told, "\n".join(lines)


def _sender(request: Recorded, address: str) -> str:
    """A function of the shell that sends a message of this institution: its number, its input."""
    envelope = {**request, "infno": "@infno@", "msgid": "@msgid@", "input": "@input@"}
    body = json.dumps(envelope, ensure_ascii=False, indent=1)
    body = body.replace('"@input@"', "'\"$2\"'").replace("@infno@", "'\"$1\"'")
    return f"send() {{ curl -s {address} {_JSON_HEADER} -d '\n{_in_shell(body)}\n'; }}"


def _sent(number: str, names: tuple[str, ...], request: Recorded) -> str:
    """One earlier message, and the variables that keep what its reply gives."""
    content = json.dumps(_with_places(request["input"], number), ensure_ascii=False)
    command = f"send {number} '{_in_shell(content)}'"
    kept = "; ".join(f"{_EARLIER[name]}=$(printf '%s' \"$ANSWER\" | field {name})" for name in names)
    return f"ANSWER=$({command}); {kept}" if names else f"{command} > /dev/null"


def _in_shell(text: str) -> str:
    """JSON within single quotes, with what the shell has to put in."""
    text = text.replace(RECORDED_DAY, "@TODAY@")
    for name, expression in _EXPRESSIONS.items():
        text = text.replace(f"@{name}@", f"'\"{expression}\"'")
    return text


def _with_places(value: object, number: str) -> object:
    """The request with a place for what is new each time, and for whatever an earlier reply gives."""
    if isinstance(value, Mapping):
        return {name: _place(name, part, number) for name, part in value.items()}
    return [_with_places(part, number) for part in value] if isinstance(value, list) else value


def _place(name: str, value: object, number: str) -> object:
    new = {"msgid", *_EARLIER} | ({"feedetl_sn"} if number in _FRESH_LINES else set())
    return f"@{name}@" if name in new and value else _with_places(value, number)
