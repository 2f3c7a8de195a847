"""Where relatives used one's account and for what, read for a grantor: region and kind of use, no institution."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from qinji.flows.parts.shared_uses import UsedAt, used_at
from qinji.institution import queries as institutions
from qinji.ledger.model import SharedUse
from qinji.platform.database import Connection
from qinji.settlement import record_queries as settlements


async def uses_told(
    connection: Connection, uses: Sequence[SharedUse], names: Mapping[str, str]
) -> Mapping[UUID, UsedAt]:
    """What is told of each use, by settlement; ``names`` are those of the regions, by code."""
    if not uses:
        return {}
    codes = sorted({use.institution for use in uses if use.institution})
    places = {place.code: place for place in await institutions.by_codes(connection, codes)}
    kinds = await settlements.kinds(connection, [(use.beneficiary, use.settlement) for use in uses])
    return {
        use.settlement: used_at(
            places.get(use.institution or ""), kinds[use.beneficiary, use.settlement], names
        )
        for use in uses
    }
