"""A timer's flow: photos of papers that nobody has decided on for thirty days are deleted, with their key."""

from __future__ import annotations

from datetime import datetime

from qinji.evidence import queries, store
from qinji.evidence.model import Ending
from qinji.evidence.rules import opened_until
from qinji.flows.acts.act import keep_trail
from qinji.flows.deps import Deps, new_id
from qinji.flows.parts.deeds import DeedKind
from qinji.insured.model import AuditEntry
from qinji.platform.database import Connection, lock_persons

CASES_MAX = 50
"""Cases of one transaction; whoever calls goes on while there are as many."""

ACTOR = "timer:evidence"


async def run(deps: Deps) -> int:
    """Close the cases that are due now, the oldest first, and answer how many; safe to run twice and by two at once."""
    now = deps.clock()

    async def attempt() -> int:
        async with deps.database.transaction() as connection:
            return await _expire(connection, now, deps)

    return await deps.database.repeatedly(attempt)


async def _expire(connection: Connection, now: datetime, deps: Deps) -> int:
    due = await queries.opened_until(connection, opened_until(now), CASES_MAX)
    locked = await lock_persons(connection, [case.person_id for case in due])
    # A decision may have come first: what is due is read again behind the locks.
    again = await queries.opened_until(connection, opened_until(now), CASES_MAX)
    over = [case for case in again if case.person_id in locked]
    for case in over:
        await store.close(connection, case.person_id, case.binding_id, Ending.EXPIRED, now)
    deleted = [
        AuditEntry(
            case.person_id,
            new_id(deps, now),
            ACTOR,
            DeedKind.EVIDENCE_EXPIRE,
            "retention",
            case.binding_id,
            now,
        )
        for case in over
    ]
    await keep_trail(connection, deleted, [], deps)
    return len(over)
