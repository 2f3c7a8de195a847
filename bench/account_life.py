"""An enrolment file as `qinji account enrol` carries it out, and the end of an account year. No peers, one bound."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from random import Random

from bench.crediting import cpu_seconds, month_file, pass_over
from bench.place import Place
from qinji.entry.enrolling import Enrolment
from qinji.entry.sheets import Report, read_file
from qinji.entry.wiring import Runtime, open_runtime
from qinji.flows import audit_books, roll_over_balances
from qinji.flows.parts.enrolling import COLUMNS
from qinji.flows.parts.rolling import YearEnd
from qinji.kernel.dates import CHINA
from qinji.kernel.identity import check_character
from qinji.platform.clock import FixedClock
from qinji.platform.database import take_time

REGION, YEAR = "330100", 2025
"""An area that keeps this year's balance apart, and the account year that ends."""

WANTED_SECONDS = 3_600.0
WANTED_ACCOUNTS = 1_000_000
"""A million accounts are to be through within the first hour of the new year."""

BORN = date(1950, 1, 1)
Line = dict[str, object]


def _identity_number(place: int) -> str:
    """One that can belong to nobody."""
    first = f"999901{BORN + timedelta(days=place // 1000):%Y%m%d}{place % 1000:03d}"
    return first + check_character(first)


def _people(folder: Path, accounts: int, chance: Random) -> Path:
    """A row for everybody, in no order."""
    places = list(range(accounts))
    chance.shuffle(places)
    path = folder / "people.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join(COLUMNS[:8]) + "\n")
        file.writelines(
            f"Q9{n:07d},测{n},{_identity_number(n)},C{n:08d},{REGION},职工,{'在职' if n % 3 else '退休'},2010-01-01\n"
            for n in places
        )
    return path


async def _enrolled(path: Path, runtime: Runtime, *, confirm: bool) -> tuple[float, Enrolment]:
    began = time.perf_counter()
    work = Enrolment(
        read_file(path, COLUMNS, COLUMNS[8:]), "os:bench", Report(path.with_suffix(".x"), COLUMNS)
    )
    await work.run(runtime, lambda _: None, confirm=confirm)
    return time.perf_counter() - began, work


async def _enrol(
    place: Place, accounts: int, seed: int, runtime: Runtime, say: Callable[[str], None]
) -> Line:
    path = _people(place.home, accounts, Random(seed))
    preview, shown = await _enrolled(path, runtime, confirm=False)
    say(f"{accounts} people are previewed after {preview:.1f} s")
    cpu = cpu_seconds(place)
    passed, done = await _enrolled(path, runtime, confirm=True)
    cpu = cpu_seconds(place) - cpu
    say(f"enrolled after {passed:.1f} s")
    repeated, again = await _enrolled(path, runtime, confirm=True)
    assert sum(shown.new.values()) == sum(done.new.values()) == again.before == accounts, done.report.first
    return {
        "name": "enrol",
        "done": accounts,
        "seconds": round(passed, 1),
        "per_second": round(accounts / passed),
        "cpu_us": round(cpu / accounts * 1e6),
        "preview_seconds": round(preview, 1),
        "again_seconds": round(repeated, 1),
    }


async def _through(end: YearEnd, runtime: Runtime) -> tuple[float, int, int, float]:
    """Seconds, balances rolled over, their amount, and the slowest part in seconds."""
    began = time.perf_counter()
    rolled = fen = 0
    slowest, finished = 0.0, False
    while not finished:
        part = time.perf_counter()
        done = await roll_over_balances.go_on(end, "os:bench", runtime)
        slowest = max(slowest, time.perf_counter() - part)
        rolled, fen, finished = rolled + done.rolled, fen + done.rolled_fen, done.finished
    return time.perf_counter() - began, rolled, fen, slowest


async def _roll_over(
    place: Place, accounts: int, seed: int, runtime: Runtime, clock: FixedClock, say: Callable[[str], None]
) -> Line:
    began = time.perf_counter()
    work = pass_over(month_file(place.home, accounts, f"{YEAR}-12", Random(seed)))
    await work.book(runtime, lambda _: None)
    assert work.totals.booked == accounts, work.report.first
    say(f"credited after {time.perf_counter() - began:.0f} s")
    clock.set(datetime.combine(date(YEAR + 1, 1, 1), time_of_day(0, 5), CHINA))
    end = roll_over_balances.of_year(REGION, YEAR, runtime)
    assert isinstance(end, YearEnd), end
    cpu = cpu_seconds(place)
    passed, rolled, fen, slowest = await _through(end, runtime)
    cpu = cpu_seconds(place) - cpu
    say(f"rolled over after {passed:.1f} s")
    assert (rolled, fen) == (accounts, work.totals.booked_fen)
    wanted = WANTED_SECONDS * accounts / WANTED_ACCOUNTS
    return {
        "name": "roll_over",
        "done": accounts,
        "seconds": round(passed, 1),
        "per_second": round(accounts / passed),
        "cpu_us": round(cpu / accounts * 1e6),
        "slowest_part_seconds": round(slowest, 2),
        "wanted_seconds": wanted,
        "reached": passed <= wanted,
    }


async def _measured(
    place: Place, accounts: int, seed: int, wanted: Collection[str], say: Callable[[str], None]
) -> list[Line]:
    clock = FixedClock(datetime.combine(date(YEAR, 12, 15), time_of_day(12), CHINA))
    runtime = await open_runtime(place.address, place.home, "sandbox", clock=clock)
    lines = [await _enrol(place, accounts, seed, runtime, say)]
    if "roll_over" in wanted:
        lines.append(await _roll_over(place, accounts, seed, runtime, clock, say))
    async with runtime.database.reading() as connection:
        await take_time(connection, 600)
        balanced = await audit_books.run(connection) == []
    await runtime.database.close()
    return [{**line, "balanced": balanced} for line in lines if line["name"] in wanted]


def run(
    place: Place, accounts: int, seed: int, wanted: Collection[str], head: Line, say: Callable[[str], None]
) -> list[Line]:
    """Enrols so many people from a file and ends a year of theirs; the lines of those benchmarks that are wanted."""
    lines = asyncio.run(_measured(place, accounts, seed, wanted, say))
    return [{"name": line["name"], **head, **line} for line in lines]
