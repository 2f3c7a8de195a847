"""How far a long piece of work is: which table of how many."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

Step: TypeAlias = Callable[[int, int, str], None]
"""Told at the begin of each table: its place, how many there are, its name."""


def by_table(count: int, step: Step) -> Callable[[str], None]:
    """What the tools call with each table's name."""
    place = 0

    def begun(table: str) -> None:
        nonlocal place
        place += 1
        step(place, count, table)

    return begun
