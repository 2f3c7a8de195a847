"""A timer's flow: go on with the file that has waited longest for its turn, by one part, in one transaction.

What a part came to, the money that it moves and how far the file is are committed together: a service that dies, or is
stopped, goes on exactly where it was, and nothing is done twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from qinji.bulk import queries, store
from qinji.bulk.model import BulkFile, FileAct, FileKind, FileRow, FileState, Tally
from qinji.bulk.rules import KEPT, added
from qinji.bulk.sealing import open_rows, seal_rows
from qinji.flows.acts import clawing, crediting, enrolling
from qinji.flows.acts.act import Scene
from qinji.flows.acts.concluding import conclude
from qinji.flows.deps import Deps
from qinji.flows.parts.bulk_rows import (
    AnyRow,
    Outcome,
    clawback_file,
    credit_file,
    hand_of,
    of_clawed,
    of_credited,
    of_enrolled,
    read_row,
    refused_rows,
)
from qinji.flows.parts.clawing import Clawed, ClawRow
from qinji.flows.parts.crediting import CreditRow
from qinji.flows.parts.enrolling import EnrolRow
from qinji.flows.parts.row_faults import RowProblem
from qinji.kernel.ensure import ensure
from qinji.kernel.refusal import Refused
from qinji.ledger import queries as ledger
from qinji.ledger.model import Clawback, ClawbackState
from qinji.platform.database import Overloaded, StartAgain

ACTOR = "timer:files"
FORGET_MAX = 10
"""Files whose rows are let go of in one call."""

Row = TypeVar("Row")


async def waits(deps: Deps) -> bool:
    """Whether there is anything to go on with; read only."""
    async with deps.database.reading() as connection:
        return await queries.at_work(connection, deps.clock())


async def run(deps: Deps) -> int:
    """One part of one file; answers how many parts were done, 0 where no file is at work.

    A part that breaks leaves the file where it was, behind the others, with the name of what broke; then it is raised.
    """
    now = deps.clock()
    working: list[BulkFile] = []

    async def attempt() -> int:
        working.clear()
        async with deps.database.transaction() as connection:
            file = await queries.next_turn(connection, now)
            if file is None:
                return 0
            working.append(file)
            await _go_on(file, Scene(connection, now, deps))
            return 1

    try:
        return await deps.database.repeatedly(attempt)
    except Exception as broken:
        if working:
            await _put_back(working[0], broken, deps)
        raise


async def forget(deps: Deps) -> int:
    """End files that nobody has moved for ``KEPT``, and let go of the rows of those that are over so long.

    Answers how many files it met.
    """
    now = deps.clock()

    async def attempt() -> int:
        async with deps.database.transaction() as connection:
            scene = Scene(connection, now, deps)
            left = await queries.left_alone(connection, now - KEPT, FORGET_MAX)
            for file in left:
                await _give_up(file, scene)
            return len(left) + await store.forget(connection, now - KEPT, now, FORGET_MAX)

    return await deps.database.repeatedly(attempt)


async def _give_up(file: BulkFile, scene: Scene) -> None:
    begun = file.state in (FileState.RUNNING, FileState.STOPPED)
    over = replace(
        file,
        state=FileState.ENDED if begun else FileState.WITHDRAWN,
        moved_at=scene.now,
        finished_at=scene.now,
    )
    if not await store.change(scene.connection, file, over):
        raise StartAgain
    await store.keep_act(
        scene.connection, FileAct(file.file_id, scene.new_id(), ACTOR, over.state.value, scene.now)
    )
    await conclude(over, scene)


async def _put_back(file: BulkFile, broken: Exception, deps: Deps) -> None:
    """Somebody else's lock is waited for again, and is no fault."""
    fault = file.fault if isinstance(broken, Overloaded) else type(broken).__name__
    async with deps.database.transaction() as connection:
        await store.change(connection, file, replace(file, moved_at=deps.clock(), fault=fault))


async def _go_on(file: BulkFile, scene: Scene) -> None:
    vault = scene.deps.vault
    part = await queries.part(scene.connection, file.file_id, file.next_part)
    content = None if part is None else part.content
    ensure(content is not None, "a file at work has its rows", part=file.next_part)
    rows = open_rows(content or b"", vault)
    if part is not None and part.refused is not None and file.state is FileState.RUNNING:
        rows = _as_approved(rows, open_rows(part.refused, vault))
    read = [read_row(file.kind, row.line, row.cells, scene.today) for row in rows if not row.what]
    outcome = await _outcome(file, [one for one in read if not isinstance(one, RowProblem)], scene)
    told = [*outcome.told, *(one for one in read if isinstance(one, RowProblem))]
    await _keep(file, rows, told, outcome.tally, scene)


