"""A case, and what waits, is found by an index: the review queue stays as quick in a bureau of millions of grants."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from typing import TypeAlias
from uuid import UUID

import pytest

from qinji.family import queries as family
from qinji.mutual_aid import queries as mutual_aid
from qinji.platform.database import Connection, Database
from qinji.window import queries as window
from tests.counting import counted

NOW = datetime(2026, 3, 17, 4, 0, tzinfo=UTC)
SOME = UUID(int=1)
Look: TypeAlias = Callable[[Connection], Awaitable[object]]
LOOKS: dict[str, tuple[str, Look]] = {
    "bindings at the window": (
        "ix_binding_at_window",
        lambda connection: family.waiting_at_window(connection, 20, SOME),
    ),
    "how many bindings": (
        "ix_binding_at_window",
        lambda connection: family.count_waiting(connection, date(2026, 3, 17)),
    ),
    "a binding": ("ix_binding_binding_id", lambda connection: family.find(connection, SOME)),
    "filings": ("ix_mutual_aid_grant_filed", lambda connection: mutual_aid.filed(connection, 20, NOW, SOME)),
    "how many filings": ("ix_mutual_aid_grant_filed", mutual_aid.count_filed),
    "a grant": ("ix_mutual_aid_grant_grant_id", lambda connection: mutual_aid.find(connection, SOME, NOW)),
    "window acts": ("ix_window_act_waiting", lambda connection: window.waiting(connection, NOW, 20, SOME)),
    "how many window acts": (
        "ix_window_act_waiting",
        lambda connection: window.count_waiting(connection, NOW),
    ),
    "a window act": ("ix_window_act_act_id", lambda connection: window.find(connection, SOME)),
}


@pytest.mark.parametrize("look", LOOKS)
async def test_what_waits_is_found_without_reading_what_does_not(database: Database, look: str) -> None:
    index, asks = LOOKS[look]
    with counted(database) as sent:
        async with database.reading() as connection:
            await asks(connection)
    (query,) = sent
    async with database.reading() as connection:
        # So few rows as here are quicker read all through: the planner may not, where there is another way.
        await connection.execute("set local enable_seqscan = off")
        # With a plan for whatever is asked, as a statement has that was prepared long ago.
        await connection.execute("set local plan_cache_mode = force_generic_plan")
        await connection.execute(f"prepare looked as {query}")
        asked = len(set(re.findall(r"\$\d", query)))
        values = f"({', '.join(['null'] * asked)})" if asked else ""
        plan = "\n".join(row[0] for row in await connection.fetch(f"explain execute looked{values}"))
        await connection.execute("deallocate looked")
    assert re.findall(r"\b(?:ix|uq|pk)_\w+", plan) == [index], plan
    assert "Seq Scan" not in plan
