"""登记免等待期的身份: by papers seen at the window somebody is an ex-serviceman, or was released, and need not wait.

Whether that spares a wait, the region's rule says when a premium is quoted; here only the fact is kept, and it stays.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from qinji.access.lookup import by_number
from qinji.flows.acts.act import Scene, keep_trail
from qinji.flows.deps import Deps
from qinji.flows.parts.deeds import DeedKind
from qinji.insured import queries as insured
from qinji.insured.model import STATUS_CHINESE, AuditEntry, Insurance
from qinji.kernel.identity import masked_name
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.platform.database import lock_persons
from qinji.policy.waiting import EX_SERVICEMAN, RELEASED
from qinji.premium import queries, store
from qinji.premium.model import Enrolment, EnrolmentKind

BASIS = "papers"


class Ground(StrEnum):
    """What the papers say; the values are those of the policy packs."""

    EX_SERVICEMAN = EX_SERVICEMAN
    RELEASED = RELEASED


@dataclass(frozen=True, slots=True)
class NoteSpared:
    """``operator`` saw the papers of whom this number is."""

    operator: str
    number: str
    ground: Ground


async def run(command: NoteSpared, deps: Deps) -> Refused | None:
    """Keep the fact with the person's enrolment, beside what is known already; twice is once.

    Refused: NOT_FOUND, and ENROL_STATE for an employee, who comes into the residents' insurance first.
    """
    now = deps.clock()

    async def attempt() -> Refused | None:
        async with deps.database.transaction() as connection:
            return await _note(command, Scene(connection, now, deps))

    return await deps.database.repeatedly(attempt)


async def _note(command: NoteSpared, scene: Scene) -> Refused | None:
    found = await by_number(scene.connection, command.number, scene.deps.vault)
    if found is None:
        return refuse(RefusalCode.NOT_FOUND)
    await lock_persons(scene.connection, [found])
    person = (await insured.persons(scene.connection, [found]))[found]
    if person.insurance is not Insurance.RESIDENT:
        return refuse(
            RefusalCode.ENROL_STATE, name=masked_name(person.name), state=STATUS_CHINESE[person.status]
        )
    before = (await queries.history(scene.connection, found)).enrolment
    known = before or Enrolment(found, found, EnrolmentKind.RETURNING, command.operator, scene.now)
    made = replace(
        known,
        enrolment_id=scene.new_id(),
        enrolled_by=command.operator,
        at=scene.now,
        ex_serviceman=known.ex_serviceman or command.ground is Ground.EX_SERVICEMAN,
        released=known.released or command.ground is Ground.RELEASED,
    )
    if before is not None and (made.ex_serviceman, made.released) == (known.ex_serviceman, known.released):
        return None
    await store.enrol(scene.connection, made)
    row = AuditEntry(
        found, scene.new_id(), command.operator, DeedKind.ENROL_SPARED, BASIS, made.enrolment_id, scene.now
    )
    await keep_trail(scene.connection, [row], [], scene.deps)
    return None
