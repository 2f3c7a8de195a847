"""The same file as a clerk brings it: read, checked, approved by another and carried out by the service."""

from __future__ import annotations

import time
from dataclasses import dataclass
from uuid import UUID

from qinji.bulk import queries
from qinji.bulk.model import BulkFile, FileKind, FileState
from qinji.entry.wiring import Runtime
from qinji.flows import bring_file, decide_file, work_files
from qinji.flows.decide_file import FileVerdict
from qinji.kernel.actor import StaffActor
from qinji.kernel.refusal import Refused
from qinji.platform.keyed_calls import KeyedCall

CLERK, REVIEWER = StaffActor("C001", ""), StaffActor("R001", "")


@dataclass(frozen=True, slots=True)
class Brought:
    """How long each step took, in seconds, and where the file stands."""

    reading: float
    checking: float
    carrying_out: float
    file: BulkFile


async def brought(name: str, content: bytes, kind: FileKind, runtime: Runtime) -> Brought:
    """A file from its first byte to its last row."""
    began = time.perf_counter()
    command = bring_file.BringFile(_call(name), CLERK, kind, name, content)
    file_id = UUID((await bring_file.run(command, runtime)).decode())
    read = time.perf_counter()
    await worked(runtime)
    checked = time.perf_counter()
    for verdict, actor in ((FileVerdict.ENTER, CLERK), (FileVerdict.APPROVE, REVIEWER)):
        call = _call(f"{name}/{verdict}")
        await decide_file.run(decide_file.DecideFile(call, actor, file_id, verdict, "bench"), runtime)
    approved = time.perf_counter()
    await worked(runtime)
    done = time.perf_counter()
    async with runtime.database.reading() as connection:
        file = await queries.find(connection, file_id)
    if file is None or file.state is not FileState.DONE:
        raise RuntimeError(f"the file is not done: {file}")
    return Brought(read - began, checked - read, done - approved, file)


async def worked(runtime: Runtime) -> None:
    """The service goes on with files until there is nothing to go on with."""
    while await work_files.run(runtime):
        pass


def _shown(outcome: BulkFile | Refused) -> bytes:
    if isinstance(outcome, BulkFile):
        return str(outcome.file_id).encode()
    raise RuntimeError(outcome.text)


def _call(key: str) -> KeyedCall[BulkFile]:
    return KeyedCall("bench.files", key, b"", _shown)
