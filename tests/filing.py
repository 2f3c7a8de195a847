"""Hands that bring files of many rows, decide on them and let the service go on with them: for tests."""

from __future__ import annotations

import csv
import io
import itertools
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from qinji.bulk import queries
from qinji.bulk.model import BulkFile, FileKind, FileRow, FileTerms
from qinji.bulk.sealing import open_rows
from qinji.entry.wiring import Runtime
from qinji.flows import bring_file, decide_file, read_files, work_files
from qinji.flows.decide_file import FileVerdict
from qinji.flows.parts.bulk_rows import COLUMNS
from qinji.kernel.actor import StaffActor
from qinji.kernel.refusal import Refused
from qinji.platform.keyed_calls import KeyedCall
from tests.clawing import CLERK, REVIEWER, WHY


def shown(outcome: BulkFile | Refused) -> bytes:
    """A file by its id, a refusal by its code and text."""
    if isinstance(outcome, Refused):
        return json.dumps({"code": outcome.code.name, "text": outcome.text}).encode()
    return json.dumps({"id": str(outcome.file_id)}).encode()


@dataclass
class Desk:
    """Where files are brought."""

    deps: Runtime
    numbers: itertools.count[int] = field(default_factory=itertools.count)
    name: str = "名单.csv"
    """Under which files are brought from now on."""
    why: str = WHY
    passes: Callable[[], object] = int
    """What is done before each word, so that time passes where that matters."""

    def call(self, key: str = "") -> KeyedCall[BulkFile]:
        """A call that is nobody else's, or the one of this key."""
        return KeyedCall("files", key or f"call-{next(self.numbers)}", b"", shown)

    async def sent(
        self,
        kind: FileKind,
        content: bytes,
        terms: FileTerms | None = None,
        actor: StaffActor = CLERK,
        name: str = "",
        key: str = "",
    ) -> dict[str, str]:
        """What is answered to a file of these bytes."""
        command = bring_file.BringFile(
            self.call(key), actor, kind, name or self.name, content, terms or FileTerms()
        )
        answered: dict[str, str] = json.loads(await bring_file.run(command, self.deps))
        return answered

    async def brought(self, kind: FileKind, *rows: str, terms: FileTerms | None = None) -> UUID:
        """A file of these rows is kept."""
        answered = await self.sent(kind, text_of(kind, rows), terms)
        assert "id" in answered, answered
        return UUID(answered["id"])

    async def checked(self, kind: FileKind, *rows: str, terms: FileTerms | None = None) -> BulkFile:
        """A file of these rows that the service has looked at."""
        file_id = await self.brought(kind, *rows, terms=terms)
        await self.worked()
        return await self.file(file_id)

    async def said(self, verdict: FileVerdict, file_id: UUID, actor: StaffActor, reason: str = "") -> str:
        """The code of the refusal, "" where it was done."""
        self.passes()
        command = decide_file.DecideFile(self.call(), actor, file_id, verdict, reason)
        answered: dict[str, str] = json.loads(await decide_file.run(command, self.deps))
        return answered.get("code", "")

    async def approved(self, file_id: UUID) -> None:
        """Entered by the clerk, approved by the other."""
        assert await self.said(FileVerdict.ENTER, file_id, CLERK, self.why) == ""
        assert await self.said(FileVerdict.APPROVE, file_id, REVIEWER) == ""

    async def worked(self) -> int:
        """The service goes on until there is nothing to go on with; answers with how many parts."""
        parts = 0
        while await work_files.run(self.deps):
            parts += 1
        return parts

    async def done(self, kind: FileKind, *rows: str, terms: FileTerms | None = None) -> BulkFile:
        """A file of these rows, by two, from the first row to the last."""
        file = await self.checked(kind, *rows, terms=terms)
        await self.approved(file.file_id)
        await self.worked()
        return await self.file(file.file_id)

    async def file(self, file_id: UUID) -> BulkFile:
        """As it stands."""
        async with self.deps.database.reading() as connection:
            found = await queries.find(connection, file_id)
        assert found is not None
        return found

    async def history(self, file_id: UUID) -> list[tuple[str, str]]:
        """Who said what about it, in no order: the clock of a test stands still."""
        async with self.deps.database.reading() as connection:
            return sorted((one.staff, one.what) for one in await queries.acts(connection, file_id))

    async def report(self, file_id: UUID) -> list[FileRow]:
        """Every row that its report tells, read back from the CSV."""
        pieces = await read_files.report(CLERK, file_id, self.deps)
        assert not isinstance(pieces, Refused), pieces
        text = b"".join([piece async for piece in pieces]).decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text)))[1:]
        return [FileRow(int(row[0]), row[1:-2], row[-2], row[-1]) for row in rows]

    async def refused(self, file_id: UUID) -> list[FileRow]:
        """Every row that its last pass refused."""
        async with self.deps.database.reading() as connection:
            parts = await queries.told_parts(connection, await self.file(file_id), 0, 1_000)
        sealed = [part.refused for part in parts if part.refused is not None]
        return [row for one in sealed for row in open_rows(one, self.deps.vault)]


def text_of(kind: FileKind, rows: Sequence[str]) -> bytes:
    """A CSV of these rows with the header of its kind."""
    return ("\n".join((",".join(COLUMNS[kind]), *rows)) + "\n").encode()
