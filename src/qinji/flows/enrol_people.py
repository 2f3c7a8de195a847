"""Enrol people from a file (参保登记): some rows at a time, each call one transaction.

Who is registered under a person number already stays as they are: the same particulars need nothing, others are told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qinji.flows.acts import enrolling
from qinji.flows.acts.act import Scene
from qinji.flows.deps import Deps
from qinji.flows.parts.enrolling import Enrolled, EnrolRow

ROWS_MAX = 1000
"""Rows of one transaction."""


@dataclass(frozen=True, slots=True)
class EnrolPeople:
    """Some rows of a file, at most ``ROWS_MAX``, and who brings them."""

    operator: str
    rows: Sequence[EnrolRow]


async def run(command: EnrolPeople, deps: Deps) -> Enrolled:
    """Enrol whoever is new of these rows, with an account head each; nobody who is registered is changed."""
    now = deps.clock()

    async def attempt() -> Enrolled:
        async with deps.database.transaction() as connection:
            return await enrolling.enrol(command.rows, command.operator, Scene(connection, now, deps))

    return await deps.database.repeatedly(attempt)


async def preview(command: EnrolPeople, deps: Deps) -> Enrolled:
    """What would become of these rows now; nothing is written."""
    async with deps.database.reading() as connection:
        return await enrolling.would_enrol(command.rows, Scene(connection, deps.clock(), deps))
