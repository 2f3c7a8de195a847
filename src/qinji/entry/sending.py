"""How notices leave: one POST of JSON for each to the bureau's own gateway, which knows phones and WeChat accounts.

qinji keeps neither: a letter says the person number. The key in it, and in the header ``Idempotency-Key``, is the same
each time, so that a gateway which answered into the void sends nothing twice.
"""

from __future__ import annotations

import asyncio

import httpx
import structlog

from qinji.entry.settings import Settings
from qinji.flows.deps import Delivered, Letter
from qinji.notice.model import Outside
from qinji.platform.outbox import OutboxState

SECONDS = 10.0
log = structlog.get_logger("qinji.letters")

KNOWN = httpx.codes.CONFLICT
"""A gateway says by this that it has had the letter before."""

FOR_GOOD = frozenset({httpx.codes.NOT_FOUND, httpx.codes.GONE, httpx.codes.UNPROCESSABLE_ENTITY})
"""Nobody is known by this number, or the letter will never do: it is not tried again."""


class Sender:
    """The way out. Without an address for a way a letter stays here, as a sandbox shows it."""

    def __init__(self, settings: Settings, client: httpx.AsyncClient | None = None) -> None:
        self._urls = {Outside.SMS: settings.sms_url, Outside.WECHAT: settings.wechat_url}
        self._templates = {Outside.SMS: settings.sms_template, Outside.WECHAT: settings.wechat_template}
        self._headers = (
            {"Authorization": f"Bearer {settings.message_token}"} if settings.message_token else {}
        )
        self._leaving: set[asyncio.Task[None]] = set()
        self._client = client or httpx.AsyncClient(timeout=SECONDS, follow_redirects=False)

    async def close(self) -> None:
        """Let what is on its way arrive, and close its connections."""
        await self.settled()
        await self._client.aclose()

    async def settled(self) -> None:
        """Wait for the letters that were left with it."""
        await asyncio.gather(*self._leaving, return_exceptions=True)

    def leave(self, letter: Letter) -> None:
        """Send a letter while whoever asks goes on; what becomes of it is told to the log alone."""
        task = asyncio.create_task(self._left(letter))
        # A task that nobody holds may be collected before it is done.
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)

    async def _left(self, letter: Letter) -> None:
        delivered = await self.send(letter)
        if delivered.state is not OutboxState.SENT:
            log.warning("a letter was not sent", problem=delivered.problem)

    async def send(self, letter: Letter) -> Delivered:
        """Post a letter. What is neither taken nor refused for good is tried again later."""
        url = self._urls[letter.way]
        if not url:
            return Delivered(OutboxState.SENT)
        body = {
            "key": letter.key,
            "way": letter.way.value,
            "to": letter.person_number,
            "template": self._templates[letter.way],
            "text": letter.text,
        }
        try:
            answer = await self._client.post(
                url, json=body, headers={**self._headers, "Idempotency-Key": letter.key}
            )
        except httpx.HTTPError as problem:
            return Delivered(OutboxState.WAITING, type(problem).__name__)
        if answer.is_success or answer.status_code == KNOWN:
            return Delivered(OutboxState.SENT)
        told = f"HTTP {answer.status_code}"
        for_good = answer.status_code in FOR_GOOD
        return Delivered(OutboxState.REFUSED if for_good else OutboxState.WAITING, told)
