"""Calls of the JSON door that write: the same Idempotency-Key gets the same answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.platform.crypto import Vault
from qinji.platform.database import Connection
from qinji.platform.inbox import Answer, Message, MessageKey, Remembered, answer_once

Outcome = TypeVar("Outcome")

DOOR = "api"


@dataclass(frozen=True, slots=True)
class KeyedCall(Generic[Outcome]):
    """Which call, under which key (of one caller), with which content, and how its outcome becomes bytes."""

    name: str
    key: str
    digest: bytes
    render: Callable[[Outcome | Refused], bytes]

    def replay(self, seen: Remembered) -> bytes:
        """The kept answer; a named refusal when the key was used for something else."""
        return seen.reply if seen.digest == self.digest else self.render(refuse(RefusalCode.KEY_ALTERED))


async def answer_call(
    connection: Connection,
    call: KeyedCall[Outcome],
    at: datetime,
    work: Callable[[], Awaitable[Outcome | Refused]],
    vault: Vault,
) -> bytes:
    """Answer from the inbox, or do the work and keep its answer; a retryable refusal is not kept."""

    async def worked() -> Answer:
        outcome = await work()
        kept = not (isinstance(outcome, Refused) and outcome.code.retryable)
        return Answer(call.render(outcome), kept=kept)

    message = Message(MessageKey(DOOR, call.name, call.key), call.digest, call.replay)
    return await answer_once(connection, message, None, at, worked, vault)
