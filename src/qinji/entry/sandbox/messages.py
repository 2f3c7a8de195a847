"""The sandbox's log of messages: masked, with what was wrong in them, kept off the messages' own way."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from decimal import Decimal

import msgspec
import structlog

from qinji.gateway.advice.advise import advise
from qinji.gateway.advice.bodies import read_body
from qinji.gateway.advice.finding import ROOT, Finding
from qinji.gateway.envelope import INSTITUTION_MAX, MESSAGE_ID_MAX, NUMBER_MAX
from qinji.gateway.masking import Masker
from qinji.gateway.observed import Exchange
from qinji.gateway.wire import Json
from qinji.platform import exchanges
from qinji.platform.crypto import Vault
from qinji.platform.database import Connection, Database
from qinji.platform.exchanges import Exchanged, Numbered
from qinji.platform.queue import QUEUE_MAX, BatchQueue

KEPT_MAX = 256 * 1024
"""Characters of a request or reply that are kept."""

TEXT_MAX = 32 * 1024
"""Characters that are kept of a body that is no JSON; each of its words is masked by itself."""

WAITING_BYTES_MAX = 32 * 1024 * 1024
"""Bytes of messages that wait to be written; what comes when so many wait is answered but not kept."""

FLUSH_SECONDS = 5
"""How long a reader waits for what was answered before it asked."""

MARK_CHARACTERS = 4
_CUT = "…(其余未保存)"
_PLACE = re.compile(r"(.*?)((?:\[\d+\])*)", re.DOTALL)
_DECODER = msgspec.json.Decoder(float_hook=Decimal)
_ENCODER = msgspec.json.Encoder(decimal_format="number")

log = structlog.get_logger("qinji.sandbox")


class MessageLog:
    """An observer of the institution door; give it to ``Gateway`` and read what it kept.

    A message is never delayed or refused for its log's sake: what cannot be kept is dropped and counted.
    """

    def __init__(self, database: Database, vault: Vault, institutions: Mapping[str, str]) -> None:
        self.institutions = institutions
        self.dropped = 0
        self._database = database
        self._vault = vault
        self._codes = tuple(institutions)
        self._queue: BatchQueue[Exchange, None] = BatchQueue(self._write, workers=1)
        self._waiting: set[asyncio.Task[None]] = set()
        self._waiting_bytes = 0

    def __call__(self, exchange: Exchange) -> None:
        """Take a message that was answered; dropped and counted when too many wait."""
        size = len(exchange.body) + len(exchange.reply)
        if len(self._waiting) >= QUEUE_MAX or self._waiting_bytes + size > WAITING_BYTES_MAX:
            self._drop("too many wait")
            return
        self._waiting_bytes += size
        task = asyncio.create_task(self._kept(exchange, size))
        self._waiting.add(task)
        task.add_done_callback(self._waiting.discard)

    async def flush(self) -> None:
        """Wait, not without end, until everything is written that was answered before this call."""
        if self._waiting:
            await asyncio.wait(set(self._waiting), timeout=FLUSH_SECONDS)

    def code(self, sent: str) -> str:
        """A sender's code as it is kept: one that could be a person's number is masked."""
        return self._masker().value("fixmedins_code", sent.strip()[:INSTITUTION_MAX])

    async def listed(
        self, sender: str | None, after: int | None, limit: int, *, bodies: bool
    ) -> tuple[list[Numbered], int]:
        """The newest messages, or the first after a number, newest first; and the number of the newest of all."""
        await self.flush()
        code = None if sender is None else self.code(sender)
        async with self._database.reading() as connection:
            last = await exchanges.last_number(connection)
            if after is None:
                return await exchanges.newest(connection, code, limit, bodies=bodies), last
            return await exchanges.following(connection, code, after, limit, bodies=bodies), last

    async def one(self, number: int) -> Numbered | None:
        """One message by its number in the log."""
        await self.flush()
        async with self._database.reading() as connection:
            return await exchanges.numbered(connection, number)

    async def senders(self) -> list[str]:
        """Whose messages are kept."""
        await self.flush()
        async with self._database.reading() as connection:
            return await exchanges.senders(connection)

    async def _kept(self, exchange: Exchange, size: int) -> None:
        try:
            await self._queue.submit(exchange)
        except Exception as reason:  # noqa: BLE001  -- the message was answered; its log must not disturb the door
            self._drop(type(reason).__name__)
        finally:
            self._waiting_bytes -= size

    async def _write(self, batch: list[Exchange]) -> list[None]:
        entries = await asyncio.to_thread(self._entries, batch)

        async def attempt() -> None:
            async with self._database.transaction() as connection:
                await self._keep(connection, entries)

        await self._database.repeatedly(attempt)
        return [None] * len(batch)

    async def _keep(self, connection: Connection, entries: list[Exchanged]) -> None:
        await exchanges.keep(connection, entries, frozenset(self.institutions))

    def _entries(self, batch: list[Exchange]) -> list[Exchanged]:
        """Masking and looking for mistakes takes a moment for a long message: not on the loop that answers."""
        return [kept_of(exchange, self._masker(), self._codes) for exchange in batch]

    def _masker(self) -> Masker:
        return Masker(lambda text: self._vault.digest("mark", text).hex()[:MARK_CHARACTERS])

    def _drop(self, reason: str) -> None:
        """Counted each time, said at the first and whenever the count has doubled."""
        self.dropped += 1
        if self.dropped.bit_count() == 1:
            log.warning(
                "messages were answered and not kept in the message log", dropped=self.dropped, reason=reason
            )


def kept_of(exchange: Exchange, masker: Masker, institutions: tuple[str, ...]) -> Exchanged:
    """What is kept of a message: masked bodies and masked findings."""
    body = read_body(exchange.content_type, exchange.body, exchange.document)
    sender = exchange.institution or body.field("fixmedins_code")
    if body.document is not None:
        request = _encoded(masker.document(body.document))
    else:
        request = masker.text(body.text[:TEXT_MAX])
    number = masker.value("infno", exchange.number or body.field("infno").upper()[:NUMBER_MAX])
    message_id = masker.value("msgid", exchange.message_id or body.field("msgid")[:MESSAGE_ID_MAX])
    reply = _reply(exchange.reply, masker)
    findings = [_masked(finding, masker) for finding in advise(exchange, body, institutions)]
    return Exchanged(
        sender=_storable(masker.value("fixmedins_code", sender.strip()[:INSTITUTION_MAX])),
        at=exchange.at,
        message_number=_storable(number),
        message_id=_storable(message_id),
        outcome=exchange.outcome.value,
        refusal=exchange.refused.name if exchange.refused is not None else "",
        microseconds=exchange.microseconds,
        request=_storable(request),
        reply=_storable(reply),
        findings=_storable(_ENCODER.encode(findings).decode()),
    )


def _reply(reply: bytes, masker: Masker) -> str:
    try:
        found: Json = _DECODER.decode(reply)
    except msgspec.MsgspecError:
        return masker.text(reply.decode("utf-8", "replace")[:TEXT_MAX])
    return _encoded(masker.document(found, ours=True))


def _encoded(value: Json) -> str:
    return _ENCODER.encode(value).decode()


def _masked(finding: Finding, masker: Masker) -> dict[str, str]:
    return {
        "place": _masked_place(finding.place, masker),
        "severity": finding.severity.value,
        "rule": finding.rule,
        "text": masker.sentence(finding.chinese),
        "page": finding.page,
        "anchor": finding.anchor,
    }


def _masked_place(place: str, masker: Masker) -> str:
    """The path with names masked as they are in the document; ``$`` and the places in lists stay."""
    parts = [_PLACE.fullmatch(part) for part in place.split(".")]
    named = [(part.group(1), part.group(2)) for part in parts if part is not None]
    return ".".join((name if name == ROOT else masker.key(name)) + index for name, index in named)


def _storable(text: str) -> str:
    """Cut to the bound, without what PostgreSQL cannot hold in a text."""
    cut = text if len(text) <= KEPT_MAX else text[:KEPT_MAX] + _CUT
    return cut.replace("\x00", "␀").encode("utf-8", "replace").decode()
