"""A gateway of SMS on this machine, for tests: it takes letters, and loses, refuses or breaks when it is told to."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

LOSES = 0
"""The letter is taken and the answer lost."""


@dataclass
class Receiver:
    """What arrived, in order; ``answers`` are the statuses of the next ones, then 200."""

    port: int = 0
    letters: list[dict[str, Any]] = field(default_factory=list)
    headers: list[str] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    holds: asyncio.Event | None = None
    _sent: set[str] = field(default_factory=set)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}/sms"

    @property
    def sent(self) -> Sequence[str]:
        """The keys of the SMS that people got: a key that came twice was sent once."""
        return sorted(self._sent)

    @property
    def times(self) -> Counter[str]:
        """How often each key came."""
        return Counter(letter["key"] for letter in self.letters)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, one request."""
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            length = next(
                int(line.partition(":")[2])
                for line in head.splitlines()
                if line.lower().startswith("content-length")
            )
            letter = json.loads(await reader.readexactly(length))
            await self._answer(letter, head, writer)
        writer.close()

    async def _answer(self, letter: dict[str, Any], head: str, writer: asyncio.StreamWriter) -> None:
        status = self.answers.pop(0) if self.answers else 200
        self.letters.append(letter)
        self.headers.append(head)
        known = letter["key"] in self._sent
        if status < 300:
            self._sent.add(letter["key"])
        self.arrived.set()
        if self.holds is not None:
            await self.holds.wait()
        if status == LOSES:
            return
        status = 409 if known and status == 200 else status
        writer.write(f"HTTP/1.1 {status} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()


@asynccontextmanager
async def open_receiver() -> AsyncIterator[Receiver]:
    """A receiver that listens."""
    receiver = Receiver()
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        if receiver.holds is not None:
            receiver.holds.set()
        server.close()
