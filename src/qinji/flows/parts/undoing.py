"""Pure: what taking a settlement back comes to."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from qinji.flows.parts.commands import Bill, CancelSettlement, Origin, PayerNote, PersonCard
from qinji.kernel.bill import LineSplit, PayerKind, Plan, Share, Split
from qinji.kernel.dates import local_day
from qinji.kernel.identity import masked_name
from qinji.kernel.ids import to_wire
from qinji.kernel.kinship import CHINESE, Relation, inverse
from qinji.kernel.purpose import UseClass
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.kernel.region import city_of
from qinji.ledger.model import Transfer
from qinji.ledger.rules import check_act, reversal
from qinji.mutual_aid.model import GrantUse
from qinji.settlement.model import Cancellation, DayChange, Settlement, SettlementRow, YearChange

Document = Mapping[str, Any]
"""A stored decision: JSON written by ``document.decision_document``, so its inner types are known by its version."""


def may_cancel(row: SettlementRow | None, command: CancelSettlement) -> Refused | None:
    """The settlement exists here, belongs to this visit, and was not cancelled before."""
    missing = refuse(RefusalCode.SETTLEMENT_UNKNOWN, settlement=command.settlement)
    if row is None or row.settlement.institution != command.origin.institution:
        return missing
    if to_wire(row.settlement.visit) != command.visit.upper():
        return missing
    if row.cancellation is not None:
        return refuse(
            RefusalCode.SETTLEMENT_CANCELLED,
            settlement=command.settlement,
            cancellation=to_wire(row.cancellation),
        )
    return None


def stored_document(settled: Settlement) -> Document:
    """The decision as it was stored with the settlement."""
    document: Document = json.loads(zlib.decompress(settled.decision))
    return document


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What has to be written so that a settlement is undone; ``transfers`` in reverse order of payment."""

    cancellation: Cancellation
    transfers: list[Transfer]
    grants: list[GrantUse]
    year: YearChange
    day: DayChange


def take_back(
    settled: Settlement, originals: Sequence[Transfer], cancellation: UUID, origin: Origin, now: datetime
) -> TakenBack:
    """Every fen back to whom it came from, whatever became of its grant; by cancel and by reversal alike."""
    transfers = reversal(originals, cancellation, now)
    check_act(transfers)
    year, day = taken_back(settled)
    undone = Cancellation(
        settled.person, settled.settlement, cancellation, now, origin.institution, origin.message_id
    )
    return TakenBack(undone, transfers, grant_returns(settled, stored_document(settled)), year, day)


def taken_back(settled: Settlement) -> tuple[YearChange, DayChange]:
    """Exactly what the settlement added to its year and day, negative."""
    year = YearChange(
        settled.person,
        settled.insurance,
        settled.year,
        -settled.deductible_fen,
        -settled.fund_fen,
        -settled.in_scope_fen,
    )
    return year, DayChange(settled.person, settled.service_day, settled.level, -settled.fund_fen)


def _classes(plain: Mapping[str, int]) -> dict[UseClass, int]:
    return {UseClass(name): amount for name, amount in plain.items()}


def stored_shares(document: Document) -> list[Share]:
    """The payers as they were decided, in order of payment."""
    return [
        Share(
            PayerKind(share["kind"]),
            share["person"],
            share["pocket"],
            share["amount_fen"],
            _classes(share["by_class"]),
            share["grant"],
        )
        for share in document["plan"]["shares"]
    ]


def grant_returns(settled: Settlement, document: Document) -> list[GrantUse]:
    """What each grant's used limits get back, by the day the bill was booked."""
    day = local_day(settled.booked_at)
    return [
        GrantUse(settled.person, UUID(share.grant), day, share.amount_fen)
        for share in stored_shares(document)
        if share.kind is PayerKind.GRANTOR and share.grant is not None
    ]


def stored_split(document: Document) -> Split:
    """The split as it was decided."""
    kept = document["split"]
    return Split(
        total_fen=kept["total_fen"],
        own_expense_fen=kept["own_expense_fen"],
        over_limit_fen=kept["over_limit_fen"],
        prior_self_pay_fen=kept["prior_self_pay_fen"],
        in_scope_fen=kept["in_scope_fen"],
        prepaid_fen=kept["prepaid_fen"],
        deductible_fen=kept["deductible_fen"],
        fund_fen=kept["fund_fen"],
        ratio=Fraction(kept["ratio"]),
        personal=_classes(kept["personal"]),
        lines=_line_splits(kept["lines"]),
        trace=(),
    )


def _line_splits(lines: Sequence[Mapping[str, Any]]) -> tuple[LineSplit, ...]:
    return tuple(
        LineSplit(
            line["number"],
            line["amount_fen"],
            line["own_expense_fen"],
            line["over_limit_fen"],
            line["prior_self_pay_fen"],
            line["in_scope_fen"],
        )
        for line in lines
    )


def _notes(document: Document, patient: str) -> tuple[PayerNote, ...]:
    """To whom it goes back, with what the payer is to the patient; names are masked."""
    granted = {payer["grant"]: payer for payer in document["payers"] if payer["grant"] is not None}
    notes = []
    for share in stored_shares(document):
        payer = granted.get(share.grant)
        if payer is None:
            notes.append(PayerNote(masked_name(patient), "本人", share.amount_fen))
            continue
        relation = CHINESE[inverse(Relation(payer["relation"]))]
        notes.append(PayerNote(masked_name(payer["name"]), relation, share.amount_fen))
    return tuple(notes)


def cancelled_bill(
    settled: Settlement,
    person: PersonCard,
    cancellation: UUID,
    command: CancelSettlement,
    now: datetime,
    *,
    tell_payers: bool,
) -> Bill:
    """The bill of a cancellation: the settled amounts, to be shown negative, under a new settlement id."""
    document = stored_document(settled)
    return Bill(
        settlement=to_wire(cancellation),
        visit=to_wire(settled.visit),
        person=person,
        credential_kind=settled.credential_kind,
        settled_at=now,
        medical_type=document["medical_type"],
        institution_settlement=command.origin.message_id,
        clearing_region=city_of(settled.region),
        split=stored_split(document),
        plan=Plan(tuple(stored_shares(document)), settled.cash_fen, ()),
        balance_after_fen=person.balance_fen,
        fund_room_fen=None,
        payers=_notes(document, person.name) if tell_payers else (),
        lines=(),
        sign=-1,
    )
