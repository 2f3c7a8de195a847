"""待办: what waits for the bureau's staff, oldest first, of every kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from qinji.access.authorize import office
from qinji.access.model import Action
from qinji.bulk import queries as bulk
from qinji.bulk.model import KIND_CHINESE as FILE_CHINESE
from qinji.bulk.model import BulkFile
from qinji.complaint import queries as complaints
from qinji.complaint.model import KIND_CHINESE, SUBJECT_CHINESE, Complaint, Measure
from qinji.complaint.rules import overdue
from qinji.family import queries as family
from qinji.family.model import Binding
from qinji.flows.deps import Deps
from qinji.insured import queries as insured
from qinji.insured.model import Person
from qinji.kernel.actor import StaffActor
from qinji.kernel.dates import local_day
from qinji.kernel.kinship import Relation, inverse
from qinji.kernel.refusal import Refused
from qinji.mutual_aid import queries as mutual_aid
from qinji.mutual_aid.model import Grant
from qinji.platform.database import Connection
from qinji.window import queries as window
from qinji.window.model import WindowAct


class ReviewKind(StrEnum):
    """A binding to enter or review, a grant to file, a window act, an open complaint, a file of many rows."""

    ENTRY = "entry"
    REVIEW = "review"
    FILING = "filing"
    WINDOW = "window"
    COMPLAINT = "complaint"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """One thing that waits. ``person`` is the member, the beneficiary or whose wish it is; ``other`` the relative.

    A file of many rows has no ``person``. ``relation`` is what the other is to the person, ``what`` what a wish is
    about, in words. ``promised_day`` None: no day was promised; a wish ends with its day. ``mine``: the reader entered
    it, so another has to decide. ``in_force``: it was carried out at its entry. ``clerk`` looks after a complaint;
    ``second``: something in it waits for another.
    """

    item_id: UUID
    kind: ReviewKind
    person: Person | None
    other: Person | None
    relation: Relation | None
    since: datetime
    promised_day: date | None
    overdue: bool
    mine: bool
    what: str = ""
    in_force: bool = False
    clerk: str = ""
    second: bool = False


@dataclass(frozen=True, slots=True)
class ReviewCounts:
    """How much waits of each kind, and how much of it is past its promised day."""

    entry: int
    review: int
    filing: int
    window: int
    complaint: int
    file: int
    overdue: int

    @property
    def total(self) -> int:
        """Everything that waits."""
        return self.entry + self.review + self.filing + self.window + self.complaint + self.file


@dataclass(frozen=True, slots=True)
class Reviews:
    """A page of the queue; ``more`` is the last item's id where there may be further ones."""

    items: tuple[ReviewItem, ...]
    counts: ReviewCounts
    more: UUID | None


async def run(
    actor: StaffActor, kind: ReviewKind | None, limit: int, after: UUID | None, deps: Deps
) -> Reviews | Refused:
    """What waits, oldest first; ids grow with time in all sources. Refused: NOT_ALLOWED for a cashier."""
    basis = office(actor, Action.HANDLE_BINDINGS)
    if isinstance(basis, Refused):
        return basis

    async def look() -> Reviews:
        async with deps.database.reading() as connection:
            return await _look(actor, kind, limit, after, connection, deps.clock())

    return await deps.database.repeatedly(look)


async def _counts(connection: Connection, now: datetime) -> ReviewCounts:
    bindings = await family.count_waiting(connection, local_day(now))
    cases = await complaints.count_open(connection, local_day(now))
    return ReviewCounts(
        entry=bindings.entry,
        review=bindings.review,
        filing=await mutual_aid.count_filed(connection),
        window=await window.count_waiting(connection, now),
        complaint=cases.waiting,
        file=await bulk.count_waiting(connection),
        overdue=bindings.overdue + cases.overdue,
    )


