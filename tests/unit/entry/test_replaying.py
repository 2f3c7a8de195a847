"""Work is cut between persons, done on several processes, and stopped with what was done."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from uuid import UUID

import pytest

from qinji.entry.replaying import PART, Packs, book_of, parts, replay
from qinji.kernel.refusal import Refused
from qinji.policy.load import default_folder
from qinji.policy.written import PackInvalid
from qinji.settlement.model import StoredDecision
from tests.simulation.cast import sandbox_cast
from tests.simulation.paper import Paper
from tests.simulation.test_deciding_again import drawn, stored

FAMILIES = 12


def rows_of(*counts: int) -> list[StoredDecision]:
    """So many settlements of each of some persons; every fifth was taken back."""
    moment = datetime(2026, 3, 17, tzinfo=UTC)
    return [
        StoredDecision(UUID(int=person), UUID(int=number), moment if number % 5 == 4 else None, b"")
        for person, count in enumerate(counts)
        for number in range(count)
    ]


async def pages_of(rows: Sequence[StoredDecision], size: int) -> AsyncIterator[list[StoredDecision]]:
    for place in range(0, len(rows), size):
        yield list(rows[place : place + size])


async def cut(rows: Sequence[StoredDecision], wanted: int, size: int = 7) -> list[list[StoredDecision]]:
    return [list(part) async for part in parts(pages_of(rows, size), wanted)]


async def test_a_piece_of_work_ends_between_two_persons() -> None:
    rows = rows_of(*[30] * 40, PART + 50, 3)
    found = await cut(rows, len(rows))
    assert [row for part in found for row in part] == rows
    assert len(found) > 2
    for one, other in pairwise(found):
        assert one[-1].person != other[0].person
    assert max(map(len, found)) < 2 * PART + 50


async def test_a_limit_counts_live_bills_and_finishes_the_person() -> None:
    rows = rows_of(10, 10, 10)
    (part,) = await cut(rows, 9)
    assert len(part) == 20, "eight live ones of the first, so the second person is needed"
    assert await cut([], 5) == []
    assert len((await cut(rows, 8))[0]) == 10


async def test_two_processes_decide_everything_again_and_tell_how_far_they_are() -> None:
    rows = stored(drawn(Paper(sandbox_cast(FAMILIES)), 40))
    told: list[int] = []
    done = await replay(parts(pages_of(rows, 9), 40), Packs(default_folder()), 40, told.append)
    assert (done.tally.bills, done.stopped, done.tally.whole.changed) == (40, False, 0)
    assert told[-1] == 40


async def test_who_is_stopped_tells_what_was_done_so_far() -> None:
    rows = stored(drawn(Paper(sandbox_cast(FAMILIES)), 10))
    begun = asyncio.Event()

    async def endless() -> AsyncIterator[list[StoredDecision]]:
        for _ in range(6):
            yield rows
        await asyncio.Event().wait()

    work = asyncio.create_task(replay(endless(), Packs(default_folder()), 1_000, lambda _: begun.set()))
    await begun.wait()
    work.cancel()
    done = await work
    assert done.stopped
    assert 10 <= done.tally.bills <= 60
    assert done.wanted == 1_000


def test_one_pack_alone_stands_among_the_others_in_the_place_of_its_region(tmp_path: Path) -> None:
    alone = Path(shutil.copytree(default_folder() / "990100-donglan", tmp_path / "neu"))
    book = book_of(Packs(alone))
    assert "neu" in book.packs
    assert "990100-donglan" not in book.packs
    assert not isinstance(book.at("990100", datetime(2026, 3, 17, tzinfo=UTC).date()), Refused)
    with pytest.raises(PackInvalid):
        book_of(Packs(tmp_path / "nowhere"))
