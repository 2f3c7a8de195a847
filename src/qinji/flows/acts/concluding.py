"""A file of many rows is over, inside a transaction that is open: the ledger is told, and rows are let go of."""

from __future__ import annotations

from dataclasses import replace

from qinji.bulk import store
from qinji.bulk.model import BulkFile, FileKind, FileState
from qinji.flows.acts.act import Scene
from qinji.flows.parts.bulk_rows import clawback_file, credit_file
from qinji.ledger import queries as ledger
from qinji.ledger import store as ledger_store


async def conclude(file: BulkFile, scene: Scene) -> None:
    """What a file of money came to stands in its run or round from now on, as the commands leave it.

    Of an ended file the rows that it never came to stay for its report; all others that are not told go.
    """
    if file.state in (FileState.DONE, FileState.ENDED):
        if file.kind is FileKind.CREDIT:
            await _credited(file, scene)
        if file.kind is FileKind.CLAW_BACK:
            await _clawed(file, scene)
    reached = file.next_part if file.state is FileState.ENDED else file.parts
    await store.drop_content(scene.connection, file.file_id, reached)


async def _credited(file: BulkFile, scene: Scene) -> None:
    run = await ledger.account_run(scene.connection, credit_file(file).name)
    if run is None:
        return
    tally = file.carried
    whole = replace(
        run,
        booked=tally.done + tally.before,
        refused=file.rows - tally.done - tally.before,
        amount_fen=tally.done_fen + tally.before_fen,
    )
    await ledger_store.finish_run(scene.connection, whole, scene.now)


async def _clawed(file: BulkFile, scene: Scene) -> None:
    """Rows that were never reached count as refused, so that they may be asked for in another round."""
    name, number = clawback_file(file).name, file.round
    found = None if number is None else await ledger.clawback(scene.connection, name, number)
    if found is None:
        raise LookupError(name)
    tally = file.carried
    done = replace(
        found,
        taken=tally.done + tally.before,
        refused=tally.refused + file.rows - tally.rows,
        taken_fen=tally.done_fen + tally.before_fen + tally.earlier_fen,
        missing_fen=tally.missing_fen,
    )
    await ledger_store.finish_clawback(scene.connection, done, scene.now)
