"""Writing cases and their photos; called by flows only, behind the lock of the member."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from qinji.evidence.model import Case, Ending, Photo
from qinji.kernel.ensure import ensure
from qinji.platform.database import Connection, affected

_OPEN = """
insert into evidence_case (person_id, case_id, binding_id, wrapped_key, opened_at) values ($1, $2, $3, $4, $5)
"""

_ADD = """
insert into evidence_photo (person_id, case_id, photo_id, place, kind, size_bytes, digest, content, added_by, added_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""

_DELETE_PICTURES = """
update evidence_photo p set content = null from evidence_case c
where c.person_id = $1 and c.binding_id = $2 and c.closed_at is null
  and p.person_id = c.person_id and p.case_id = c.case_id
"""

_CLOSE = """
update evidence_case set wrapped_key = null, closed_at = $3, ending = $4
where person_id = $1 and binding_id = $2 and closed_at is null
"""


async def open_case(connection: Connection, case: Case) -> None:
    """Keep a new case; a binding has one open case at most."""
    await connection.execute(
        _OPEN, case.person_id, case.case_id, case.binding_id, case.wrapped_key, case.opened_at
    )


async def add(connection: Connection, photos: Sequence[tuple[Photo, bytes]]) -> None:
    """Keep photos with their encrypted pictures."""
    await connection.executemany(
        _ADD,
        [
            (
                photo.person_id,
                photo.case_id,
                photo.photo_id,
                photo.place,
                photo.kind,
                photo.size_bytes,
                photo.digest,
                sealed,
                photo.added_by,
                photo.added_at,
            )
            for photo, sealed in photos
        ],
    )


async def move(connection: Connection, case: Case, binding: UUID) -> None:
    """The case belongs to another binding of the same member from now on."""
    status = await connection.execute(
        "update evidence_case set binding_id = $3 where person_id = $1 and case_id = $2 and closed_at is null",
        case.person_id,
        case.case_id,
        binding,
    )
    ensure(affected(status) == 1, "the case to move is open", status=status)


async def close(connection: Connection, person: UUID, binding: UUID, ending: Ending, at: datetime) -> int:
    """Delete the pictures of a binding's open case and the key they were under; answers how many pictures.

    0 where there is no open case. Digest, size and dates stay.
    """
    pictures = affected(await connection.execute(_DELETE_PICTURES, person, binding))
    await connection.execute(_CLOSE, person, binding, at, ending)
    return pictures
