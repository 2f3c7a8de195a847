"""Pure: a settled bill read back from the decision that was stored with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from qinji.flows.parts.commands import Bill, PayerNote, PersonCard
from qinji.flows.parts.document import Document, read_decision
from qinji.kernel.bill import Approval, Category, FeeLine, LineSplit, PayerKind, Plan, Share, Split
from qinji.kernel.identity import masked_name
from qinji.kernel.ids import to_wire
from qinji.kernel.kinship import CHINESE, Relation, inverse
from qinji.kernel.purpose import UseClass
from qinji.kernel.region import city_of
from qinji.settlement.model import Settlement


def stored_document(settled: Settlement) -> Document:
    """The decision as it was stored with the settlement."""
    return read_decision(settled.decision)


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


def stored_lines(document: Document) -> list[FeeLine]:
    """The fee lines with what the catalogue said of them on the day of service."""
    return [
        FeeLine(
            line["number"],
            line["item_code"],
            line["item_name"],
            Category(line["category"]),
            line["amount_fen"],
            line["price"],
            line["quantity"],
            Fraction(line["prior_ratio"]),
            line["ceiling_price"],
            line["restricted"],
            Approval(line["approval"]),
        )
        for line in document["lines"]
    ]


def _payers(document: Document, patient: str) -> tuple[PayerNote, ...]:
    """Who paid, with what the payer is to the patient; names are masked."""
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


def stored_bill(settled: Settlement, person: PersonCard, *, tell_payers: bool) -> Bill:
    """The bill as it was settled; the balance is the person's card's, as nothing keeps the one of that moment."""
    document = stored_document(settled)
    return Bill(
        settlement=to_wire(settled.settlement),
        visit=to_wire(settled.visit),
        person=person,
        credential_kind=settled.credential_kind,
        settled_at=settled.booked_at,
        medical_type=document["medical_type"],
        institution_settlement=settled.message_id,
        clearing_region=city_of(settled.region),
        split=stored_split(document),
        plan=Plan(tuple(stored_shares(document)), settled.cash_fen, ()),
        balance_after_fen=person.balance_fen,
        fund_room_fen=None,
        payers=_payers(document, person.name) if tell_payers else (),
        lines=(),
    )
