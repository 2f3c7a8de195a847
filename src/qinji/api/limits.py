"""Around every call: the largest body, and the header that says that this is a sandbox."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qinji.api.problem import problem
from qinji.kernel.refusal import RefusalCode, refuse

BODY_MAX = 1024 * 1024
"""Bytes of one request (ARCHITECTURE 5.7)."""

MODE_HEADER = (b"x-qinji-mode", b"sandbox")


class BodyLimit:
    """Reads the whole body first, up to the limit; a larger one is refused before anything looks at it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One ASGI call."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = await _read(receive)
        if body is None:
            refused = refuse(RefusalCode.MESSAGE_TOO_LARGE, limit=BODY_MAX)
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


async def _read(receive: Receive) -> bytes | None:
    parts: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        part: bytes = message.get("body", b"")
        size += len(part)
        if size > BODY_MAX:
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
