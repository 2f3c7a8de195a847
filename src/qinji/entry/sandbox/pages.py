"""``/sandbox/messages`` and ``/sandbox/reference``: for programs as JSON, for people as pages. Only in the sandbox."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs

from starlette.types import Receive, Scope, Send

import qinji
from qinji.entry.sandbox.message_views import MESSAGES, REFERENCE, ListDocument, detail, document_of, shown
from qinji.entry.sandbox.messages import MessageLog
from qinji.gateway.advice.national import ENVELOPE
from qinji.gateway.example import Recorded
from qinji.gateway.reference import SERVED_TO, Page, markdown, page_of
from qinji.gateway.registry import SERVED, find
from qinji.platform.exchanges import PLACES
from qinji.web.sandbox.messages import (
    EnvelopeRow,
    MessageList,
    Sender,
    Served,
    render_message,
    render_messages,
    render_no_message,
    render_reference,
    render_reference_list,
)

DEFAULT_LIMIT = 20
NUMBER_MAX = 2**62
NO_SENDER = "-"
"""How the messages are asked for that name no institution."""

_HTML, _JSON, _TEXT = "text/html; charset=utf-8", "application/json", "text/markdown; charset=utf-8"
_HEADERS = [
    (b"x-qinji-mode", b"sandbox"),
    (b"cache-control", b"no-store"),
    (b"vary", b"accept"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (
        b"content-security-policy",
        b"default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
]


class WrongQuestion(Exception):
    """A parameter that cannot be used; the sentence says which and what it may be."""


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    kind: str
    body: str


@dataclass(frozen=True, slots=True)
class _Asked:
    """The parameters of a question. ``sender`` is None for all institutions, ``after`` None for the newest."""

    sender: str | None
    after: int | None
    limit: int
    bodies: bool
    following: bool


class SandboxPages:
    """The ASGI application below these two paths."""

    def __init__(self, log: MessageLog) -> None:
        self._log = log
        self._requests, self._replies = _examples()

    @staticmethod
    def owns(path: str) -> bool:
        """Whether a path is one of these."""
        return f"{path}/".startswith((f"{MESSAGES}/", f"{REFERENCE}/"))

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        base = f"http://{headers.get(b'host', '127.0.0.1')}"
        page = "text/html" in headers.get(b"accept", "")
        if scope["method"] not in {"GET", "HEAD"}:
            answer = _problem(405, "只能读取 read only")
        else:
            try:
                answer = await self._answer(
                    scope["path"], scope["query_string"].decode("latin-1"), base, page
                )
            except WrongQuestion as wrong:
                answer = _problem(400, str(wrong))
        body = answer.body.encode("utf-8", "replace")
        kind = (b"content-type", answer.kind.encode())
        length = (b"content-length", str(len(body)).encode())
        start = {"type": "http.response.start", "status": answer.status, "headers": [kind, length, *_HEADERS]}
        await send(start)
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    async def _answer(self, path: str, query: str, base: str, page: bool) -> _Answer:
        asked, name = _asked(query), path.strip("/").split("/")[2:]
        if len(name) > 1:
            return _missing(path, page)
        if path.startswith(REFERENCE):
            return self._reference(name[0], base, page) if name else _reference_list(page)
        return await (self._message(name[0], base, page) if name else self._messages(asked, base, page))

    async def _messages(self, asked: _Asked, base: str, page: bool) -> _Answer:
        limit = PLACES if page else asked.limit
        found, last = await self._log.listed(
            asked.sender, asked.after, limit, bodies=asked.bodies and not page
        )
        if page:
            listed = MessageList(
                senders=await self._senders(),
                sender=None if asked.sender is None else self._log.code(asked.sender),
                messages=[shown(one) for one in found],
                following=asked.following,
                dropped=self._log.dropped,
            )
            return _Answer(200, _HTML, render_messages(listed))
        told = ListDocument(
            messages=[document_of(one, base, bodies=asked.bodies) for one in found],
            last=last,
            dropped=self._log.dropped,
        )
        return _Answer(200, _JSON, json.dumps(told, ensure_ascii=False))

    async def _senders(self) -> list[Sender]:
        """First the institutions that sent something, then the others of the world."""
        names, sent = self._log.institutions, await self._log.senders()
        silent = [code for code in names if code not in sent]
        return [Sender(code, names.get(code, "")) for code in [*sorted(sent, key=lambda c: not c), *silent]]

    async def _message(self, name: str, base: str, page: bool) -> _Answer:
        number = int(name) if name.isascii() and name.isdigit() and len(name) < 19 else 0
        kept = await self._log.one(number)
        if kept is None:
            return _missing(name, page)
        if page:
            return _Answer(200, _HTML, render_message(detail(kept)))
        return _Answer(200, _JSON, json.dumps(document_of(kept, base, bodies=True), ensure_ascii=False))

    def _reference(self, name: str, base: str, page: bool) -> _Answer:
        served = find(name.upper())
        if served is None:
            return _missing(name, page)
        found: Page = page_of(served.message, self._requests, self._replies[served.message.number], base)
        return (
            _Answer(200, _HTML, render_reference(found))
            if page
            else _Answer(200, _TEXT, markdown(found, "", ""))
        )


def examples_folder() -> Path:
    """The recorded examples: package data of a wheel, or the checkout's folder."""
    packaged = Path(qinji.__file__).parent / "_data" / "contracts"
    return (packaged if packaged.is_dir() else Path(qinji.__file__).parents[2] / "contracts") / "examples"


