"""A designated institution and a member of staff."""

from __future__ import annotations

from dataclasses import dataclass

PHARMACY = "pharmacy"


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
class StaffMember:
    """A clerk enters, a reviewer approves."""

    staff_id: str
    name: str
    role: str
