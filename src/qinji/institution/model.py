"""A designated institution, the keys it signs with, what was done about it, and a member of staff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qinji.kernel.actor import StaffRole

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
