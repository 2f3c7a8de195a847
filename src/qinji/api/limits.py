"""Around every call: the largest body, and the header that says that this is a sandbox.

Two calls take a larger body than the others: the one that brings a photo, which is refused in words of its own, and the
one that brings a file of many rows, whose body is read only once it is known who brings it. One takes a smaller one:
the estimate, which anybody may ask for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qinji.api.problem import CallRefused, problem
from qinji.evidence.model import PHOTO_BYTES_MAX
from qinji.flows.bring_file import BYTES_MAX
from qinji.kernel.refusal import RefusalCode, refuse

BODY_MAX = 1024 * 1024
"""Bytes of one request (ARCHITECTURE 5.7)."""


@dataclass(frozen=True, slots=True)
class Largest:
    """How many bytes a call may bring, and what a larger one is refused as.

    ``later``: nothing is read before the route asks for it.
    """

    size: int
    code: RefusalCode
    later: bool = False


USUAL = Largest(BODY_MAX, RefusalCode.MESSAGE_TOO_LARGE)
PHOTO = Largest(PHOTO_BYTES_MAX, RefusalCode.EVIDENCE_TOO_LARGE)
ESTIMATE = Largest(64 * 1024, RefusalCode.MESSAGE_TOO_LARGE)
FILE = Largest(BYTES_MAX, RefusalCode.MESSAGE_TOO_LARGE, later=True)
_FILES_PATH = "/api/v1/staff/files"
_ESTIMATE_PATH = "/api/v1/estimates"
_PHOTO_PATH = re.compile(r"/api/v1/(?:family|staff)/bindings/[^/]+/photos")


def largest_of(method: str, path: str) -> Largest:
    """The limit of a call."""
    if method != "POST":
        return USUAL
    if path.rstrip("/") == _ESTIMATE_PATH:
        return ESTIMATE
    if path == _FILES_PATH:
        return FILE
    return PHOTO if _PHOTO_PATH.fullmatch(path) else USUAL


MODE_HEADER = (b"x-qinji-mode", b"sandbox")


class BodyLimit:
    """Reads the whole body first, up to the limit; a larger one is refused before anything looks at it.

    A body that is read later is counted while it is read, and refused there.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One ASGI call."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        largest = largest_of(scope["method"], scope["path"])
        if largest.later:
            await self._app(scope, _Counted(receive, largest), send)
            return
        body = await _read(receive, largest.size)
        if body is None:
            refused = refuse(largest.code, limit=largest.size)
            await problem(refused)(scope, receive, send)
            return
        told = False

        async def replay() -> Message:
            nonlocal told
            if told:
                return await receive()
            told = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self._app(scope, replay, send)


class _Counted:
    """What is received, as long as it is not too much; raises CallRefused then.

    As much again is read away first: who is still sending would not see the answer.
    """

    def __init__(self, receive: Receive, largest: Largest) -> None:
        self._receive = receive
        self._largest = largest
        self._size = 0

    async def __call__(self) -> Message:
        """The next message."""
        message = await self._next()
        if self._size <= self._largest.size:
            return message
        while message.get("more_body", False) and self._size <= 2 * self._largest.size:
            message = await self._next()
        raise CallRefused(refuse(self._largest.code, limit=self._largest.size))

    async def _next(self) -> Message:
        message = await self._receive()
        self._size += len(message.get("body", b""))
        return message


async def _read(receive: Receive, size_max: int) -> bytes | None:
    parts: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        part: bytes = message.get("body", b"")
        size += len(part)
        if size > size_max:
            return None
        parts.append(part)
        more = message.get("more_body", False)
    return b"".join(parts)


class SandboxMark:
    """Every reply of a sandbox says that it is one."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One ASGI call."""

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", []), MODE_HEADER]}
            await send(message)

        await self._app(scope, receive, marked)
