"""Reading notices; each person their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from qinji.notice.model import Notice, NoticeKind, Wishes, facts_of
from qinji.platform.database import Connection, Record

UNREAD_MAX = 99
"""So many of the newest are counted; a page tells more as 99+."""

_LISTING = """
select * from notice where person_id = $1 and ($3::uuid is null or event_id < $3)
  and ($4::text[] is null or kind = any($4::text[])) and (not $5::boolean or read_at is null)
order by event_id desc limit $2
"""

_PAIRS = """
select n.* from notice n join unnest($1::uuid[], $2::uuid[]) as k(person, event)
  on n.person_id = k.person and n.event_id = k.event where n.person_id = any($1::uuid[])
"""

_UNREAD = """
select count(*) from (select read_at from notice where person_id = $1 order by event_id desc limit $2) as newest
where read_at is null
"""


def _notice(row: Record) -> Notice:
    return Notice(
        person_id=row["person_id"],
        event_id=row["event_id"],
        kind=NoticeKind(row["kind"]),
        owner=row["owner"],
        at=row["at"],
        actor=row["actor"],
        behalf_of=row["behalf_of"],
        other_id=row["other_id"],
        subject_id=row["subject_id"],
        amount_fen=row["amount_fen"],
        facts=facts_of(row["facts"]),
        read_at=row["read_at"],
        disowned_at=row["disowned_at"],
    )


async def listing(
    connection: Connection,
    person: UUID,
    limit: int,
    before: UUID | None = None,
    kinds: Sequence[NoticeKind] | None = None,
    *,
    unread: bool = False,
) -> list[Notice]:
    """One's notices, newest first; ``before`` continues a page, ``kinds`` None is every kind."""
    wanted = None if kinds is None else [kind.value for kind in kinds]
    rows = await connection.fetch(_LISTING, person, limit, before, wanted, unread)
    return [_notice(row) for row in rows]


async def one(connection: Connection, person: UUID, event: UUID) -> Notice | None:
    """One of one's notices; anybody else's is like a missing one."""
    row = await connection.fetchrow(
        "select * from notice where person_id = $1 and event_id = $2", person, event
    )
    return None if row is None else _notice(row)


async def several(
    connection: Connection, pairs: Sequence[tuple[UUID, UUID]]
) -> Mapping[tuple[UUID, UUID], Notice]:
    """Notices by (person, event), for who sends them."""
    rows = await connection.fetch(_PAIRS, [person for person, _ in pairs], [event for _, event in pairs])
    return {(row["person_id"], row["event_id"]): _notice(row) for row in rows}


async def between(
    connection: Connection, person: UUID, since: datetime, until: datetime, limit: int
) -> list[Notice]:
    """What somebody was told of from one moment to before another, oldest first."""
    rows = await connection.fetch(
        "select * from notice where person_id = $1 and at >= $2 and at < $3 order by event_id limit $4",
        person,
        since,
        until,
        limit,
    )
    return [_notice(row) for row in rows]


async def unread(connection: Connection, person: UUID) -> int:
    """How many of one's newest notices are unread; one more than ``UNREAD_MAX`` means more."""
    found: int = await connection.fetchval(_UNREAD, person, UNREAD_MAX + 1)
    return found


async def wishes(connection: Connection, persons: Sequence[UUID]) -> Mapping[UUID, Wishes]:
    """By which ways outside these persons want to be told; who never said is not in the result and wants them all."""
    rows = await connection.fetch(
        "select * from notice_wishes where person_id = any($1::uuid[])", list(persons)
    )
    return {row["person_id"]: Wishes(row["sms"], row["wechat"]) for row in rows}
