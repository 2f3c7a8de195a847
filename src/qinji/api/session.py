"""What every call of the JSON door brings: who is signed in, through which channel, under which key."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import Depends, Header, Query, Request, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel

from qinji.access.authorize import office
from qinji.access.model import Action, Actor, PersonActor, actor_text
from qinji.api.problem import MEDIA_TYPE, STATUS, CallRefused, problem, problem_body
from qinji.flows import recognise
from qinji.flows.deps import Deps
from qinji.flows.parts.consent_texts import ConsentKind, in_force
from qinji.kernel.actor import Channel, StaffActor
from qinji.kernel.ids import from_wire
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.platform.keyed_calls import KeyedCall

KEY_MAX = 128
PAGE_DEFAULT = 20
PAGE_MAX = 100

Outcome = TypeVar("Outcome")


def deps_of(request: Request) -> Deps:
    """What the application was given."""
    deps: Deps = request.app.state.deps
    return deps


DepsOf = Annotated[Deps, Depends(deps_of)]
_bearer = HTTPBearer(auto_error=False, description="POST /sign-ins/{id} 或 POST /staff/sign-ins 得到的 token")
Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


async def _actor(deps: DepsOf, bearer: Bearer) -> Actor:
    if bearer is None:
        raise CallRefused(refuse(RefusalCode.NOT_SIGNED_IN))
    actor = await recognise.run(bearer.credentials, deps)
    if isinstance(actor, Refused):
        raise CallRefused(actor)
    return actor


async def _person(actor: Annotated[Actor, Depends(_actor)]) -> PersonActor:
    if not isinstance(actor, PersonActor):
        raise CallRefused(refuse(RefusalCode.NOT_ALLOWED, action="以参保人身份办理"))
    return actor


async def _staff(actor: Annotated[Actor, Depends(_actor)]) -> StaffActor:
    if not isinstance(actor, StaffActor):
        raise CallRefused(refuse(RefusalCode.NOT_ALLOWED, action="以工作人员身份办理"))
    return actor


Person = Annotated[PersonActor, Depends(_person)]
"""An insured person is signed in."""

Staff = Annotated[StaffActor, Depends(_staff)]
"""A member of staff is signed in."""


def in_office(action: Action) -> Any:
    """A route's check that its caller is staff whose office includes this; no cashier reads the bureau's queues."""

    async def check(staff: Staff) -> None:
        basis = office(staff, action)
        if isinstance(basis, Refused):
            raise CallRefused(basis)

    return Depends(check)


def _channel(x_qinji_channel: Annotated[Channel, Header()] = Channel.WEB) -> Channel:
    """Through which channel the person acts; the window is for staff."""
    if x_qinji_channel is Channel.WINDOW:
        raise CallRefused(refuse(RefusalCode.REQUEST_INVALID, reason="窗口渠道仅供工作人员使用"))
    return x_qinji_channel


ChannelOf = Annotated[Channel, Depends(_channel)]
ONCE_BYTES = 16

Limit = Annotated[int, Query(ge=1, le=PAGE_MAX, description="每页条数")]


@dataclass(frozen=True, slots=True)
class Keyed:
    """The key of a writing call and the hash of what it asks."""

    key: str
    digest: bytes

    def call(
        self, name: str, actor: Actor, show: Callable[[Outcome], BaseModel], status: int = 200
    ) -> KeyedCall[Outcome]:
        """The call as flows take it: its outcome becomes a kept answer with its status."""

        def render(outcome: Outcome | Refused) -> bytes:
            if isinstance(outcome, Refused):
                body = json.dumps(problem_body(outcome), ensure_ascii=False)
                return f"{STATUS[outcome.code].value}\n{body}".encode()
            return f"{status}\n{show(outcome).model_dump_json()}".encode()

        return KeyedCall(name, f"{actor_text(actor)}:{self.key}", self.digest, render)


def _key(deps: DepsOf, idempotency_key: Annotated[str | None, Header(max_length=KEY_MAX)] = None) -> str:
    """The caller's key; a call without one gets a key nobody else has, so it is never taken for a repetition."""
    return idempotency_key or f"once:{deps.entropy(ONCE_BYTES).hex()}"


KeyOf = Annotated[str, Depends(_key)]
"""The key alone, for a route that reads its body itself."""


async def _keyed(request: Request, key: KeyOf) -> Keyed:
    return Keyed(key, _digest(request.url.path, await request.body()))


def keyed_bytes(key: str, asked: str, content: bytes) -> Keyed:
    """A call whose body is no JSON; ``asked`` is whatever else it says, so that other terms are another call."""
    said = hashlib.sha256(asked.encode())
    return Keyed(key, hashlib.sha256(said.digest() + content).digest())


def _digest(path: str, body: bytes) -> bytes:
    """The hash of what is asked; in JSON, spaces and the order of names do not count."""
    try:
        canonical = json.dumps(json.loads(body), sort_keys=True).encode() if body else b""
    except (ValueError, RecursionError):
        canonical = body
    return hashlib.sha256(f"{path}\n".encode() + canonical).digest()


KeyedOf = Annotated[Keyed, Depends(_keyed)]


def answer(kept: bytes) -> Response:
    """A kept answer as a response."""
    status, _, body = kept.partition(b"\n")
    code = int(status)
    return Response(body, code, media_type="application/json" if code < 400 else MEDIA_TYPE)


def shown(outcome: BaseModel | Refused, status: int = 200) -> Response:
    """An outcome that is told once and kept nowhere."""
    if isinstance(outcome, Refused):
        return problem(outcome)
    body = outcome.model_dump_json().encode()
    return Response(body, status, {"Cache-Control": "no-store"}, "application/json")


def identifier(text: str) -> UUID:
    """The id of a path or cursor; what is no id is like one that does not exist."""
    found = from_wire(text)
    if found is None:
        raise CallRefused(refuse(RefusalCode.NOT_FOUND))
    return found


def check_text(kind: ConsentKind, version: str | None) -> None:
    """The text that was shown before the act is the one in force; a caller may say which one it showed."""
    if version is not None and version != in_force(kind).version:
        raise CallRefused(refuse(RefusalCode.REQUEST_INVALID, reason="告知文本已更新,请重新阅读后确认"))


def shown_text(kind: ConsentKind) -> Any:
    """A route's check of the text that its caller showed before the act, where the caller names it."""

    def check(
        consent_version: Annotated[
            str | None, Query(max_length=40, description="已向办理人出示的告知文本版本")
        ] = None,
    ) -> None:
        check_text(kind, consent_version)

    return Depends(check)
