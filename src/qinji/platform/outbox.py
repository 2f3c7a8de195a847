"""What is to be sent outside after its transaction: kept in it, sent by a timer, told as sent, refused or given up.

At least once: who dies between sending and marking sends again under the same key, by which the receiver knows it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from qinji.kernel.dates import milliseconds
from qinji.kernel.ids import RANDOM_BYTES, uuid7
from qinji.platform.database import Connection, Record, affected, copy_in

TRIES_MAX = 8
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720))
"""After each failure but the last; together a day."""

TAKEN = timedelta(minutes=5)
"""So long a taken message is nobody else's: longer than sending what is taken at once may last."""

RECENT = timedelta(days=7)
"""So far back whoever runs the service is told what was given up."""

PROBLEM_MAX = 200
_COLUMNS = ("person_id", "message_id", "way", "state", "tries", "next_at", "made_at", "problem")

# Under a lease one process takes at a time. Where clocks differ two may: who waited for the other's row lock finds by
# the row's own time that it was taken, because `due` stays what it was before the wait.
_TAKE = """
update outbox o set tries = o.tries + 1, next_at = $2
from (select person_id, message_id, way from outbox where state = 'waiting' and next_at <= $1
      order by next_at, message_id limit $3) as due
where o.person_id = due.person_id and o.message_id = due.message_id and o.way = due.way and o.state = 'waiting'
  and o.next_at <= $1
returning o.*
"""

# Who died each time it was sent never told so.
_ABANDON = """
update outbox set state = 'given_up', done_at = $1, next_at = $1
where state = 'waiting' and next_at <= $1 and tries >= $2
"""

_MARK = """
update outbox o set state = k.state, next_at = k.next_at, problem = k.problem, done_at = k.done_at
from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::timestamptz[], $6::text[], $7::timestamptz[])
  as k(person, message, way, state, next_at, problem, done_at)
where o.person_id = k.person and o.message_id = k.message and o.way = k.way and o.state = 'waiting'
  and o.person_id = any($1::uuid[])
"""


class OutboxState(StrEnum):
    """A message waits; was sent; is not wanted; was refused for good; or was given up after so many tries."""

    WAITING = "waiting"
    SENT = "sent"
    UNWANTED = "unwanted"
    REFUSED = "refused"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """One message to one person by one way; ``tries`` so far, the one under way included."""

    person_id: UUID
    message_id: UUID
    way: str
    state: OutboxState
    tries: int
    next_at: datetime
    made_at: datetime
    problem: str
    done_at: datetime | None

    @property
    def key(self) -> str:
        """By which the receiver knows a message that comes again."""
        return f"{self.way}:{self.person_id.hex}:{self.message_id.hex}"


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a try: sent, not wanted, refused for good, or to be tried again (``state`` waiting)."""

    message: OutboxMessage
    state: OutboxState
    problem: str = ""


def _message(row: Record) -> OutboxMessage:
    return OutboxMessage(
        row["person_id"],
        row["message_id"],
        row["way"],
        OutboxState(row["state"]),
        row["tries"],
        row["next_at"],
        row["made_at"],
        row["problem"],
        row["done_at"],
    )


async def put(
    connection: Connection, messages: Sequence[tuple[UUID, UUID, datetime]], ways: Sequence[str]
) -> None:
    """Keep what is to be sent by each of these ways: (person, message, moment); in the transaction that made it."""
    rows = [
        (person, message, way, OutboxState.WAITING.value, 0, at, at, "")
        for person, message, at in messages
        for way in ways
    ]
    await copy_in(connection, "outbox", _COLUMNS, rows)


async def take(connection: Connection, now: datetime, limit: int) -> list[OutboxMessage]:
    """Take what is due, the oldest first; each try counts, whether or not its outcome is ever told."""
    await connection.execute(_ABANDON, now, TRIES_MAX)
    rows = await connection.fetch(_TAKE, now, now + TAKEN, limit)
    return [_message(row) for row in rows]


def after(sent: Sent, now: datetime) -> tuple[OutboxState, datetime]:
    """The state after a try, and when it is tried again: later each time, and after the last one never."""
    tries = sent.message.tries
    if sent.state is not OutboxState.WAITING:
        return sent.state, now
    if tries >= TRIES_MAX:
        return OutboxState.GIVEN_UP, now
    return OutboxState.WAITING, now + WAITS[tries - 1]


async def mark(connection: Connection, done: Sequence[Sent], now: datetime) -> int:
    """Tell what became of these; one that somebody else has marked meanwhile stays as it is."""
    if not done:
        return 0
    ends = [after(one, now) for one in done]
    status = await connection.execute(
        _MARK,
        [one.message.person_id for one in done],
        [one.message.message_id for one in done],
        [one.message.way for one in done],
        [state.value for state, _ in ends],
        [next_at for _, next_at in ends],
        [one.problem[:PROBLEM_MAX] for one in done],
        [None if state is OutboxState.WAITING else now for state, _ in ends],
    )
    return affected(status)


async def latest(connection: Connection, limit: int) -> list[OutboxMessage]:
    """The newest messages of everybody; for the sandbox."""
    rows = await connection.fetch(
        "select * from outbox order by message_id desc, person_id, way limit $1", limit
    )
    return [_message(row) for row in rows]


async def of_person(connection: Connection, person: UUID, messages: Sequence[UUID]) -> list[OutboxMessage]:
    """How these messages of one person fare outside."""
    rows = await connection.fetch(
        "select * from outbox where person_id = $1 and message_id = any($2::uuid[]) order by message_id, way",
        person,
        list(messages),
    )
    return [_message(row) for row in rows]


@dataclass(frozen=True, slots=True)
class Standing:
    """How sending fares: how many wait now, and how many of the last ``RECENT`` were given up."""

    waiting: int
    given_up: int


async def standing(connection: Connection, now: datetime) -> Standing:
    """For whoever runs the service; reads no older messages, whose ids tell their time."""
    waiting = await connection.fetchval("select count(*) from outbox where state = 'waiting'")
    given_up = await connection.fetchval(
        "select count(*) from outbox where message_id >= $1 and state = 'given_up'",
        uuid7(milliseconds(now - RECENT), bytes(RANDOM_BYTES)),
    )
    return Standing(waiting, given_up)
