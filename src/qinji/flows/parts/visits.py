"""Pure: may this visit be opened, changed, filled or closed?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from qinji.credential.model import SessionFacts
from qinji.flows.parts.arrears_standing import may_come, settles_alone
from qinji.flows.parts.commands import Diagnosis, RegisterVisit
from qinji.flows.parts.facts import Presented
from qinji.flows.parts.identity import identity_agrees, insured_here, session_usable
from qinji.institution.model import Institution
from qinji.insured.model import Person
from qinji.kernel.dates import local_day
from qinji.kernel.ids import to_wire
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.policy.book import Book
from qinji.settlement.model import Batch, Visit
from qinji.settlement.rules import service_day_allowed


def may_register(
    command: RegisterVisit,
    presented: Presented,
    person: Person,
    certificate: str,
    session: SessionFacts | None,
    institution: Institution,
    book: Book,
    today: date,
) -> Refused | None:
    """Whether a visit may be opened for this person, here, on this day."""
    refusal = identity_agrees(command.claimed, person, certificate) or insured_here(
        person, institution, book.region_names()
    )
    if refusal is not None:
        return refusal
    if presented.session is not None:
        refusal = session_usable(session, institution.code, today, settling=False)
    refusal = refusal or may_come(person, today, alone=settles_alone(person, today, book))
    if refusal is not None:
        return refusal
    day = local_day(command.begins_at)
    policy = book.at(person.region, day)
    if isinstance(policy, Refused):
        current = book.at(person.region, today)
        if isinstance(current, Refused):
            return policy
        return service_day_allowed(day, today, current.settlement().max_days_back, "begins_at") or policy
    return service_day_allowed(day, today, policy.settlement().max_days_back, "begins_at")


ORDINARY = "11"
"""普通门诊, until a message names another medical type."""

PURCHASE = "41"
"""定点药店购药, the medical type of what a pharmacy sells."""


def may_cancel(batches: Sequence[Batch], live: Sequence[UUID], wire: str) -> Refused | None:
    """A visit is cancelled only when nothing hangs on it: no settlement, no line."""
    if live:
        return refuse(RefusalCode.VISIT_HAS_SETTLEMENT, visit=wire, settlement=to_wire(live[0]))
    if any(batch.lines for batch in batches):
        return refuse(RefusalCode.VISIT_HAS_LINES, visit=wire)
    return None


def diagnosed(
    present: Sequence[Mapping[str, str | int]], sent: Sequence[Diagnosis]
) -> list[dict[str, str | int]]:
    """The diagnoses of a visit after an upload, by their order; one that is void takes its code away."""
    found = {str(row["code"]): dict(row) for row in present}
    for one in sent:
        found.pop(one.code, None)
        if one.valid:
            found[one.code] = {"order": one.order, "code": one.code, "name": one.name}
    return sorted(found.values(), key=lambda row: int(row["order"]))


def withdrawn(batches: Sequence[Batch], wanted: str | None) -> list[Batch] | Refused:
    """The batches whose lines are taken away; a settled one refuses, a missing one is named."""
    if wanted is None:
        return [batch for batch in batches if batch.settlement is None and batch.lines]
    found = next((batch for batch in batches if batch.batch == wanted), None)
    if found is None or not found.lines:
        return refuse(RefusalCode.BATCH_EMPTY, batch=wanted)
    if found.settlement is not None:
        return refuse(RefusalCode.BATCH_SETTLED, batch=wanted, settlement=to_wire(found.settlement))
    return [found]


def opened(command: RegisterVisit, person: UUID, visit: UUID, session: UUID | None) -> Visit:
    """The visit that a registration opens."""
    return Visit(
        person,
        visit,
        command.origin.institution,
        command.outpatient_number,
        local_day(command.begins_at),
        cancelled=False,
        medical_type=ORDINARY,
        session=session,
    )
