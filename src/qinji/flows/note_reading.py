"""Note that somebody read another person's data: who, what, by which right (invariant I18)."""

from __future__ import annotations

from uuid import UUID

from qinji.flows.acts.act import keep_look
from qinji.flows.deps import Deps, new_id
from qinji.insured.model import AuditEntry


async def run(reader: UUID, subject: UUID, action: str, basis: str, deps: Deps) -> None:
    """One row in the trail of the person who was looked at; written before the data is handed out."""
    now = deps.clock()
    row = AuditEntry(subject, new_id(deps, now), f"person:{reader}", action, basis, None, now)

    async def attempt() -> None:
        async with deps.database.transaction() as connection:
            await keep_look(connection, [row], deps)

    await deps.database.repeatedly(attempt)
