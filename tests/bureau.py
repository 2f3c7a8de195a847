"""A whole bureau in one process, for tests: real database, real flows, fixed time, the sandbox world."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from qinji.access.model import PersonActor
from qinji.client import Institution, Message, Operator, Terminal, Unsigned, signing_of
from qinji.client.desk import Desk
from qinji.client.steps import Finished, Post, Replied, proceed
from qinji.entry.sandbox.load import open_sandbox
from qinji.entry.sandbox.model import Person, World
from qinji.entry.wiring import Flows, Runtime, open_runtime
from qinji.flows.parts.caution import Safety
from qinji.gateway.endpoint import Gateway
from qinji.insured import queries as insured
from qinji.kernel import signing
from qinji.kernel.actor import Session
from qinji.kernel.dates import CHINA, milliseconds
from qinji.ledger import queries as ledger
from qinji.ledger.model import ONLY_POCKET
from qinji.platform.clock import FixedClock
from qinji.platform.crypto import fixed_vault
from qinji.platform.database import Address
from qinji.platform.entropy import SeededEntropy
from qinji.policy.book import Book
from qinji.policy.load import default_folder, load

TODAY = date(2026, 3, 17)
NOON = datetime(2026, 3, 17, 12, 0, tzinfo=CHINA).astimezone(UTC)
SEED = 20260101
Reply = dict[str, Any]
T = TypeVar("T")


def signed_in(person: UUID, at: datetime, known_since: datetime | None = None) -> PersonActor:
    """Somebody who proved who they are at this moment, on a device known since then or longer."""
    return PersonActor(person, Session(b"session", at, known_since or at))


@dataclass
class Bureau:
    """One running bureau and what tests ask of it."""

    runtime: Runtime
    flows: Flows
    gateway: Gateway
    clock: FixedClock
    world: World
    numbers: Any = field(default_factory=lambda: count(1))
    desks: dict[str, Desk] = field(default_factory=dict)

    def message_id(self, institution: str) -> str:
        """A fresh message id of an institution."""
        return f"{institution}{next(self.numbers):018d}"

    async def send(
        self,
        number: str,
        institution: str,
        message: Mapping[str, Any],
        *,
        message_id: str | None = None,
        **envelope: str,
    ) -> Reply:
        """One message through the institution door; the reply as JSON."""
        reply: Reply = json.loads(
            await self.send_raw(number, institution, message, message_id=message_id, **envelope)
        )
        return reply

    async def send_raw(
        self,
        number: str,
        institution: str,
        message: Mapping[str, Any],
        *,
        message_id: str | None = None,
        **envelope: str,
    ) -> bytes:
        """One message through the institution door; the reply's bytes."""
        body = {
            "infno": number,
            "msgid": message_id or self.message_id(institution),
            "mdtrtarea_admvs": "990100",
            "insuplc_admdvs": "",
            "recer_sys_code": "99",
            "infver": "1.0.0",
            "opter_type": "1",
            "opter": "01",
            "opter_name": "收费员",
            "inf_time": self.clock().astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S"),
            "fixmedins_code": institution,
            "fixmedins_name": "测试机构",
            "sign_no": "",
            "input": message,
            **envelope,
        }
        sent = json.dumps(body, ensure_ascii=False).encode()
        headers = {"content-type": "application/json", **self.signed(number, institution)}
        return (await self.gateway.answer(headers, sent)).body

    async def say(self, institution: str, message: Message[T]) -> T:
        """A message as the institution's software says it, by the client's core; raises the client's problems."""
        desk = self.desks.setdefault(institution, self._desk(institution))
        conversation = desk.ask(desk.prepare(message))
        step = proceed(conversation)
        while not isinstance(step, Finished):
            assert isinstance(step, Post)
            headers = {name.lower(): value for name, value in step.headers.items()}
            answer = await self.gateway.answer(headers, step.body)
            step = proceed(conversation, Replied(answer.status, answer.body))
        return step.result

    def _desk(self, code: str) -> Desk:
        """The desk of an institution; one that the world does not know does not sign."""
        place = next((one for one in self.world.institutions if one.code == code), None)
        signing = signing_of(place.scheme, place.access_key, place.secret) if place else Unsigned()
        terminal = Terminal(clock=self.clock, nonce=lambda: f"desk-{next(self.numbers)}")
        return Desk(Institution(code, "测试机构", code[1:7], signing), Operator("01", "收费员"), terminal)

    def signed(self, number: str, institution: str) -> dict[str, str]:
        """The headers by which an institution of the world signs a message now; none for one that does not sign."""
        place = next((one for one in self.world.institutions if one.code == institution), None)
        if place is None or place.scheme == "none":
            return {}
        now_ms = milliseconds(self.clock())
        if place.scheme == "A":
            return signing.headers_a(number, place.access_key, place.secret, now_ms)
        nonce = f"nonce-{next(self.numbers)}"
        return signing.headers_b(place.access_key, place.secret, now_ms // 1000, nonce)

    def family(self, words: str) -> list[Person]:
        """The people of the first family whose title holds these words."""
        found = next(family for family in self.world.families if words in family.title)
        return [self.world.person(number) for number in found.numbers]

    def institution(self, region: str, level: str) -> str:
        """An institution of a region and level."""
        return next(i.code for i in self.world.institutions if i.region == region and i.level == level)

    async def person_id(self, number: str) -> UUID:
        """The inner id of a person number."""
        digest = self.runtime.vault.digest(insured.NUMBER, number)
        async with self.runtime.database.reading() as connection:
            return (await insured.find(connection, insured.NUMBER, [digest]))[digest]

    async def balance(self, number: str) -> int:
        """The own account's balance, in fen."""
        person = await self.person_id(number)
        async with self.runtime.database.reading() as connection:
            return (await ledger.balances(connection, [person]))[person][ONLY_POCKET]

    def later(self, **passed: float) -> None:
        """Let time pass."""
        self.clock.move(timedelta(**passed))


@cache
def packs() -> Book:
    """The policy packs of the program, read once for all bureaus of a process: nobody changes them."""
    return load(default_folder())


@asynccontextmanager
async def open_bureau(
    address: Address,
    home: Path,
    mode: str = "sandbox",
    *,
    process: str = "bureau",
    seed: int = SEED,
    ways: tuple[str, ...] = (),
    safety: Safety | None = None,
) -> AsyncIterator[Bureau]:
    """A bureau on this database with the sandbox world, on the day TODAY at noon.

    A second bureau on the same database is another process of the same installation: it needs chance of its own.
    Notices leave it by ``ways``.
    """
    clock = FixedClock(NOON)
    runtime = await open_runtime(
        address,
        home,
        mode,
        clock=clock,
        entropy=SeededEntropy(process),
        vault=fixed_vault("bureau"),
        book=packs(),
        ways=ways,
        safety=safety,
    )
    try:
        sandbox = await open_sandbox(seed, runtime)
        flows = Flows(runtime)
        gateway = Gateway(flows, clock, runtime.entropy, production=runtime.production)
        yield Bureau(runtime, flows, gateway, clock, sandbox.world)
    finally:
        await runtime.database.close()
