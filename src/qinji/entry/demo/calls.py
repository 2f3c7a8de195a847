"""The sandbox over HTTP: what the demo asks, and a "no" as an exception with the words that came back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Self

import httpx

from qinji.entry.sandbox.document import InstitutionDocument, WorldDocument
from qinji.kernel import signing
from qinji.kernel.dates import milliseconds
from qinji.platform.clock import system_clock
from qinji.platform.entropy import system_entropy

CALL_SECONDS = 20
MODE_HEADER = "x-qinji-mode"
SANDBOX = "sandbox"
WORLD_PATH = "/sandbox/world.json"
Json = dict[str, Any]
"""A JSON document of a door; its inner types are the door's contract."""


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
        self._places: dict[str, InstitutionDocument] = {}
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

    def message(self, body: Mapping[str, object]) -> Json:
        """One message through the institution door; raises Declined with the sentence that came back.

        It is signed as its institution signs; amounts are exact decimals.
        """
        answer = self._asked("POST", "/fsi/api/demo", json=body, headers=self._signed(body))
        reply: Json = json.loads(answer.content, parse_float=Decimal)
        if reply.get("infcode") != 0:
            raise Declined(reply.get("err_msg") or reply.get("message") or str(reply))
        output: Json = reply["output"] or {}
        return output

    def _signed(self, body: Mapping[str, object]) -> dict[str, str]:
        """The headers of the institution's signature; its key is read once, as the sandbox shows it."""
        if not self._places:
            self._places = {place["fixmedins_code"]: place for place in self.world()["institutions"]}
        place = self._places[str(body["fixmedins_code"])]
        now_ms = milliseconds(system_clock())
        if place["scheme"] == "A":
            return signing.headers_a(str(body["infno"]), place["access_key"], place["secret"], now_ms)
        if place["scheme"] == "B":
            nonce = system_entropy(16).hex()
            return signing.headers_b(place["access_key"], place["secret"], now_ms // 1000, nonce)
        return {}

    def _asked(self, method: str, path: str, **sent: Any) -> httpx.Response:
        try:
            return self._http.request(method, path, **sent)
        except httpx.HTTPError as problem:
            raise Unexpected(f"{method} {path} 没有得到答复:{problem}") from problem
