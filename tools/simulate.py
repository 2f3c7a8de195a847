"""`make simulate OPERATIONS=5000000 SEED=N`: so many random operations on the paper bureau, each checked as it goes.

They are played in courses of a fixed length, each a life of the town by a seed of its own. What each course came to is
kept in a file when it has ended, so that a run that was stopped goes on where it was; COURSE=N plays that one alone, to
look at what broke. With PAGE=1 a whole run adds a row to docs/reference/simulation.md.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.simulation.courses import COURSE_OPERATIONS, SEED, course_of  # noqa: E402

KEPT = ROOT / "build" / "simulation"
PAGE = ROOT / "docs" / "reference" / "simulation.md"
WORKERS_MAX = 8


@dataclass(frozen=True, slots=True)
class Ended:
    """A course that kept every promise: how many operations, how often each outcome came, how long it took.

    ``seen`` is how often what is worth counting came about within them.
    """

    course: int
    operations: int
    seconds: float
    outcomes: dict[str, int]
    seen: dict[str, int]


def run_course(seed: int, course: int, operations: int) -> Ended:
    """One course; raises what broke."""
    began = time.perf_counter()
    played = course_of(seed, course, operations)
    took = time.perf_counter() - began
    return Ended(course, operations, took, dict(played.outcomes), dict(played.seen))


def _file(seed: int, commit: str) -> Path:
    return KEPT / f"{seed}-{commit}.jsonl"


def known(file: Path) -> dict[int, Ended]:
    """The courses that ended before; a line that was cut off by a stop does not count."""
    found: dict[int, Ended] = {}
    for line in file.read_text(encoding="utf-8").splitlines() if file.exists() else ():
        try:
            one = Ended(**json.loads(line))
        except (ValueError, TypeError):
            continue
        found[one.course] = one
    return found


def _commit() -> str:
    """The commit, and whether it is what lies here: other code is another run."""
    said = [
        subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
        for words in (
            ("rev-parse", "--short", "HEAD"),
            ("status", "--porcelain", "--", "src", "tests", "policies"),
        )
    ]
    return f"{said[0] or 'unknown'}{'-changed' if said[1] else ''}"


def _told(ended: dict[int, Ended], courses: int, began: float) -> str:
    operations = sum(one.operations for one in ended.values())
    return f"{time.monotonic() - began:7.0f} s  {len(ended)} of {courses} courses, {operations:,} operations held"


def _row(seed: int, commit: str, ended: dict[int, Ended]) -> str:
    total = Counter[str]()
    for one in ended.values():
        total.update(one.outcomes)
    kinds = Counter[str]()
    for name, count in total.items():
        kinds[name.split(":")[0]] += count
    done = sum(count for name, count in total.items() if name.endswith(": done"))
    cells = (
        *(datetime.now(UTC).date().isoformat(), commit, str(os.cpu_count()), str(seed), str(len(ended))),
        *(f"{sum(kinds.values()):,}", f"{done:,}", f"{kinds['Settle']:,}", str(len(total)), "0"),
        f"{sum(one.seconds for one in ended.values()):,.0f}",
    )
    return f"| {' | '.join(cells)} |\n"


def main() -> int:
    """Plays the courses that are missing; 1 where one broke a promise."""
    seed = int(os.environ.get("SIMULATION_SEED") or SEED)
    operations = int(os.environ.get("OPERATIONS") or 200_000)
    alone = os.environ.get("COURSE")
    if alone:
        print(json.dumps(asdict(run_course(seed, int(alone), COURSE_OPERATIONS)), ensure_ascii=False))
        return 0
    courses = max(1, -(-operations // COURSE_OPERATIONS))
    commit = _commit()
    file = _file(seed, commit)
    file.parent.mkdir(parents=True, exist_ok=True)
    ended = {one: kept for one, kept in known(file).items() if one < courses}
    began = time.monotonic()
    print(f"seed {seed}, {courses} courses of {COURSE_OPERATIONS:,} operations; {len(ended)} ended before")
    missing = [one for one in range(courses) if one not in ended]
    workers = min(WORKERS_MAX, os.cpu_count() or 1)
    # A course begins in a process of its own, so that what an earlier one left behind is given back.
    with ProcessPoolExecutor(
        workers, mp_context=multiprocessing.get_context("spawn"), max_tasks_per_child=1
    ) as pool:
        running = {pool.submit(run_course, seed, one, COURSE_OPERATIONS): one for one in missing}
        for future in as_completed(running):
            problem = future.exception()
            if problem is not None:
                print(f"course {running[future]}: {problem!r} because of {problem.__cause__!r}")
                print(f"again: make simulate SEED={seed} COURSE={running[future]}")
                pool.shutdown(cancel_futures=True)
                return 1
            one = future.result()
            ended[one.course] = one
            with file.open("a", encoding="utf-8") as kept:
                kept.write(json.dumps(asdict(one), ensure_ascii=False) + "\n")
            print(_told(ended, courses, began), flush=True)
    if os.environ.get("PAGE"):
        with PAGE.open("a", encoding="utf-8") as page:
            page.write(_row(seed, commit, ended))
    return 0


if __name__ == "__main__":
    sys.exit(main())
