"""Reading window acts."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from qinji.platform.database import Connection, Record
from qinji.window.model import (
    Recognised,
    WindowAct,
    WindowKind,
    WindowState,
    told_from_json,
    wish_from_json,
)

_WAITING = (
    "select * from window_act where state = 'waiting' and (in_force_at is not null or expires_at > $1) "
)


def _act(row: Record) -> WindowAct:
    return WindowAct(
        person_id=row["person_id"],
        act_id=row["act_id"],
        wish=wish_from_json(WindowKind(row["kind"]), row["wish"]),
        reason=row["reason"],
        paper_reference=row["paper_reference"],
        recognised_by=Recognised(row["recognised_by"]),
        state=WindowState(row["state"]),
        told=told_from_json(row["told"]),
        entered_by=row["entered_by"],
        entered_at=row["entered_at"],
        expires_at=row["expires_at"],
        in_force_at=row["in_force_at"],
        subject_id=row["subject_id"],
        decided_by=row["decided_by"],
        decided_at=row["decided_at"],
        decision_reason=row["decision_reason"],
    )


async def find(connection: Connection, act_id: UUID) -> WindowAct | None:
    """A window act whoever's wish it is; for the bureau's own staff."""
    row = await connection.fetchrow("select * from window_act where act_id = $1", act_id)
    return None if row is None else _act(row)


async def waiting(
    connection: Connection, now: datetime, limit: int, after: UUID | None = None
) -> list[WindowAct]:
    """Acts that wait for a second person and are not too late, oldest first; ``after`` continues a page."""
    rows = await connection.fetch(
        _WAITING + "and ($3::uuid is null or act_id > $3) order by act_id limit $2", now, limit, after
    )
    return [_act(row) for row in rows]


async def of_staff(
    connection: Connection, staff: str, limit: int, before: UUID | None = None
) -> list[WindowAct]:
    """Acts that this member of staff entered or decided, newest first; ``before`` continues a page."""
    rows = await connection.fetch(
        "select * from window_act where (entered_by = $1 or decided_by = $1) and ($3::uuid is null or act_id < $3) "
        "order by act_id desc limit $2",
        staff,
        limit,
        before,
    )
    return [_act(row) for row in rows]


async def waiting_of(connection: Connection, person: UUID, now: datetime) -> list[WindowAct]:
    """The acts of one person that wait."""
    rows = await connection.fetch(_WAITING + "and person_id = $2 order by act_id", now, person)
    return [_act(row) for row in rows]


async def count_waiting(connection: Connection, now: datetime) -> int:
    """How many acts wait for a second person and are not too late."""
    found: int = await connection.fetchval(
        "select count(*) from window_act where state = 'waiting' and (in_force_at is not null or expires_at > $1)",
        now,
    )
    return found
