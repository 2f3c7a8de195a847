"""Reading bindings."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from qinji.family.model import Binding, BindingState, Route, WaitingCount
from qinji.kernel.actor import Channel
from qinji.kernel.kinship import Relation
from qinji.kernel.purpose import Power
from qinji.platform.database import Connection, Record

_LIVE = "select * from binding where state in ('pending', 'active') and "


def _binding(row: Record) -> Binding:
    return Binding(
        person_id=row["person_id"],
        binding_id=row["binding_id"],
        holder_id=row["holder_id"],
        relation=Relation(row["relation"]),
        state=BindingState(row["state"]),
        powers=frozenset(Power(name) for name in row["powers"]),
        route=Route(row["route"]),
        channel=Channel(row["channel"]),
        evidence_reference=row["evidence_reference"],
        evidence_hash=row["evidence_hash"],
        promised_day=row["promised_day"],
        entered_by=row["entered_by"],
        decided_by=row["decided_by"],
        reason=row["reason"],
        requested_at=row["requested_at"],
        active_at=row["active_at"],
        ended_at=row["ended_at"],
    )


async def of_holder(connection: Connection, holder: UUID) -> list[Binding]:
    """Live bindings of a holder, pending ones too."""
    rows = await connection.fetch(_LIVE + "holder_id = $1 order by requested_at, binding_id", holder)
    return [_binding(row) for row in rows]


async def of_member(connection: Connection, member: UUID) -> list[Binding]:
    """Live bindings of a member, pending ones too."""
    rows = await connection.fetch(_LIVE + "person_id = $1 order by requested_at, binding_id", member)
    return [_binding(row) for row in rows]


async def between(connection: Connection, holder: UUID, member: UUID) -> Binding | None:
    """The live binding of these two."""
    row = await connection.fetchrow(_LIVE + "person_id = $1 and holder_id = $2", member, holder)
    return None if row is None else _binding(row)


async def in_force_at(connection: Connection, holder: UUID, member: UUID, moment: datetime) -> Binding | None:
    """The binding of these two that was active at a moment."""
    row = await connection.fetchrow(
        "select * from binding where person_id = $1 and holder_id = $2 and active_at <= $3 "
        "and (ended_at is null or ended_at >= $3) order by active_at desc limit 1",
        member,
        holder,
        moment,
    )
    return None if row is None else _binding(row)


async def listing(
    connection: Connection, person: UUID, limit: int, before: UUID | None = None
) -> list[Binding]:
    """Bindings in both directions, past ones too, newest first; ``before`` continues a page."""
    rows = await connection.fetch(
        "select * from binding where (person_id = $1 or holder_id = $1) and ($3::uuid is null or binding_id < $3) "
        "order by binding_id desc limit $2",
        person,
        limit,
        before,
    )
    return [_binding(row) for row in rows]


async def home(connection: Connection, person: UUID, limit: int) -> list[Binding]:
    """Bindings in both directions: all live ones first, then past ones, each newest first."""
    rows = await connection.fetch(
        "select * from binding where person_id = $1 or holder_id = $1 "
        "order by (state in ('pending', 'active')) desc, binding_id desc limit $2",
        person,
        limit,
    )
    return [_binding(row) for row in rows]


async def one(connection: Connection, binding_id: UUID, party: UUID) -> Binding | None:
    """A binding in which this person is holder or member; anybody else's is like a missing one."""
    row = await connection.fetchrow(
        "select * from binding where binding_id = $1 and (person_id = $2 or holder_id = $2)",
        binding_id,
        party,
    )
    return None if row is None else _binding(row)


async def find(connection: Connection, binding_id: UUID) -> Binding | None:
    """A binding whoever's it is; for the bureau's own staff."""
    row = await connection.fetchrow("select * from binding where binding_id = $1", binding_id)
    return None if row is None else _binding(row)


async def waiting_at_window(
    connection: Connection, limit: int, after: UUID | None = None, *, entered: bool | None = None
) -> list[Binding]:
    """Bindings that wait at the window, oldest first; ``after`` continues a page.

    ``entered``: those that a clerk has entered and that wait for review, or those that wait for entry; None is both.
    """
    rows = await connection.fetch(
        "select * from binding where state = 'pending' and route = 'window' and ($2::uuid is null or binding_id > $2) "
        "and ($3::boolean is null or (entered_by is not null) = $3) order by binding_id limit $1",
        limit,
        after,
        entered,
    )
    return [_binding(row) for row in rows]


async def count_waiting(connection: Connection, today: date) -> WaitingCount:
    """How many bindings wait at the window, and how many of them are past the day that was promised."""
    row = await connection.fetchrow(
        "select count(*) filter (where entered_by is null) as entry, "
        "count(*) filter (where entered_by is not null) as review, "
        "count(*) filter (where promised_day < $1) as overdue "
        "from binding where state = 'pending' and route = 'window'",
        today,
    )
    return WaitingCount(0, 0, 0) if row is None else WaitingCount(row["entry"], row["review"], row["overdue"])
