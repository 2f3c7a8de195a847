"""Reading institutions with their keys, staff and their shifts."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from qinji.institution.model import (
    HandOver,
    Institution,
    InstitutionAct,
    InstitutionKey,
    StaffAct,
    StaffMember,
)
from qinji.kernel.actor import StaffRole
from qinji.kernel.takings import Parts, Takings
from qinji.platform.database import Connection, Record

FOUND_MAX = 50


def _institution(row: Record) -> Institution:
    return Institution(
        row["code"],
        row["name"],
        row["level"],
        row["region"],
        row["credit_code"],
        row["scheme"],
        row["tell_payers"],
    )


async def by_code(connection: Connection, code: str) -> Institution | None:
    """The institution of this code."""
    row = await connection.fetchrow("select * from institution where code = $1", code)
    return None if row is None else _institution(row)


async def by_codes(connection: Connection, codes: Sequence[str]) -> list[Institution]:
    """The institutions of these codes."""
    rows = await connection.fetch("select * from institution where code = any($1::text[])", list(codes))
    return [_institution(row) for row in rows]


async def search(connection: Connection, code: str, name: str) -> list[Institution]:
    """Institutions by code, or by a part of their name; at most 50."""
    rows = await connection.fetch(
        "select * from institution where ($1 = '' or code = $1) and ($2 = '' or strpos(name, $2) > 0) "
        "order by code limit $3",
        code,
        name,
        FOUND_MAX,
    )
    return [_institution(row) for row in rows]


async def everyone(connection: Connection) -> list[Institution]:
    """All institutions, by code."""
    return [_institution(row) for row in await connection.fetch("select * from institution order by code")]


def _key(row: Record) -> InstitutionKey:
    return InstitutionKey(
        row["access_key"],
        row["institution"],
        row["place"],
        row["secret"],
        row["secret_key_version"],
        row["issued_at"],
        row["revoked_at"],
    )


async def valid_keys(connection: Connection, codes: Sequence[str]) -> list[InstitutionKey]:
    """The keys of these institutions that are not revoked."""
    rows = await connection.fetch(
        "select * from institution_key where institution = any($1::text[]) and revoked_at is null",
        list(codes),
    )
    return [_key(row) for row in rows]


async def every_key(connection: Connection) -> list[InstitutionKey]:
    """All keys, revoked ones too, by institution and time."""
    rows = await connection.fetch("select * from institution_key order by institution, issued_at, access_key")
    return [_key(row) for row in rows]


async def key(connection: Connection, access_key: str) -> InstitutionKey | None:
    """A key, revoked or not."""
    row = await connection.fetchrow("select * from institution_key where access_key = $1", access_key)
    return None if row is None else _key(row)


async def acts(connection: Connection, code: str) -> list[InstitutionAct]:
    """The trail of an institution, in the order of time."""
    rows = await connection.fetch(
        "select * from institution_act where institution = $1 order by act_id", code
    )
    return [
        InstitutionAct(
            row["institution"], row["act_id"], row["actor"], row["action"], row["detail"], row["at"]
        )
        for row in rows
    ]


def _member(row: Record) -> StaffMember:
    return StaffMember(
        row["staff_id"], row["name"], StaffRole(row["role"]), row["institution"], row["ended_at"]
    )


async def staff_member(connection: Connection, staff_id: str) -> StaffMember | None:
    """A member of staff, also one who has left."""
    row = await connection.fetchrow("select * from staff where staff_id = $1", staff_id)
    return None if row is None else _member(row)


async def staff(connection: Connection) -> list[StaffMember]:
    """All staff by id, those who have left too."""
    rows = await connection.fetch("select * from staff order by staff_id")
    return [_member(row) for row in rows]


async def staff_acts(connection: Connection, staff_id: str) -> list[StaffAct]:
    """The trail of a member of staff, in the order of time."""
    rows = await connection.fetch("select * from staff_act where staff_id = $1 order by act_id", staff_id)
    return [
        StaffAct(row["staff_id"], row["act_id"], row["actor"], row["action"], row["detail"], row["at"])
        for row in rows
    ]


async def cashiers(connection: Connection, institution: str) -> list[StaffMember]:
    """The cashiers of an institution, by id."""
    rows = await connection.fetch("select * from staff where institution = $1 order by staff_id", institution)
    return [_member(row) for row in rows]


def _parts(row: Record, side: str) -> Parts:
    amounts = ("total_fen", "fund_fen", "own_fen", "mutual_aid_fen", "cash_fen")
    return Parts(row[f"{side}_count"], *(row[f"{side}_{name}"] for name in amounts))


async def hand_overs(
    connection: Connection, institution: str, limit: int, cashier: str | None = None
) -> list[HandOver]:
    """The shifts that an institution's cashiers (or one of them) handed over, the latest first."""
    rows = await connection.fetch(
        "select * from hand_over where institution = $1 and ($2::text is null or cashier = $2) "
        "order by at desc, hand_over_id desc limit $3",
        institution,
        cashier,
        limit,
    )
    return [
        HandOver(
            row["institution"],
            row["hand_over_id"],
            row["cashier"],
            row["since"],
            row["at"],
            Takings(_parts(row, "taken"), _parts(row, "returned")),
            row["counted_fen"],
            row["note"],
        )
        for row in rows
    ]


async def handed_over(connection: Connection, institution: str, acts: Sequence[UUID]) -> set[UUID]:
    """Which of these acts are in a hand-over already."""
    rows = await connection.fetch(
        "select act_id from hand_over_act where institution = $1 and act_id = any($2::uuid[])",
        institution,
        list(acts),
    )
    return {row["act_id"] for row in rows}


async def codes_at(connection: Connection, words: str, regions: Sequence[str]) -> list[str]:
    """The codes of institutions whose name holds these words ("" for none), or that are in one of these regions."""
    rows = await connection.fetch(
        "select code from institution where ($1 <> '' and position($1 in name) > 0) or region = any($2::text[]) "
        "order by code",
        words,
        list(regions),
    )
    return [row["code"] for row in rows]
