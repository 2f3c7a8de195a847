"""Reading insured persons, kin and consents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from qinji.insured.model import NUMBER_KEY, AuditEntry, CodeState, Consent, Insurance, Person, Status
from qinji.kernel.actor import Channel
from qinji.kernel.kinship import Relation
from qinji.platform.database import Connection, Record

NUMBER = NUMBER_KEY


async def find(connection: Connection, kind: str, digests: Sequence[bytes]) -> Mapping[bytes, UUID]:
    """Persons by the keyed hash of a number (person number, certificate, card, session)."""
    rows = await connection.fetch(
        "select digest, person_id from person_key where kind = $1 and digest = any($2::bytea[])",
        kind,
        digests,
    )
    return {row["digest"]: row["person_id"] for row in rows}


async def find_each(connection: Connection, wanted: Sequence[tuple[str, bytes]]) -> Mapping[bytes, UUID]:
    """Persons by keyed hashes of numbers of several kinds, (kind, hash); a hash is of one kind only."""
    rows = await connection.fetch(
        "select k.digest, k.person_id from person_key k join unnest($1::text[], $2::bytea[]) as w(kind, digest) "
        "on k.kind = w.kind and k.digest = w.digest",
        [kind for kind, _ in wanted],
        [digest for _, digest in wanted],
    )
    return {row["digest"]: row["person_id"] for row in rows}


# A batch reads hundreds of persons: looking a word up costs a fifth of asking the enumeration for it.
_INSURANCES = {one.value: one for one in Insurance}
_STATUSES = {one.value: one for one in Status}
_CODE_STATES = {one.value: one for one in CodeState}


def _person(row: Record) -> Person:
    return Person(
        row["person_id"],
        row["person_number"],
        row["name"],
        row["certificate_cipher"],
        row["certificate_key_version"],
        row["sex"],
        row["ethnicity"],
        row["birth"],
        row["region"],
        _INSURANCES[row["insurance"]],
        row["person_status"],
        _STATUSES[row["status"]],
        row["insured_since"],
        row["suspended_since"],
        row["employer"],
        row["civil_servant"],
        row["online_suspended_until"],
        _CODE_STATES[row["code_state"]],
    )


async def persons(connection: Connection, identifiers: Sequence[UUID]) -> Mapping[UUID, Person]:
    """These persons; unknown ids are not in the result."""
    rows = await connection.fetch("select * from person where person_id = any($1::uuid[])", list(identifiers))
    return {row["person_id"]: _person(row) for row in rows}


async def kinship(
    connection: Connection, pairs: Sequence[tuple[UUID, UUID]]
) -> Mapping[tuple[UUID, UUID], Relation]:
    """What the second of each pair is to the first, by the registry; unknown pairs are not in the result."""
    rows = await connection.fetch(
        "select k.person_id, k.other_person_id, k.relation from kinship k "
        "join unnest($1::uuid[], $2::uuid[]) as p(one, other) on k.person_id = p.one and k.other_person_id = p.other",
        [one for one, _ in pairs],
        [other for _, other in pairs],
    )
    return {(row["person_id"], row["other_person_id"]): Relation(row["relation"]) for row in rows}


async def relatives(connection: Connection, person_id: UUID) -> Mapping[UUID, Relation]:
    """What each relative whom the registry knows is to this person."""
    rows = await connection.fetch(
        "select other_person_id, relation from kinship where person_id = $1", person_id
    )
    return {row["other_person_id"]: Relation(row["relation"]) for row in rows}


async def consents(connection: Connection, person_id: UUID, subject_id: UUID) -> list[Consent]:
    """The consent records of one binding, grant or code, oldest first."""
    rows = await connection.fetch(
        "select * from consent where person_id = $1 and subject_id = $2 order by at, consent_id",
        person_id,
        subject_id,
    )
    return [_consent(row) for row in rows]


async def consents_of(
    connection: Connection, person_id: UUID, limit: int, after: UUID | None = None
) -> list[Consent]:
    """Every consent record that serves a person, oldest first by id; ``after`` the last one continues a page."""
    rows = await connection.fetch(
        "select * from consent where person_id = $1 and ($3::uuid is null or consent_id > $3) "
        "order by consent_id limit $2",
        person_id,
        limit,
        after,
    )
    return [_consent(row) for row in rows]


async def consents_about(
    connection: Connection, person_id: UUID, subjects: Sequence[UUID]
) -> Mapping[UUID, list[Consent]]:
    """The consent records of several bindings, grants or codes of one person, each oldest first."""
    rows = await connection.fetch(
        "select * from consent where person_id = $1 and subject_id = any($2::uuid[]) order by at, consent_id",
        person_id,
        list(subjects),
    )
    found: dict[UUID, list[Consent]] = {}
    for row in rows:
        found.setdefault(row["subject_id"], []).append(_consent(row))
    return found


def _consent(row: Record) -> Consent:
    return Consent(
        row["person_id"],
        row["consent_id"],
        row["subject"],
        row["subject_id"],
        row["act"],
        row["basis"],
        row["given_by"],
        row["staff"],
        Channel(row["channel"]),
        row["text_version"],
        row["text_hash"],
        row["evidence_hash"],
        row["reason"],
        row["at"],
        row["entered_by"],
        row["detail"],
    )


async def audit_trail(connection: Connection, person_id: UUID, limit: int) -> list[AuditEntry]:
    """Who did or saw what of this person, newest first."""
    rows = await connection.fetch(
        "select * from audit where person_id = $1 order by at desc, audit_id desc limit $2", person_id, limit
    )
    return [_entry(row) for row in rows]


async def latest_of(connection: Connection, person_id: UUID, action: str, limit: int) -> list[AuditEntry]:
    """The latest rows of one action in a person's trail, newest first."""
    rows = await connection.fetch(
        "select * from audit where person_id = $1 and action = $2 order by audit_id desc limit $3",
        person_id,
        action,
        limit,
    )
    return [_entry(row) for row in rows]


async def audit_entry(connection: Connection, person_id: UUID, audit_id: UUID) -> AuditEntry | None:
    """One row of this person's trail; anybody else's is like a missing one."""
    row = await connection.fetchrow(
        "select * from audit where person_id = $1 and audit_id = $2", person_id, audit_id
    )
    return None if row is None else _entry(row)


async def trail(
    connection: Connection, person_id: UUID, leaving_out: str, limit: int, before: UUID | None = None
) -> list[AuditEntry]:
    """A page of the trail by id, newest first, without what the person themselves did of this action.

    Ids grow with time, so ``before`` the last one goes on where a page ended.
    """
    rows = await connection.fetch(
        "select * from audit where person_id = $1 and ($4::uuid is null or audit_id < $4) "
        "and not (action = $2 and actor = $5) order by audit_id desc limit $3",
        person_id,
        leaving_out,
        limit,
        before,
        f"person:{person_id}",
    )
    return [_entry(row) for row in rows]


async def noted_since(connection: Connection, person_id: UUID, actor: str, action: str, since: UUID) -> bool:
    """Whether this actor's action is in the trail already, in a row whose id is not before ``since``."""
    found = await connection.fetchval(
        "select exists (select 1 from audit where person_id = $1 and audit_id >= $2 and actor = $3 and action = $4)",
        person_id,
        since,
        actor,
        action,
    )
    return bool(found)


def _entry(row: Record) -> AuditEntry:
    return AuditEntry(
        row["person_id"],
        row["audit_id"],
        row["actor"],
        row["action"],
        row["basis"],
        row["subject_id"],
        row["at"],
        row["entered_by"],
        row["behalf_of"],
        row["reason"],
    )
