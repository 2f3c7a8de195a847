"""Bring a file of many rows (批量文件): it is read whole, kept in sealed parts, and checked from then on by the service.

Nothing of it is carried out: who brought it looks at what would come of it, and another approves (decision 0041).
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from qinji.access.authorize import office
from qinji.access.model import Action
from qinji.bulk import queries, store
from qinji.bulk.model import STATE_CHINESE, BulkFile, FileAct, FileKind, FileRow, FileState, FileTerms
from qinji.bulk.rules import NAME_MAX, PART_ROWS, sound_terms
from qinji.bulk.sealing import seal_rows
from qinji.flows.acts import clawing
from qinji.flows.acts.act import Scene
from qinji.flows.deps import Deps, new_id
from qinji.flows.parts.bulk_rows import COLUMNS, OPTIONAL, Repeats, read_row
from qinji.flows.parts.clawing import ClawbackFile
from qinji.flows.parts.row_faults import RowProblem
from qinji.kernel.actor import StaffActor
from qinji.kernel.dates import local_day
from qinji.kernel.identity import holds_identity_number
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.platform.crypto import Vault
from qinji.platform.keyed_calls import KeyedCall, answer_call
from qinji.platform.sheets import NotASheet, Sheet, read_sheet

BYTES_MAX = 64 * 1024 * 1024
"""Bytes of a file that comes through a door: more than a million rows of crediting. Larger ones are for the command."""

ROWS_MAX = 1_000_000
BROUGHT = "brought"

PARTS_AT_ONCE = 50
"""Parts of one statement, some megabytes: well within the time that a statement may take."""


_READER = ThreadPoolExecutor(1, "files")
"""One file is read at a time: others wait, and nothing else of the process waits for them."""


@dataclass(frozen=True, slots=True)
class BringFile:
    """A file as it was sent: what for, its name (whose ending tells what it is), its bytes, and what was chosen."""

    call: KeyedCall[BulkFile]
    actor: StaffActor
    kind: FileKind
    name: str
    content: bytes = field(repr=False)
    terms: FileTerms = field(default_factory=FileTerms)


@dataclass(frozen=True, slots=True)
class _Read:
    """A file that was read: its id, the digest of its bytes, how many rows it has, and its sealed parts."""

    file_id: UUID
    digest: str
    rows: int
    parts: list[bytes] = field(repr=False)


async def run(command: BringFile, deps: Deps) -> bytes:
    """Keep a file for checking.

    Refused: NOT_ALLOWED for a cashier, REQUEST_INVALID for terms that do not belong to its kind and for what cannot be
    read as a whole or has no rows, CLAWBACK_STATE where nothing was credited of which is to be taken back, BULK_STATE
    where the same file is open.
    """
    now = deps.clock()
    basis = office(command.actor, Action.HANDLE_FILES)
    refusal = basis if isinstance(basis, Refused) else sound_terms(command.kind, command.terms)
    read = refusal or await _read_aside(command, deps, now)

    async def attempt() -> bytes:
        async with deps.database.transaction() as connection:
            scene = Scene(connection, now, deps)
            return await answer_call(
                connection, command.call, now, lambda: _keep(command, read, scene), deps.vault
            )

    return await deps.database.repeatedly(attempt)


async def _read_aside(command: BringFile, deps: Deps, now: datetime) -> _Read | Refused:
    """Reading a million rows takes seconds: in a thread of its own, so that the process goes on answering."""
    return await asyncio.get_running_loop().run_in_executor(_READER, _read, command, deps, now)


def _read(command: BringFile, deps: Deps, now: datetime) -> _Read | Refused:
    if holds_identity_number(command.name):
        return refuse(RefusalCode.REQUEST_INVALID, reason="文件名中不要写身份证号码")
    if len(command.content) > BYTES_MAX:
        most = f"文件超过 {BYTES_MAX // 1024 // 1024} MB,请分成几个文件,或在服务器上用 qinji account 办"
        return refuse(RefusalCode.REQUEST_INVALID, reason=most)
    try:
        kind = command.kind
        sheet = read_sheet(command.content, command.name, COLUMNS[kind], OPTIONAL.get(kind, ()))
        file_id = new_id(deps, now)
        read = _parts(sheet, command.kind, file_id, local_day(now), deps.vault)
    except NotASheet as problem:
        return refuse(RefusalCode.REQUEST_INVALID, reason=str(problem))
    if not read.rows:
        return refuse(RefusalCode.REQUEST_INVALID, reason="表头下面一行也没有")
    return read


def _parts(sheet: Sheet, kind: FileKind, file_id: UUID, today: date, vault: Vault) -> _Read:
    """Every row with what is wrong with it by itself, or what it repeats; what else is wrong, the register tells."""
    repeats, rows, parts = Repeats(), 0, []
    for part, sheet_rows in enumerate(sheet.parts(PART_ROWS)):
        rows += len(sheet_rows)
        if rows > ROWS_MAX:
            raise NotASheet(f"文件超过 {ROWS_MAX} 行,请分成几个文件")
        kept = []
        for row in sheet_rows:
            found = read_row(kind, row.line, row.cells, today)
            wrong = found if isinstance(found, RowProblem) else repeats.of(found)
            words = ("", "") if wrong is None else (wrong.what, wrong.advice)
            kept.append(FileRow(row.line, row.cells, *words))
        parts.append(seal_rows(kept, file_id, part, vault))
    return _Read(file_id, sheet.digest, rows, parts)


async def _keep(command: BringFile, read: _Read | Refused, scene: Scene) -> BulkFile | Refused:
    if isinstance(read, Refused):
        return read
    terms = command.terms
    if command.kind is FileKind.CLAW_BACK:
        of = ClawbackFile(read.digest, terms.credit_name or "", terms.beside)
        known = await clawing.known(of, scene)
        if isinstance(known, Refused):
            return known
    like = await queries.open_like(scene.connection, command.kind, read.digest, terms)
    if like is not None:
        known_as = f"已有人上传({like.name},{STATE_CHINESE[like.state]})"
        return refuse(RefusalCode.BULK_STATE, state=known_as, action="再上传一次")
    file = BulkFile(
        file_id=read.file_id,
        kind=command.kind,
        name=_plain(command.name),
        digest=read.digest,
        terms=terms,
        state=FileState.CHECKING,
        rows=read.rows,
        parts=len(read.parts),
        next_part=0,
        brought_by=command.actor.staff_id,
        brought_at=scene.now,
        moved_at=scene.now,
    )
    await store.bring(scene.connection, file)
    said = FileAct(file.file_id, scene.new_id(), file.brought_by, BROUGHT, scene.now)
    await store.keep_act(scene.connection, said)
    for first in range(0, len(read.parts), PARTS_AT_ONCE):
        some = read.parts[first : first + PARTS_AT_ONCE]
        await store.add_parts(scene.connection, file.file_id, first, some)
    return file


def _plain(name: str) -> str:
    """A file's name without folders and line ends, the end of it where it is long."""
    last = " ".join(name.replace("\\", "/").rsplit("/", 1)[-1].split())
    return last[-NAME_MAX:]
