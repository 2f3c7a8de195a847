"""The ASGI application of the worker process: the institution door, the JSON door, the pages, the sandbox."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import structlog

from qinji.api.app import create_app
from qinji.entry.operating import Operating
from qinji.entry.operating_paths import OPERATING_PATHS
from qinji.entry.sandbox.load import Sandbox, describe, open_sandbox
from qinji.entry.sandbox.messages import MessageLog
from qinji.entry.sandbox.pages import SandboxPages
from qinji.entry.sandbox.shown import home_world, pick_world
from qinji.entry.sending import Sender
from qinji.entry.settings import Settings, read_settings
from qinji.entry.tax_bureau import reader_of
from qinji.entry.wiring import Flows, Runtime, runtime_of
from qinji.entry.worker import FILE_TIMERS, FILES_LOOK_SECONDS, Worker, timers_with
from qinji.flows import deliver_notices
from qinji.gateway.endpoint import Gateway
from qinji.platform.database import Overloaded
from qinji.platform.memory import keep_what_is_loaded
from qinji.web.app import create_pages
from qinji.web.sandbox.home import render_home
from qinji.web.sandbox.outbox import render_outbox

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_BUSY = "系统繁忙,请稍后再试 busy, please try again\n".encode()
_BROKEN = "系统内部错误 internal error\n".encode()
MODE_HEADER = (b"x-qinji-mode", b"sandbox")
PAGE_POLICY = (
    b"default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
GATEWAY_PATH = "/fsi/api/"
API_PATH = "/api/"
SANDBOX_PATH = "/sandbox/"
OUTBOX_PATH = "/sandbox/outbox"
OUTBOX_SHOWN = 50
OPEN_ATTEMPTS = 1_200
OPEN_AGAIN_SECONDS = 0.25
"""Together as long as a database may take to start."""

log = structlog.get_logger("qinji.web")


class Doors:
    """Sends a request to its door. Opened at the server's start-up, closed at its end."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._runtime: Runtime | None = None
        self._sandbox: Sandbox | None = None
        self._operating: Operating | None = None
        self._gateway: Application | None = None
        self._api: Application | None = None
        self._pages: Application | None = None
        self._messages: MessageLog | None = None
        self._vendor_pages: SandboxPages | None = None
        self._workers: list[Worker] = []
        self._sender: Sender | None = None

    async def open(self) -> None:
        """Connect to the database, waiting for one that is away, and put the doors on their hinges."""
        self._sender = Sender(self._settings) if self._settings.ways else None
        runtime = await self._opened()
        sandbox = None if runtime.production else await open_sandbox(self._settings.seed, runtime)
        self.hang(runtime, sandbox)
        timers = timers_with(self._sender.send if self._sender else None)
        self._workers = [Worker(runtime, timers), Worker(runtime, FILE_TIMERS, FILES_LOOK_SECONDS)]
        for worker in self._workers:
            worker.begin()
        keep_what_is_loaded()

    def hang(self, runtime: Runtime, sandbox: Sandbox | None) -> None:
        """Put every door on its hinges; ``sandbox`` is None in production."""
        self._runtime, self._sandbox = runtime, sandbox
        self._operating = operating = Operating(runtime)
        flows = Flows(runtime, operating.figures.batch)
        operating.begin(flows)
        if sandbox is not None:
            names = {one.code: one.name for one in sandbox.world.institutions}
            self._messages = MessageLog(runtime.database, runtime.vault, names)
            self._vendor_pages = SandboxPages(self._messages)
        self._api = create_app(runtime, reader_of(runtime.tax))
        self._pages = create_pages(runtime, None if sandbox is None else pick_world(sandbox.world), flows)
        self._gateway = Gateway(
            flows,
            runtime.clock,
            runtime.entropy,
            production=runtime.production,
            observers=[*operating.observers, *([] if self._messages is None else [self._messages])],
        )

    async def _opened(self) -> Runtime:
        """A worker may be started again while the database is, too: it comes later then, and not to nothing."""
        letters = self._sender if self._sender is not None and self._settings.sms_url else None
        for _ in range(OPEN_ATTEMPTS):
            try:
                return await runtime_of(self._settings, letters)
            except Overloaded:
                await asyncio.sleep(OPEN_AGAIN_SECONDS)
        raise Overloaded

    async def close(self) -> None:
        """Let go of the database."""
        for worker in self._workers:
            await worker.end()
        if self._sender is not None:
            await self._sender.close()
        if self._operating is not None:
            self._operating.end()
        if self._messages is not None:
            await self._messages.flush()
        if self._runtime is not None:
            await self._runtime.database.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One ASGI call."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
            return
        if scope["type"] != "http" or self._gateway is None or self._api is None or self._pages is None:
            return
        path = scope["path"]
        if f"{path}/".startswith(GATEWAY_PATH):
            await self._gateway(scope, receive, send)
        elif f"{path}/".startswith(API_PATH):
            await self._api(scope, receive, send)
        elif path in OPERATING_PATHS and self._operating is not None:
            told = await self._operating.answer(path)
            await self._reply(send, told.status, told.kind, told.body)
        elif f"{path}/".startswith(SANDBOX_PATH) and self._sandbox is not None:
            try:
                await self._sandbox_page(path, scope, receive, send)
            except Overloaded:
                await self._reply(send, 503, "text/plain; charset=utf-8", _BUSY)
            except Exception:
                log.exception("a page broke", path=path)
                await self._reply(send, 500, "text/plain; charset=utf-8", _BROKEN)
        else:
            await self._pages(scope, receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            await self.open()
        except Exception as broken:
            # A server that cannot open its doors must not go on listening.
            log.exception("the doors do not open")
            await send({"type": "lifespan.startup.failed", "message": type(broken).__name__})
            raise
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _sandbox_page(self, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        runtime, sandbox = self._runtime, self._sandbox
        if runtime is None or sandbox is None:
            return
        host = dict(scope["headers"]).get(b"host", b"127.0.0.1").decode("latin-1")
        if self._vendor_pages is not None and self._vendor_pages.owns(path):
            await self._vendor_pages(scope, receive, send)
        elif path.rstrip("/") == SANDBOX_PATH.rstrip("/"):
            page = render_home(home_world(sandbox.world), f"http://{host}")
            await self._reply(send, 200, "text/html; charset=utf-8", page.encode())
        elif path.rstrip("/") == OUTBOX_PATH:
            shown = render_outbox(await deliver_notices.latest(OUTBOX_SHOWN, runtime))
            await self._reply(send, 200, "text/html; charset=utf-8", shown.encode())
        elif path == "/sandbox/world.json":
            world = await describe(sandbox, runtime, f"http://{host}/api/v1/sign-ins")
            body = json.dumps(world, ensure_ascii=False).encode()
            await self._reply(send, 200, "application/json", body)
        else:
            await self._reply(send, 404, "text/plain; charset=utf-8", "没有这个页面 no such page\n".encode())

    async def _reply(self, send: Send, status: int, kind: str, body: bytes) -> None:
        headers = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode())]
        if self._sandbox is not None:
            headers += [MODE_HEADER, (b"content-security-policy", PAGE_POLICY)]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


app = Doors(read_settings())
