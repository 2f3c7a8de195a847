"""Writing institutions, their sign-ins, and staff; called by flows only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from qinji.institution.model import Institution, StaffMember
from qinji.platform.database import Connection


async def designate(connection: Connection, institutions: Sequence[Institution]) -> None:
    """Add designated institutions."""
    await connection.executemany(
        "insert into institution (code, name, level, region, credit_code, scheme, tell_payers) "
        "values ($1, $2, $3, $4, $5, $6, $7)",
        [(i.code, i.name, i.level, i.region, i.credit_code, i.scheme, i.tell_payers) for i in institutions],
    )


async def employ(connection: Connection, members: Sequence[StaffMember]) -> None:
    """Add staff."""
    await connection.executemany(
        "insert into staff (staff_id, name, role) values ($1, $2, $3)",
        [(m.staff_id, m.name, m.role) for m in members],
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
