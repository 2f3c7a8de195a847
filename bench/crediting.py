"""A month's crediting file as `qinji account credit` books it, another as the service does. No peer, but a bound."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from random import Random

from bench.bringing import brought
from bench.cpu import used_seconds
from bench.place import Place
from bench.population import CHUNK, person
from qinji.bulk.model import FileKind
from qinji.entry.crediting import Pass
from qinji.entry.sheets import Report, read_file
from qinji.entry.wiring import Runtime, open_runtime
from qinji.flows import audit_books, enrol
from qinji.flows.deps import new_id
from qinji.flows.parts.crediting import COLUMNS, CreditFile
from qinji.kernel.dates import local_day
from qinji.kernel.money import yuan
from qinji.platform.database import take_time

WANTED_SECONDS = 900.0
WANTED_ACCOUNTS = 1_000_000


async def _enrolled(accounts: int, runtime: Runtime) -> None:
    now = runtime.clock()
    for start in range(0, accounts, CHUNK):
        rows = [person(n, new_id(runtime, now), runtime) for n in range(start, min(start + CHUNK, accounts))]
        await enrol.run(enrol.Roll(f"credit.{start}", "1", rows, [], [], [], []), runtime)


def month_file(folder: Path, accounts: int, month: str, chance: Random) -> Path:
    """A row for everybody, in no order, as another system would write it."""
    places = list(range(accounts))
    chance.shuffle(places)
    path = folder / f"{month}.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join(COLUMNS) + "\n")
        file.writelines(
            f"Q9{n:07d},{month},{yuan(5_000 + n % 40_000)},{'在职' if n % 3 else '退休'}\n" for n in places
        )
    return path


def pass_over(path: Path) -> Pass:
    """A pass over a crediting file."""
    sheet = read_file(path, COLUMNS)
    return Pass(
        sheet, CreditFile(sheet.digest, "os:bench", supplement=False), Report(path.with_suffix(".x"), COLUMNS)
    )


def cpu_seconds(place: Place) -> float:
    """Of the server and of this process."""
    return used_seconds(place.leader) + time.process_time()


async def _measured(place: Place, accounts: int, seed: int, say: Callable[[str], None]) -> dict[str, object]:
    runtime = await open_runtime(place.address, place.home, "sandbox")
    began = time.perf_counter()
    await _enrolled(accounts, runtime)
    say(f"{accounts} people are enrolled after {time.perf_counter() - began:.0f} s")
    month = f"{local_day(runtime.clock() - timedelta(days=40)):%Y-%m}"
    path = month_file(place.home, accounts, month, Random(seed))
    began = time.perf_counter()
    shown = pass_over(path)
    await shown.preview(runtime, lambda _: None)
    preview = time.perf_counter() - began
    say(f"previewed in {preview:.1f} s")
    began, cpu = time.perf_counter(), cpu_seconds(place)
    booked = pass_over(path)
    await booked.book(runtime, lambda _: None)
    passed, cpu = time.perf_counter() - began, cpu_seconds(place) - cpu
    say(f"booked in {passed:.1f} s")
    began = time.perf_counter()
    again = pass_over(path)
    await again.book(runtime, lambda _: None)
    repeated = time.perf_counter() - began
    assert (booked.totals.booked, again.totals.booked, again.totals.before) == (accounts, 0, accounts)
    assert shown.totals.booked_fen == booked.totals.booked_fen == again.totals.before_fen
    month_before = f"{local_day(runtime.clock() - timedelta(days=75)):%Y-%m}"
    content = month_file(place.home, accounts, month_before, Random(seed)).read_bytes()
    other = await brought("month.csv", content, FileKind.CREDIT, runtime)
    say(f"another month by the service in {other.carrying_out:.1f} s")
    assert other.file.carried.done == accounts
    async with runtime.database.reading() as connection:
        await take_time(connection, 600)
        balanced = await audit_books.run(connection) == []
    await runtime.database.close()
    wanted = WANTED_SECONDS * accounts / WANTED_ACCOUNTS
    return {
        "balanced": balanced,
        "done": accounts,
        "seconds": round(passed, 1),
        "per_second": round(accounts / passed),
        "cpu_us": round(cpu / accounts * 1e6),
        "preview_seconds": round(preview, 1),
        "again_seconds": round(repeated, 1),
        "service_read_seconds": round(other.reading, 1),
        "service_check_seconds": round(other.checking, 1),
        "service_seconds": round(other.carrying_out, 1),
        "service_per_second": round(accounts / other.carrying_out),
        "wanted_seconds": wanted,
        "reached": passed <= wanted,
    }


def run(
    place: Place, accounts: int, seed: int, head: dict[str, object], say: Callable[[str], None]
) -> dict[str, object]:
    """Enrols so many people, credits each of them once, the same file once more, and another month by the service."""
    return {"name": "credit", **head, **asyncio.run(_measured(place, accounts, seed, say))}
