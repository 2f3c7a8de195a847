"""Who does what is done by one process at a time: a row a task, taken for a while, and free again when that is over.

The moments are those of the process that asks. Where clocks differ a task may be taken by two: what is done under a
lease has to be safe to do twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from qinji.platform.database import Connection, affected

# A moment that a clock which was wrong left far in the future holds nobody up.
_TAKE = """
insert into timer (name, holder, leased_until, done) values ($1, $2, $3, 0)
on conflict (name) do update set holder = excluded.holder, leased_until = excluded.leased_until
where not timer.leased_until between $4::timestamptz + interval '1 microsecond' and $5
  and (timer.ran_at is null or not timer.ran_at between $6::timestamptz + interval '1 microsecond' and $7)
"""

_FINISH = "update timer set leased_until = $3, ran_at = $3, done = $4 where name = $1 and holder = $2"
_GIVE_BACK = "update timer set leased_until = $3 where name = $1 and holder = $2"


@dataclass(frozen=True, slots=True)
class Lease:
    """A task, who takes it, for how long, and how long after its last end it is due again."""

    name: str
    holder: str
    lasts: timedelta
    every: timedelta


async def take(connection: Connection, lease: Lease, now: datetime) -> bool:
    """Take a task that is due and that nobody holds; False when it is not due, or somebody does."""
    status = await connection.execute(
        _TAKE,
        lease.name,
        lease.holder,
        now + lease.lasts,
        now,
        now + 2 * lease.lasts,
        now - lease.every,
        now + lease.every,
    )
    return affected(status) == 1


async def finish(connection: Connection, lease: Lease, now: datetime, done: int) -> None:
    """It is done, so many things; nothing where somebody else holds it by now."""
    await connection.execute(_FINISH, lease.name, lease.holder, now, done)


async def give_back(connection: Connection, lease: Lease, now: datetime) -> None:
    """It could not be done; whoever looks next may try."""
    await connection.execute(_GIVE_BACK, lease.name, lease.holder, now)


async def last_ends(connection: Connection) -> Mapping[str, datetime]:
    """When each task was done last; those that never were are not in the result."""
    rows = await connection.fetch("select name, ran_at from timer where ran_at is not null")
    return {row["name"]: row["ran_at"] for row in rows}
