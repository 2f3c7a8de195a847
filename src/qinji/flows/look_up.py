"""5201 to 5204: an institution reads its own visits, diagnoses, settlements and fee lines. Nothing is written."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import UUID

from qinji.flows.deps import Deps
from qinji.flows.parts.commands import InstitutionCard, PersonCard
from qinji.flows.parts.identity import card_of, right_person
from qinji.flows.parts.recorded import (
    AskDiagnoses,
    AskSettlement,
    AskVisits,
    RecordedBill,
    RecordedDiagnosis,
    RecordedLines,
    RecordedVisit,
    own_settlement,
    recorded_bill,
    recorded_lines,
    recorded_visit,
)
from qinji.institution import queries as institutions
from qinji.insured import queries as insured
from qinji.insured.model import Person
from qinji.kernel.dates import local_day
from qinji.kernel.ensure import InvariantBroken
from qinji.kernel.ids import from_wire
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.ledger import queries as ledger
from qinji.ledger.model import own_balance
from qinji.platform.database import Connection
from qinji.settlement import queries
from qinji.settlement.model import SettlementRow

VISITS_MAX = 100
"""Visits of one reply, the newest first."""

Found = TypeVar("Found")


async def settlement(asked: AskSettlement, deps: Deps) -> RecordedBill | Refused:
    """5203: a settlement of this institution, cancelled or not."""

    async def look(connection: Connection, person: Person) -> RecordedBill | Refused:
        row = await _row(asked, person.person_id, connection)
        if isinstance(row, Refused):
            return row
        place = await institutions.by_code(connection, asked.institution)
        if place is None:
            raise InvariantBroken("an institution that settled exists")
        card = await _card(person, connection, deps)
        told = InstitutionCard(place.code, place.name, row.settlement.level, place.region, place.credit_code)
        return recorded_bill(row, card, told)

    return await _look(asked.person_number, deps, look)


async def lines(asked: AskSettlement, deps: Deps) -> RecordedLines | Refused:
    """5204: the fee lines of a settlement of this institution."""

    async def look(connection: Connection, person: Person) -> RecordedLines | Refused:
        row = await _row(asked, person.person_id, connection)
        if isinstance(row, Refused):
            return row
        settled = row.settlement
        policy = deps.book.at(settled.region, settled.service_day)
        if isinstance(policy, Refused):
            return policy
        place = (settled.person, settled.visit, settled.batch)
        batch = (await queries.batches(connection, [place])).get(place)
        sent = {} if batch is None else {line.number: line for line in batch.lines}
        return recorded_lines(settled, sent, policy)

    return await _look(asked.person_number, deps, look)


async def visits(asked: AskVisits, deps: Deps) -> list[RecordedVisit] | Refused:
    """5201: the visits of a person at this institution, the newest first, at most 100."""

    async def look(connection: Connection, person: Person) -> list[RecordedVisit] | Refused:
        visit = from_wire(asked.visit)
        if asked.visit and visit is None:
            return []
        found = await queries.visits_between(
            connection,
            person.person_id,
            asked.institution,
            (asked.first, asked.last),
            VISITS_MAX,
            asked.medical_type,
            visit,
        )
        card = await _card(person, connection, deps)
        return [recorded_visit(one, card) for one in found]

    return await _look(asked.person_number, deps, look)


async def diagnoses(asked: AskDiagnoses, deps: Deps) -> list[RecordedDiagnosis] | Refused:
    """5202: the diagnoses of a visit at this institution, also of one that was cancelled."""

    async def look(connection: Connection, person: Person) -> list[RecordedDiagnosis] | Refused:
        identifier = from_wire(asked.visit)
        key = (person.person_id, identifier or person.person_id)
        visit = (await queries.visits(connection, [key])).get(key)
        if visit is None or visit.institution != asked.institution:
            return refuse(RefusalCode.VISIT_UNKNOWN, visit=asked.visit)
        rows = await queries.diagnoses(connection, visit.person, visit.visit)
        return [
            RecordedDiagnosis(int(row["order"]), str(row["code"]), str(row["name"]), main=place == 0)
            for place, row in enumerate(rows)
        ]

    return await _look(asked.person_number, deps, look)


async def _look(
    number: str, deps: Deps, look: Callable[[Connection, Person], Awaitable[Found | Refused]]
) -> Found | Refused:
    """One read-only snapshot for the person of this number."""

    async def attempt() -> Found | Refused:
        async with deps.database.reading() as connection:
            digest = deps.vault.digest(insured.NUMBER, number)
            found = right_person(None, (await insured.find(connection, insured.NUMBER, [digest])).get(digest))
            if isinstance(found, Refused):
                return found
            return await look(connection, (await insured.persons(connection, [found]))[found])

    return await deps.database.repeatedly(attempt)


async def _row(asked: AskSettlement, person: UUID, connection: Connection) -> SettlementRow | Refused:
    if asked.settlement:
        identifier = from_wire(asked.settlement)
        row = await queries.one(connection, person, identifier) if identifier else None
    else:
        row = await queries.of_message(connection, person, asked.institution, asked.message_id)
    return own_settlement(row, asked)


async def _card(person: Person, connection: Connection, deps: Deps) -> PersonCard:
    certificate = deps.vault.decrypt(person.certificate, person.certificate_key_version)
    pockets = (await ledger.balances(connection, [person.person_id])).get(person.person_id, {})
    return card_of(person, certificate, own_balance(pockets), local_day(deps.clock()))
