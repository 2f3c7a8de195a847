"""谁看过我的信息: who looked at or changed something of mine, in pages, from the audit rows and from what institutions did."""

from __future__ import annotations

from uuid import UUID

from qinji.access.model import PersonActor
from qinji.flows.deps import Deps
from qinji.flows.kept.trail import gathered
from qinji.flows.parts.trail import TrailItem


async def run(actor: PersonActor, limit: int, before: UUID | None, deps: Deps) -> list[TrailItem]:
    """One's own trail, newest first; only one's own can be asked for. One's own codes are in ``list_codes``."""
    async with deps.database.reading() as connection:
        return await gathered(connection, actor.person_id, deps.book.region_names(), limit, before)