def _examples() -> tuple[dict[str, Recorded], dict[str, Recorded]]:
    """The requests and the replies on record, by message number."""
    found = {
        path.stem: json.loads(path.read_text(encoding="utf-8")) for path in examples_folder().glob("*.json")
    }
    requests, replies = ({n: one[name] for n, one in found.items()} for name in ("request", "reply"))
    return requests, replies


def _reference_list(page: bool) -> _Answer:
    served = [
        Served(
            one.message.number,
            one.message.title,
            SERVED_TO[one.message.served_to],
            one.message.writes,
            "、".join(one.message.aliases),
        )
        for one in SERVED.values()
    ]
    if not page:
        lines = [f"- [{one.number} {one.title}]({REFERENCE}/{one.number})\n" for one in served]
        return _Answer(200, _TEXT, "".join(lines))
    envelope = [EnvelopeRow(f.name, f.chinese, f.length, f.needed, f.note) for f in ENVELOPE]
    return _Answer(200, _HTML, render_reference_list(served, envelope))


def _missing(name: str, page: bool) -> _Answer:
    if page:
        return _Answer(404, _HTML, render_no_message(name[:40]))
    return _problem(
        404, "没有这条报文或这个交易;每家机构只保存最近 100 条 no such message, or not kept any more"
    )


def _problem(status: int, told: str) -> _Answer:
    return _Answer(status, _JSON, json.dumps({"detail": told}, ensure_ascii=False))


def _asked(query: str) -> _Asked:
    sent = {name: values[-1] for name, values in parse_qs(query, max_num_fields=20).items()}
    sender = sent.get("fixmedins_code")
    return _Asked(
        sender="" if sender == NO_SENDER else sender,
        after=_whole(sent, "after", 0, NUMBER_MAX) if "after" in sent else None,
        limit=_whole(sent, "limit", 1, PLACES) if "limit" in sent else DEFAULT_LIMIT,
        bodies=sent.get("bodies", "1") not in {"0", "false"},
        following=sent.get("follow") == "1",
    )


def _whole(sent: Mapping[str, str], name: str, least: int, most: int) -> int:
    text = sent[name]
    if not (text.isascii() and text.isdigit() and len(text) < 20 and least <= int(text) <= most):
        raise WrongQuestion(f"参数 {name} 应为 {least} 到 {most} 的整数")
    return int(text)
