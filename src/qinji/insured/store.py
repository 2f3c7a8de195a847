"""Writing insured persons, kin, consents and audit entries; called by flows only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from qinji.insured.model import AuditEntry, CodeState, Consent, Person, Status
from qinji.kernel.kinship import Relation
from qinji.platform.database import Connection

_PERSON = """
insert into person (person_id, person_number, name, certificate_cipher, certificate_key_version, sex, ethnicity,
  birth, region, insurance, person_status, status, insured_since, suspended_since, employer, civil_servant,
  online_suspended_until, code_state)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
"""


async def enrol(connection: Connection, people: Sequence[Person]) -> None:
    """Add persons."""
    await connection.executemany(
        _PERSON,
        [
            (
                p.person_id,
                p.number,
                p.name,
                p.certificate,
                p.certificate_key_version,
                p.sex,
                p.ethnicity,
                p.birth,
                p.region,
                p.insurance,
                p.person_status,
                p.status,
                p.insured_since,
                p.suspended_since,
                p.employer,
                p.civil_servant,
                p.online_suspended_until,
                p.code_state,
            )
            for p in people
        ],
    )


async def add_keys(connection: Connection, keys: Sequence[tuple[str, bytes, UUID]]) -> None:
    """Make persons findable by the keyed hash of a number: (kind, digest, person)."""
    await connection.executemany("insert into person_key (kind, digest, person_id) values ($1, $2, $3)", keys)


async def add_kinship(connection: Connection, rows: Sequence[tuple[UUID, UUID, Relation]]) -> None:
    """Record what the second person is to the first."""
    await connection.executemany(
        "insert into kinship (person_id, other_person_id, relation) values ($1, $2, $3)", rows
    )


async def set_code_state(connection: Connection, person_id: UUID, state: CodeState) -> None:
    """Activate, freeze, thaw or report lost a person's own code."""
    await connection.execute("update person set code_state = $2 where person_id = $1", person_id, state)


async def set_status(
    connection: Connection, person_id: UUID, status: Status, suspended_since: date | None
) -> None:
    """Benefits run, are in arrears or are stopped from now on."""
    await connection.execute(
        "update person set status = $2, suspended_since = $3 where person_id = $1",
        person_id,
        status,
        suspended_since,
    )


async def become_resident(connection: Connection, person_id: UUID, person_status: str) -> None:
    """Somebody whose insurance as an employee has ended is a resident from now on."""
    await connection.execute(
        "update person set insurance = 'resident', person_status = $2 where person_id = $1",
        person_id,
        person_status,
    )


async def record_consents(connection: Connection, rows: Sequence[Consent]) -> None:
    """Keep consent records; the role of flows can never change or delete them."""
    await connection.executemany(
        "insert into consent (person_id, consent_id, subject, subject_id, act, basis, given_by, staff, channel, "
        "text_version, text_hash, evidence_hash, reason, at, entered_by, detail) "
        "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        [
            (
                c.person_id,
                c.consent_id,
                c.subject,
                c.subject_id,
                c.act,
                c.basis,
                c.given_by,
                c.staff,
                c.channel,
                c.text_version,
                c.text_hash,
                c.evidence_hash,
                c.reason,
                c.at,
                c.entered_by,
                c.detail,
            )
            for c in rows
        ],
    )


async def record_audit(connection: Connection, rows: Sequence[AuditEntry]) -> None:
    """Keep audit entries; they are never changed."""
    await connection.executemany(
        "insert into audit (person_id, audit_id, actor, action, basis, subject_id, at, entered_by, behalf_of, reason) "
        "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        [
            (
                *(a.person_id, a.audit_id, a.actor, a.action, a.basis, a.subject_id, a.at),
                *(a.entered_by, a.behalf_of, a.reason),
            )
            for a in rows
        ],
    )
