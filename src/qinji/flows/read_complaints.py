"""异议 as it is read: before one is opened, by who opened it, by the other side, and by the institution it asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qinji.access.authorize import office
from qinji.access.model import Action, PersonActor
from qinji.complaint import queries
from qinji.complaint.model import (
    About,
    CancelRequest,
    Complaint,
    ComplaintState,
    Concern,
    Freeze,
    FreezeKind,
    Step,
    SubjectKind,
)
from qinji.complaint.rules import promised, told_to_person
from qinji.flows.acts import freezes
from qinji.flows.acts.act import Scene
from qinji.flows.acts.complained import Subject, subject_of
from qinji.flows.acts.letters import letter_facts
from qinji.flows.deps import Deps
from qinji.flows.parts.complaint_letters import Letter, to_complainer, to_relative
from qinji.flows.parts.hands import Hand
from qinji.institution import queries as institutions
from qinji.insured import queries as insured
from qinji.kernel.actor import Channel, StaffActor
from qinji.kernel.identity import masked_name
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.platform.database import Connection
from qinji.settlement import queries as settlements
from qinji.settlement import record_queries as records

LETTERS_MAX = 50
REQUESTS_MAX = 100


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a form of a complaint begins with. ``suggested`` are those of ``offers`` that have to do with the thing.

    ``days``: within so many days of the calendar it is promised to be done. ``there`` is a case open about it already.
    """

    subject: Subject
    offers: tuple[Freeze, ...]
    suggested: frozenset[UUID]
    days: int
    there: UUID | None


async def begin(actor: PersonActor, about: About, deps: Deps) -> Beginning | Refused:
    """What is known of the thing, and what could be stopped. Refused: NOT_FOUND for what does not concern one."""
    return await _begin(actor.person_id, about, deps)


async def begin_for(staff: StaffActor, person: UUID, about: About, deps: Deps) -> Beginning | Refused:
    """The same for somebody who stands at the window. Refused besides: NOT_ALLOWED for a cashier."""
    basis = office(staff, Action.HANDLE_COMPLAINTS)
    return basis if isinstance(basis, Refused) else await _begin(person, about, deps)


async def _begin(me: UUID, about: About, deps: Deps) -> Beginning | Refused:
    now = deps.clock()
    async with deps.database.reading() as connection:
        scene = Scene(connection, now, deps)
        subject = await subject_of(me, about, connection, deps, now)
        if isinstance(subject, Refused):
            return subject
        person = (await insured.persons(connection, [me]))[me]
        policy = deps.book.at(person.region, scene.today)
        if isinstance(policy, Refused):
            return policy
        offered = await freezes.offers(Hand(me, Channel.WEB), scene)
        there = await queries.open_about(connection, me, subject.names)
    suggested = {one.target for one in offered if _near(one, subject)}
    days = (promised(scene.today, policy.complaint_days()) - scene.today).days
    return Beginning(
        subject,
        tuple(offered),
        frozenset(suggested),
        days,
        None if there is None else there.complaint_id,
    )


def _near(one: Freeze, subject: Subject) -> bool:
    """Whether something that could be stopped has to do with the thing: what paid, what was shown, who showed it."""
    if one.kind is FreezeKind.GRANT:
        return one.target in subject.grants
    own = subject.concern is Concern.OWN and subject.about.kind is not SubjectKind.LOOK
    return own and (one.kind is FreezeKind.CODE or subject.shower is not None)


@dataclass(frozen=True, slots=True)
class OwnCase:
    """A case as its person reads it: the steps that are theirs to know, and who looks after it by name.

    ``cancelled_at`` is when the institution took the bill back.
    """

    complaint: Complaint
    steps: tuple[Step, ...]
    clerk: str
    place: str
    cancelled_at: datetime | None


async def listing(actor: PersonActor, limit: int, before: UUID | None, deps: Deps) -> list[Complaint]:
    """One's own cases, newest first."""
    async with deps.database.reading() as connection:
        return await queries.listing(connection, actor.person_id, limit, before)


