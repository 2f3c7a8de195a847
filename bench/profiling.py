"""Where the engine's time goes: CPU time per bill by piece of work, from a run under the profiler.

The profiler makes calls dearer than what happens in them, so the shares are scaled to a run without it: an order of
the pieces, exact to some tenths.
"""

from __future__ import annotations

import asyncio
import cProfile
import pstats
import time
from collections.abc import Mapping

from bench.engine import Engine

Counted = Mapping[tuple[str, int, str], tuple[int, int, float, float, object]]

PIECES: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    ("inbox: is it known?", (("platform/inbox.py", "recall"),)),
    ("who it is: keys of number and card", (("flows/settle.py", "_recognised"),)),
    ("locking", (("platform/database.py", "lock_persons"), ("mutual_aid/queries.py", "candidates"))),
    ("facts: persons, balances, grants, accumulators, lines", (("flows/settle.py", "_facts"),)),
    ("checks of the bill, ids", (("flows/parts/requests.py", "request_of"), ("flows/deps.py", "new_id"))),
    (
        "catalogue of the lines",
        (("flows/parts/pricing.py", "listed_lines"), ("flows/parts/pricing.py", "priced_lines")),
    ),
    ("split", (("policy/split.py", "split"),)),
    ("payers", (("flows/parts/decide.py", "_payers"),)),
    ("plan", (("funding/plan.py", "plan"),)),
    ("the decision as JSON", (("flows/parts/document.py", "written_decision"),)),
    (
        "transfers and balances",
        (("flows/parts/decide.py", "_postings"), ("ledger/rules.py", "balance_changes")),
    ),
    ("the bill as shown", (("flows/parts/showing.py", "shown_bill"),)),
    ("effect on the next bill of the batch", (("flows/parts/decide.py", "apply"),)),
    ("rendering the reply", (("gateway/parts/pharmacy.py", "render"),)),
    ("packing, sealing and writing the reply", (("platform/inbox.py", "remember"),)),
    ("packing and writing the settlement", (("settlement/store.py", "add_settlements"),)),
    (
        "writing transfers and balances",
        (("ledger/store.py", "add_transfers"), ("ledger/store.py", "change_balances")),
    ),
    ("writing visits and lines", (("flows/settle.py", "_record_visits"),)),
    (
        "who is told, and writing it",
        (("flows/parts/telling.py", "of_settlement"), ("notice/store.py", "tell")),
    ),
    (
        "writing accumulators and used limits",
        (
            ("settlement/store.py", "add_to_years"),
            ("settlement/store.py", "add_to_days"),
            ("mutual_aid/store.py", "use"),
        ),
    ),
)
"""Pieces that do not contain each other, by the functions that do them."""


def profile(engine: Engine, runner: asyncio.Runner, count: int) -> list[tuple[str, float]]:
    """Microseconds of CPU per bill by piece, the dearest first; the last row is what no piece names."""
    plain = runner.run(engine.run(count))
    server_free = plain.own_cpu_seconds / count * 1e6
    profiler = cProfile.Profile(time.process_time)
    profiler.enable()
    runner.run(engine.run(count))
    profiler.disable()
    counted: Counted = pstats.Stats(profiler).stats  # type: ignore[attr-defined]
    whole = sum(own for _, _, own, _, _ in counted.values())
    commands = _spent(counted, (("bench/engine.py", "commands"),))
    scale = server_free / (whole - commands)
    rows = [(name, _spent(counted, functions) * scale) for name, functions in PIECES]
    rows.sort(key=lambda row: row[1], reverse=True)
    return [*rows, ("everything else", server_free - sum(spent for _, spent in rows))]


def _spent(counted: Counted, functions: tuple[tuple[str, str], ...]) -> float:
    """Seconds inside these functions and all they call."""
    return sum(
        spent
        for (file, _, name), (_, _, _, spent, _) in counted.items()
        if any(file.endswith(path) and name == wanted for path, wanted in functions)
    )
