"""A timer's flow: what waits in the outbox is sent by SMS or WeChat; nothing is sent inside a transaction.

Taken and counted in one transaction, sent, and told in another. Who dies in between leaves the message to be sent again
under the same key, by which the receiver knows it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from qinji.flows.deps import Deps, Letter, Send
from qinji.flows.parts.notice_words import message
from qinji.insured import queries as insured
from qinji.kernel.identity import masked_name
from qinji.notice import queries
from qinji.notice.model import Outside, Wishes
from qinji.platform import outbox
from qinji.platform.database import Connection
from qinji.platform.outbox import OutboxMessage, OutboxState, Sent

AT_ONCE = 50
"""Messages of one call; whoever calls goes on while there are as many. All are sent within ``outbox.TAKEN``."""

SIDE_BY_SIDE = 8


@dataclass(frozen=True, slots=True)
class _Ready:
    letters: Sequence[tuple[OutboxMessage, Letter]]
    unwanted: Sequence[OutboxMessage]


async def run(deps: Deps, send: Send) -> int:
    """Send what is due, the oldest first, and answer how many are over; safe to run twice and by two at once.

    What has to be tried again is not counted: a receiver that is away is not asked on and on.
    """
    now = deps.clock()

    async def take() -> list[OutboxMessage]:
        async with deps.database.transaction() as connection:
            return await outbox.take(connection, now, AT_ONCE)

    due = await deps.database.repeatedly(take)
    if not due:
        return 0
    async with deps.database.reading() as connection:
        ready = await _ready(due, connection)
    gate = asyncio.Semaphore(SIDE_BY_SIDE)

    async def one(taken: OutboxMessage, letter: Letter) -> Sent:
        async with gate:
            delivered = await send(letter)
        return Sent(taken, delivered.state, delivered.problem)

    done = list(await asyncio.gather(*(one(taken, letter) for taken, letter in ready.letters)))
    done += [Sent(taken, OutboxState.UNWANTED) for taken in ready.unwanted]
    await _mark(done, deps)
    return sum(one.state is not OutboxState.WAITING for one in done)


async def _mark(done: Sequence[Sent], deps: Deps) -> None:
    now = deps.clock()

    async def attempt() -> None:
        async with deps.database.transaction() as connection:
            await outbox.mark(connection, done, now)

    await deps.database.repeatedly(attempt)


async def _ready(due: Sequence[OutboxMessage], connection: Connection) -> _Ready:
    """The words of what is due; what somebody does not want by this way is not sent."""
    notices = await queries.several(connection, [(one.person_id, one.message_id) for one in due])
    others = {notice.other_id for notice in notices.values() if notice.other_id is not None}
    people = await insured.persons(connection, sorted({one.person_id for one in due} | others))
    wishes = await queries.wishes(connection, sorted({one.person_id for one in due}))
    masked = {who: masked_name(person.name) for who, person in people.items()}
    letters, unwanted = [], []
    for one in due:
        way = Outside(one.way)
        if not wishes.get(one.person_id, Wishes()).wants(way):
            unwanted.append(one)
            continue
        text = message(notices[one.person_id, one.message_id], masked)
        letters.append((one, Letter(way, people[one.person_id].number, text, one.key)))
    return _Ready(letters, unwanted)


async def latest(limit: int, deps: Deps) -> list[tuple[OutboxMessage, str, str]]:
    """The newest messages with the receiver's masked name and their words, for a sandbox, which shows them."""
    async with deps.database.reading() as connection:
        found = await outbox.latest(connection, limit)
        notices = await queries.several(connection, [(one.person_id, one.message_id) for one in found])
        names = await _names(
            [one.person_id for one in found]
            + [notice.other_id for notice in notices.values() if notice.other_id is not None],
            connection,
        )
    return [
        (one, names[one.person_id], message(notices[one.person_id, one.message_id], names)) for one in found
    ]


async def _names(who: Sequence[UUID], connection: Connection) -> Mapping[UUID, str]:
    people = await insured.persons(connection, sorted(set(who)))
    return {person_id: masked_name(person.name) for person_id, person in people.items()}
