"""The bureau's staff in the simulation: who works on cases, who decides second, and who may not."""

from __future__ import annotations

from qinji.entry.sandbox.institutions import CASHIERS, STAFF
from qinji.kernel.actor import StaffActor, StaffRole

CLERKS = tuple(one.staff_id for one in STAFF if StaffRole(one.role) is StaffRole.CLERK)
BUREAU = tuple(one.staff_id for one in STAFF)
CASHIER = CASHIERS[0].staff_id
NOBODY = "C999"
"""A number that no member of staff has."""

_ROLES = {one.staff_id: StaffRole(one.role) for one in (*STAFF, *CASHIERS)}
_REVIEWERS = tuple(one.staff_id for one in STAFF if StaffRole(one.role) is StaffRole.REVIEWER)


def another_than(clerk: str) -> str:
    """Somebody of the bureau who is not this one."""
    return next(one for one in BUREAU if one != clerk)


def second_to(clerk: str) -> str:
    """Who decides on what this one entered."""
    return next(one for one in _REVIEWERS if one != clerk)


def actor_of(staff: str) -> StaffActor:
    """The member of staff of this number, at work."""
    return StaffActor(staff, "经办", _ROLES[staff])
