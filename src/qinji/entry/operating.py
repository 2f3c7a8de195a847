"""What whoever runs the service asks it: does it live, can it serve, what are its figures; and its line per message.

The three paths answer on the port of the doors, which listens on 127.0.0.1 only. They hold nothing that identifies
anybody; a proxy that lets the outside in should pass on the doors' paths alone (docs/guides/operate.md).
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import Protocol

import structlog

import qinji
from qinji.entry.figures import CONTENT_TYPE, Figures
from qinji.entry.operating_paths import FIGURES_PATH, HEALTH_PATH
from qinji.entry.revisions import newest_revision
from qinji.entry.wiring import MODE, Runtime
from qinji.gateway.observed import Exchange, Observer, Outcome
from qinji.platform import settings as installation
from qinji.platform.log import message_name

TEXT = "text/plain; charset=utf-8"

READY_SECONDS = 2.0
"""A database that takes longer to answer one small question is not ready for a hospital's."""

SAMPLE_SECONDS = 1.0
"""How often a process looks at its queue and its connections, for whichever process answers a scrape."""

log = structlog.get_logger("qinji.message")


class Queueing(Protocol):
    """Whose queue is looked at."""

    @property
    def queue_length(self) -> int:
        """How many settlements wait."""


@dataclass(frozen=True, slots=True)
class Told:
    """An answer: HTTP status, content type, body."""

    status: int
    kind: str
    body: bytes


class Operating:
    """The three paths of one process, and its observers of the institution door."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._mode = "production" if runtime.production else "sandbox"
        self.figures = Figures(
            {"version": qinji.__version__, "mode": self._mode, "schema": newest_revision()}
        )
        self.observers: tuple[Observer, ...] = (self.figures.message, log_message)
        self._queueing: Queueing | None = None
        self._sampling: asyncio.Task[None] | None = None

    def begin(self, queueing: Queueing) -> None:
        """Look at the queue and the connections every second from now on."""
        self._queueing = queueing
        self._sampling = asyncio.create_task(self._sample_often())

    def end(self) -> None:
        """Look no more."""
        if self._sampling is not None:
            self._sampling.cancel()

    async def answer(self, path: str) -> Told:
        """The answer to one of the three paths."""
        if path == HEALTH_PATH:
            return Told(200, TEXT, "运行中 alive\n".encode())
        if path == FIGURES_PATH:
            self._sample()
            return Told(200, CONTENT_TYPE, self.figures.text())
        problem = await self._not_ready()
        if problem is None:
            return Told(200, TEXT, "就绪 ready\n".encode())
        return Told(503, TEXT, f"{problem}\n".encode())

    async def _not_ready(self) -> str | None:
        """Why nothing can be served at the moment: one sentence in Chinese and English; None when all is well."""
        try:
            async with asyncio.timeout(READY_SECONDS), self._runtime.database.reading() as connection:
                revision = await installation.schema_revision(connection)
                mode = await installation.read(connection, MODE)
        except Exception:  # noqa: BLE001  -- whatever keeps the database from answering is what is asked here
            seconds = int(READY_SECONDS)
            return f"数据库没有在 {seconds} 秒内答复。The database did not answer within {seconds} seconds."
        if revision != newest_revision():
            return (
                f"数据库结构是 {revision},应为 {newest_revision()}:请重新启动。"
                f"The schema is {revision}, not {newest_revision()}: please start again."
            )
        if mode != self._mode:
            return (
                f"数据库属于 {mode},本进程是 {self._mode}。"
                f"The database belongs to {mode}, this process is {self._mode}."
            )
        return None

    def _sample(self) -> None:
        if self._queueing is not None:
            self.figures.sample(self._queueing.queue_length, self._runtime.database.use())

    async def _sample_often(self) -> None:
        while self._queueing is not None:
            self._sample()
            await asyncio.sleep(SAMPLE_SECONDS)


_WELL = frozenset((Outcome.DONE, Outcome.REMEMBERED))


def log_message(exchange: Exchange) -> None:
    """One line for each message; an observer of the institution door.

    What was done stands in the database under its message id, so its line is for `debug`: at `info` it would say the
    same again, for some thirty microseconds of a message's time. What was refused or ended badly stands nowhere else.
    """
    if exchange.outcome is Outcome.NOT_SIGNED:
        return  # the door has said so, with the reason
    well = exchange.outcome in _WELL
    if well and not log.is_enabled_for(logging.DEBUG):
        return
    write = log.debug if well else log.info
    write(
        "message",
        institution=exchange.institution,
        number=exchange.number,
        message_id=message_name(exchange.institution, exchange.message_id),
        outcome=exchange.outcome.value,
        refused=None if exchange.refused is None else exchange.refused.name,
        microseconds=exchange.microseconds,
    )
