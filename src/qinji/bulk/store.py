"""Writing files and their parts; called by flows only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from qinji.bulk.model import BulkFile, FileAct, tally_to_json
from qinji.platform.database import Connection, affected

_ADD = """
insert into bulk_file (file_id, kind, name, digest, beside, credit_name, again, state, row_count, parts, next_part,
  checked, carried, brought_by, brought_at, moved_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
"""

_CHANGE = """
update bulk_file set state = $4, next_part = $5, checked = $6, carried = $7, moved_at = $8, reason = $9,
  entered_at = $10, decided_by = $11, decided_at = $12, decision_reason = $13, finished_at = $14, fault = $15,
  round = $16
where file_id = $1 and state = $2 and next_part = $3
"""

_FORGET = """
with over as (
  update bulk_file set forgotten_at = $2
  where file_id in (
    select file_id from bulk_file where finished_at < $1 and forgotten_at is null order by finished_at limit $3
  ) and forgotten_at is null
  returning file_id
), emptied as (
  update bulk_part set content = null, refused = null where file_id in (select file_id from over)
)
select count(*) from over
"""


async def bring(connection: Connection, file: BulkFile) -> None:
    """Keep a new file; a unique violation where the same one is open."""
    await connection.execute(
        _ADD,
        file.file_id,
        file.kind,
        file.name,
        file.digest,
        file.terms.beside,
        file.terms.credit_name,
        file.terms.again,
        file.state,
        file.rows,
        file.parts,
        file.next_part,
        tally_to_json(file.checked),
        tally_to_json(file.carried),
        file.brought_by,
        file.brought_at,
        file.moved_at,
    )


async def add_parts(connection: Connection, file_id: UUID, first: int, parts: Sequence[bytes]) -> None:
    """Keep sealed parts of a file, numbered from ``first`` on."""
    await connection.executemany(
        "insert into bulk_part (file_id, part, content) values ($1, $2, $3)",
        [(file_id, first + place, content) for place, content in enumerate(parts)],
    )


async def change(connection: Connection, before: BulkFile, after: BulkFile) -> bool:
    """Keep where a file stands now; False where it stands otherwise than ``before`` by now."""
    status = await connection.execute(
        _CHANGE,
        before.file_id,
        before.state,
        before.next_part,
        after.state,
        after.next_part,
        tally_to_json(after.checked),
        tally_to_json(after.carried),
        after.moved_at,
        after.reason,
        after.entered_at,
        after.decided_by,
        after.decided_at,
        after.decision_reason,
        after.finished_at,
        after.fault,
        after.round,
    )
    return affected(status) == 1


async def keep_refused(connection: Connection, file_id: UUID, part: int, refused: bytes | None) -> None:
    """What a pass could not carry out of a part, sealed; None where nothing was refused."""
    await connection.execute(
        "update bulk_part set refused = $3 where file_id = $1 and part = $2", file_id, part, refused
    )


async def drop_content(connection: Connection, file_id: UUID, before: int) -> None:
    """The rows of the parts below this one are needed no more; those that were refused stay for a while."""
    await connection.execute(
        "update bulk_part set content = null where file_id = $1 and part < $2", file_id, before
    )


async def keep_act(connection: Connection, act: FileAct) -> None:
    """Keep who said what about a file."""
    await connection.execute(
        "insert into bulk_act (file_id, act_id, staff, what, at) values ($1, $2, $3, $4, $5)",
        act.file_id,
        act.act_id,
        act.staff,
        act.what,
        act.at,
    )


async def forget(connection: Connection, before: datetime, at: datetime, files_max: int) -> int:
    """Let go of every row of files that were over before this; answers of how many files."""
    files: int = await connection.fetchval(_FORGET, before, at, files_max)
    return files
