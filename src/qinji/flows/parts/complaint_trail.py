"""Pure: the row that opening, correcting or closing a complaint leaves in the trail of whom it concerns."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from qinji.complaint.model import Complaint
from qinji.flows.parts.deeds import DeedKind
from qinji.insured.model import AuditEntry


def trail_row(
    complaint: Complaint,
    deed: DeedKind,
    actor: str,
    basis: str,
    audit_id: UUID,
    at: datetime,
    *,
    person: UUID | None = None,
    entered_by: str | None = None,
) -> AuditEntry:
    """In the complainer's trail, or for a correction in that of another whose account gets money back.

    Whose complaint it was stands only in the complainer's own trail.
    """
    whom = complaint.person_id if person is None else person
    by_staff = actor.startswith("staff:")
    return AuditEntry(
        person_id=whom,
        audit_id=audit_id,
        actor=actor,
        action=deed,
        basis=basis,
        subject_id=complaint.complaint_id if whom == complaint.person_id else None,
        at=at,
        entered_by=entered_by,
        behalf_of=whom if by_staff and deed is DeedKind.COMPLAINT_OPEN else None,
    )
