"""A whole bureau behind a real server on this machine, in a thread of its own, with a clock that tests move."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import uvicorn

from qinji.entry.sandbox.load import open_sandbox
from qinji.entry.settings import Settings
from qinji.entry.web import Doors
from qinji.platform.database import Address
from tests.bureau import SEED, Bureau, open_bureau

T = TypeVar("T")
WAIT_SECONDS = 60
POLL_SECONDS = 0.1


@dataclass(frozen=True)
class Site:
    """Where the pages are, the bureau behind them, and the loop in which it lives."""

    url: str
    bureau: Bureau
    loop: asyncio.AbstractEventLoop

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Something of the bureau, done in its own thread."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(WAIT_SECONDS)


@contextmanager
def open_site(address: Address, home: Path) -> Iterator[Site]:
    """Serve a bureau with the sandbox world on a free port of the loopback; ended with the block."""
    listening = socket.create_server(("127.0.0.1", 0))
    started: threading.Event = threading.Event()
    held: list[Site] = []
    ending: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def serve() -> None:
        over = asyncio.Event()
        async with open_bureau(address, home) as bureau:
            doors = Doors(Settings())
            doors.hang(bureau.runtime, await open_sandbox(SEED, bureau.runtime))
            server = uvicorn.Server(uvicorn.Config(doors, lifespan="off", log_level="warning"))
            serving = asyncio.create_task(server.serve([listening]))
            loop = asyncio.get_running_loop()
            ending.append((loop, over))
            held.append(Site(f"http://127.0.0.1:{listening.getsockname()[1]}", bureau, loop))
            started.set()
            await over.wait()
            server.should_exit = True
            await serving

    with ThreadPoolExecutor(1, "site") as thread:
        work = thread.submit(lambda: asyncio.run(serve()))
        while not started.wait(POLL_SECONDS):
            if work.done():
                work.result()
        try:
            yield held[0]
        finally:
            loop, over = ending[0]
            loop.call_soon_threadsafe(over.set)
