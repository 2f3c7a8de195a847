"""What the institution door tells of each message to whoever watches it: the figures, the log, the sandbox."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from qinji.gateway.wire import Json
from qinji.kernel.refusal import RefusalCode


class Outcome(StrEnum):
    """How a message ended at the door.

    ``remembered``: answered with the bytes that the inbox kept. ``in_doubt``: the database went away during the commit.
    ``broken``: a bug. ``not_signed``: turned away by the transport, before anything of it was looked at.
    """

    DONE = "done"
    REFUSED = "refused"
    REMEMBERED = "remembered"
    IN_DOUBT = "in_doubt"
    BROKEN = "broken"
    NOT_SIGNED = "not_signed"


@dataclass(frozen=True, slots=True)
class Exchange:
    """One message with its answer. ``body`` and ``reply`` hold what identifies people: mask before keeping them.

    ``number``, ``message_id`` and ``institution`` are empty where the message was too broken to tell;
    ``document`` is the decoded body, None when it was not readable.
    """

    at: datetime
    institution: str
    number: str
    message_id: str
    outcome: Outcome
    refused: RefusalCode | None
    microseconds: int
    content_type: str
    body: bytes
    document: Mapping[str, Json] | None
    reply: bytes


Observer: TypeAlias = Callable[[Exchange], None]
"""Called once for each message, after it was answered and before the answer is sent; it must be quick and not fail."""
