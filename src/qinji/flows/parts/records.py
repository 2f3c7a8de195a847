"""Pure: the consent and audit rows that every binding, grant, change, confirmation and revocation leaves."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qinji.flows.parts.consent_texts import ConsentKind, in_force
from qinji.flows.parts.deeds import DeedKind
from qinji.flows.parts.hands import Hand
from qinji.insured.model import AuditEntry, Consent
from qinji.kernel.actor import Channel


@dataclass(frozen=True, slots=True)
class Deed:
    """What was done: for whom, about which binding, grant or code, by whom, by what right, to which text.

    ``given_by`` is whose wish it is, ``staff`` who carried it out for them and ``entered_by`` who took it down;
    ``detail`` says exactly what (powers, limits, place), ``reason`` why.
    """

    person_id: UUID
    subject: str
    subject_id: UUID
    act: DeedKind
    text: ConsentKind
    basis: str
    given_by: UUID | None
    staff: str | None
    channel: Channel
    at: datetime
    evidence_hash: bytes | None = None
    reason: str | None = None
    detail: str | None = None
    entered_by: str | None = None

    @property
    def actor(self) -> str:
        """Who did it, as audit rows name them."""
        return f"staff:{self.staff}" if self.staff is not None else f"person:{self.given_by}"


@dataclass(frozen=True, slots=True)
class Subject:
    """The binding, grant or code that a deed is about, and whom its row serves."""

    kind: str
    subject_id: UUID
    person_id: UUID


def deed_of(
    hand: Hand,
    subject: Subject,
    act: DeedKind,
    text: ConsentKind,
    basis: str,
    at: datetime,
    detail: str | None = None,
) -> Deed:
    """A deed by this hand; ``basis`` is the person's own right, which stands unless staff did it for them."""
    window = hand.window
    return Deed(
        person_id=subject.person_id,
        subject=subject.kind,
        subject_id=subject.subject_id,
        act=act,
        text=text,
        basis=hand.basis(basis),
        given_by=hand.person_id,
        staff=None if window is None else window.staff,
        channel=hand.channel,
        at=at,
        evidence_hash=None if window is None else evidence_hash(window.paper),
        reason=hand.reason,
        detail=detail,
        entered_by=None if window is None else window.entered_by,
    )


def evidence_hash(reference: str | None, photos: Sequence[bytes] = ()) -> bytes | None:
    """SHA-256 over the papers that were shown: the reference to a document, and the SHA-256 of each photo.

    A reference alone is hashed as it is; with photos their hexadecimal digests follow, each on a line of its own.
    """
    if not reference and not photos:
        return None
    lines = [reference or "", *(photo.hex() for photo in photos)]
    return hashlib.sha256("\n".join(lines).encode()).digest()


def by_paper(consents: Sequence[Consent]) -> bool:
    """Whether staff took something down on a paper, which may stand for kinship that the registry does not know."""
    return any(one.staff and one.evidence_hash for one in consents)


def papers_deed(
    binding: tuple[UUID, UUID],
    photos: Sequence[bytes],
    *,
    holder: UUID | None,
    staff: str | None,
    channel: Channel,
    basis: str,
    at: datetime,
) -> Deed:
    """That photos of papers were handed in for a member's binding (member, binding), by its holder or by staff."""
    return Deed(
        person_id=binding[0],
        subject="binding",
        subject_id=binding[1],
        act=DeedKind.BIND_EVIDENCE,
        text=ConsentKind.EVIDENCE,
        basis=basis,
        given_by=holder,
        staff=staff,
        channel=channel,
        at=at,
        evidence_hash=evidence_hash(None, photos),
    )


def consent_of(deed: Deed, consent_id: UUID) -> Consent:
    """The consent record of a deed."""
    text = in_force(deed.text)
    return Consent(
        person_id=deed.person_id,
        consent_id=consent_id,
        subject=deed.subject,
        subject_id=deed.subject_id,
        act=deed.act,
        basis=deed.basis,
        given_by=deed.given_by,
        staff=deed.staff,
        channel=deed.channel,
        text_version=text.version,
        text_hash=text.digest,
        evidence_hash=deed.evidence_hash,
        reason=deed.reason,
        at=deed.at,
        entered_by=deed.entered_by,
        detail=deed.detail,
    )


def owner_of(deed: Deed, concerned: Sequence[UUID]) -> UUID:
    """Whose money, code or data a deed is about: of a grant its grantor, else whom the row serves."""
    if deed.subject != "grant":
        return deed.person_id
    return next((person for person in concerned if person != deed.person_id), deed.person_id)


def audit_of(deed: Deed, person_id: UUID, audit_id: UUID) -> AuditEntry:
    """The audit row of a deed in the trail of one of the people it concerns.

    Why somebody came to the window is told to them alone, not to the relative on the other side.
    """
    told = deed.given_by in (None, person_id)
    return AuditEntry(
        person_id=person_id,
        audit_id=audit_id,
        actor=deed.actor,
        action=deed.act,
        basis=deed.basis,
        subject_id=deed.subject_id,
        at=deed.at,
        entered_by=deed.entered_by,
        behalf_of=None if deed.staff is None else deed.given_by,
        reason=deed.reason if told else None,
    )
