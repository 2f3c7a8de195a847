"""消息: what one has read is marked so; nobody marks anybody else's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from qinji.access.model import PersonActor
from qinji.flows.deps import Deps
from qinji.kernel.refusal import Refused
from qinji.notice import store
from qinji.platform.keyed_calls import KeyedCall, answer_call


@dataclass(frozen=True, slots=True)
class MarkNotices:
    """``events`` None are all of one's notices."""

    call: KeyedCall[int]
    actor: PersonActor
    events: Sequence[UUID] | None = None


async def run(command: MarkNotices, deps: Deps) -> bytes:
    """These are read from now on; the outcome is how many were unread."""
    now = deps.clock()

    async def attempt() -> bytes:
        async with deps.database.transaction() as connection:

            async def work() -> int | Refused:
                return await store.read(connection, command.actor.person_id, command.events, now)

            return await answer_call(connection, command.call, now, work, deps.vault)

    return await deps.database.repeatedly(attempt)
