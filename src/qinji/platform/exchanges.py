"""A ring of the last exchanges of each sender: what came, what was answered, and what is to be said of it.

A new exchange takes the place of the oldest; nothing is deleted. Who calls this has masked what it stores.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from qinji.platform.database import Connection, Record

PLACES = 100
"""Exchanges that are kept of each sender."""

SENDERS_MAX = 500
"""Senders that have a ring; further ones that nobody reserved one for share the ring of ``NOBODY``."""

NOBODY = ""
"""Whose exchanges those are that name no sender."""

_ALL = "all"
"""The counter of all exchanges. Those of the senders begin with ``of``, so that no sender's name can be this one."""


@dataclass(frozen=True, slots=True)
class Exchanged:
    """One exchange, masked. ``findings`` is a JSON text; ``refusal`` is empty where nothing was refused."""

    sender: str
    at: datetime
    message_number: str
    message_id: str
    outcome: str
    refusal: str
    microseconds: int
    request: str
    reply: str
    findings: str


@dataclass(frozen=True, slots=True)
class Numbered:
    """An exchange with its number among all; a later one has a higher number."""

    number: int
    exchanged: Exchanged


_SENDERS = """
select array(select counter from exchange_count where counter = any($1::text[])) as known,
       (select count(*) from exchange_count) as total
"""

_COUNT = """
insert into exchange_count as c (counter, used) select * from unnest($1::text[], $2::bigint[])
on conflict (counter) do update set used = c.used + excluded.used
returning counter, used
"""

_KEEP = """
insert into exchange (institution, place, number, at, message_number, message_id, outcome, refusal, microseconds,
                      request, reply, findings)
select * from unnest($1::text[], $2::smallint[], $3::bigint[], $4::timestamptz[], $5::text[], $6::text[], $7::text[],
                     $8::text[], $9::bigint[], $10::text[], $11::text[], $12::text[])
on conflict (institution, place) do update set
  number = excluded.number, at = excluded.at, message_number = excluded.message_number,
  message_id = excluded.message_id, outcome = excluded.outcome, refusal = excluded.refusal,
  microseconds = excluded.microseconds, request = excluded.request, reply = excluded.reply,
  findings = excluded.findings
"""

_NEWEST = """
select number, institution, at, message_number, message_id, outcome, refusal, microseconds, findings,
       case when $3 then request else '' end as request, case when $3 then reply else '' end as reply
from exchange where ($1::text is null or institution = $1) order by number desc limit $2
"""

_FOLLOWING = """
select number, institution, at, message_number, message_id, outcome, refusal, microseconds, findings,
       case when $3 then request else '' end as request, case when $3 then reply else '' end as reply
from exchange where ($1::text is null or institution = $1) and number > $4 order by number limit $2
"""

_ONE = """
select number, institution, at, message_number, message_id, outcome, refusal, microseconds, findings, request, reply
from exchange where number = $1
"""


async def keep(connection: Connection, exchanges: Sequence[Exchanged], reserved: frozenset[str]) -> None:
    """Keep these exchanges in their order; of more than 100 of one sender the last. ``reserved`` always have a ring."""
    places = await _rings(connection, exchanges, reserved)
    counts = Counter(_counter(places[one.sender]) for one in exchanges)
    # The counter of all is the first that every writer locks, so that no two wait for each other.
    counters = [_ALL, *sorted(counts)]
    rows = await connection.fetch(
        _COUNT, counters, [len(exchanges), *(counts[name] for name in counters[1:])]
    )
    used: dict[str, int] = {row["counter"]: row["used"] for row in rows}
    following = {name: used[name] - count for name, count in counts.items()}
    number = used[_ALL] - len(exchanges)
    taken: dict[tuple[str, int], tuple[int, Exchanged]] = {}
    for one in exchanges:
        number += 1
        ring = places[one.sender]
        following[_counter(ring)] += 1
        taken[ring, following[_counter(ring)] % PLACES] = (number, one)
    await _write(connection, taken)


async def _rings(
    connection: Connection, exchanges: Sequence[Exchanged], reserved: frozenset[str]
) -> Mapping[str, str]:
    """In whose ring each sender's exchanges stand: its own, or that of nobody when there are too many."""
    senders = {one.sender for one in exchanges}
    row = await connection.fetchrow(_SENDERS, [_counter(sender) for sender in senders])
    known, room = (set(row["known"]), SENDERS_MAX - row["total"]) if row is not None else (set(), SENDERS_MAX)
    rings = {}
    for sender in sorted(senders):
        own = sender in reserved or _counter(sender) in known
        if not own and room > 0:
            own, room = True, room - 1
        rings[sender] = sender if own else NOBODY
    return rings


def _counter(sender: str) -> str:
    return f"of {sender}"


async def _write(connection: Connection, taken: Mapping[tuple[str, int], tuple[int, Exchanged]]) -> None:
    kept = [one for _, one in taken.values()]
    await connection.execute(
        _KEEP,
        [ring for ring, _ in taken],
        [place for _, place in taken],
        [number for number, _ in taken.values()],
        [one.at for one in kept],
        [one.message_number for one in kept],
        [one.message_id for one in kept],
        [one.outcome for one in kept],
        [one.refusal for one in kept],
        [one.microseconds for one in kept],
        [one.request for one in kept],
        [one.reply for one in kept],
        [one.findings for one in kept],
    )


async def newest(connection: Connection, sender: str | None, limit: int, *, bodies: bool) -> list[Numbered]:
    """The newest exchanges, newest first; of all senders where ``sender`` is None. ``bodies``: with what was said."""
    return [_numbered(row) for row in await connection.fetch(_NEWEST, sender, limit, bodies)]


async def following(
    connection: Connection, sender: str | None, after: int, limit: int, *, bodies: bool
) -> list[Numbered]:
    """The first exchanges after a number, newest first; who asks again after the newest of them misses none."""
    rows = await connection.fetch(_FOLLOWING, sender, limit, bodies, after)
    return [_numbered(row) for row in reversed(rows)]


async def numbered(connection: Connection, number: int) -> Numbered | None:
    """One exchange, None when there was none or its place was taken."""
    row = await connection.fetchrow(_ONE, number)
    return _numbered(row) if row is not None else None


async def last_number(connection: Connection) -> int:
    """The number of the newest exchange of all, 0 before the first."""
    found: int | None = await connection.fetchval("select used from exchange_count where counter = $1", _ALL)
    return found or 0


async def senders(connection: Connection) -> list[str]:
    """Who has a ring."""
    rows = await connection.fetch("select distinct institution from exchange order by institution")
    return [row["institution"] for row in rows]


def _numbered(row: Record) -> Numbered:
    return Numbered(
        row["number"],
        Exchanged(
            sender=row["institution"],
            at=row["at"],
            message_number=row["message_number"],
            message_id=row["message_id"],
            outcome=row["outcome"],
            refusal=row["refusal"],
            microseconds=row["microseconds"],
            request=row["request"],
            reply=row["reply"],
            findings=row["findings"],
        ),
    )
