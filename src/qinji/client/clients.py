"""The two clients: the same conversations, carried out by ``httpx.Client`` or by ``httpx.AsyncClient``."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Self, TypeVar

import httpx

from qinji.client import lost, messages
from qinji.client.desk import Desk
from qinji.client.message import Message, Prepared
from qinji.client.methods import Method, sending
from qinji.client.model import Institution, Operator
from qinji.client.steps import Conversation, Finished, NoReply, Outcome, Pause, Post, Replied, proceed
from qinji.client.terminal import Terminal

T = TypeVar("T")

TIMEOUT_SECONDS = 20.0
THIS_PROGRAM = Terminal()
_NOTHING_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


class Messages:
    """What both clients can say. Each method is described in ``qinji.client.messages`` and ``qinji.client.lost``."""

    def __init__(
        self, base_url: str, institution: Institution, operator: Operator, terminal: Terminal
    ) -> None:
        self.desk = Desk(institution, operator, terminal)
        self._base = base_url.rstrip("/")

    sign_in = sending(messages.sign_in)
    sign_out = sending(messages.sign_out)
    identify_person = sending(messages.identify_person)
    decode_code = sending(messages.decode_code)
    find_institution = sending(messages.find_institution)
    register_visit = sending(messages.register_visit)
    cancel_visit = sending(messages.cancel_visit)
    record_diagnoses = sending(messages.record_diagnoses)
    upload_fees = sending(messages.upload_fees)
    withdraw_fees = sending(messages.withdraw_fees)
    preview_settlement = sending(messages.preview_settlement)
    settle = sending(messages.settle)
    cancel_settlement = sending(messages.cancel_settlement)
    preview_pharmacy = sending(messages.preview_pharmacy)
    settle_pharmacy = sending(messages.settle_pharmacy)
    cancel_pharmacy = sending(messages.cancel_pharmacy)
    reverse = sending(messages.reverse)
    query_visits = sending(messages.query_visits)
    query_diagnoses = sending(messages.query_diagnoses)
    query_settlement = sending(messages.query_settlement)
    query_fees = sending(messages.query_fees)
    send = sending(messages.anything)

    settle_safely = Method(lost.settle_safely)
    resolve = Method(lost.resolve)

    def prepare(self, message: Message[T]) -> Prepared[T]:
        """Gives a message its id and its bytes, to be stored before it is sent. Nothing is sent yet."""
        return self.desk.prepare(message)


class Client(Messages):
    """A connection to the bureau; threads may share it. Close it, or use it in a ``with``.

    ``http`` is for other time-outs, proxies, certificates and tests; it is closed with the client. ``sleep`` is called
    with seconds between the attempts of ``settle_safely`` and ``resolve``.
    """

    def __init__(
        self,
        base_url: str,
        institution: Institution,
        operator: Operator,
        *,
        terminal: Terminal = THIS_PROGRAM,
        sleep: Callable[[float], object] = time.sleep,
        http: httpx.Client | None = None,
    ) -> None:
        super().__init__(base_url, institution, operator, terminal)
        self._sleep = sleep
        self._http = http or httpx.Client(timeout=TIMEOUT_SECONDS, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connections."""
        self._http.close()

    def ask(self, message: Prepared[T]) -> T:
        """Sends a prepared message once, for the first time or again, and reads its reply."""
        return self.run(self.desk.ask(message))

    def run(self, conversation: Conversation[T]) -> T:
        """Carries a conversation to its end."""
        step = proceed(conversation)
        while not isinstance(step, Finished):
            if isinstance(step, Pause):
                self._sleep(step.seconds)
                step = proceed(conversation)
            else:
                step = proceed(conversation, self._post(step))
        return step.result

    def _post(self, post: Post) -> Outcome:
        try:
            answer = self._http.post(self._base + post.path, content=post.body, headers=post.headers)
        except httpx.HTTPError as problem:
            return no_reply(problem)
        return Replied(answer.status_code, answer.content)


class AsyncClient(Messages):
    """The same for asyncio: every method is awaited. Close it, or use it in an ``async with``."""

    def __init__(
        self,
        base_url: str,
        institution: Institution,
        operator: Operator,
        *,
        terminal: Terminal = THIS_PROGRAM,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        http: httpx.AsyncClient | None = None,
    ) -> None:
        super().__init__(base_url, institution, operator, terminal)
        self._sleep = sleep
        self._http = http or httpx.AsyncClient(timeout=TIMEOUT_SECONDS, trust_env=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Closes the connections."""
        await self._http.aclose()

    async def ask(self, message: Prepared[T]) -> T:
        """Sends a prepared message once, for the first time or again, and reads its reply."""
        return await self.run(self.desk.ask(message))

    async def run(self, conversation: Conversation[T]) -> T:
        """Carries a conversation to its end."""
        step = proceed(conversation)
        while not isinstance(step, Finished):
            if isinstance(step, Pause):
                await self._sleep(step.seconds)
                step = proceed(conversation)
            else:
                step = proceed(conversation, await self._post(step))
        return step.result

    async def _post(self, post: Post) -> Outcome:
        try:
            answer = await self._http.post(self._base + post.path, content=post.body, headers=post.headers)
        except httpx.HTTPError as problem:
            return no_reply(problem)
        return Replied(answer.status_code, answer.content)


def no_reply(problem: httpx.HTTPError) -> NoReply:
    """What a transport error means: without a connection nothing was sent, in every other case nobody knows."""
    reason = str(problem) or type(problem).__name__
    return NoReply(reason, sent=not isinstance(problem, _NOTHING_SENT))
