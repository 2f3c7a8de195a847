"""Pure: what a bill would take of a relative's account above the amount that its grantor wants to be asked for.

Up to that amount nobody is asked; above it the account pays as far as a yes to this very bill allows (decision 0035).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Protocol
from uuid import UUID

from qinji.flows.parts.divide import divide
from qinji.funding.model import Payer
from qinji.kernel.bill import FeeLine, PayerKind, Plan
from qinji.kernel.purpose import Purpose
from qinji.mutual_aid.model import Answer, BillKey, Confirmation, ConfirmationUse, GrantUse
from qinji.policy.model import Accumulated, Rules
from qinji.settlement.model import SettlementKind

TO_BE_ASKED = (
    "需要授权人在手机上确认:这笔费用超过了家人设定的金额,已请其在手机上确认。"
    "确认后请重新预结算;不等也可以按现在的金额结算,不影响就诊"
)
NOT_ASKED = "需要授权人在手机上确认:超过家人设定金额的部分没有确认,这次由其他账户或现金支付。先预结算,家人就能在手机上确认"
SAID_NO = "授权人没有同意超过设定金额的部分,这部分由其他账户或现金支付,不影响就诊"


class OfBill(Protocol):
    """What of a request says which bill it is."""

    @property
    def institution(self) -> str:
        """Where."""

    @property
    def visit(self) -> UUID:
        """The visit; a pharmacy's is not known before."""

    @property
    def batch(self) -> str:
        """The charge batch."""

    @property
    def kind(self) -> SettlementKind:
        """Hospital or pharmacy."""


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """A grantor whose account would pay ``amount_fen`` of a bill if they said yes; ``refused``: they said no."""

    grant: UUID
    grantor: UUID
    amount_fen: int
    refused: bool


def bill_key(request: OfBill) -> BillKey:
    """The bill that a yes is bound to."""
    if request.kind is SettlementKind.PHARMACY:
        return BillKey(request.institution)
    return BillKey(request.institution, request.visit, request.batch)


def purpose_of(kind: SettlementKind) -> Purpose:
    """What a bill of this kind is for."""
    return Purpose.PHARMACY if kind is SettlementKind.PHARMACY else Purpose.OUTPATIENT


def unconfirmed(
    lines: Sequence[FeeLine],
    rules: Rules,
    used: Accumulated,
    payers: Sequence[Payer],
    paid: Plan,
    refused: frozenset[UUID],
) -> tuple[Unconfirmed, ...]:
    """Whose account would pay more of this bill with a yes; everybody's at once, so that nobody is asked in vain."""
    asking = {payer.grant for payer in payers if payer.confirm_above_fen is not None}
    if not asking:
        return ()
    free = [replace(payer, confirm_above_fen=None) for payer in payers]
    _, most = divide(lines, rules, used, free)
    now = {share.grant: share.amount_fen for share in paid.shares}
    return tuple(
        Unconfirmed(UUID(share.grant), UUID(share.person), share.amount_fen, UUID(share.grant) in refused)
        for share in most.shares
        if share.grant is not None and share.grant in asking and share.amount_fen > now.get(share.grant, 0)
    )


def grant_uses(patient: UUID, paid: Plan, day: date) -> list[GrantUse]:
    """What each grant paid of a bill."""
    return [
        GrantUse(patient, UUID(share.grant), day, share.amount_fen)
        for share in paid.shares
        if share.kind is PayerKind.GRANTOR and share.grant is not None
    ]


def confirmations_used(
    payers: Sequence[Payer], paid: Plan, patient: UUID, bill: BillKey, settlement: UUID
) -> tuple[ConfirmationUse, ...]:
    """Each yes without which an account would have paid less."""
    above = {payer.grant: payer.confirm_above_fen for payer in payers if payer.confirm_above_fen is not None}
    return tuple(
        ConfirmationUse(patient, UUID(share.grant), bill, settlement)
        for share in paid.shares
        if share.grant is not None and share.grant in above and share.amount_fen > above[share.grant]
    )


def refused_grants(answers: Sequence[Confirmation], bill: BillKey) -> frozenset[UUID]:
    """The grants whose grantor said no to this bill."""
    return frozenset(one.grant_id for one in answers if one.answer is Answer.REFUSED and one.bill == bill)


def warned(warning: str, found: Sequence[Unconfirmed], *, preview: bool) -> str:
    """What the cashier is told beside the amounts; of a grantor neither who it is nor what they set."""
    if not found:
        return warning
    asked = TO_BE_ASKED if preview else NOT_ASKED
    text = SAID_NO if all(one.refused for one in found) else asked
    return f"{warning};{text}" if warning else text


@dataclass(frozen=True, slots=True)
class Asking:
    """Which bill a grantor is asked about, of whom, what for, when, and for how long."""

    patient: UUID
    bill: BillKey
    purpose: Purpose
    at: datetime
    within: timedelta


def request_to(one: Unconfirmed, confirmation_id: UUID, asking: Asking) -> Confirmation:
    """The request as it is kept."""
    return Confirmation(
        person_id=asking.patient,
        confirmation_id=confirmation_id,
        grant_id=one.grant,
        grantor_id=one.grantor,
        bill=asking.bill,
        purpose=asking.purpose,
        amount_fen=one.amount_fen,
        answer=Answer.WAITING,
        asked_at=asking.at,
        until=asking.at + asking.within,
    )
