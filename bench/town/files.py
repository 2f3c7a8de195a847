"""Files of many rows: each clerk has brought one that is checked, with rows refused, and one that waits for another."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from bench.bringing import worked
from bench.population import Customer
from bench.town.calls import at_once, done
from qinji.bulk.model import BulkFile, FileKind
from qinji.entry.wiring import Runtime
from qinji.flows import bring_file, decide_file
from qinji.flows.decide_file import FileVerdict
from qinji.flows.parts.bulk_rows import COLUMNS
from qinji.kernel.actor import StaffActor
from qinji.kernel.ids import to_wire

ROWS = 200
WRONG = 30
"""Rows of a file that are refused: more than its page shows."""

WHY = "上月单位缴费划入,报盘第 12 号"
_HEAD = ",".join(COLUMNS[FileKind.CREDIT])


async def filed(
    runtime: Runtime, clerks: Sequence[StaffActor], people: Sequence[Customer]
) -> list[dict[str, str]]:
    """Of each clerk, what their paths may name."""
    checked = await at_once([_brought(runtime, clerk, people, place) for place, clerk in enumerate(clerks)])
    waiting = await at_once(
        [_brought(runtime, clerk, people, place + len(clerks)) for place, clerk in enumerate(clerks)]
    )
    await worked(runtime)
    await at_once([_entered(runtime, clerk, file) for clerk, file in zip(clerks, waiting, strict=True)])
    return [
        {"file_checked": to_wire(one), "file_waiting": to_wire(other)}
        for one, other in zip(checked, waiting, strict=True)
    ]


async def _brought(runtime: Runtime, clerk: StaffActor, people: Sequence[Customer], place: int) -> UUID:
    """Some rows for people of the town, of which some name nobody; no two files are the same."""
    month = f"{runtime.clock():%Y}-01"
    some = people[place * ROWS : (place + 1) * ROWS]
    rows = [f"{one.number},{month},{100 + number}.50,在职" for number, one in enumerate(some)]
    rows += [f"无此人{place}-{number},{month},100.00,在职" for number in range(WRONG)]
    content = "\n".join((_HEAD, *rows)).encode()
    made: list[BulkFile] = []
    command = bring_file.BringFile(done(made), clerk, FileKind.CREDIT, f"划入 {place}.csv", content)
    await bring_file.run(command, runtime)
    return made[0].file_id


async def _entered(runtime: Runtime, clerk: StaffActor, file: UUID) -> None:
    made: list[BulkFile] = []
    await decide_file.run(decide_file.DecideFile(done(made), clerk, file, FileVerdict.ENTER, WHY), runtime)
