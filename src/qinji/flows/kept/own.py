"""Whose things are read, a page at a time, and how people and places are named to them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from qinji.flows.deps import Deps
from qinji.flows.parts.kin import KinName, kin_names
from qinji.institution import queries as institutions
from qinji.insured import queries as insured
from qinji.platform.database import Connection

PAGE = 500
"""Rows that are held at a time."""

PAGES_MAX = 4_000
"""Two million rows of a part: far above any life."""

Row = Mapping[str, object]
Cursor = TypeVar("Cursor")
Found = TypeVar("Found")
Rows = TypeVar("Rows")


@dataclass(frozen=True, slots=True)
class Own:
    """Whose things are taken away."""

    me: UUID
    deps: Deps

    async def kin(self, connection: Connection, who: set[UUID]) -> Mapping[UUID, KinName]:
        """These people as the one who takes it away calls them."""
        people = await insured.persons(connection, sorted(who))
        kinship = await insured.kinship(connection, [(self.me, other) for other in sorted(who)])
        return kin_names(people, self.me, kinship)


async def places(connection: Connection, codes: set[str]) -> dict[str, str]:
    """The names of these institutions, by code."""
    return {place.code: place.name for place in await institutions.by_codes(connection, sorted(codes))}


async def paged(
    own: Own,
    look: Callable[[Connection, Cursor | None], Awaitable[tuple[Sequence[Found], Rows]]],
    after: Callable[[Found], Cursor],
) -> AsyncIterator[Rows]:
    """What ``look`` finds and tells of it, a page at a time, each in a snapshot of its own, until one is not full.

    ``after`` is where the next page begins. Raises rather than leave out what comes after ``PAGES_MAX``.
    """
    place: Cursor | None = None
    for _ in range(PAGES_MAX):
        async with own.deps.database.reading() as connection:
            found, rows = await look(connection, place)
        yield rows
        if len(found) < PAGE:
            return
        place = after(found[-1])
    raise RuntimeError("a part of one person's data has more pages than anybody's life")
