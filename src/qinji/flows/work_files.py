"""A timer's flow: go on with the file that has waited longest for its turn, by one part, in one transaction.

What a part came to, the money that it moves and how far the file is are committed together: a service that dies, or is
stopped, goes on exactly where it was, and nothing is done twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from qinji.access.model import actor_text
from qinji.bulk import queries, store
from qinji.bulk.model import BulkFile, FileKind, FileRow, FileState, Tally
from qinji.bulk.rules import KEPT, added
from qinji.bulk.sealing import open_rows, seal_rows
from qinji.flows.acts import clawing, crediting, enrolling
from qinji.flows.acts.act import Scene
from qinji.flows.deps import Deps
from qinji.flows.parts.bulk_rows import (
    AnyRow,
    Outcome,
    of_clawed,
    of_credited,
    of_enrolled,
    read_row,
    refused_rows,
)
from qinji.flows.parts.clawing import ClawbackFile, ClawRow
from qinji.flows.parts.crediting import CreditFile, CreditRow
from qinji.flows.parts.enrolling import EnrolRow
from qinji.flows.parts.row_faults import RowProblem
from qinji.kernel.actor import StaffActor
from qinji.kernel.ensure import ensure
from qinji.ledger import store as ledger
from qinji.ledger.model import Clawback, ClawbackState
from qinji.platform.database import Overloaded, StartAgain

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
    """Withdraw files that nobody has touched for ``KEPT``, and let go of the rows of those that are over so long.

    Answers how many files it met.
    """
    now = deps.clock()
    async with deps.database.transaction() as connection:
        left = await queries.left_alone(connection, now - KEPT, FORGET_MAX)
        for file in left:
            gone = replace(file, state=FileState.WITHDRAWN, moved_at=now, finished_at=now)
            if await store.change(connection, file, gone):
                await store.drop_content(connection, file.file_id)
        return len(left) + await store.forget(connection, now - KEPT, now, FORGET_MAX)


async def _put_back(file: BulkFile, broken: Exception, deps: Deps) -> None:
    """Somebody else's lock is waited for again, and is no fault."""
    fault = file.fault if isinstance(broken, Overloaded) else type(broken).__name__
    async with deps.database.transaction() as connection:
        await store.change(connection, file, replace(file, moved_at=deps.clock(), fault=fault))


async def _go_on(file: BulkFile, scene: Scene) -> None:
    stored = await queries.content(scene.connection, file.file_id, file.next_part)
    ensure(stored is not None, "a file at work has its rows", part=file.next_part)
    rows = open_rows(stored or b"", scene.deps.vault)
    read = [read_row(file.kind, row.line, row.cells, scene.today) for row in rows if not row.what]
    outcome = await _outcome(file, [one for one in read if not isinstance(one, RowProblem)], scene)
    told = [*outcome.told, *(one for one in read if isinstance(one, RowProblem))]
    await _keep(file, rows, told, outcome.tally, scene)


async def _keep(
    file: BulkFile, rows: Sequence[FileRow], told: Sequence[RowProblem], tally: Tally, scene: Scene
) -> None:
    refused = refused_rows(file.kind, rows, told)
    part, vault = file.next_part, scene.deps.vault
    sealed = seal_rows(refused, file.file_id, part, vault) if refused else None
    await store.keep_refused(scene.connection, file.file_id, part, sealed)
    some = replace(tally, rows=len(rows), refused=len(refused) - tally.short)
    moved = replace(file, next_part=part + 1, moved_at=scene.now, fault=None)
    if file.state is FileState.CHECKING:
        moved = replace(moved, checked=added(file.checked, some))
        if moved.next_part == file.parts:
            moved = replace(moved, state=FileState.CHECKED)
    else:
        moved = replace(moved, carried=added(file.carried, some))
        if moved.next_part == file.parts:
            moved = replace(moved, state=FileState.DONE, finished_at=scene.now)
            await _finish(moved, scene)
            await store.drop_content(scene.connection, file.file_id)
    if not await store.change(scene.connection, file, moved):
        # Somebody stopped or withdrew it, or another process did this part: nothing of it holds.
        raise StartAgain


async def _outcome(file: BulkFile, rows: Sequence[AnyRow], scene: Scene) -> Outcome:
    if file.kind is FileKind.CREDIT:
        return await _credit(file, _of(CreditRow, rows), scene)
    if file.kind is FileKind.CLAW_BACK:
        return await _claw(file, _of(ClawRow, rows), scene)
    return await _enrol(file, _of(EnrolRow, rows), scene)


def _of(kind: type[Row], rows: Sequence[AnyRow]) -> list[Row]:
    return [row for row in rows if isinstance(row, kind)]


def _hand(file: BulkFile) -> str:
    """By whose hand it is carried out: who approved it."""
    return actor_text(StaffActor(file.decided_by or file.brought_by, ""))


def _credit_file(file: BulkFile) -> CreditFile:
    return CreditFile(file.digest, _hand(file), file.terms.beside)


def _clawback_file(file: BulkFile) -> ClawbackFile:
    return ClawbackFile(file.digest, file.terms.credit_name or "", file.terms.beside)


async def _credit(file: BulkFile, rows: Sequence[CreditRow], scene: Scene) -> Outcome:
    of = _credit_file(file)
    if file.state is FileState.CHECKING:
        return of_credited(await crediting.would_credit(rows, await crediting.known(of, scene), of, scene))
    return of_credited(await crediting.credit(rows, await crediting.begin_run(of, scene), of, scene))


async def _claw(file: BulkFile, rows: Sequence[ClawRow], scene: Scene) -> Outcome:
    known = await _round(file, scene)
    if file.state is not FileState.CHECKING:
        return of_clawed(await clawing.claw(rows, known, scene))
    if known.state is ClawbackState.REFUSED or (known.finished_at is not None and file.terms.again):
        known = replace(known, round=known.round + 1, finished_at=None)
    return of_clawed(await clawing.would_claw(rows, known, scene))


async def _round(file: BulkFile, scene: Scene) -> Clawback:
    known = await clawing.known(_clawback_file(file), scene)
    if isinstance(known, Clawback):
        return known
    raise LookupError(file.terms.credit_name)


async def _enrol(file: BulkFile, rows: Sequence[EnrolRow], scene: Scene) -> Outcome:
    if file.state is FileState.CHECKING:
        return of_enrolled(await enrolling.would_enrol(rows, scene))
    return of_enrolled(await enrolling.enrol(rows, _hand(file), scene, file.brought_by))


async def _finish(file: BulkFile, scene: Scene) -> None:
    """A whole file of money is told to the ledger, as the commands do."""
    tally = file.carried
    if file.kind is FileKind.CREDIT:
        run = await crediting.begin_run(_credit_file(file), scene)
        whole = replace(
            run,
            booked=tally.done + tally.before,
            refused=tally.refused,
            amount_fen=tally.done_fen + tally.before_fen,
        )
        await ledger.finish_run(scene.connection, whole, scene.now)
    if file.kind is FileKind.CLAW_BACK:
        done = replace(
            await _round(file, scene),
            taken=tally.done + tally.before,
            refused=tally.refused,
            taken_fen=tally.done_fen + tally.before_fen,
            missing_fen=tally.missing_fen,
        )
        await ledger.finish_clawback(scene.connection, done, scene.now)
