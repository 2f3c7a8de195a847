"""`make bench`: every benchmark beside its peer, one JSON line each in bench/results/."""

from __future__ import annotations

import argparse
import asyncio

import uvloop

from bench.engine import CLIENTS, Engine
from bench.pairs import line, measure, write
from bench.place import open_place
from bench.population import customers, populate
from qinji.entry.wiring import Runtime, open_runtime
from qinji.flows import audit_books

SEED = 20261126


def _say(text: str) -> None:
    print(text, flush=True)


async def _balanced(runtime: Runtime) -> bool:
    async with runtime.database.reading() as connection:
        return await audit_books.run(connection) == []


def main() -> None:
    """Runs what was asked for."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("names", nargs="*", default=["engine"])
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--dry", action="store_true")
    chosen = parser.parse_args()
    with open_place() as place, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        _say("server ready")
        runtime = runner.run(open_runtime(place.address, place.home, "production"))
        runner.run(populate(place.address, runtime))
        _say("population ready")
        engine = Engine(runtime, place, customers(), SEED)
        measured = measure(
            "engine",
            CLIENTS,
            place,
            lambda: runner.run(engine.run(chosen.count)),
            chosen.pairs,
            chosen.seconds,
            _say,
        )
        sizes = engine.flows.sizes
        found = line(measured, sum(sizes) / len(sizes), balanced=runner.run(_balanced(runtime)))
        runner.run(runtime.database.close())
    _say(str(found))
    if not chosen.dry:
        _say(str(write([found])))


if __name__ == "__main__":
    main()
