"""Reading files and their parts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qinji.bulk.model import BulkFile, FileAct, FileKind, FileState, FileTerms, Standing, tally_from_json
from qinji.bulk.rules import AFTER_FAULT
from qinji.platform.database import Connection, Record

_OPEN_LIKE = """
select * from bulk_file
where kind = $1 and digest = $2 and beside = $3 and coalesce(credit_name, '') = coalesce($4, '')
  and state in ('checking', 'checked', 'waiting', 'running', 'stopped')
"""

_LISTED = """
select * from bulk_file
where ($2::uuid is null or file_id < $2)
  and (not $3 or state in ('checking', 'checked', 'waiting', 'running', 'stopped'))
order by file_id desc limit $1
"""

_TOLD = """
select part, case when part >= $4 then content end as content, case when part < $4 then refused end as refused
from bulk_part
where file_id = $1 and part >= $2
  and case when part < $4 then refused is not null else $5 and content is not null end
order by part limit $3
"""

# What breaks is tried again and again, which is no sign that somebody cares: there the last word counts.
_LEFT_ALONE = """
select * from bulk_file
where state in ('checked', 'waiting', 'stopped') and moved_at < $1
   or state in ('checking', 'running') and fault is not null and coalesce(decided_at, brought_at) < $1
order by file_id limit $2
"""


def _file(row: Record) -> BulkFile:
    return BulkFile(
        file_id=row["file_id"],
        kind=FileKind(row["kind"]),
        name=row["name"],
        digest=row["digest"],
        terms=FileTerms(row["beside"], row["credit_name"], row["again"]),
        state=FileState(row["state"]),
        rows=row["row_count"],
        parts=row["parts"],
        next_part=row["next_part"],
        brought_by=row["brought_by"],
        brought_at=row["brought_at"],
        moved_at=row["moved_at"],
        checked=tally_from_json(row["checked"]),
        carried=tally_from_json(row["carried"]),
        reason=row["reason"],
        entered_at=row["entered_at"],
        decided_by=row["decided_by"],
        decided_at=row["decided_at"],
        decision_reason=row["decision_reason"],
        finished_at=row["finished_at"],
        forgotten_at=row["forgotten_at"],
        fault=row["fault"],
        round=row["round"],
    )


async def find(connection: Connection, file_id: UUID) -> BulkFile | None:
    """One file, None where there is none of this id."""
    row = await connection.fetchrow("select * from bulk_file where file_id = $1", file_id)
    return None if row is None else _file(row)


async def open_like(connection: Connection, kind: FileKind, digest: str, terms: FileTerms) -> BulkFile | None:
    """The file of the same bytes and for the same purpose that is open, None where none is."""
    row = await connection.fetchrow(
        _OPEN_LIKE,
        kind,
        digest,
        terms.beside,
        terms.credit_name,
    )
    return None if row is None else _file(row)


async def listed(
    connection: Connection, limit: int, after: UUID | None = None, *, open_only: bool = False
) -> list[BulkFile]:
    """Files, the newest first; ``after`` continues a page."""
    rows = await connection.fetch(
        _LISTED,
        limit,
        after,
        open_only,
    )
    return [_file(row) for row in rows]


async def waiting(connection: Connection, limit: int, after: UUID | None = None) -> list[BulkFile]:
    """Files that wait for another to approve them, oldest first; ``after`` continues a page."""
    rows = await connection.fetch(
        "select * from bulk_file where state = 'waiting' and ($2::uuid is null or file_id > $2) "
        "order by file_id limit $1",
        limit,
        after,
    )
    return [_file(row) for row in rows]


async def count_waiting(connection: Connection) -> int:
    """How many wait for another to approve them."""
    count: int = await connection.fetchval("select count(*) from bulk_file where state = 'waiting'")
    return count


async def standing(connection: Connection) -> Standing:
    """How many files there are that somebody or something still has to do with."""
    (row,) = await connection.fetch(
        "select count(*) filter (where state in ('checking', 'running')) as at_work, "
        "count(*) filter (where state = 'waiting') as waiting, "
        "count(*) filter (where state in ('checking', 'running') and fault is not null) as broken "
        "from bulk_file where state in ('checking', 'running', 'waiting')"
    )
    return Standing(row["at_work"], row["waiting"], row["broken"])


async def next_turn(connection: Connection, now: datetime) -> BulkFile | None:
    """The file at work that has waited longest for its turn, so that a large one holds up no small one.

    One in which something broke is tried again after ``AFTER_FAULT``.
    """
    row = await connection.fetchrow(
        "select * from bulk_file where state in ('checking', 'running') and (fault is null or moved_at <= $1) "
        "order by moved_at, file_id limit 1",
        now - AFTER_FAULT,
    )
    return None if row is None else _file(row)


async def at_work(connection: Connection, now: datetime) -> bool:
    """Whether any file is to be gone on with now."""
    found: bool = await connection.fetchval(
        "select exists (select from bulk_file where state in ('checking', 'running') "
        "and (fault is null or moved_at <= $1))",
        now - AFTER_FAULT,
    )
    return found


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a file, sealed: its rows, None where they were let go of, and what the last pass refused of them."""

    part: int
    content: bytes | None
    refused: bytes | None


async def part(connection: Connection, file_id: UUID, number: int) -> Part | None:
    """One part, None where there is none of this number."""
    row = await connection.fetchrow(
        "select part, content, refused from bulk_part where file_id = $1 and part = $2", file_id, number
    )
    return None if row is None else Part(row["part"], row["content"], row["refused"])


async def told_parts(connection: Connection, file: BulkFile, first: int, limit: int) -> list[Part]:
    """The parts from ``first`` on of whose rows something is told, in order.

    Of parts that the present pass has not reached, what an earlier pass refused is told no more; what an ended file
    never reached is told as it stands.
    """
    rows = await connection.fetch(
        _TOLD,
        file.file_id,
        first,
        limit,
        file.next_part,
        file.state is FileState.ENDED,
    )
    return [Part(row["part"], row["content"], row["refused"]) for row in rows]


async def acts(connection: Connection, file_id: UUID) -> list[FileAct]:
    """Who said what about a file, in order."""
    rows = await connection.fetch("select * from bulk_act where file_id = $1 order by act_id", file_id)
    return [FileAct(row["file_id"], row["act_id"], row["staff"], row["what"], row["at"]) for row in rows]


async def credit_files(connection: Connection, digests: list[str]) -> dict[str, str]:
    """The names under which crediting files of these digests were brought, by digest; the last one counts."""
    rows = await connection.fetch(
        "select distinct on (digest) digest, name from bulk_file where kind = 'credit' and digest = any($1::text[]) "
        "order by digest, file_id desc",
        digests,
    )
    return {row["digest"]: row["name"] for row in rows}


async def left_alone(connection: Connection, before: datetime, limit: int) -> list[BulkFile]:
    """Files that nobody has moved since this moment: they wait for somebody, or break again and again."""
    rows = await connection.fetch(_LEFT_ALONE, before, limit)
    return [_file(row) for row in rows]