async def _look(
    actor: StaffActor,
    kind: ReviewKind | None,
    limit: int,
    after: UUID | None,
    connection: Connection,
    now: datetime,
) -> Reviews:
    counts, today = await _counts(connection, now), local_day(now)
    bindings: list[Binding] = []
    grants: list[Grant] = []
    acts: list[WindowAct] = []
    cases: list[Complaint] = []
    files: list[BulkFile] = []
    if kind in (None, ReviewKind.ENTRY, ReviewKind.REVIEW):
        entered = None if kind is None else kind is ReviewKind.REVIEW
        bindings = await family.waiting_at_window(connection, limit, after, entered=entered)
    if kind in (None, ReviewKind.FILING):
        grants = await mutual_aid.filed(connection, limit, now, after)
    if kind in (None, ReviewKind.WINDOW):
        acts = await window.waiting(connection, now, limit, after)
    if kind in (None, ReviewKind.COMPLAINT):
        cases = await complaints.waiting(connection, limit, after)
    if kind in (None, ReviewKind.FILE):
        files = await bulk.waiting(connection, limit, after)
    second = (
        await complaints.measures_waiting(connection, [one.complaint_id for one in cases]) if cases else {}
    )
    ids = {who for one in bindings for who in (one.person_id, one.holder_id)}
    ids |= {who for one in grants for who in (one.person_id, one.grantor_id)}
    ids |= {who for one in acts for who in (one.person_id, one.told.other_id or one.person_id)}
    ids |= {one.person_id for one in cases}
    people = await insured.persons(connection, sorted(ids))
    items = [_of_binding(one, people[one.person_id], people[one.holder_id], actor, today) for one in bindings]
    items += [_of_grant(one, people[one.person_id], people[one.grantor_id]) for one in grants]
    items += [_of_act(one, people, actor) for one in acts]
    items += [
        _of_complaint(one, people[one.person_id], second.get(one.complaint_id), actor, today) for one in cases
    ]
    items += [_of_file(one, actor) for one in files]
    items = sorted(items, key=lambda item: item.item_id)[:limit]
    return Reviews(tuple(items), counts, items[-1].item_id if len(items) == limit else None)


def _of_binding(
    binding: Binding, member: Person, holder: Person, actor: StaffActor, today: date
) -> ReviewItem:
    return ReviewItem(
        item_id=binding.binding_id,
        kind=ReviewKind.REVIEW if binding.entered_by else ReviewKind.ENTRY,
        person=member,
        other=holder,
        relation=inverse(binding.relation),
        since=binding.requested_at,
        promised_day=binding.promised_day,
        overdue=binding.promised_day is not None and binding.promised_day < today,
        mine=binding.entered_by == actor.staff_id,
    )


def _of_grant(grant: Grant, beneficiary: Person, grantor: Person) -> ReviewItem:
    return ReviewItem(
        item_id=grant.grant_id,
        kind=ReviewKind.FILING,
        person=beneficiary,
        other=grantor,
        relation=inverse(grant.relation),
        since=grant.asked_at,
        promised_day=None,
        overdue=False,
        mine=False,
    )


def _of_complaint(
    complaint: Complaint, person: Person, waiting: Measure | None, actor: StaffActor, today: date
) -> ReviewItem:
    return ReviewItem(
        item_id=complaint.complaint_id,
        kind=ReviewKind.COMPLAINT,
        person=person,
        other=None,
        relation=None,
        since=complaint.opened_at,
        promised_day=complaint.promised_day,
        overdue=overdue(complaint, today),
        mine=waiting is not None and waiting.entered_by == actor.staff_id,
        what=f"{KIND_CHINESE[complaint.kind]}:{SUBJECT_CHINESE[complaint.about.kind]}",
        clerk=complaint.clerk or "",
        second=waiting is not None,
    )


def _of_file(file: BulkFile, actor: StaffActor) -> ReviewItem:
    return ReviewItem(
        item_id=file.file_id,
        kind=ReviewKind.FILE,
        person=None,
        other=None,
        relation=None,
        since=file.entered_at or file.brought_at,
        promised_day=None,
        overdue=False,
        mine=file.brought_by == actor.staff_id,
        what=f"{FILE_CHINESE[file.kind]}:{file.name},{file.rows} 行",
    )


def _of_act(act: WindowAct, people: Mapping[UUID, Person], actor: StaffActor) -> ReviewItem:
    in_force, other = act.in_force_at is not None, act.told.other_id
    return ReviewItem(
        item_id=act.act_id,
        kind=ReviewKind.WINDOW,
        person=people[act.person_id],
        other=None if other is None else people[other],
        relation=None,
        since=act.entered_at,
        promised_day=None if in_force else local_day(act.entered_at),
        overdue=False,
        mine=act.entered_by == actor.staff_id,
        what=act.told.what,
        in_force=in_force,
    )
