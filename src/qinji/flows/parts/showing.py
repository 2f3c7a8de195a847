"""Pure: a decided bill as an institution is shown it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from qinji.flows.parts.commands import Bill, PayerNote, PricedLine
from qinji.flows.parts.facts import Presented, WorkingSet
from qinji.flows.parts.identity import card_of
from qinji.flows.parts.payers import grant_of
from qinji.insured.model import Person
from qinji.kernel.bill import WALLET_POCKET, PayerKind, Plan, Split
from qinji.kernel.dates import local_day
from qinji.kernel.identity import masked_name
from qinji.kernel.ids import to_wire
from qinji.kernel.kinship import CHINESE, Relation, inverse
from qinji.kernel.region import city_of
from qinji.ledger.model import POCKETS


class Asked(Protocol):
    """What the bill repeats of the request."""

    @property
    def institution(self) -> str:
        """Where."""

    @property
    def message_id(self) -> str:
        """The message that asks."""

    @property
    def visit(self) -> UUID:
        """The visit."""

    @property
    def settlement(self) -> UUID:
        """The id the settlement gets."""

    @property
    def preview(self) -> bool:
        """Whether no money moves."""

    @property
    def presented(self) -> Presented | None:
        """The credential."""

    @property
    def medical_type(self) -> str:
        """Which kind of visit."""

    @property
    def warning(self) -> str:
        """What the cashier is told beside the amounts."""

    @property
    def tell_payers(self) -> bool:
        """Whether the payers are named whatever the institution has asked for."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What was decided of one bill. ``fund_room_fen`` is what the day's cap left before it."""

    patient: Person
    split: Split
    plan: Plan
    lines: tuple[PricedLine, ...]
    fund_room_fen: int | None


def shown_bill(request: Asked, decided: Shown, facts: WorkingSet, now: datetime) -> Bill:
    """The bill as the door renders it; a preview has no settlement and no time."""
    divided, paid = decided.split, decided.plan
    patient = decided.patient
    institution = facts.institutions[request.institution]
    before = sum(facts.balances.get((patient.person_id, pocket), 0) for pocket in POCKETS)
    after = before - (paid.own_fen - paid.wallet_fen)
    purse = facts.balances.get((patient.person_id, WALLET_POCKET))
    tells = institution.tell_payers or request.tell_payers
    return Bill(
        settlement=None if request.preview else to_wire(request.settlement),
        visit=to_wire(request.visit),
        person=card_of(patient, facts.certificates[patient.person_id], after, local_day(now)),
        credential_kind=request.presented.kind if request.presented else "",
        settled_at=None if request.preview else now,
        medical_type=request.medical_type,
        institution_settlement=request.message_id,
        clearing_region=city_of(patient.region),
        split=divided,
        plan=paid,
        balance_after_fen=after,
        fund_room_fen=decided.fund_room_fen,
        payers=tuple(_payer_notes(facts, patient.person_id, paid)) if tells else (),
        lines=decided.lines,
        warning=request.warning,
        wallet_after_fen=None if purse is None else purse - paid.wallet_fen,
    )


def _payer_notes(facts: WorkingSet, patient: UUID, paid: Plan) -> list[PayerNote]:
    """Who paid, with what the payer is to the patient (a grant keeps it the other way round)."""
    notes = []
    for share in paid.shares:
        if share.kind is PayerKind.OWN or share.grant is None:
            notes.append(PayerNote(masked_name(facts.persons[patient].name), "本人", share.amount_fen))
            continue
        grant = grant_of(facts, patient, share.grant)
        name = facts.persons[grant.grantor_id].name
        relation = CHINESE[inverse(Relation(grant.relation))]
        notes.append(PayerNote(masked_name(name), relation, share.amount_fen))
    return notes
