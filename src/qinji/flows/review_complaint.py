"""A case of 异议 as the bureau's staff need it: what was said, what is known, every step, and what may be done now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qinji.access.authorize import office
from qinji.access.model import Action, Basis
from qinji.complaint import queries
from qinji.complaint.model import (
    CancelRequest,
    Complaint,
    ComplaintState,
    Measure,
    MeasureState,
    Outcome,
    Step,
)
from qinji.complaint.rules import correctable, may_act, may_close, may_decide, may_see, overdue
from qinji.flows.acts.act import Scene
from qinji.flows.acts.cases import reached
from qinji.flows.acts.letters import letter_facts
from qinji.flows.deps import Deps
from qinji.flows.parts.complaint_letters import Letter, to_complainer, to_institution, to_relative
from qinji.flows.parts.correcting import paid_by
from qinji.institution import queries as institutions
from qinji.institution.model import StaffMember
from qinji.insured import queries as insured
from qinji.insured.model import Person
from qinji.kernel.actor import StaffActor
from qinji.kernel.dates import local_day
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.ledger import queries as ledger
from qinji.mutual_aid import queries as mutual_aid
from qinji.mutual_aid.model import Grant, GrantState
from qinji.platform.database import Connection
from qinji.settlement import queries as settlements


@dataclass(frozen=True, slots=True)
class Case:
    """Everything about a case. ``correctable`` says whose accounts may get back how much, in fen.

    ``endable`` are grants between the two sides that are not over. ``mine``: the reader looks after it; ``may_decide``:
    the reader may decide on the measure that waits. ``outcomes`` are those with which it may be closed now.
    """

    complaint: Complaint
    person: Person
    people: Mapping[UUID, Person]
    steps: tuple[Step, ...]
    measures: tuple[Measure, ...]
    request: CancelRequest | None
    cancelled_at: datetime | None
    overdue: bool
    correctable: Mapping[UUID, int]
    endable: tuple[Grant, ...]
    staff: tuple[StaffMember, ...]
    place: str
    region_name: str
    mine: bool
    outcomes: tuple[Outcome, ...]
    hindrance: Refused | None

    @property
    def waiting(self) -> Measure | None:
        """The measure that waits for a second person."""
        return next((one for one in self.measures if one.state is MeasureState.WAITING), None)


async def run(actor: StaffActor, complaint_id: UUID, deps: Deps) -> Case | Refused:
    """The case while it is open; afterwards for who worked on it. Refused: NOT_ALLOWED for a cashier, NOT_FOUND."""

    async def look() -> Case | Refused:
        async with deps.database.reading() as connection:
            return await _look(actor, complaint_id, Scene(connection, deps.clock(), deps))

    return await deps.database.repeatedly(look)


async def _seen(
    actor: StaffActor, complaint_id: UUID, connection: Connection
) -> tuple[Complaint, list[Step], list[Measure]] | Refused:
    basis = office(actor, Action.HANDLE_COMPLAINTS)
    if not isinstance(basis, Basis):
        return basis
    complaint = await queries.find(connection, complaint_id)
    if complaint is None:
        return refuse(RefusalCode.NOT_FOUND)
    steps = await queries.steps(connection, complaint.person_id, complaint_id)
    measures = await queries.measures(connection, complaint.person_id, complaint_id)
    worked = {step.by.removeprefix("staff:") for step in steps}
    refusal = may_see(complaint, actor.staff_id, worked)
    return refusal or (complaint, steps, measures)


async def _look(actor: StaffActor, complaint_id: UUID, scene: Scene) -> Case | Refused:
    connection, deps = scene.connection, scene.deps
    seen = await _seen(actor, complaint_id, connection)
    if isinstance(seen, Refused):
        return seen
    complaint, steps, measures = seen
    paid = await _correctable(complaint, connection)
    endable = await _endable(complaint, scene.now, connection)
    who = {complaint.person_id, *paid, *(one for one in (complaint.other_id, complaint.patient_id) if one)}
    who |= {one for grant in endable for one in (grant.person_id, grant.grantor_id)}
    who |= {one for measure in measures for one in measure.payers}
    people = await insured.persons(connection, sorted(who))
    person = people[complaint.person_id]
    there = await institutions.staff(connection)
    places = await institutions.by_codes(connection, [complaint.institution] if complaint.institution else [])
    came = await reached(complaint, scene)
    waiting = next((one for one in measures if one.state is MeasureState.WAITING), None)
    mine = may_act(complaint, actor.staff_id, "办理") is None
    closable = [one for one in Outcome if may_close(complaint, actor.staff_id, one, came) is None]
    return Case(
        complaint=complaint,
        person=person,
        people=people,
        steps=tuple(steps),
        measures=tuple(measures),
        request=await queries.request(connection, complaint.person_id, complaint_id),
        cancelled_at=await _cancelled_at(complaint, connection),
        overdue=overdue(complaint, local_day(scene.now)),
        correctable=paid,
        endable=tuple(endable),
        staff=tuple(one for one in there if one.ended_at is None and one.institution is None),
        place=places[0].name if places else complaint.institution or "",
        region_name=deps.book.region_names().get(person.region, person.region),
        mine=mine,
        outcomes=tuple(closable),
        hindrance=None if waiting is None else may_decide(complaint, waiting, actor.staff_id),
    )


async def _cancelled_at(complaint: Complaint, connection: Connection) -> datetime | None:
    if complaint.settlement_id is None or complaint.patient_id is None:
        return None
    returned = await settlements.returned(connection, complaint.patient_id, [complaint.settlement_id])
    return returned.get(complaint.settlement_id)


async def _correctable(complaint: Complaint, connection: Connection) -> Mapping[UUID, int]:
    if complaint.settlement_id is None or complaint.patient_id is None:
        return {}
    standing = await ledger.standing(connection, complaint.patient_id, complaint.settlement_id)
    return correctable(complaint, paid_by(complaint.patient_id, standing))


async def _endable(complaint: Complaint, now: datetime, connection: Connection) -> list[Grant]:
    """Grants between the two sides of the case, or that were stopped in it, as far as they are not over."""
    found = await mutual_aid.listing(connection, complaint.person_id, 50, now)
    named = {freeze.target for freeze in complaint.freezes}
    other = complaint.other_id
    return [
        one
        for one in found
        if one.state is not GrantState.ENDED
        and (one.grant_id in named or (other is not None and other in (one.person_id, one.grantor_id)))
    ]


@dataclass(frozen=True, slots=True)
class Letters:
    """The letters of a closed case, to be printed."""

    to_person: Letter
    to_relative: Letter | None
    to_institution: Letter | None


async def letters(actor: StaffActor, complaint_id: UUID, deps: Deps) -> Letters | Refused:
    """The letters of a closed case, for who worked on it. Refused: NOT_ALLOWED, NOT_FOUND, also while it is open."""
    async with deps.database.reading() as connection:
        seen = await _seen(actor, complaint_id, connection)
        if isinstance(seen, Refused):
            return seen
        complaint = seen[0]
        if complaint.state is not ComplaintState.CLOSED:
            return refuse(RefusalCode.NOT_FOUND)
        facts = await letter_facts(complaint, connection, deps.book.region_names())
    return Letters(to_complainer(facts), to_relative(facts), to_institution(facts))
