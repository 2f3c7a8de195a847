"""Clients that settle and cancel bills over HTTP and send every unanswered message again, byte for byte.

One of them does as hospitals may: it gives up a bill whose answer did not come by 2601, and treats some answers as if
they had not come.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random

import httpx

from qinji.gateway.wire import stamp_text
from tests.crash.bills import (
    BUSY,
    REVERSED_SAYS,
    UNKNOWN,
    Acknowledged,
    Customer,
    Sent,
    cancellation,
    purchase,
    reversal,
)
from tests.till import Json

CLIENTS = 16
CANCELLED_IN = 5
"""One bill in so many is taken back."""

GIVES_UP = 0
"""The number of the client that reverses what was not answered."""

UNHEARD_IN = 3
"""So many of its answers are lost on their way, one in so many."""

RETRY_SECONDS = 0.2
ATTEMPTS_MAX = 2_000
CALL_SECONDS = 10.0


@dataclass(slots=True)
class Tally:
    """What the clients saw. ``found_done``: of the messages in doubt, those that an attempt without answer had done;
    ``undone``: of the bills that were reversed, those that had been done."""

    attempts: int = 0
    busy: int = 0
    unreachable: int = 0
    in_doubt: int = 0
    found_done: int = 0
    reversed: int = 0
    undone: int = 0


@dataclass(slots=True)
class Storm:
    """The clients and what they were told. ``base`` is where the server is at the moment."""

    base: str
    customers: list[Customer]
    seed: int
    told: Acknowledged = field(default_factory=Acknowledged)
    tally: Tally = field(default_factory=Tally)
    sent: dict[str, Sent] = field(default_factory=dict)
    doubtful: set[str] = field(default_factory=set)
    over: bool = False
    _goal: int = 0
    _reached: asyncio.Event = field(default_factory=asyncio.Event)

    async def answered(self, more: int, seconds: float) -> None:
        """Waits until so many more messages were done; TimeoutError after so many seconds."""
        self._goal = len(self.told.replies) + more
        self._reached.clear()
        await asyncio.wait_for(self._reached.wait(), seconds)

    async def client(self, number: int) -> None:
        """Settles bills, and cancels some, until the storm is over; what was begun is finished."""
        chance = Random(self.seed * 1_000 + number)
        count = 0
        async with httpx.AsyncClient(timeout=CALL_SECONDS, trust_env=False) as http:
            while not self.over:
                count += 1
                serial = f"{number:02d}{count:06d}"
                customer = chance.choice(self.customers)
                bill = purchase(customer, serial, chance, datetime.now(UTC))
                if number == GIVES_UP and not await self._heard(http, bill, chance):
                    await self._give_up(http, bill, serial)
                    continue
                info = await self._done(http, bill)
                if chance.randrange(CANCELLED_IN) == 0:
                    await self._done(http, cancellation(customer, serial, info, datetime.now(UTC)))

    async def _heard(self, http: httpx.AsyncClient, bill: Sent, chance: Random) -> bool:
        """Sends a bill once; whether its answer came and was not lost on the way."""
        return await self._attempt(http, bill) is not None and chance.randrange(UNHEARD_IN) > 0

    async def _give_up(self, http: httpx.AsyncClient, bill: Sent, serial: str) -> None:
        """Reverses a bill; sent once more it is refused, and the refusal says that nothing was taken."""
        await self._done(http, reversal(bill, serial, datetime.now(UTC)))
        self.tally.reversed += 1
        for _ in range(ATTEMPTS_MAX):
            refusal = await self._answer(http, bill)
            if refusal is not None and REVERSED_SAYS in refusal["err_msg"]:
                return
            assert refusal is None or BUSY in refusal["err_msg"] or UNKNOWN in refusal["err_msg"], refusal
            await asyncio.sleep(RETRY_SECONDS)
        raise AssertionError(f"{bill.message_id} was never refused")

    async def replay(self, messages: list[str]) -> None:
        """Sends these messages once more: the answers are the bytes that were acknowledged."""
        async with httpx.AsyncClient(timeout=CALL_SECONDS, trust_env=False) as http:
            for message_id in messages:
                again = await http.post(f"{self.base}/fsi/api/", content=self.sent[message_id].body)
                assert again.content == self.told.replies[message_id], message_id

    async def _done(self, http: httpx.AsyncClient, sent: Sent) -> dict[str, object]:
        """Sends a message until it is done; whatever happens on the way, no answer is HTTP 5xx."""
        self.sent[sent.message_id] = sent
        for _ in range(ATTEMPTS_MAX):
            began = stamp_text(datetime.now(UTC))
            raw = await self._attempt(http, sent)
            if raw is not None:
                return self._note(sent, raw, began)
            await asyncio.sleep(RETRY_SECONDS)
        raise AssertionError(f"{sent.message_id} was never answered")

    async def _post(self, http: httpx.AsyncClient, sent: Sent) -> bytes | None:
        self.tally.attempts += 1
        try:
            reply = await http.post(
                f"{self.base}/fsi/api/", content=sent.body, headers={"content-type": "application/json"}
            )
        except (httpx.ConnectError, httpx.ConnectTimeout):
            self.tally.unreachable += 1
            return None
        except httpx.TransportError:
            self.doubtful.add(sent.message_id)
            return None
        assert reply.status_code == httpx.codes.OK, f"HTTP {reply.status_code}: {reply.text[:200]}"
        return reply.content

    async def _answer(self, http: httpx.AsyncClient, sent: Sent) -> Json | None:
        """The answer to one attempt as JSON, or None."""
        raw = await self._post(http, sent)
        answer: Json | None = None if raw is None else json.loads(raw)
        return answer

    async def _attempt(self, http: httpx.AsyncClient, sent: Sent) -> bytes | None:
        """The answer to one attempt when it was done."""
        raw = await self._post(http, sent)
        if raw is None:
            return None
        answer = json.loads(raw)
        if answer["infcode"] == 0:
            return raw
        if UNKNOWN in answer["err_msg"]:
            self.doubtful.add(sent.message_id)
            return None
        assert BUSY in answer["err_msg"], answer["err_msg"]
        self.tally.busy += 1
        return None

    def _note(self, sent: Sent, raw: bytes, began: str) -> dict[str, object]:
        info = self.told.note(sent, raw)
        if sent.message_id in self.doubtful:
            self.tally.in_doubt += 1
            # The stored reply tells when the message that was done came in: before this attempt, or with it.
            self.tally.found_done += json.loads(raw)["refmsg_time"] < began
        if len(self.told.replies) >= self._goal:
            self._reached.set()
        return info
