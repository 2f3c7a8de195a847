"""Writing notices, in the transaction of what they tell; called by flows only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from qinji.notice.model import Notice, Wishes
from qinji.notice.wording import told_outside
from qinji.platform import outbox
from qinji.platform.database import Connection, affected, copy_in

_COLUMNS = (
    *("person_id", "event_id", "kind", "owner", "at", "actor", "behalf_of", "other_id", "subject_id"),
    *("amount_fen", "facts"),
)

_ONCE = """
insert into notice (person_id, event_id, kind, owner, at, actor, behalf_of, other_id, subject_id, amount_fen, facts)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict (person_id, event_id) do nothing
"""

_WISHES = """
insert into notice_wishes (person_id, sms, wechat, at) values ($1, $2, $3, $4)
on conflict (person_id) do update set sms = excluded.sms, wechat = excluded.wechat, at = excluded.at
"""


async def tell(connection: Connection, notices: Sequence[Notice], ways: Sequence[str]) -> None:
    """Keep what people are told of, and what is to be sent by each of these ways outside; one statement, or two.

    The same event told to the same person a second time breaks the key.
    """
    await copy_in(connection, "notice", _COLUMNS, [_row(one) for one in notices])
    if ways:
        sent = [one for one in notices if told_outside(one.kind)]
        await outbox.put(connection, [(one.person_id, one.event_id, one.at) for one in sent], ways)


async def tell_once(connection: Connection, notice: Notice) -> bool:
    """Keep a notice that may have been kept before under the same event, as a look of the same day; whether it is new.

    Such a notice is read in the pages only.
    """
    return affected(await connection.execute(_ONCE, *_row(notice))) == 1


def _row(one: Notice) -> tuple[object, ...]:
    return (
        *(one.person_id, one.event_id, one.kind.value, one.owner, one.at, one.actor, one.behalf_of),
        *(one.other_id, one.subject_id, one.amount_fen, one.facts.packed()),
    )


async def read(connection: Connection, person: UUID, events: Sequence[UUID] | None, now: datetime) -> int:
    """They have read these, or None all; how many were unread until now."""
    status = await connection.execute(
        "update notice set read_at = $3 where person_id = $1 and read_at is null "
        "and ($2::uuid[] is null or event_id = any($2::uuid[]))",
        person,
        None if events is None else list(events),
        now,
    )
    return affected(status)


async def disown(connection: Connection, person: UUID, event: UUID, now: datetime) -> bool:
    """They say 不是我 to this one; False where they had said so before."""
    status = await connection.execute(
        "update notice set disowned_at = $3, read_at = coalesce(read_at, $3) "
        "where person_id = $1 and event_id = $2 and disowned_at is null",
        person,
        event,
        now,
    )
    return affected(status) == 1


async def keep_wishes(connection: Connection, person: UUID, wishes: Wishes, now: datetime) -> None:
    """From now on they want these ways outside."""
    await connection.execute(_WISHES, person, wishes.sms, wishes.wechat, now)
