"""职工断缴与续缴: an employee's payments stop, or go on again; from when benefits hold again follows from the region's rule.

Contributions are the employer's and the tax bureau's; here only the months are known for which they were paid.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TypeVar

from qinji.access.lookup import by_number
from qinji.flows.acts.act import Scene, keep_trail
from qinji.flows.deps import Deps
from qinji.flows.parts.deeds import DeedKind
from qinji.flows.parts.telling import About, told_of
from qinji.insured import queries as insured
from qinji.insured import store as insured_store
from qinji.insured.model import STATUS_CHINESE, AuditEntry, Insurance, Person, Status
from qinji.kernel.dates import first_of_month, local_day, months_after
from qinji.kernel.identity import masked_name
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.platform.database import lock_persons
from qinji.policy.arrears import Break, Resumed, resumed
from qinji.premium import queries, store
from qinji.premium.model import Coverage
from qinji.premium.rules import live

Found = TypeVar("Found")

ONE_DAY = timedelta(days=1)
BASIS = "register"


@dataclass(frozen=True, slots=True)
class NoteArrears:
    """``last_paid`` is a day of the last month that was paid."""

    operator: str
    number: str
    last_paid: date


@dataclass(frozen=True, slots=True)
class NoteResumed:
    """Paid again on ``paid_on``; ``paid_back``: with all the months of the break."""

    operator: str
    number: str
    paid_on: date
    paid_back: bool


async def stop(command: NoteArrears, deps: Deps) -> Refused | None:
    """Benefits stop with the month after the last one paid; the account and its grants as the region says.

    Refused: NOT_FOUND, and ENROL_STATE for whom it cannot be: a resident, or somebody whose insurance does not run.
    """

    async def work(person: Person, scene: Scene) -> Refused | None:
        if person.insurance is not Insurance.EMPLOYEE or person.status is not Status.NORMAL:
            return _not_so(person)
        since = months_after(first_of_month(command.last_paid), 1)
        rows = (await queries.coverages(scene.connection, [person.person_id])).get(person.person_id, [])
        last = since - ONE_DAY
        for row in rows:
            # A break that is noted late may begin before days that were thought to be paid for.
            if row.order_id is None and (row.covered_until is None or row.covered_until > last):
                await store.close_cover(scene.connection, person.person_id, row.coverage_id, last)
        await insured_store.set_status(scene.connection, person.person_id, Status.ARREARS, since)
        await _tell(DeedKind.EMPLOYEE_ARREARS, person, since, command.operator, scene)
        return None

    return await _locked(command.number, deps, work)


async def go_on(command: NoteResumed, deps: Deps) -> Resumed | Refused:
    """Benefits hold again as the region's rule of breaks says; bills of a short break too, where it says so.

    Refused: NOT_FOUND, ENROL_STATE for who is not in arrears, PREMIUM_NOT_OFFERED where the region has no such rule.
    """

    async def work(person: Person, scene: Scene) -> Resumed | Refused:
        since = person.suspended_since
        if person.status is not Status.ARREARS or since is None:
            return _not_so(person)
        policy = scene.deps.book.at(person.region, command.paid_on)
        if isinstance(policy, Refused):
            return policy
        terms = policy.gaps()
        if terms is None:
            return refuse(RefusalCode.PREMIUM_NOT_OFFERED, region=policy.name)
        rows = live((await queries.coverages(scene.connection, [person.person_id])).get(person.person_id, []))
        found = _waited_out(
            resumed(Break(since - ONE_DAY, command.paid_on, command.paid_back), terms), since, rows
        )
        await store.cover(scene.connection, _rows(person, since, found, rows, scene))
        await insured_store.set_status(scene.connection, person.person_id, Status.NORMAL, None)
        await _tell(DeedKind.EMPLOYEE_RESUMED, person, found.benefits_from, command.operator, scene)
        return found

    return await _locked(command.number, deps, work)


def _waited_out(found: Resumed, since: date, known: Sequence[Coverage]) -> Resumed:
    """A wait for an earlier break goes on where a later one found it unserved: no break brings benefits forward."""
    waits = [
        one.covered_from
        for one in known
        if one.order_id is None and since <= one.covered_from > local_day(one.at)
    ]
    ends = max(waits, default=None)
    if ends is None or ends <= (found.claimable_from or found.benefits_from):
        return found
    claimable = ends if found.claimable_from is not None and ends < found.benefits_from else None
    return replace(found, benefits_from=max(ends, found.benefits_from), claimable_from=claimable)


def _rows(
    person: Person, since: date, found: Resumed, known: Sequence[Coverage], scene: Scene
) -> list[Coverage]:
    """What was covered before the break, where nothing says so yet, and what is covered from now on."""
    rows = []
    if not known and person.insured_since < since:
        until = since - ONE_DAY
        rows.append(_row(person, person.insured_since, until, scene))
    begins = found.benefits_from if found.claimable_from is None else found.claimable_from
    return [*rows, _row(person, begins, None, scene)]


def _row(person: Person, begins: date, until: date | None, scene: Scene) -> Coverage:
    year = begins.year if until is None else until.year
    return Coverage(person.person_id, scene.new_id(), year, None, begins, until, scene.now)


def _not_so(person: Person) -> Refused:
    return refuse(RefusalCode.ENROL_STATE, name=masked_name(person.name), state=STATUS_CHINESE[person.status])


async def _locked(
    number: str, deps: Deps, work: Callable[[Person, Scene], Awaitable[Found | Refused]]
) -> Found | Refused:
    """Do it behind the lock of this person, in one transaction."""
    now = deps.clock()

    async def attempt() -> Found | Refused:
        async with deps.database.transaction() as connection:
            found = await by_number(connection, number, deps.vault)
            if found is None:
                return refuse(RefusalCode.NOT_FOUND)
            await lock_persons(connection, [found])
            person = (await insured.persons(connection, [found]))[found]
            return await work(person, Scene(connection, now, deps))

    return await deps.database.repeatedly(attempt)


async def _tell(deed: DeedKind, person: Person, since: date, operator: str, scene: Scene) -> None:
    row = AuditEntry(person.person_id, scene.new_id(), operator, deed, BASIS, person.person_id, scene.now)
    said = f" {since.isoformat()} "
    told = told_of([row], About(person.person_id, said=said))
    await keep_trail(scene.connection, [row], told, scene.deps)
