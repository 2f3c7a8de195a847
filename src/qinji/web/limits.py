"""The largest body of a form: small everywhere, larger where photographs or files of many rows are sent."""

from __future__ import annotations

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qinji.flows.bring_file import BYTES_MAX
from qinji.web.texts import _

BODY_MAX = 128 * 1024
PHOTOS_BODY_MAX = 7 * 1024 * 1024
FILES_BODY_MAX = BYTES_MAX + BODY_MAX
FILES_PATH = "/console/files/new/"
"""Where files of many rows are sent."""

PHOTOS_PATHS = ("/family/bind", "/console/bind")
"""Where photographs of papers are sent with a form."""

_TOO_LARGE = 413


class TooLarge(Exception):
    """More was sent than may be."""


class BodyLimit:
    """Counts what is read and stops at the limit of the path."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One ASGI call."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = _limit(scope["path"])
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > limit:
                raise TooLarge
            return message

        try:
            await self._app(scope, counted, send)
        except TooLarge:
            text = _("发送的内容太大,没有提交,没有任何变动。请减少照片或缩小后再试;名单文件请分成几个。")
            await PlainTextResponse(text, _TOO_LARGE)(scope, receive, send)


def _limit(path: str) -> int:
    if path.startswith(FILES_PATH):
        return FILES_BODY_MAX
    return PHOTOS_BODY_MAX if _takes_photos(path) else BODY_MAX


def _takes_photos(path: str) -> bool:
    return path in PHOTOS_PATHS or path.startswith(tuple(f"{place}/" for place in PHOTOS_PATHS))
