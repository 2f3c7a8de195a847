"""Writing institutions, their keys and sign-ins, the acts on them, staff and shifts; called by flows only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple
from datetime import datetime
from uuid import UUID

from qinji.institution.model import (
    HandOver,
    Institution,
    InstitutionAct,
    InstitutionKey,
    StaffAct,
    StaffMember,
)
from qinji.platform.database import Connection, affected, copy_in


async def designate(connection: Connection, institutions: Sequence[Institution]) -> None:
    """Add designated institutions."""
    await connection.executemany(
        "insert into institution (code, name, level, region, credit_code, scheme, tell_payers) "
        "values ($1, $2, $3, $4, $5, $6, $7)",
        [(i.code, i.name, i.level, i.region, i.credit_code, i.scheme, i.tell_payers) for i in institutions],
    )


async def add_keys(connection: Connection, keys: Sequence[InstitutionKey]) -> None:
    """Add keys; a place that a valid key holds raises a unique violation."""
    await connection.executemany(
        "insert into institution_key (access_key, institution, place, secret, secret_key_version, issued_at) "
        "values ($1, $2, $3, $4, $5, $6)",
        [(k.access_key, k.institution, k.place, k.secret, k.secret_key_version, k.issued_at) for k in keys],
    )


async def revoke_key(connection: Connection, access_key: str, at: datetime) -> bool:
    """End a key; False when there is no such valid key."""
    status = await connection.execute(
        "update institution_key set revoked_at = $2 where access_key = $1 and revoked_at is null",
        access_key,
        at,
    )
    return affected(status) == 1


async def change_scheme(connection: Connection, code: str, scheme: str) -> bool:
    """Let an institution sign in another way; False when there is no such institution."""
    status = await connection.execute("update institution set scheme = $2 where code = $1", code, scheme)
    return affected(status) == 1


async def record_act(connection: Connection, act: InstitutionAct) -> None:
    """Add to the trail of an institution."""
    await connection.execute(
        "insert into institution_act (institution, act_id, actor, action, detail, at) "
        "values ($1, $2, $3, $4, $5, $6)",
        act.institution,
        act.act_id,
        act.actor,
        act.action,
        act.detail,
        act.at,
    )


async def employ(connection: Connection, members: Sequence[StaffMember]) -> None:
    """Add staff."""
    await connection.executemany(
        "insert into staff (staff_id, name, role, institution) values ($1, $2, $3, $4)",
        [(m.staff_id, m.name, m.role, m.institution) for m in members],
    )


async def end_employment(connection: Connection, staff_id: str, at: datetime) -> bool:
    """A member of staff leaves; False when there is nobody, or they have left before."""
    status = await connection.execute(
        "update staff set ended_at = $2 where staff_id = $1 and ended_at is null", staff_id, at
    )
    return affected(status) == 1


async def record_staff_act(connection: Connection, act: StaffAct) -> None:
    """Add to the trail of a member of staff."""
    await connection.execute(
        "insert into staff_act (staff_id, act_id, actor, action, detail, at) values ($1, $2, $3, $4, $5, $6)",
        act.staff_id,
        act.act_id,
        act.actor,
        act.action,
        act.detail,
        act.at,
    )


async def sign_in(connection: Connection, code: str, number: str, operator: str, at: datetime) -> None:
    """Record that an operator signed in (9001)."""
    await connection.execute(
        "insert into institution_sign_in (code, sign_number, operator, signed_at) values ($1, $2, $3, $4)",
        code,
        number,
        operator,
        at,
    )


async def sign_out(connection: Connection, code: str, number: str, at: datetime) -> bool:
    """Record that an operator signed out (9002); False when there is no such open sign-in."""
    status = await connection.execute(
        "update institution_sign_in set left_at = $3 where code = $1 and sign_number = $2 and left_at is null",
        code,
        number,
        at,
    )
    return status.endswith(" 1")


_SIDE = ("count", "total_fen", "fund_fen", "own_fen", "mutual_aid_fen", "cash_fen")
_HAND_OVER_COLUMNS = (
    *("institution", "hand_over_id", "cashier", "since", "at"),
    *(f"{side}_{name}" for side in ("taken", "returned") for name in _SIDE),
    *("counted_fen", "difference_fen", "note"),
)


async def add_hand_over(connection: Connection, row: HandOver, acts: Sequence[UUID]) -> None:
    """Append a shift with the acts that it covers; one that another hand-over covers breaks the key."""
    values = (
        *(row.institution, row.hand_over_id, row.cashier, row.since, row.at),
        *(*astuple(row.takings.taken), *astuple(row.takings.returned)),
        *(row.counted_fen, row.difference_fen, row.note),
    )
    await copy_in(connection, "hand_over", _HAND_OVER_COLUMNS, [values])
    await copy_in(
        connection,
        "hand_over_act",
        ("institution", "act_id", "hand_over_id"),
        [(row.institution, act, row.hand_over_id) for act in sorted(acts)],
    )
