"""A designated institution, the keys it signs with, what was done about it, its staff and their shifts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qinji.kernel.actor import StaffRole
from qinji.kernel.takings import Takings

PHARMACY = "pharmacy"
LEVELS = ("1", "2", "3", PHARMACY)
SCHEMES = ("none", "A", "B")


@dataclass(frozen=True, slots=True)
class Institution:
    """A hospital or pharmacy; ``level`` is 1, 2, 3 or pharmacy, ``scheme`` the way it signs its messages."""

    code: str
    name: str
    level: str
    region: str
    credit_code: str
    scheme: str
    tell_payers: bool


@dataclass(frozen=True, slots=True)
class InstitutionKey:
    """A key of an institution. ``secret`` is ciphertext; ``place`` is one of the few that valid keys take."""

    access_key: str
    institution: str
    place: int
    secret: bytes
    secret_key_version: int
    issued_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class InstitutionAct:
    """One entry of the trail: who did what about an institution. No secret is ever part of it."""

    institution: str
    act_id: UUID
    actor: str
    action: str
    detail: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StaffMember:
    """A clerk enters, a reviewer approves, a cashier belongs to an institution (else None). Who left stays named."""

    staff_id: str
    name: str
    role: StaffRole
    institution: str | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StaffAct:
    """One entry of the trail of a member of staff: employed, signed in, given new secrets, left. No secret is in it."""

    staff_id: str
    act_id: UUID
    actor: str
    action: str
    detail: str
    at: datetime


@dataclass(frozen=True, slots=True)
class HandOver:
    """The end of a cashier's shift: what was taken since the one before (``since``), and the cash that was counted.

    It names its acts one by one, and each act is in one hand-over: whatever is not in one is in the next.
    """

    institution: str
    hand_over_id: UUID
    cashier: str
    since: datetime | None
    at: datetime
    takings: Takings
    counted_fen: int
    note: str

    @property
    def difference_fen(self) -> int:
        """Cash counted beyond what should be there; negative where some is missing."""
        return self.counted_fen - self.takings.drawer_fen
