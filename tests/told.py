"""Whether everybody was told once of everything that concerns them, looked up in the rows themselves."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

from qinji.flows.parts.telling import ONCE_A_DAY, kind_of
from qinji.insured.model import AuditEntry
from qinji.notice.model import NoticeKind
from tests.bureau import Bureau


async def notices_of(bureau: Bureau, number: str) -> list[dict[str, Any]]:
    """The rows of somebody's notices, oldest first."""
    person = await bureau.person_id(number)
    async with bureau.runtime.database.reading() as connection:
        rows = await connection.fetch("select * from notice where person_id = $1 order by event_id", person)
    return [dict(row) for row in rows]


async def kinds_of(bureau: Bureau, number: str) -> list[str]:
    """The kinds of somebody's notices, in the order of their names."""
    return sorted(str(row["kind"]) for row in await notices_of(bureau, number))


async def whom_nobody_told(bureau: Bureau) -> list[str]:
    """Acts about somebody of which they were not told exactly once: rows of trails, and money that moved."""
    async with bureau.runtime.database.reading() as connection:
        notices = await connection.fetch("select person_id, event_id, kind from notice")
        audits = await connection.fetch("select * from audit")
        moved = await connection.fetch(
            "select distinct person_id, act_id, institution from transfer "
            "where institution is not null and ('personal' in (debit, credit) or 'wallet' in (debit, credit))"
        )
        shown = await connection.fetch(
            "select person_id, settlement_id, shown_by from settlement where shown_by <> person_id"
        )
    told = {(row["person_id"], row["event_id"]): row["kind"] for row in notices}
    faults = [f"told twice: {key}" for key, times in Counter(_keys(notices)).items() if times > 1]
    for row in audits:
        entry = AuditEntry(**dict(row))
        kind = kind_of(entry)
        if kind is None:
            continue
        if kind in ONCE_A_DAY or kind is NoticeKind.ORDER_CHANGED:
            found = any(who == entry.person_id and what == kind for (who, _), what in told.items())
        else:
            found = told.get((entry.person_id, entry.audit_id)) == kind
        if not found:
            faults.append(f"not told: {entry.action} to {entry.person_id}")
    faults += [
        f"not told of money: {row['act_id']} to {row['person_id']}"
        for row in moved
        if (row["person_id"], row["act_id"]) not in told
    ]
    for row in shown:
        faults += [
            f"not told of a code: {row['settlement_id']} to {who}"
            for who in (row["person_id"], row["shown_by"])
            if (who, row["settlement_id"]) not in told
        ]
    return faults


def _keys(rows: list[Any]) -> list[tuple[UUID, UUID]]:
    return [(row["person_id"], row["event_id"]) for row in rows]
