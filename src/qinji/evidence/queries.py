"""Reading cases and their photos. A picture itself is read by one flow only, which notes who looked."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from qinji.evidence.model import Case, Ending, Papers, Photo, PhotoKind
from qinji.platform.database import Connection, Record

_PHOTO = "person_id, case_id, photo_id, place, kind, size_bytes, digest, added_by, added_at"


def _case(row: Record) -> Case:
    return Case(
        row["person_id"],
        row["case_id"],
        row["binding_id"],
        row["wrapped_key"],
        row["opened_at"],
        row["closed_at"],
        None if row["ending"] is None else Ending(row["ending"]),
    )


def _photo(row: Record) -> Photo:
    return Photo(
        row["person_id"],
        row["case_id"],
        row["photo_id"],
        row["place"],
        PhotoKind(row["kind"]),
        row["size_bytes"],
        row["digest"],
        row["added_by"],
        row["added_at"],
    )


async def _papers(connection: Connection, case: Record | None) -> Papers | None:
    if case is None:
        return None
    rows = await connection.fetch(
        f"select {_PHOTO} from evidence_photo where person_id = $1 and case_id = $2 order by place",  # noqa: S608
        case["person_id"],
        case["case_id"],
    )
    return Papers(_case(case), tuple(_photo(row) for row in rows))


async def open_papers(connection: Connection, person: UUID, binding: UUID) -> Papers | None:
    """The open case of this member's binding, with what is kept of its photos; None without one."""
    row = await connection.fetchrow(
        "select * from evidence_case where person_id = $1 and binding_id = $2 and closed_at is null",
        person,
        binding,
    )
    return await _papers(connection, row)


async def latest_papers(connection: Connection, person: UUID, binding: UUID) -> Papers | None:
    """The newest case of this member's binding, closed ones too."""
    row = await connection.fetchrow(
        "select * from evidence_case where person_id = $1 and binding_id = $2 order by case_id desc limit 1",
        person,
        binding,
    )
    return await _papers(connection, row)


async def sealed(connection: Connection, photo: Photo) -> bytes | None:
    """The encrypted picture of a photo; None after it was deleted."""
    content: bytes | None = await connection.fetchval(
        "select content from evidence_photo where person_id = $1 and case_id = $2 and photo_id = $3",
        photo.person_id,
        photo.case_id,
        photo.photo_id,
    )
    return content


async def opened_until(connection: Connection, until: datetime, limit: int) -> list[Case]:
    """Open cases that were opened then or earlier, the oldest first; at most ``limit``."""
    rows = await connection.fetch(
        "select * from evidence_case where closed_at is null and opened_at <= $1 order by opened_at limit $2",
        until,
        limit,
    )
    return [_case(row) for row in rows]
