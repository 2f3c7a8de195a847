"""People and staff at the JSON door of a bureau, for tests."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

import httpx
from fastapi import FastAPI

from qinji.api.app import create_app
from tests.bureau import Bureau

BASE = "http://bureau/api/v1"
_keys = count(1)
_idle: dict[bool, list[FastAPI]] = {True: [], False: []}
"""Applications that no bureau uses, by whether they are for production."""


@dataclass
class Caller:
    """Somebody who is signed in; each writing call gets a fresh key unless it brings one."""

    client: httpx.AsyncClient
    token: str

    async def call(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """One call; the response as it came."""
        sent = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": f"key-{next(_keys)}"} | headers
        if body is None:
            return await self.client.request(method, path, headers=sent)
        sent["Content-Type"] = "application/json"
        return await self.client.request(method, path, content=json.dumps(body), headers=sent)

    async def ok(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """One call that succeeds; its JSON."""
        answer = await self.call(method, path, body, **headers)
        assert answer.status_code < 300, answer.text
        return answer.json()

    async def refused(self, method: str, path: str, body: Any = None, **headers: str) -> str:
        """One call that is refused; the refusal's code."""
        answer = await self.call(method, path, body, **headers)
        assert answer.status_code >= 400, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        code: str = answer.json()["code"]
        return code

    async def bind(self, number: str, relation: str, **more: Any) -> Any:
        """Ask to bind a relative."""
        return await self.ok("POST", "/family/bindings", {"psn_no": number, "relation": relation, **more})

    async def grant(self, number: str, relation: str, **more: Any) -> Any:
        """Let a relative spend."""
        body = {"beneficiary_psn_no": number, "relation": relation, **more}
        return await self.ok("POST", "/mutual-aid/grants", body)

    async def code(self, number: str | None = None) -> str:
        """Show a code."""
        shown = await self.ok("POST", "/credential/codes", {"psn_no": number})
        code: str = shown["code"]
        return code


@dataclass
class Door:
    """The JSON door of one bureau."""

    bureau: Bureau
    client: httpx.AsyncClient

    async def sign_in(self, number: str) -> Caller:
        """A person signs in with the digits that the sandbox tells."""
        begun = (await self.client.post("/sign-ins", json={"psn_no": number})).json()
        done = await self.client.post(f"/sign-ins/{begun['id']}", json={"code": begun["sandbox_code"]})
        assert done.status_code == 200, done.text
        return Caller(self.client, done.json()["token"])

    async def staff(self, place: int = 0) -> Caller:
        """A member of staff signs in."""
        name = self.bureau.world.staff[place].name
        done = await self.client.post("/staff/sign-ins", json={"name": name})
        assert done.status_code == 201, done.text
        return Caller(self.client, done.json()["token"])

    async def bound(self, holder: str, member: str, relation: str, **more: Any) -> Any:
        """A binding that the member has confirmed."""
        asked = await (await self.sign_in(holder)).bind(member, relation, **more)
        other = await self.sign_in(member)
        return await other.ok("POST", f"/family/bindings/{asked['id']}/confirm")


@contextmanager
def json_door(bureau: Bureau) -> Iterator[httpx.ASGITransport]:
    """The JSON door of a bureau, without a socket.

    An application reads the forms of its many routes when each is asked for the first time, which takes longer than
    most tests. One that no other bureau uses at the moment is therefore given to the next.
    """
    idle = _idle[bureau.runtime.production]
    app = idle.pop() if idle else create_app(bureau.runtime)
    app.state.deps = bureau.runtime
    try:
        yield httpx.ASGITransport(app)
    finally:
        idle.append(app)


@asynccontextmanager
async def open_door(bureau: Bureau) -> AsyncIterator[Door]:
    """The JSON door of a bureau and somebody before it."""
    with json_door(bureau) as transport:
        async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
            yield Door(bureau, client)
