"""What every act is: whom it concerns, what is decided, what is written; and how one is carried out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from qinji.flows.deps import Deps, new_id
from qinji.flows.parts.hands import Hand
from qinji.flows.parts.records import Deed, audit_of, consent_of
from qinji.insured import store as insured
from qinji.kernel.dates import local_day
from qinji.kernel.refusal import Refused
from qinji.platform.database import Connection, lock_persons
from qinji.window.model import Change, Told

Outcome_co = TypeVar("Outcome_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Scene:
    """The open transaction in which an act happens, the moment, and what every flow is given."""

    connection: Connection
    now: datetime
    deps: Deps

    @property
    def today(self) -> date:
        """The day in China."""
        return local_day(self.now)

    def new_id(self) -> UUID:
        """A fresh id of this moment."""
        return new_id(self.deps, self.now)


@dataclass(frozen=True, slots=True)
class Decision(Generic[Outcome_co]):
    """What was decided, as a door shows it, and what has to be written for it; nothing is written yet.

    ``subject_id`` is the binding, grant, code or transfer that changes; ``tell`` puts into words what changes.
    """

    outcome: Outcome_co
    subject_id: UUID
    tell: Callable[[], Told]
    record: Callable[[], Awaitable[None]]


class Act(Protocol[Outcome_co]):
    """Something a person may do about a binding, a grant, a code or a wallet."""

    async def concerned(self, hand: Hand, scene: Scene) -> Sequence[UUID] | Refused:
        """Whose heads have to be locked before anything is read that the decision rests on."""

    async def decide(self, hand: Hand, scene: Scene) -> Decision[Outcome_co] | Refused:
        """Read under the lock and decide; whose right it is, is the hand's person, whoever carries it out."""


def differing(*changes: Change) -> tuple[Change, ...]:
    """Those that are a change."""
    return tuple(one for one in changes if one.before != one.after)


async def carry_out(act: Act[Outcome_co], hand: Hand, scene: Scene) -> Outcome_co | Refused:
    """Lock, decide, record."""
    persons = await act.concerned(hand, scene)
    if isinstance(persons, Refused):
        return persons
    await lock_persons(scene.connection, persons)
    decision = await act.decide(hand, scene)
    if isinstance(decision, Refused):
        return decision
    await decision.record()
    return decision.outcome


async def keep_record(deeds: Sequence[Deed], concerned: Sequence[UUID], scene: Scene) -> None:
    """A consent for each deed, and a row in the trail of each of those whom it concerns."""
    consents = [consent_of(deed, scene.new_id()) for deed in deeds]
    trail = [audit_of(deed, person, scene.new_id()) for deed in deeds for person in concerned]
    await insured.record_consents(scene.connection, consents)
    await insured.record_audit(scene.connection, trail)
