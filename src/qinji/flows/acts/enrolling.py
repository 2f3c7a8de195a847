"""Enrolling people, some rows at a time, inside a transaction that is open (参保登记)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from qinji.flows.acts.act import Scene, keep_trail
from qinji.flows.parts.deeds import DeedKind
from qinji.flows.parts.enrolling import Enrolled, EnrolRow, Registered, decide
from qinji.flows.parts.row_faults import RowFault
from qinji.insured import queries as insured
from qinji.insured import store
from qinji.insured.model import CARD_KEY, CERTIFICATE_KEY, NUMBER_KEY, AuditEntry, CodeState, Person, Status
from qinji.kernel.refusal import Refused
from qinji.ledger import store as ledger
from qinji.platform.crypto import NONCE_BYTES


async def would_enrol(rows: Sequence[EnrolRow], scene: Scene) -> Enrolled:
    """What would become of these rows now; nothing is written."""
    return decide(rows, await _gather(rows, scene))


async def enrol(
    rows: Sequence[EnrolRow], operator: str, scene: Scene, entered_by: str | None = None
) -> Enrolled:
    """Enrol whoever is new of these rows, with an account head each; nobody who is registered is changed.

    ``entered_by`` is who brought the file, where another than the operator did. A number that somebody else takes
    meanwhile is a unique violation, and the rows have to be looked at again.
    """
    made = decide(rows, await _gather(rows, scene))
    await _record(made, operator, entered_by, scene)
    return made


async def _gather(rows: Sequence[EnrolRow], scene: Scene) -> Registered:
    by_number = await _owners(NUMBER_KEY, [row.number for row in rows], scene)
    by_certificate = await _owners(CERTIFICATE_KEY, [row.certificate_number for row in rows], scene)
    by_card = await _owners(CARD_KEY, [row.card_number for row in rows], scene)

    def region_fault(region: str) -> RowFault | None:
        found = scene.deps.book.at(region, scene.today)
        return RowFault.REGION_WITHOUT_POLICY if isinstance(found, Refused) else None

    people = await insured.persons(scene.connection, list(by_number.values()))
    return Registered(by_number, by_certificate, by_card, people, region_fault)


async def _owners(kind: str, numbers: Sequence[str], scene: Scene) -> dict[str, UUID]:
    digests = {scene.deps.vault.digest(kind, number): number for number in numbers}
    found = await insured.find(scene.connection, kind, list(digests))
    return {digests[digest]: person for digest, person in found.items()}


async def _record(made: Enrolled, operator: str, entered_by: str | None, scene: Scene) -> None:
    connection, digest = scene.connection, scene.deps.vault.digest
    people = [(row, _person(row, scene)) for row in made.new]
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
        AuditEntry(
            person_id=person.person_id,
            audit_id=scene.new_id(),
            actor=operator,
            action=DeedKind.ENROL,
            basis="register",
            subject_id=None,
            at=scene.now,
            entered_by=entered_by,
        )
        for _, person in people
    ]
    await keep_trail(connection, rows, [], scene.deps)


def _person(row: EnrolRow, scene: Scene) -> Person:
    deps = scene.deps
    return Person(
        person_id=scene.new_id(),
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
