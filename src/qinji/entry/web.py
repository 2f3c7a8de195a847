"""The ASGI application of the worker process: the institution door, the JSON door, the page, the sandbox."""

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
from qinji.entry.sandbox.model import World
from qinji.entry.sandbox.pages import SandboxPages
from qinji.entry.settings import Settings, read_settings
from qinji.entry.wiring import Flows, Runtime, runtime_of
from qinji.gateway.endpoint import Gateway
from qinji.platform.database import Overloaded
from qinji.platform.memory import keep_what_is_loaded
from qinji.web.home import HomeFamily, HomePerson, HomePlace, HomeWorld, render_home

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_BUSY = "系统繁忙,请稍后再试 busy, please try again\n".encode()
_BROKEN = "系统内部错误 internal error\n".encode()
MODE_HEADER = (b"x-qinji-mode", b"sandbox")
GATEWAY_PATH = "/fsi/api/"
API_PATH = "/api/"
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
        self._messages: MessageLog | None = None
        self._pages: SandboxPages | None = None

    async def open(self) -> None:
        """Connect to the database, waiting for one that is away, and put the doors on their hinges."""
        runtime = await self._opened()
        self._runtime = runtime
        self._operating = operating = Operating(runtime)
        flows = Flows(runtime, operating.figures.batch)
        operating.begin(flows)
        if not runtime.production:
            self._sandbox = await open_sandbox(self._settings.seed, runtime)
            names = {one.code: one.name for one in self._sandbox.world.institutions}
            self._messages = MessageLog(runtime.database, runtime.vault, names)
            self._pages = SandboxPages(self._messages)
        self._api = create_app(runtime)
        self._gateway = Gateway(
            flows,
            runtime.clock,
            runtime.entropy,
            production=runtime.production,
            observers=[*operating.observers, *([] if self._messages is None else [self._messages])],
        )
        keep_what_is_loaded()

    async def _opened(self) -> Runtime:
        """A worker may be started again while the database is, too: it comes later then, and not to nothing."""
        for _ in range(OPEN_ATTEMPTS):
            try:
                return await runtime_of(self._settings)
            except Overloaded:
                await asyncio.sleep(OPEN_AGAIN_SECONDS)
        raise Overloaded

    async def close(self) -> None:
        """Let go of the database."""
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
        if scope["type"] != "http" or self._gateway is None or self._api is None:
            return
        path = scope["path"]
        if f"{path}/".startswith(GATEWAY_PATH):
            await self._gateway(scope, receive, send)
        elif f"{path}/".startswith(API_PATH):
            await self._api(scope, receive, send)
        elif path in OPERATING_PATHS and self._operating is not None:
            told = await self._operating.answer(path)
            await self._reply(send, told.status, told.kind, told.body)
        else:
            try:
                if self._pages is not None and self._pages.owns(path):
                    await self._pages(scope, receive, send)
                else:
                    await self._page(path, scope, send)
            except Overloaded:
                await self._reply(send, 503, "text/plain; charset=utf-8", _BUSY)
            except Exception:
                log.exception("a page broke", path=path)
                await self._reply(send, 500, "text/plain; charset=utf-8", _BROKEN)

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

    async def _page(self, path: str, scope: Scope, send: Send) -> None:
        runtime, sandbox = self._runtime, self._sandbox
        if runtime is None:
            return
        host = dict(scope["headers"]).get(b"host", b"127.0.0.1").decode("latin-1")
        if path == "/":
            page = render_home(_home_world(sandbox.world) if sandbox else None, f"http://{host}")
            await self._reply(send, 200, "text/html; charset=utf-8", page.encode())
        elif path == "/sandbox/world.json" and sandbox is not None:
            world = await describe(sandbox, runtime, f"http://{host}/api/v1/sign-ins")
            body = json.dumps(world, ensure_ascii=False).encode()
            await self._reply(send, 200, "application/json", body)
        else:
            await self._reply(send, 404, "text/plain; charset=utf-8", "没有这个页面 no such page\n".encode())

    async def _reply(self, send: Send, status: int, kind: str, body: bytes) -> None:
        headers = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode())]
        if self._sandbox is not None:
            headers.append(MODE_HEADER)
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def _home_world(world: World) -> HomeWorld:
    regions = {region.code: region.name for region in world.regions}
    people = {
        person.number: HomePerson(person.number, person.name, regions[person.region], person.balance_fen)
        for person in world.people
    }
    return HomeWorld(
        tuple(
            HomeFamily(f.title, f.story, tuple(people[number] for number in f.numbers))
            for f in world.families
        ),
        tuple(HomePlace(i.code, i.name, i.level, regions[i.region]) for i in world.institutions),
        world.people[0].certificate_number,
    )


app = Doors(read_settings())