def _as_approved(rows: Sequence[FileRow], refused: Sequence[FileRow]) -> list[FileRow]:
    """What the check refused stays refused, whatever has changed since: nobody has approved that it be carried out."""
    words = {one.line: one for one in refused if not one.partly}
    return [
        replace(row, what=words[row.line].what, advice=words[row.line].advice) if row.line in words else row
        for row in rows
    ]


async def _keep(
    file: BulkFile, rows: Sequence[FileRow], told: Sequence[RowProblem], tally: Tally, scene: Scene
) -> None:
    refused = refused_rows(file.kind, rows, told)
    part, vault = file.next_part, scene.deps.vault
    sealed = seal_rows(refused, file.file_id, part, vault) if refused else None
    await store.keep_refused(scene.connection, file.file_id, part, sealed)
    some = replace(tally, rows=len(rows), refused=len(refused) - tally.short)
    moved = _moved(file, some, scene)
    if moved.state is FileState.DONE:
        await conclude(moved, scene)
    if not await store.change(scene.connection, file, moved):
        # Somebody stopped or withdrew it, or another process did this part: nothing of it holds.
        raise StartAgain


def _moved(file: BulkFile, some: Tally, scene: Scene) -> BulkFile:
    """The file one part further."""
    moved = replace(file, next_part=file.next_part + 1, moved_at=scene.now, fault=None)
    last = moved.next_part == file.parts
    if file.state is FileState.CHECKING:
        state = FileState.CHECKED if last else file.state
        return replace(moved, checked=added(file.checked, some), state=state)
    moved = replace(moved, carried=added(file.carried, some))
    return replace(moved, state=FileState.DONE, finished_at=scene.now) if last else moved


async def _outcome(file: BulkFile, rows: Sequence[AnyRow], scene: Scene) -> Outcome:
    if file.kind is FileKind.CREDIT:
        return await _credit(file, _of(CreditRow, rows), scene)
    if file.kind is FileKind.CLAW_BACK:
        return await _claw(file, _of(ClawRow, rows), scene)
    return await _enrol(file, _of(EnrolRow, rows), scene)


def _of(kind: type[Row], rows: Sequence[AnyRow]) -> list[Row]:
    return [row for row in rows if isinstance(row, kind)]


async def _credit(file: BulkFile, rows: Sequence[CreditRow], scene: Scene) -> Outcome:
    of = credit_file(file)
    if file.state is FileState.CHECKING:
        return of_credited(await crediting.would_credit(rows, await crediting.known(of, scene), of, scene))
    return of_credited(await crediting.credit(rows, await crediting.begin_run(of, scene), of, scene))


async def _claw(file: BulkFile, rows: Sequence[ClawRow], scene: Scene) -> Outcome:
    of = clawback_file(file)
    if file.state is not FileState.CHECKING:
        approved = await ledger.clawback(scene.connection, of.name, file.round or 0)
        ensure(approved is not None, "an approved file that takes back has its round")
        return of_clawed(Clawed() if approved is None else await clawing.claw(rows, approved, scene))
    known = await clawing.known(of, scene)
    ensure(isinstance(known, Clawback), "what a file takes back of was credited, or it was not brought")
    made = (
        Clawed() if isinstance(known, Refused) else await clawing.would_claw(rows, _next(known, file), scene)
    )
    return of_clawed(made)


def _next(known: Clawback, file: BulkFile) -> Clawback:
    """The round that would be carried out: the one that is known, or the next where that is over."""
    if known.state is ClawbackState.REFUSED or (known.finished_at is not None and file.terms.again):
        return replace(known, round=known.round + 1, finished_at=None)
    return known


async def _enrol(file: BulkFile, rows: Sequence[EnrolRow], scene: Scene) -> Outcome:
    if file.state is FileState.CHECKING:
        return of_enrolled(await enrolling.would_enrol(rows, scene))
    return of_enrolled(await enrolling.enrol(rows, hand_of(file), scene, file.brought_by))
