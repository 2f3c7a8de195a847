"""A binding: which holder (主账户人) may show which member's code, with which powers. It moves no money."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from qinji.kernel.actor import Channel
from qinji.kernel.kinship import Relation
from qinji.kernel.purpose import Power

DEFAULT_POWERS = frozenset({Power.ACTIVATE_CODE, Power.SHOW_CODE, Power.PAY_PREMIUM, Power.QUERY_STATUS})
"""What a binding gives unless asked otherwise; seeing costs is a decision of its own (policy 6)."""


class BindingState(StrEnum):
    """A binding waits (for the member, or for the window), is active, was refused, or has ended."""

    PENDING = "pending"
    ACTIVE = "active"
    REFUSED = "refused"
    ENDED = "ended"


STATE_CHINESE: dict[BindingState, str] = {
    BindingState.PENDING: "待确认",
    BindingState.ACTIVE: "已绑定",
    BindingState.REFUSED: "未通过",
    BindingState.ENDED: "已解绑",
}


class WaitsFor(StrEnum):
    """For whom a pending binding waits: the member's word, the window's entry, or its review."""

    MEMBER = "member"
    ENTRY = "entry"
    REVIEW = "review"


class BindingAct(StrEnum):
    """What one side may do about a binding now."""

    CONFIRM = "confirm"
    DECLINE = "decline"
    END = "end"
    GIVE_POWERS = "give_powers"
    DROP_POWERS = "drop_powers"


class Route(StrEnum):
    """Who confirms: the member from their own account, or two members of staff at the window."""

    MEMBER = "member"
    WINDOW = "window"


@dataclass(frozen=True, slots=True)
class Binding:
    """One binding. ``person_id`` is the member, whom the row serves; ``relation`` what they are to the holder."""

    person_id: UUID
    binding_id: UUID
    holder_id: UUID
    relation: Relation
    state: BindingState
    powers: frozenset[Power]
    route: Route
    channel: Channel
    evidence_reference: str | None
    evidence_hash: bytes | None
    promised_day: date | None
    entered_by: str | None
    decided_by: str | None
    reason: str | None
    requested_at: datetime
    active_at: datetime | None
    ended_at: datetime | None

    @property
    def live(self) -> bool:
        """Whether it counts towards the limits: active, or waiting to become so."""
        return self.state in (BindingState.PENDING, BindingState.ACTIVE)


@dataclass(frozen=True, slots=True)
class WaitingCount:
    """How many bindings wait at the window for entry and for review; ``overdue`` of both are past their day."""

    entry: int
    review: int
    overdue: int


class PlainTerms(Protocol):
    """The values of the national pack that the family account needs, as the policy hands them over."""

    @property
    def max_members(self) -> int:
        """Members a holder may have, pending ones counted."""

    @property
    def max_holders_per_member(self) -> int:
        """Holders a member may have."""

    @property
    def relations(self) -> Collection[str]:
        """Relations that may be bound."""

    @property
    def face_age(self) -> int:
        """The age from which the member must agree in person."""

    @property
    def face_age_inclusive(self) -> bool:
        """Whether the birthday of that age counts already."""

    @property
    def powers(self) -> Collection[str]:
        """Powers that may be given."""

    @property
    def promised_days(self) -> int:
        """Days within which the window decides."""


@dataclass(frozen=True, slots=True)
class Terms:
    """The rules of the family account on a day. From ``consent_age`` on, the member's own consent is needed."""

    max_members: int
    max_holders: int
    relations: frozenset[Relation]
    consent_age: int
    powers: frozenset[Power]
    promised_days: int

    @classmethod
    def of(cls, plain: PlainTerms) -> Terms:
        """The terms from the pack's plain values."""
        return cls(
            max_members=plain.max_members,
            max_holders=plain.max_holders_per_member,
            relations=frozenset(Relation(name) for name in plain.relations),
            consent_age=plain.face_age if plain.face_age_inclusive else plain.face_age + 1,
            powers=frozenset(Power(name) for name in plain.powers),
            promised_days=plain.promised_days,
        )


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for: this relation, by this route, with these powers and this evidence.

    ``known_relation`` is what the registry says the member is to the holder, None when it knows of no kinship;
    ``member_age`` in full years today; ``by_staff`` whether a member of staff enters it at the window; ``photos``
    how many photos of papers are there.
    """

    holder_id: UUID
    member_id: UUID
    relation: Relation
    known_relation: Relation | None
    member_age: int
    route: Route
    powers: frozenset[Power]
    evidence_reference: str | None
    by_staff: bool = False
    photos: int = 0

    @property
    def has_evidence(self) -> bool:
        """Whether there are papers: photos of them, or where they lie."""
        return bool(self.evidence_reference) or self.photos > 0
