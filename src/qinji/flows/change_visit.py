"""2202 to 2205: an open visit is cancelled, gets its diagnoses, gets fee lines, or loses unsettled ones.

The four acts are one flow: find and lock the patient, look at the visit, decide, write, answer once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from qinji.credential import store as credentials
from qinji.flows.deps import Deps
from qinji.flows.parts.commands import (
    CancelVisit,
    Done,
    LinesPriced,
    RecordDiagnoses,
    UploadFees,
    WithdrawFees,
)
from qinji.flows.parts.identity import identity_agrees, missing_because, right_person
from qinji.flows.parts.pricing import listed_lines, priced_lines
from qinji.flows.parts.replay import replayed
from qinji.flows.parts.visits import diagnosed, may_cancel, withdrawn
from qinji.institution import queries as institutions
from qinji.insured import queries as insured
from qinji.insured.model import Person
from qinji.kernel.bill import SentLine
from qinji.kernel.dates import local_day
from qinji.kernel.ids import from_wire
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.platform.database import Connection
from qinji.platform.inbox import Answer, Message, MessageKey, answer_once
from qinji.policy.split import split_line
from qinji.settlement import queries, store
from qinji.settlement.model import Batch, Visit
from qinji.settlement.rules import lines_addable, open_visit, service_day_allowed

LINES_MAX = 500
"""Fee lines of one bill (ARCHITECTURE 5.7)."""


@dataclass(frozen=True, slots=True)
class _Open:
    connection: Connection
    deps: Deps
    now: datetime
    patient: Person
    visit: Visit


Command = CancelVisit | RecordDiagnoses | UploadFees | WithdrawFees


async def cancel(command: CancelVisit, deps: Deps) -> bytes:
    """2202: cancel a visit on which no line and no settlement hangs; its code session ends with it."""

    async def act(place: _Open) -> Refused | None:
        person, visit = place.visit.person, place.visit.visit
        batches = await queries.batches_of_visit(place.connection, person, visit)
        live = await queries.live_settlements_of_visit(place.connection, person, visit)
        refusal = may_cancel(batches, live, command.visit)
        if refusal is None:
            await store.cancel_visit(place.connection, person, visit)
            if place.visit.session is not None:
                await credentials.end_session(place.connection, person, place.visit.session, place.now)
        return refusal

    return await _run(command, deps, lambda place: _done(command, place, act))


async def diagnose(command: RecordDiagnoses, deps: Deps) -> bytes:
    """2203: keep the diagnoses and the medical type.

    A diagnosis sent again replaces the one of its code, one that is void takes it away; what is not sent stays.
    """

    async def act(place: _Open) -> Refused | None:
        person, visit = place.visit.person, place.visit.visit
        present = await queries.diagnoses(place.connection, person, visit)
        rows = diagnosed(present, command.diagnoses)
        medical_type = command.medical_type or place.visit.medical_type
        await store.record_diagnoses(place.connection, person, visit, medical_type, rows)
        return None

    return await _run(command, deps, lambda place: _done(command, place, act))


async def withdraw(command: WithdrawFees, deps: Deps) -> bytes:
    """2205: take away the lines of one unsettled batch, or of all of them."""

    async def act(place: _Open) -> Refused | None:
        batches = await queries.batches_of_visit(place.connection, place.visit.person, place.visit.visit)
        gone = withdrawn(batches, command.batch)
        if isinstance(gone, Refused):
            return gone
        emptied = [replace(batch, lines=(), total_fen=0) for batch in gone]
        await store.put_batches(place.connection, emptied, place.now)
        return None

    return await _run(command, deps, lambda place: _done(command, place, act))


async def upload(command: UploadFees, deps: Deps) -> bytes:
    """2204: add fee lines; the reply says what the catalogue makes of each."""

    async def act(place: _Open) -> Answer:
        outcome = await _upload(command, place)
        if isinstance(outcome, Refused):
            return Answer(command.render(outcome), kept=not outcome.code.retryable)
        return Answer(command.render(outcome), kept=True, act=place.visit.visit)

    return await _run(command, deps, act)


async def _upload(command: UploadFees, place: _Open) -> LinesPriced | Refused:
    policy = place.deps.book.at(place.patient.region, place.visit.service_day)
    if isinstance(policy, Refused):
        return policy
    present = await queries.batches_of_visit(place.connection, place.visit.person, place.visit.visit)
    refusal = lines_addable(present, command.lines, LINES_MAX) or service_day_allowed(
        place.visit.service_day, local_day(place.now), policy.settlement().max_days_back, "begins_at"
    )
    if refusal is not None:
        return refusal
    listed = listed_lines(command.lines, policy, place.visit.service_day)
    if isinstance(listed, Refused):
        return listed
    await store.put_batches(place.connection, _grown(place.visit, present, command.lines), place.now)
    return LinesPriced(priced_lines(listed, [split_line(line.fee) for line in listed]))


def _grown(visit: Visit, present: Sequence[Batch], lines: Sequence[SentLine]) -> list[Batch]:
    batches = {batch.batch: batch for batch in present}
    touched: dict[str, Batch] = {}
    for line in lines:
        name = line.batch
        before = touched.get(name) or batches.get(name) or Batch(visit.person, visit.visit, name, (), 0, None)
        touched[name] = replace(
            before, lines=(*before.lines, line), total_fen=before.total_fen + line.amount_fen
        )
    return list(touched.values())


async def _done(
    command: CancelVisit | RecordDiagnoses | WithdrawFees,
    place: _Open,
    act: Callable[[_Open], Awaitable[Refused | None]],
) -> Answer:
    refusal = await act(place)
    if refusal is not None:
        return Answer(command.render(refusal), kept=not refusal.code.retryable)
    return Answer(command.render(Done(place.now)), kept=True, act=place.visit.visit)


async def _run(command: Command, deps: Deps, act: Callable[[_Open], Awaitable[Answer]]) -> bytes:
    origin = command.origin
    key = MessageKey(origin.institution, origin.message_number, origin.message_id)
    message = Message(key, origin.digest, lambda seen: replayed(seen, origin, command.render))
    now = deps.clock()

    async def attempt() -> bytes:
        async with deps.database.transaction() as connection:
            digest = deps.vault.digest(insured.NUMBER, command.claimed.person_number)
            person = (await insured.find(connection, insured.NUMBER, [digest])).get(digest)

            async def work() -> Answer:
                found = await _open(command, person, connection, now, deps)
                if isinstance(found, Refused):
                    return Answer(command.render(found), kept=not found.code.retryable)
                return await act(found)

            return await answer_once(connection, message, person, now, work, deps.vault)

    return await deps.database.repeatedly(attempt)


async def _open(
    command: Command, person: UUID | None, connection: Connection, now: datetime, deps: Deps
) -> _Open | Refused:
    patient_id = right_person(None, person)
    if isinstance(patient_id, Refused):
        return patient_id
    identifier = from_wire(command.visit)
    visits = await queries.visits(connection, [(patient_id, identifier)] if identifier else [])
    visit = visits.get((patient_id, identifier)) if identifier else None
    patient = (await insured.persons(connection, [patient_id]))[patient_id]
    certificate = deps.vault.decrypt(patient.certificate, patient.certificate_key_version)
    refusal = identity_agrees(command.claimed, patient, certificate) or open_visit(
        visit, command.origin.institution, command.visit
    )
    if refusal is not None or visit is None:
        refusal = refusal or refuse(RefusalCode.VISIT_UNKNOWN, visit=command.visit)
        institution = await institutions.by_code(connection, command.origin.institution)
        return missing_because(refusal, patient, institution, deps.book.region_names())
    return _Open(connection, deps, now, patient, visit)
