"""What an institution asks of its own records, and what it is told: reading messages, in English words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from qinji.flows.parts.commands import Bill, InstitutionCard, PersonCard, PricedLine
from qinji.flows.parts.stored import stored_bill, stored_document, stored_lines, stored_split
from qinji.kernel.bill import SentLine
from qinji.kernel.ids import to_wire
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.policy.book import RegionPolicy
from qinji.settlement.model import Settlement, SettlementRow, Visit


@dataclass(frozen=True, slots=True)
class AskSettlement:
    """5203 and 5204. Without a settlement id it is the one that the message ``message_id`` made."""

    institution: str
    person_number: str
    settlement: str
    visit: str
    message_id: str


@dataclass(frozen=True, slots=True)
class AskVisits:
    """5201: the visits from one day to another; an empty medical type or visit does not narrow."""

    institution: str
    person_number: str
    first: date
    last: date
    medical_type: str
    visit: str


@dataclass(frozen=True, slots=True)
class AskDiagnoses:
    """5202."""

    institution: str
    person_number: str
    visit: str


@dataclass(frozen=True, slots=True)
class RecordedBill:
    """A settled bill with where and when; ``cancellation`` and its time where it was taken back."""

    bill: Bill
    institution: InstitutionCard
    service_day: date
    year: int
    cancellation: str
    cancelled_at: datetime | None


@dataclass(frozen=True, slots=True)
class RecordedLine:
    """A line of a settled bill; ``sent`` is None where the upload was withdrawn since, or came from a pharmacy."""

    line: PricedLine
    item_code: str
    item_name: str
    list_type: str
    approval: str
    sent: SentLine | None


@dataclass(frozen=True, slots=True)
class RecordedLines:
    """All lines of a settled bill."""

    visit: str
    settlement: str
    medical_type: str
    service_day: date
    lines: tuple[RecordedLine, ...]


@dataclass(frozen=True, slots=True)
class RecordedVisit:
    """A visit with the person as the register has them now."""

    visit: str
    person: PersonCard
    service_day: date
    medical_type: str
    outpatient_number: str
    cancelled: bool


@dataclass(frozen=True, slots=True)
class RecordedDiagnosis:
    """A diagnosis of a visit; the first is the main one."""

    order: int
    code: str
    name: str
    main: bool


def own_settlement(row: SettlementRow | None, asked: AskSettlement) -> SettlementRow | Refused:
    """Only the institution that settled is told; a visit that was sent must be the settlement's."""
    found = row is not None and row.settlement.institution == asked.institution
    agrees = row is not None and asked.visit.upper() in {"", to_wire(row.settlement.visit)}
    if row is not None and found and agrees:
        return row
    if not asked.settlement:
        return refuse(RefusalCode.SETTLEMENT_OF_MESSAGE_UNKNOWN, message_id=asked.message_id)
    return refuse(RefusalCode.SETTLEMENT_UNKNOWN, settlement=asked.settlement)


def recorded_bill(row: SettlementRow, person: PersonCard, institution: InstitutionCard) -> RecordedBill:
    """The bill as it was decided, the person insured as they were then."""
    settled = row.settlement
    patient = stored_document(settled)["patient"]
    then = replace(person, insurance=settled.insurance, person_type=patient["person_status"])
    return RecordedBill(
        stored_bill(settled, then, tell_payers=False),
        institution,
        settled.service_day,
        settled.year,
        "" if row.cancellation is None else to_wire(row.cancellation),
        row.cancelled_at,
    )


def recorded_lines(settled: Settlement, sent: Mapping[str, SentLine], policy: RegionPolicy) -> RecordedLines:
    """The lines as they were decided; class and kind of list from the catalogue of the day of service."""
    document = stored_document(settled)
    parts = {part.number: part for part in stored_split(document).lines}
    lines = []
    for fee in stored_lines(document):
        item = policy.item(fee.item_code)
        priced = PricedLine(fee, "" if item is None else item.item_class, parts[fee.number])
        list_type = "" if item is None else item.list_type
        lines.append(
            RecordedLine(
                priced, fee.item_code, fee.item_name, list_type, fee.approval.value, sent.get(fee.number)
            )
        )
    return RecordedLines(
        to_wire(settled.visit),
        to_wire(settled.settlement),
        document["medical_type"],
        settled.service_day,
        tuple(lines),
    )


def recorded_visit(visit: Visit, person: PersonCard) -> RecordedVisit:
    """A visit as it is told."""
    return RecordedVisit(
        to_wire(visit.visit),
        person,
        visit.service_day,
        visit.medical_type,
        visit.outpatient_number,
        visit.cancelled,
    )
