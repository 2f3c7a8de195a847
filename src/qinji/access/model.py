"""Who acts, what they want to do about somebody, and by what right they may."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

from qinji.kernel.actor import Session, StaffActor, StaffRole
from qinji.kernel.purpose import Power


@dataclass(frozen=True, slots=True)
class PersonActor:
    """An insured person who is signed in; without a session nothing is known of how."""

    person_id: UUID
    session: Session | None = None


Actor: TypeAlias = PersonActor | StaffActor


def actor_text(actor: Actor) -> str:
    """The actor as audit rows name them."""
    return f"person:{actor.person_id}" if isinstance(actor, PersonActor) else f"staff:{actor.staff_id}"


class Action(StrEnum):
    """What one may want to do about a person."""

    SHOW_CODE = "show_code"
    ACTIVATE_CODE = "activate_code"
    OPEN_WALLET = "open_wallet"
    PAY_PREMIUM = "pay_premium"
    FREEZE_CODE = "freeze_code"
    SEE_STATUS = "see_status"
    SEE_COSTS = "see_costs"
    SEE_SHARED_AMOUNTS = "see_shared_amounts"
    HANDLE_BINDINGS = "handle_bindings"
    HANDLE_FILINGS = "handle_filings"
    SEE_EVIDENCE = "see_evidence"
    ACT_AT_WINDOW = "act_at_window"
    LOOK_UP_PERSON = "look_up_person"
    COMPLAIN = "complain"
    HANDLE_COMPLAINTS = "handle_complaints"
    CLAW_BACK_CREDITS = "claw_back_credits"
    HANDLE_FILES = "handle_files"


POWER_FOR: dict[Action, Power] = {
    Action.SHOW_CODE: Power.SHOW_CODE,
    Action.ACTIVATE_CODE: Power.ACTIVATE_CODE,
    Action.OPEN_WALLET: Power.OPEN_WALLET,
    Action.PAY_PREMIUM: Power.PAY_PREMIUM,
    Action.SEE_STATUS: Power.QUERY_STATUS,
    Action.SEE_COSTS: Power.QUERY_COST,
}
"""Which power of a binding lets a holder do it. What is not here nobody does for another."""

_OF_STAFF = frozenset(
    {
        Action.HANDLE_BINDINGS,
        Action.HANDLE_FILINGS,
        Action.SEE_EVIDENCE,
        Action.ACT_AT_WINDOW,
        Action.LOOK_UP_PERSON,
        Action.HANDLE_COMPLAINTS,
        Action.CLAW_BACK_CREDITS,
        Action.HANDLE_FILES,
    }
)
OWN_ACTIONS = (frozenset(Action) - _OF_STAFF) | {Action.HANDLE_BINDINGS}
ROLE_ACTIONS: dict[StaffRole, frozenset[Action]] = {
    StaffRole.CLERK: _OF_STAFF,
    StaffRole.REVIEWER: _OF_STAFF,
    StaffRole.CASHIER: frozenset(),
}
"""What each kind of staff may do about an insured person. A cashier acts as the institution, about nobody's account."""


class Right(StrEnum):
    """By what right something was done."""

    OWN = "own"
    BINDING = "binding"
    GRANT = "grant"
    GUARDIAN = "guardian"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Basis:
    """The right that was found, and the binding or grant it rests on."""

    right: Right
    reference: UUID | None = None

    @property
    def text(self) -> str:
        """The basis as consent and audit rows keep it."""
        return self.right.value if self.reference is None else f"{self.right.value}:{self.reference}"
