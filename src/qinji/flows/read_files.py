"""The files that the bureau's staff brought: the list, one of them, and the report of the rows that were refused."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from qinji.access.authorize import office
from qinji.access.model import Action
from qinji.bulk import queries
from qinji.bulk.model import BulkFile, FileAct, FileRow
from qinji.bulk.queries import Part
from qinji.bulk.sealing import open_rows
from qinji.flows.deps import Deps
from qinji.flows.parts.bulk_rows import COLUMNS, report_titles, unreached_rows
from qinji.flows.parts.crediting import CREDIT_RUNS
from qinji.kernel.actor import StaffActor
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.ledger import queries as ledger
from qinji.ledger.model import AccountRun
from qinji.platform.workbook import CSV_MARK, csv_rows

FIRST_MAX = 10
"""So many refused rows are shown beside a file; all of them are in its report."""

RUNS_MAX = 24
"""So many crediting files are offered to be taken back from, the latest ones."""

PARTS_AT_ONCE = 20
PARTS_MAX = 1_000
"""Parts of the largest file that there may be: so often more are asked for at most."""


@dataclass(frozen=True, slots=True)
class FileCase:
    """A file with the first rows that were not carried out, the run of which it takes back, and who said what."""

    file: BulkFile
    first: Sequence[FileRow]
    credit: Credit | None
    acts: Sequence[FileAct] = ()


@dataclass(frozen=True, slots=True)
class Credit:
    """A crediting file that was booked; ``file_name`` is "" where it was booked by a command."""

    run: AccountRun
    file_name: str


async def listing(
    actor: StaffActor, limit: int, after: UUID | None, deps: Deps, *, open_only: bool = False
) -> list[BulkFile] | Refused:
    """Files, the newest first. Refused: NOT_ALLOWED for a cashier."""
    basis = office(actor, Action.HANDLE_FILES)
    if isinstance(basis, Refused):
        return basis
    async with deps.database.reading() as connection:
        return await queries.listed(connection, limit, after, open_only=open_only)


async def one(actor: StaffActor, file_id: UUID, deps: Deps) -> FileCase | Refused:
    """One file. Refused: NOT_ALLOWED for a cashier, NOT_FOUND."""
    basis = office(actor, Action.HANDLE_FILES)
    if isinstance(basis, Refused):
        return basis
    async with deps.database.reading() as connection:
        file = await queries.find(connection, file_id)
        if file is None:
            return refuse(RefusalCode.NOT_FOUND)
        first: list[FileRow] = []
        for part in await queries.told_parts(connection, file, 0, 1):
            first += _told(file, part, deps)
        name = file.terms.credit_name
        run = None if name is None else await ledger.account_run(connection, name)
        credit = None
        if run is not None:
            names = await queries.credit_files(connection, [digest_of(run)])
            credit = Credit(run, names.get(digest_of(run), ""))
        return FileCase(file, first[:FIRST_MAX], credit, await queries.acts(connection, file_id))


async def credit_runs(actor: StaffActor, deps: Deps, named: str = "") -> list[Credit] | Refused:
    """The latest crediting files of which may be taken back, the newest first, and the one that is ``named``.

    Refused: NOT_ALLOWED for a cashier.
    """
    basis = office(actor, Action.HANDLE_FILES)
    if isinstance(basis, Refused):
        return basis
    async with deps.database.reading() as connection:
        runs = await ledger.credit_runs(connection, RUNS_MAX)
        if named.startswith(CREDIT_RUNS) and named not in {run.name for run in runs}:
            older = await ledger.account_run(connection, named)
            runs += [] if older is None else [older]
        names = await queries.credit_files(connection, [digest_of(run) for run in runs])
        return [Credit(run, names.get(digest_of(run), "")) for run in runs]


async def report(actor: StaffActor, file_id: UUID, deps: Deps) -> AsyncIterator[bytes] | Refused:
    """Every row that was not carried out, as a CSV for a spreadsheet, some at a time; with a header in any case.

    Refused: NOT_ALLOWED for a cashier, NOT_FOUND.
    """
    basis = office(actor, Action.HANDLE_FILES)
    if isinstance(basis, Refused):
        return basis
    async with deps.database.reading() as connection:
        file = await queries.find(connection, file_id)
    return refuse(RefusalCode.NOT_FOUND) if file is None else _report(file, deps)


async def _report(file: BulkFile, deps: Deps) -> AsyncIterator[bytes]:
    yield CSV_MARK + csv_rows([report_titles(COLUMNS[file.kind])])
    first = 0
    for _ in range(PARTS_MAX):
        async with deps.database.reading() as connection:
            some = await queries.told_parts(connection, file, first, PARTS_AT_ONCE)
        for part in some:
            rows = _told(file, part, deps)
            yield csv_rows([(str(row.line), *row.cells, row.what, row.advice) for row in rows])
        if len(some) < PARTS_AT_ONCE:
            return
        first = some[-1].part + 1


def _told(file: BulkFile, part: Part, deps: Deps) -> list[FileRow]:
    """What was refused of a part, or all of it where an ended file never came to it."""
    if part.refused is not None:
        return open_rows(part.refused, deps.vault)
    rows = [] if part.content is None else open_rows(part.content, deps.vault)
    return unreached_rows(file.kind, rows)


def digest_of(run: AccountRun) -> str:
    """The digest of the file of a crediting run."""
    return run.name.rsplit("/", 1)[-1]
