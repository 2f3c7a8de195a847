"""`make bench`: every benchmark beside its peer, one JSON line each in bench/results/."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial

import uvloop

from bench import (
    account_life,
    counter,
    crediting,
    http,
    pages,
    profiling,
    records,
    replaying,
    splitting,
    visitors,
)
from bench import engine as engines
from bench.pairs import Measured, Run, line, measure, where, write
from bench.place import Place, open_place
from bench.population import REGION, customers, populate
from qinji.entry.wiring import Runtime, open_runtime
from qinji.flows import audit_books
from qinji.platform.database import Connection
from qinji.platform.memory import keep_what_is_loaded
from qinji.policy.load import default_folder, load

SEED = 20261126
ACCOUNT_LIFE = ("credit", "enrol", "roll_over")
NAMES = ("engine", "http", "http_chain", "split", "counter", "pages", "replay", *ACCOUNT_LIFE, "records")
REPLAYED = 100_000
ACCOUNTS = 100_000
_BATCHES = """
select count(*)::float8 / greatest(1, count(distinct xmin::text)) from settlement where kind = $1 and booked_at > $2
"""


def _say(text: str) -> None:
    print(text, flush=True)


@dataclass(slots=True)
class Bench:
    """What all benchmarks share: the server, the loop, the bureau's runtime, and how long to run."""

    place: Place
    runner: asyncio.Runner
    runtime: Runtime
    pairs: int
    seconds: int

    def measured(self, name: str, clients: int, ours: Callable[[], Run]) -> Measured:
        """Ours and the peer in turn."""
        return measure(name, clients, self.place, ours, self.pairs, self.seconds, _say)

    def balanced(self) -> bool:
        """Whether the audit finds nothing in the books of the whole run."""
        return self.runner.run(_audited(self.runtime))

    def engine(self, count: int) -> dict[str, object]:
        """The engine, 512 commands in flight."""
        engine = engines.Engine(self.runtime, self.place, customers(), SEED)
        keep_what_is_loaded()
        found = self.measured("engine", engines.CLIENTS, lambda: self.runner.run(engine.run(count)))
        sizes = engine.flows.sizes
        return line(found, sum(sizes) / len(sizes), balanced=self.balanced())

    def profile(self, count: int) -> None:
        """Prints where the engine's time goes."""
        engine = engines.Engine(self.runtime, self.place, customers(), SEED)
        keep_what_is_loaded()
        self.runner.run(engine.run(count))
        for name, spent in profiling.profile(engine, self.runner, count):
            _say(f"{spent:7.1f} µs  {name}")

    def over_http(self, wanted: set[str], count: int) -> list[dict[str, object]]:
        """One request a bill, and the outpatient chain, on one server."""
        lines = []
        signing = self.runner.run(http.keys(self.runtime))
        with http.served(self.place) as server:
            items = engines.items_of(self.runtime)
            load = http.Load(self.place, server, signing, customers(), items, SEED + 1)
            for name, run, times in (("http", load.bills, count), ("http_chain", load.chains, count // 4)):
                if name not in wanted:
                    continue
                began = self.runtime.clock()
                found = self.measured(name, http.CLIENTS, partial(self._asked, run, times))
                kind = "pharmacy" if name == "http" else "outpatient"
                mean = self.runner.run(_batch_mean(self.runtime, kind, began))
                lines.append(line(found, mean, balanced=self.balanced()))
        return lines

    def _asked(self, run: Callable[[int], Coroutine[None, None, Run]], count: int) -> Run:
        return self.runner.run(run(count))

    def counter(self, count: int) -> list[dict[str, object]]:
        """The counters of a pharmacy and a clinic, in one process and through the page; a first run is not counted."""
        counters = counter.Counters(self.runtime, customers(), SEED + 2)
        keep_what_is_loaded()
        lines = []
        for name, place in counter.PLACES.items():
            self.runner.run(counters.run(place, count // 4))
            found = self.runner.run(counters.run(place, count))
            lines.append(counter.told(name, found, {**where(), "balanced": self.balanced()}))
            _say(f"counter, {name}: {lines[-1]}")
        with http.served(self.place) as (port, _process):
            for name, place in counter.PLACES.items():
                self.runner.run(counters.over_http(place, count // 4, port))
                found = self.runner.run(counters.over_http(place, count, port))
                lines.append(counter.told(f"{name}_page", found, {**where(), "balanced": self.balanced()}))
                _say(f"counter, page of a {name}: {lines[-1]}")
        return lines

    def pages(self, times: int) -> list[dict[str, object]]:
        """Every page of the phone, the counter and the console, so many times for each of some visitors."""
        opened_by = self.runner.run(visitors.visitors(self.runtime, customers()))
        _say("the town of the pages is ready")
        found = pages.run(self.place, opened_by, times, {**where(), "balanced": self.balanced()})
        for one in found:
            _say(f"{one['name']}: {one['p95_ms']}")
        return found

    def split(self, count: int) -> dict[str, object]:
        """The split alone."""
        found = self.measured("split", 1, lambda: splitting.run(self.runtime.book, count, SEED))
        return line(found, 1.0, balanced=True)


async def _audited(runtime: Runtime) -> bool:
    async def read(connection: Connection) -> bool:
        await connection.execute("set local statement_timeout = '120s'")
        return await audit_books.run(connection) == []

    async with runtime.database.reading() as connection:
        return await read(connection)


async def _batch_mean(runtime: Runtime, kind: str, since: object) -> float:
    """How many bills a transaction settled: rows of one transaction bear its number."""
    async with runtime.database.reading() as connection:
        mean: float = await connection.fetchval(_BATCHES, kind, since)
    return mean


def main() -> None:
    """Runs what was asked for, all when nothing is named."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *NAMES], default=[])
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=5, help="of one run of the peer")
    parser.add_argument("--count", type=int, default=8_000, help="bills of one run of ours")
    parser.add_argument(
        "--accounts", type=int, default=ACCOUNTS, help="accounts that are credited, enrolled, rolled over"
    )
    parser.add_argument("--bills", type=int, default=records.BILLS, help="bills that are searched")
    parser.add_argument("--profile", action="store_true", help="where the engine's time goes, nothing else")
    parser.add_argument("--dry", action="store_true", help="write no report")
    chosen = parser.parse_args()
    wanted = set(chosen.names or NAMES)
    lines: list[dict[str, object]] = []
    if "replay" in wanted and not chosen.profile:
        lines.append(replaying.run(load(default_folder()), REPLAYED, SEED, where()))
        wanted -= {"replay"}
    if "credit" in wanted and not chosen.profile:
        with open_place(peer=False) as place:
            lines.append(crediting.run(place, chosen.accounts, SEED, where(), _say))
    if wanted & {"enrol", "roll_over"} and not chosen.profile:
        with open_place(peer=False) as place:
            lines += account_life.run(place, chosen.accounts, SEED, wanted, where(), _say)
    if "records" in wanted and not chosen.profile:
        with open_place(peer=False) as place:
            lines.append(records.run(place, chosen.bills, SEED, where(), _say))
    wanted -= {*ACCOUNT_LIFE, "records"}
    lines += beside_a_server(chosen, wanted) if wanted else []
    for one in lines:
        _say(str(one))
    if lines and not chosen.dry:
        _say(f"written to {write(lines)}")


def beside_a_server(chosen: argparse.Namespace, wanted: set[str]) -> list[dict[str, object]]:
    """Everything that needs a database and a peer."""
    lines: list[dict[str, object]] = []
    with open_place() as place, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runtime = runner.run(open_runtime(place.address, place.home, "production", unsure_admitted=(REGION,)))
        runner.run(populate(place.address, runtime))
        _say("server, peer and population are ready")
        bench = Bench(place, runner, runtime, chosen.pairs, chosen.seconds)
        if chosen.profile:
            bench.profile(chosen.count)
            wanted = set()
        if "engine" in wanted:
            lines.append(bench.engine(chosen.count))
        if wanted & {"http", "http_chain"}:
            lines += bench.over_http(wanted, chosen.count)
        if "split" in wanted:
            lines.append(bench.split(chosen.count * 10))
        if "counter" in wanted:
            lines += bench.counter(chosen.count // 4)
        if "pages" in wanted:
            lines += bench.pages(chosen.count // 800)
        runner.run(runtime.database.close())
    return lines


if __name__ == "__main__":
    main()
