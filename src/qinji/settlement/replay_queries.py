"""Reading many stored decisions in one go, person by person, for `qinji policy replay`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

from qinji.platform.database import Connection
from qinji.settlement.model import StoredDecision, Window
from qinji.settlement.packing import DECISIONS

_WITHIN = """
from settlement s
left join cancellation c on c.person_id = s.person_id and c.settlement_id = s.settlement_id
where s.service_day between $1 and $2 and ($3 = '' or left(s.region, 4) = left($3, 4))
"""


async def count_live(connection: Connection, window: Window) -> int:
    """How many settlements of a window were not cancelled."""
    found: int = await connection.fetchval(
        f"select count(*) {_WITHIN} and c.settlement_id is null",
        window.since,
        window.until,
        window.city,
    )
    return found


async def decisions(connection: Connection, window: Window, page: int) -> AsyncIterator[list[StoredDecision]]:
    """The settlements of a window in pages, cancelled ones too; those of a person stand together, by id."""
    nobody = UUID(int=0)
    rows = await _page(connection, window, (nobody, nobody), page)
    while rows:
        yield rows
        rows = await _page(connection, window, (rows[-1].person, rows[-1].settlement), page)


async def _page(
    connection: Connection, window: Window, after: tuple[UUID, UUID], page: int
) -> list[StoredDecision]:
    rows = await connection.fetch(
        f"select s.person_id, s.settlement_id, s.decision, c.booked_at as cancelled_at {_WITHIN}"
        "and (s.person_id, s.settlement_id) > ($4, $5) order by s.person_id, s.settlement_id limit $6",
        window.since,
        window.until,
        window.city,
        *after,
        page,
    )
    return [
        StoredDecision(
            row["person_id"], row["settlement_id"], row["cancelled_at"], DECISIONS.unpack(row["decision"])
        )
        for row in rows
    ]
