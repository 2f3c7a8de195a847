"""免等待期身份: papers that were seen say that a resident need not wait for benefits; the fact stays with the enrolment.

Whether that spares a wait, the region's rule says when a premium is quoted. What the papers say is kept in the
enrolment and in the wish of whoever asked; all that is told of the act says that something was noted, and not what.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from uuid import UUID

from qinji.access.model import Right
from qinji.flows.acts.act import Decision, Scene, differing, keep_record, keep_trail
from qinji.flows.deps import new_id
from qinji.flows.parts.consent_texts import ConsentKind
from qinji.flows.parts.deeds import DeedKind
from qinji.flows.parts.hands import Hand
from qinji.flows.parts.records import Subject, deed_of
from qinji.flows.parts.telling import About, told_of
from qinji.insured import queries as insured
from qinji.insured.model import STATUS_CHINESE, AuditEntry, Insurance
from qinji.kernel.identity import masked_name
from qinji.kernel.purpose import SparedGround
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.premium import queries, store
from qinji.premium.model import Enrolment, EnrolmentKind
from qinji.window.model import Change, Told

ENROLMENT = "enrolment"
BASIS = "papers"
_NOTED = ("未登记", "已登记", "已登记两种")
"""How many grounds are known: never which."""

TICK = timedelta(milliseconds=1)
"""By this an enrolment's id tells it from the one before: the last one counts, also where both came in one moment."""


@dataclass(frozen=True, slots=True)
class NoteSpared:
    """``ground`` is what the papers say. ``operator`` noted it by a command; None: two members of staff at the window.

    What is known already changes nothing. Refused: ENROL_STATE for an employee, who comes into the residents'
    insurance first.
    """

    ground: SparedGround
    operator: str | None = None

    async def concerned(self, hand: Hand, scene: Scene) -> Sequence[UUID] | Refused:
        """The person alone."""
        del scene
        return [hand.person_id]

    async def decide(self, hand: Hand, scene: Scene) -> Decision[Enrolment] | Refused:
        """The enrolment with the fact, beside what is known already."""
        connection, person_id = scene.connection, hand.person_id
        person = (await insured.persons(connection, [person_id]))[person_id]
        if person.insurance is not Insurance.RESIDENT:
            return refuse(
                RefusalCode.ENROL_STATE, name=masked_name(person.name), state=STATUS_CHINESE[person.status]
            )
        by = self.operator or _staff(hand)
        kept = await queries.enrolment(connection, person_id)
        at = scene.now if kept is None else max(scene.now, kept.at + TICK)
        known = kept or Enrolment(person_id, scene.new_id(), EnrolmentKind.RETURNING, by, at)
        noted = known.spared_by(self.ground)
        new = noted.grounds != known.grounds
        made = replace(noted, enrolment_id=new_id(scene.deps, at), enrolled_by=by, at=at) if new else known
        change = Change("免等待期身份", _NOTED[len(known.grounds)], _NOTED[len(made.grounds)])
        return Decision(
            made,
            made.enrolment_id,
            partial(Told, "登记免等待期身份", differing(change)),
            partial(self._noted, made, hand, scene, new=new),
        )

    async def _noted(self, made: Enrolment, hand: Hand, scene: Scene, *, new: bool) -> None:
        if not new:
            return
        await store.enrol(scene.connection, made)
        person = made.person_id
        if self.operator is not None:
            row = AuditEntry(
                *(person, scene.new_id(), self.operator, DeedKind.ENROL_SPARED, BASIS),
                *(made.enrolment_id, scene.now),
            )
            await keep_trail(scene.connection, [row], told_of([row], About(person)), scene.deps)
            return
        subject = Subject(ENROLMENT, made.enrolment_id, person)
        text = ConsentKind.NOTE_SPARED
        deed = deed_of(hand, subject, DeedKind.ENROL_SPARED, text, Right.OWN, scene.now)
        await keep_record([deed], [person], scene)


def _staff(hand: Hand) -> str:
    return f"person:{hand.person_id}" if hand.window is None else f"staff:{hand.window.staff}"
