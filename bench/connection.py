"""A keep-alive HTTP connection as thin as it can be: the load generator shares the cores with what it loads."""

from __future__ import annotations

import asyncio
from typing import cast

END_OF_HEAD = b"\r\n\r\n"
LENGTH = b"content-length: "


class Connection(asyncio.Protocol):
    """Sends one request after another and hands back the body of each answer; anything but 200 is an error."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._waiting: asyncio.Future[bytes] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The connection stands."""
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody answers any more."""
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(exc or ConnectionError("closed by the server"))

    def data_received(self, data: bytes) -> None:
        """A part of an answer."""
        self._buffer += data
        end = self._buffer.find(END_OF_HEAD)
        if end < 0 or self._waiting is None:
            return
        head = bytes(self._buffer[:end]).lower()
        start = head.index(LENGTH) + len(LENGTH)
        length = int(head[start:].split(b"\r\n", 1)[0])
        if len(self._buffer) < end + len(END_OF_HEAD) + length:
            return
        body = bytes(self._buffer[end + len(END_OF_HEAD) :])
        self._buffer.clear()
        waiting, self._waiting = self._waiting, None
        if waiting.done():
            return  # the run has failed already, and whoever asked is gone
        if head.startswith(b"http/1.1 200"):
            waiting.set_result(body)
        else:
            waiting.set_exception(RuntimeError(head.decode()))

    async def ask(self, request: bytes) -> bytes:
        """The body of the answer."""
        assert self._transport is not None
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._waiting

    def close(self) -> None:
        """Let go."""
        if self._transport is not None:
            self._transport.close()


async def connect(port: int) -> Connection:
    """A connection to a server on this machine."""
    _, connection = await asyncio.get_running_loop().create_connection(Connection, "127.0.0.1", port)
    return connection
