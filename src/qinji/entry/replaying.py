"""Decide past settlements again under other packs, on several processes, for `qinji policy replay`.

One process reads the database as the role that may only read; the others load the packs once and do the work.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from pathlib import Path

from qinji.entry.home_database import NoData, home_database
from qinji.entry.settings import Settings, WrongSetting, read_settings
from qinji.entry.wiring import MODE
from qinji.flows.parts.deciding_again import tally_of
from qinji.flows.parts.differences import Tally
from qinji.kernel.region import city_of
from qinji.platform import settings as installation
from qinji.platform.database import Connection, Database, Overloaded, take_time
from qinji.platform.postgres_place import NotStarted
from qinji.policy.book import Book
from qinji.policy.load import REGION_FILE, default_folder, load, load_pack
from qinji.settlement import record_queries
from qinji.settlement.model import StoredDecision, Window

PROCESSES = 2
PAGE = 1_000
PART = 500
"""Bills of one piece of work, and a few more: a person's are never torn apart."""

AHEAD = 3
"""Pieces of work that wait or run for each process: enough for it to be never idle, few enough for memory."""

STATEMENT_SECONDS = 600
"""A window of a few days in a large table: a page may have to pass over all the others."""

Source = AsyncIterator[Sequence[StoredDecision]]


class NotReplayed(Exception):
    """Nothing can be replayed; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Packs:
    """The packs of a replay: their folder, and where unsure values may decide a bill (None: everywhere)."""

    folder: Path
    unsure_admitted: Collection[str] | None = None


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of a replay: ``wanted`` bills were to be decided again; ``stopped`` says that not all were."""

    tally: Tally
    wanted: int
    stopped: bool


def book_of(packs: Packs) -> Book:
    """The packs of a folder; one pack alone stands among those that come with the program, in the place of its region.

    Raises PackInvalid.
    """
    if not (packs.folder / REGION_FILE).is_file():
        return load(packs.folder).admitting(packs.unsure_admitted)
    pack = load_pack(packs.folder)
    others = {name: one for name, one in load(default_folder()).packs.items() if one.region != pack.region}
    return Book({**others, pack.folder: pack}, packs.unsure_admitted)


async def replay_home(
    folder: Path, window: Window, limit: int | None, told: Callable[[int, int], None]
) -> Replayed:
    """The settlements of the home's database under the packs of a folder; raises NotReplayed.

    ``told`` is called with the bills done and wanted.
    """
    try:
        settings = read_settings()
        with home_database(settings) as address:
            database = await Database.open(address, size=1)
            try:
                async with database.reading() as connection:
                    return await _replay_of(connection, folder, window, limit, settings, told)
            finally:
                await database.close()
    except (NoData, NotStarted, WrongSetting) as problem:
        raise NotReplayed(str(problem)) from problem
    except Overloaded as away:
        raise NotReplayed("数据库没有答复,没有重算。请稍后再试") from away


async def _replay_of(
    connection: Connection,
    folder: Path,
    window: Window,
    limit: int | None,
    settings: Settings,
    told: Callable[[int, int], None],
) -> Replayed:
    await take_time(connection, STATEMENT_SECONDS)
    production = await installation.read(connection, MODE) == "production"
    packs = Packs(folder, settings.unsure_regions if production else None)
    live = await record_queries.count_live(connection, window)
    wanted = live if limit is None else min(limit, live)
    source = parts(record_queries.decisions(connection, window, PAGE), wanted)
    return await replay(source, packs, wanted, lambda done: told(done, wanted))


def window_of(since: date, until: date, region: str) -> Window:
    """The window of days and region; a district is a part of its pooling area."""
    return Window(since, until, city_of(region) if region else "")


async def parts(pages: Source, wanted: int) -> Source:
    """Pieces of work of whole persons, until there are so many live bills; the last one may have some more."""
    waiting: list[StoredDecision] = []
    live = 0
    async for page in pages:
        for row in page:
            whole = len(waiting) >= PART and row.person != waiting[-1].person
            enough = live >= wanted and bool(waiting) and row.person != waiting[-1].person
            if whole or enough:
                yield waiting
                waiting = []
            if enough:
                return
            live += row.cancelled_at is None
            waiting.append(row)
    if waiting:
        yield waiting


async def replay(
    source: Source, packs: Packs, wanted: int, told: Callable[[int], None], processes: int = PROCESSES
) -> Replayed:
    """Decide all of it again; Ctrl-C ends it with what was done so far."""
    tally, stopped = Tally(), False
    pool = ProcessPoolExecutor(processes, get_context("spawn"), _begin, (packs,))
    running: set[asyncio.Future[Tally]] = set()
    try:
        async for part in source:
            running.add(asyncio.get_running_loop().run_in_executor(pool, _work, part))
            if len(running) >= processes * AHEAD:
                running = await _merged(running, tally, told)
        while running:
            running = await _merged(running, tally, told)
    except asyncio.CancelledError:
        stopped = True
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    return Replayed(tally, wanted, stopped)


async def _merged(
    running: set[asyncio.Future[Tally]], tally: Tally, told: Callable[[int], None]
) -> set[asyncio.Future[Tally]]:
    done, left = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
    for one in done:
        tally.merge(one.result())
    told(tally.bills)
    return left


_book: list[Book] = []
"""The packs of this process."""


def _begin(packs: Packs) -> None:
    """A process of the replay begins: Ctrl-C is for the one that reads."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _book[:] = [book_of(packs)]


def _work(part: Sequence[StoredDecision]) -> Tally:
    return tally_of(part, _book[0])
