"""Who is settled for: fifty thousand insured persons of one town, half of them with two relatives who share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID

import asyncpg

from qinji.entry.wiring import Runtime
from qinji.flows import enrol
from qinji.flows.deps import new_id
from qinji.institution.model import Institution
from qinji.insured.model import CodeState, Insurance, Person, Status
from qinji.platform.crypto import NONCE_BYTES
from qinji.platform.database import Address

PEOPLE = 50_000
CHUNK = 5_000
REGION = "990100"
PHARMACY = "P99010009001"
HOSPITAL = "H99010009001"
FAMILY = 4
"""Who shares with whom never reaches from one such group into the next one's first person."""

OPENED = timedelta(days=400)
"""So long ago the accounts were opened: a year of money can have moved since."""

RICH_FEN = 100_000_000
POOR_FEN_MAX = 8_191


@dataclass(frozen=True, slots=True)
class Customer:
    """What a till needs of a person."""

    number: str
    card: str


def person(place: int, identifier: UUID, runtime: Runtime) -> enrol.Enrolment:
    """The person of a place in the town, with an opened account."""
    certificate = f"999901{19400101 + place % 28:08d}{place:05d}"[:17] + "X"
    row = Person(
        person_id=identifier,
        number=f"Q9{place:07d}",
        name=f"测{place}",
        certificate=runtime.vault.encrypt(certificate, runtime.entropy(NONCE_BYTES)),
        certificate_key_version=runtime.vault.version,
        sex="female",
        ethnicity="01",
        birth=date(1960, 1, 1 + place % 28),
        region=REGION,
        insurance=Insurance.EMPLOYEE,
        person_status="in_service",
        status=Status.NORMAL,
        insured_since=date(2010, 1, 1),
        suspended_since=None,
        employer="测试单位",
        civil_servant=False,
        online_suspended_until=None,
        code_state=CodeState.ACTIVE,
    )
    chance = Random(place)
    balance = RICH_FEN if chance.random() < 0.5 else chance.randint(1, POOR_FEN_MAX)
    return enrol.Enrolment(row, f"{certificate}{place}", f"C{place:08d}", balance)


def customers() -> list[Customer]:
    """Everybody."""
    return [Customer(f"Q9{place:07d}", f"C{place:08d}") for place in range(PEOPLE)]


async def populate(address: Address, runtime: Runtime) -> None:
    """Enrols everybody with an opened account, designates two institutions, and lets relatives share."""
    now = datetime.now(UTC)
    opened = replace(runtime, clock=lambda: now - OPENED)
    identifiers = [new_id(runtime, now) for _ in range(PEOPLE)]
    places = [
        Institution(PHARMACY, "测试药房", "pharmacy", REGION, "X", "none", tell_payers=False),
        Institution(HOSPITAL, "测试医院", "1", REGION, "X", "none", tell_payers=False),
    ]
    for start in range(0, PEOPLE, CHUNK):
        rows = [person(n, identifiers[n], runtime) for n in range(start, start + CHUNK)]
        roll = enrol.Roll(f"bench.{start}", "1", rows, [], places if start == 0 else [], [], [])
        await enrol.run(roll, opened)
    await _share(address, identifiers, runtime, now)


async def _share(address: Address, identifiers: list[UUID], runtime: Runtime, now: datetime) -> None:
    """Every other person may spend from the two who come next: copied in, as a bulk load would."""
    rows = [
        (
            identifiers[place],
            new_id(runtime, now),
            identifiers[(place + step) % PEOPLE],
            "spouse" if step == 1 else "child",
            "active",
            step,
            ["outpatient", "pharmacy"],
            "mini_program",
            now,
            now,
        )
        for place in range(0, PEOPLE, 2)
        for step in (1, 2)
    ]
    names = (
        *("person_id", "grant_id", "grantor_id", "relation", "state", "rank", "purposes", "channel"),
        *("asked_at", "active_at", "floor_fen"),
    )
    connection = await asyncpg.connect(
        host=address.host, port=address.port, user="qinji_owner", database=address.name
    )
    try:
        await connection.copy_records_to_table(
            "mutual_aid_grant", records=[(*row, 0) for row in rows], columns=names
        )
        await connection.execute("analyze")
    finally:
        await connection.close()