async def one(actor: PersonActor, complaint_id: UUID, deps: Deps) -> OwnCase | Refused:
    """One of one's own cases. Refused: NOT_FOUND for anybody else's."""
    async with deps.database.reading() as connection:
        complaint = await queries.one(connection, actor.person_id, complaint_id)
        if complaint is None:
            return refuse(RefusalCode.NOT_FOUND)
        found = await queries.steps(connection, complaint.person_id, complaint_id)
        clerk = await clerk_text(connection, complaint.clerk)
        place = await place_of(connection, complaint.institution)
        cancelled_at = await cancelled(connection, complaint)
    return OwnCase(
        complaint,
        tuple(told_to_person(found)),
        clerk,
        place,
        cancelled_at,
    )


async def clerk_text(connection: Connection, clerk: str | None) -> str:
    """Who looks after a case, by name and number."""
    if clerk is None:
        return "待分配"
    member = await institutions.staff_member(connection, clerk)
    return clerk if member is None else f"{member.name}({clerk})"


async def place_of(connection: Connection, code: str | None) -> str:
    """An institution by name."""
    place = None if code is None else await institutions.by_code(connection, code)
    return (code or "") if place is None else place.name


async def cancelled(connection: Connection, complaint: Complaint) -> datetime | None:
    """When the institution took the bill of a case back; None where it stands."""
    if complaint.settlement_id is None or complaint.patient_id is None:
        return None
    returned = await settlements.returned(connection, complaint.patient_id, [complaint.settlement_id])
    return returned.get(complaint.settlement_id)


async def letter(actor: PersonActor, complaint_id: UUID, deps: Deps) -> Letter | Refused:
    """The letter of a closed case, to whoever opened it. Refused: NOT_FOUND where there is none."""
    async with deps.database.reading() as connection:
        complaint = await queries.one(connection, actor.person_id, complaint_id)
        if complaint is None or complaint.state is not ComplaintState.CLOSED:
            return refuse(RefusalCode.NOT_FOUND)
        return to_complainer(await letter_facts(complaint, connection, deps.book.region_names()))


@dataclass(frozen=True, slots=True)
class LetterLine:
    """A letter that somebody else's case brought one: from whom (masked), and when it was closed."""

    complaint_id: UUID
    who: str
    at: datetime


async def letters(actor: PersonActor, deps: Deps, limit: int = LETTERS_MAX) -> list[LetterLine]:
    """Letters from cases of relatives, newest first."""
    async with deps.database.reading() as connection:
        found = await queries.told_to(connection, actor.person_id, limit)
        people = await insured.persons(connection, sorted({one.person_id for one in found}))
    return [
        LetterLine(one.complaint_id, masked_name(people[one.person_id].name), one.ended_at or one.opened_at)
        for one in found
    ]


async def letter_to_other(actor: PersonActor, complaint_id: UUID, deps: Deps) -> Letter | Refused:
    """The letter of a relative's closed case to oneself as the other side. Refused: NOT_FOUND."""
    async with deps.database.reading() as connection:
        complaint = await queries.find(connection, complaint_id)
        closed = complaint is not None and complaint.state is ComplaintState.CLOSED
        if complaint is None or not closed or complaint.other_id != actor.person_id:
            return refuse(RefusalCode.NOT_FOUND)
        found = to_relative(await letter_facts(complaint, connection, deps.book.region_names()))
    return refuse(RefusalCode.NOT_FOUND) if found is None else found


@dataclass(frozen=True, slots=True)
class Asked:
    """What an institution is asked to take back, with the patient's masked name and the bill's total in fen."""

    request: CancelRequest
    patient: str
    total_fen: int
    booked_at: datetime


async def asked_of(institution: str, deps: Deps) -> Sequence[Asked]:
    """What this institution is asked and has not done, oldest first; what it has taken back is gone from the list."""
    async with deps.database.reading() as connection:
        requests = await queries.requests_to(connection, institution, REQUESTS_MAX)
        bills = await records.some(connection, [(one.patient_id, one.settlement_id) for one in requests])
        people = await insured.persons(connection, sorted({one.patient_id for one in requests}))
    found = []
    for one in requests:
        bill = bills.get((one.patient_id, one.settlement_id))
        if bill is not None and bill.returned_at is None:
            name = masked_name(people[one.patient_id].name)
            found.append(Asked(one, name, bill.total_fen, bill.booked_at))
    return found


async def given_back(settlement: UUID, deps: Deps) -> Mapping[UUID, datetime]:
    """Whose accounts a correction gave back what they had paid of a bill, and when."""
    async with deps.database.reading() as connection:
        measures = await queries.corrected(connection, settlement)
    return {who: one.decided_at or one.entered_at for one in measures for who in one.payers}
