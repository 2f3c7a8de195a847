"""Pure: the row that taking down, refusing, confirming or withdrawing a window act leaves in the person's trail."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from qinji.flows.parts.deeds import DeedKind
from qinji.insured.model import AuditEntry
from qinji.window.model import WindowAct


def trail_row(
    act: WindowAct,
    deed: DeedKind,
    staff: str,
    basis: str,
    audit_id: UUID,
    at: datetime,
    reason: str | None = None,
) -> AuditEntry:
    """Only in the trail of whose wish it is: nothing was done about anybody else."""
    return AuditEntry(
        person_id=act.person_id,
        audit_id=audit_id,
        actor=f"staff:{staff}",
        action=deed,
        basis=basis,
        subject_id=act.act_id,
        at=at,
        entered_by=act.entered_by,
        behalf_of=act.person_id,
        reason=reason,
    )
