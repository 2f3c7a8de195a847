"""Courses of the simulation: lives of the town, each by a seed of its own, under packs that differ in some values."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import NamedTuple

from qinji.policy.book import Book
from qinji.policy.forms import Value
from tests.simulation.bounding import Broken
from tests.simulation.cast import packs, sandbox_cast
from tests.simulation.changed_packs import changed
from tests.simulation.drawing import draw
from tests.simulation.invariants import Auditor
from tests.simulation.paper import Paper

SEED = 20260317
COURSE_OPERATIONS = 25_000
"""About two years of the town by its clock."""

TWO_BALANCES: dict[str, Value] = {"balance.kinds": "current_and_history", "balance.rollover_day": "01-01"}

OTHER_BREAKS: dict[str, Value] = {
    "employee_gap.resume": "next_month",
    "employee_gap.retroactive": False,
    "employee_gap.wait_months": 1,
    "employee_gap.account_usable": False,
    "employee_gap.grant_usable": True,
}
"""Breaks in payments by the other word of each: the account rests and its grants pay, nothing is made good whole."""


def packs_of(course: int) -> Book:
    """The packs of a course: every second one has this year's balance apart from the history in the seed province.

    In two of four breaks in payments are dealt with there by the other word of each parameter.
    """
    values = {**(TWO_BALANCES if course % 2 else {}), **(OTHER_BREAKS if course % 4 >= 2 else {})}
    return changed(values) if values else packs()


class Played(NamedTuple):
    """How often each outcome of an operation came, and what else is worth counting."""

    outcomes: Counter[str]
    seen: Counter[str]


def course_of(seed: int, course: int, operations: int) -> Played:
    """Play a course. Raises ``invariants.Broken`` where a promise is broken."""
    return play(Paper(sandbox_cast(), packs_of(course)), seed + course, operations)


def play(paper: Paper, seed: int, count: int, all_every: int = 1_000) -> Played:
    """So many operations of a seed, checked as they go."""
    auditor, chance = Auditor(paper), Random(seed)
    outcomes: Counter[str] = Counter()
    for number in range(count):
        operation = draw(chance, paper)
        try:
            result = auditor.step(operation)
            if number % all_every == 0:
                auditor.everything()
        except Exception as problem:
            raise Broken(f"seed {seed}, operation {number}: {operation}") from problem
        outcomes[f"{type(operation).__name__}: {result if isinstance(result, str) else 'done'}"] += 1
    auditor.from_scratch()
    return Played(outcomes, auditor.seen)
