"""Enrol people from a file (参保登记): some rows at a time, each call one transaction.

Who is registered under a person number already stays as they are: the same particulars need nothing, others are told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qinji.flows.acts.act import keep_trail
from qinji.flows.deps import Deps, new_id
from qinji.flows.parts.deeds import DeedKind
from qinji.flows.parts.enrolling import Enrolled, EnrolRow, Registered, decide
from qinji.flows.parts.row_faults import RowFault
from qinji.insured import queries as insured
from qinji.insured import store
from qinji.insured.model import CARD_KEY, CERTIFICATE_KEY, NUMBER_KEY, AuditEntry, CodeState, Person, Status
from qinji.kernel.dates import local_day
from qinji.kernel.refusal import Refused
from qinji.ledger import store as ledger
from qinji.platform.crypto import NONCE_BYTES
from qinji.platform.database import Connection

ROWS_MAX = 1000
"""Rows of one transaction."""


@dataclass(frozen=True, slots=True)
class EnrolPeople:
    """Some rows of a file, at most ``ROWS_MAX``, and who brings them."""

    operator: str
    rows: Sequence[EnrolRow]


async def run(command: EnrolPeople, deps: Deps) -> Enrolled:
    """Enrol whoever is new of these rows, with an account head each; nobody who is registered is changed.

    A number that somebody else takes meanwhile is a unique violation, and the rows are looked at again.
    """
    now = deps.clock()

    async def attempt() -> Enrolled:
        async with deps.database.transaction() as connection:
            made = decide(command.rows, await _gather(connection, command.rows, deps))
            await _record(connection, made, command.operator, deps, now)
            return made

    return await deps.database.repeatedly(attempt)


async def preview(command: EnrolPeople, deps: Deps) -> Enrolled:
    """What would become of these rows now; nothing is written."""
    async with deps.database.reading() as connection:
        return decide(command.rows, await _gather(connection, command.rows, deps))


async def _gather(connection: Connection, rows: Sequence[EnrolRow], deps: Deps) -> Registered:
    by_number = await _owners(connection, NUMBER_KEY, [row.number for row in rows], deps)
    by_certificate = await _owners(
        connection, CERTIFICATE_KEY, [row.certificate_number for row in rows], deps
    )
    by_card = await _owners(connection, CARD_KEY, [row.card_number for row in rows], deps)
    today = local_day(deps.clock())

    def region_fault(region: str) -> RowFault | None:
        found = deps.book.at(region, today)
        return RowFault.REGION_WITHOUT_POLICY if isinstance(found, Refused) else None

    people = await insured.persons(connection, list(by_number.values()))
    return Registered(by_number, by_certificate, by_card, people, region_fault)


async def _owners(connection: Connection, kind: str, numbers: Sequence[str], deps: Deps) -> dict[str, UUID]:
    digests = {deps.vault.digest(kind, number): number for number in numbers}
    found = await insured.find(connection, kind, list(digests))
    return {digests[digest]: person for digest, person in found.items()}


async def _record(connection: Connection, made: Enrolled, operator: str, deps: Deps, now: datetime) -> None:
    people = [(row, _person(row, new_id(deps, now), deps)) for row in made.new]
    digest = deps.vault.digest
    await store.enrol(connection, [person for _, person in people])
    await store.add_keys(
        connection,
        [
            (kind, digest(kind, number), person.person_id)
            for row, person in people
            for kind, number in (
                (NUMBER_KEY, row.number),
                (CERTIFICATE_KEY, row.certificate_number),
                (CARD_KEY, row.card_number),
            )
        ],
    )
    await ledger.open_accounts(connection, [person.person_id for _, person in people])
    rows = [
        AuditEntry(person.person_id, new_id(deps, now), operator, DeedKind.ENROL, "register", None, now)
        for _, person in people
    ]
    await keep_trail(connection, rows, [], deps)


def _person(row: EnrolRow, identifier: UUID, deps: Deps) -> Person:
    return Person(
        person_id=identifier,
        number=row.number,
        name=row.name,
        certificate=deps.vault.encrypt(row.certificate_number, deps.entropy(NONCE_BYTES)),
        certificate_key_version=deps.vault.version,
        sex=row.sex,
        ethnicity=row.ethnicity,
        birth=row.birth,
        region=row.region,
        insurance=row.insurance,
        person_status=row.person_status,
        status=Status.NORMAL,
        insured_since=row.insured_since,
        suspended_since=None,
        employer=row.employer,
        civil_servant=False,
        online_suspended_until=None,
        code_state=CodeState.NOT_ACTIVATED,
    )
