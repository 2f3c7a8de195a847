"""通知单: the notices of a month, printed at the window for who has no phone; the look has a reason and is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from qinji.access.authorize import office
from qinji.access.model import Action, actor_text
from qinji.flows.acts.act import keep_look
from qinji.flows.deps import Deps, new_id
from qinji.flows.parts.deeds import DeedKind
from qinji.flows.parts.kin import kin_names
from qinji.flows.parts.notice_words import Everybody, NoticeTold, people_in, places_in, told
from qinji.institution import queries as institutions
from qinji.insured import queries as insured
from qinji.insured.model import AuditEntry, Person
from qinji.kernel.actor import StaffActor
from qinji.kernel.dates import begin_of, first_of_month, local_day, months_after
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.notice import queries
from qinji.platform.database import Connection
from qinji.window.rules import sound_words

LINES_MAX = 200
"""Notices of one slip; the slip says where there are more."""


@dataclass(frozen=True, slots=True)
class PrintNotices:
    """For whom, which month (any day of it), and why, in the words of the member of staff."""

    actor: StaffActor
    person_id: UUID
    month: date
    reason: str


@dataclass(frozen=True, slots=True)
class MonthOfNotices:
    """What stands on the slip, oldest first; ``more`` where it does not hold all."""

    person: Person
    month: date
    notices: Sequence[NoticeTold]
    more: bool
    printed_at: datetime


async def run(command: PrintNotices, deps: Deps) -> MonthOfNotices | Refused:
    """Note the look, then show the month's notices.

    Refused: NOT_ALLOWED for a cashier, a reason that says nothing, NOT_FOUND, REQUEST_INVALID for a month to come.
    """

    async def attempt() -> MonthOfNotices | Refused:
        async with deps.database.transaction() as connection:
            return await _print(command, connection, deps)

    return await deps.database.repeatedly(attempt)


async def _print(command: PrintNotices, connection: Connection, deps: Deps) -> MonthOfNotices | Refused:
    basis = office(command.actor, Action.LOOK_UP_PERSON)
    if isinstance(basis, Refused):
        return basis
    refusal = sound_words(command.reason)
    if refusal is not None:
        return refusal
    now, month = deps.clock(), first_of_month(command.month)
    if month > local_day(now):
        return refuse(RefusalCode.REQUEST_INVALID, reason="不能打印还没有到的月份")
    person = (await insured.persons(connection, [command.person_id])).get(command.person_id)
    if person is None:
        return refuse(RefusalCode.NOT_FOUND)
    row = AuditEntry(
        person_id=person.person_id,
        audit_id=new_id(deps, now),
        actor=actor_text(command.actor),
        action=DeedKind.NOTICE_PRINT,
        basis=basis.text,
        subject_id=None,
        at=now,
        reason=command.reason.strip(),
    )
    found = await queries.between(
        connection, person.person_id, begin_of(month), begin_of(months_after(month, 1)), LINES_MAX + 1
    )
    await keep_look(connection, [row], deps)
    who = sorted(people_in(found) | {person.person_id})
    people = await insured.persons(connection, who)
    kinship = await insured.kinship(connection, [(person.person_id, other) for other in who])
    places = await institutions.by_codes(connection, sorted(places_in(found)))
    everybody = Everybody(
        kin_names(people, person.person_id, kinship),
        {place.code: place.name for place in places},
        deps.book.region_names(),
    )
    lines = [told(notice, everybody) for notice in found[:LINES_MAX]]
    return MonthOfNotices(person, month, lines, len(found) > LINES_MAX, now)
