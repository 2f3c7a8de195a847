"""How notices leave: one POST of JSON for each to the bureau's own gateway, which knows phones and WeChat accounts.

qinji keeps neither: a letter says the person number. The key in it, and in the header ``Idempotency-Key``, is the same
each time, so that a gateway which answered into the void sends nothing twice.
"""

from __future__ import annotations

import httpx

from qinji.entry.settings import Settings
from qinji.flows.deps import Delivered, Letter
from qinji.notice.model import Outside
from qinji.platform.outbox import OutboxState

SECONDS = 10.0
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
        self._client = client or httpx.AsyncClient(timeout=SECONDS, follow_redirects=False)

    async def close(self) -> None:
        """Close its connections."""
        await self._client.aclose()

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
