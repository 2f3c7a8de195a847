"""The sandbox over HTTP: what the demo asks, and a "no" as an exception with the words that came back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import httpx

from qinji.client import Client, Institution, Operator
from qinji.entry.sandbox.document import WorldDocument
from qinji.platform.entropy import system_entropy

CALL_SECONDS = 20
MODE_HEADER = "x-qinji-mode"
SANDBOX = "sandbox"
WORLD_PATH = "/sandbox/world.json"
CASHIER = Operator("demo", "演示收费员")


class Declined(Exception):
    """A door said no; ``text`` is its sentence, ``code`` its name of the refusal ("" at the institution door)."""

    def __init__(self, text: str, code: str = "") -> None:
        super().__init__(text)
        self.text = text
        self.code = code


class Unexpected(Exception):
    """Something came out otherwise than the story tells; the text says what."""


class Sandbox:
    """A running sandbox by its address. Close it, or use it in a ``with``."""

    def __init__(self, base: str) -> None:
        self._http = httpx.Client(base_url=base, timeout=CALL_SECONDS, trust_env=False)
        self.base = base

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def is_one(self) -> bool:
        """Whether a qinji sandbox answers there."""
        try:
            answer = self._http.get(WORLD_PATH)
        except httpx.HTTPError:
            return False
        return answer.status_code == httpx.codes.OK and answer.headers.get(MODE_HEADER) == SANDBOX

    def world(self) -> WorldDocument:
        """The sandbox world with today's balances."""
        document: WorldDocument = self._asked("GET", WORLD_PATH).json()
        return document

    def call(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        token: str = "",
        query: Mapping[str, str] | None = None,
    ) -> bytes:
        """One call of the JSON door; raises Declined with its words."""
        headers = {"Idempotency-Key": system_entropy(16).hex()}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        answer = self._asked(method, f"/api/v1{path}", json=body, headers=headers, params=query)
        if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise Unexpected(f"{method} {path}:HTTP {answer.status_code} {answer.text[:200]}")
        if answer.status_code >= httpx.codes.BAD_REQUEST:
            problem = answer.json()
            raise Declined(problem["detail"], problem["code"])
        return answer.content

    def bureau(self, institution: Institution) -> Client:
        """The institution door as this institution's software reaches it; closed with the sandbox."""
        return Client(self.base, institution, CASHIER, http=self._http)

    def _asked(self, method: str, path: str, **sent: Any) -> httpx.Response:
        try:
            return self._http.request(method, path, **sent)
        except httpx.HTTPError as problem:
            raise Unexpected(f"{method} {path} 没有得到答复:{problem}") from problem
