"""What the JSON door tells of a code before and after its scan: who would pay, what became of it, who paid.

Amounts are fen. Names are masked; a relation is told from the side of the one who asks. A relative's balance is not
told.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel

from qinji.flows.follow_code import CodeFollowed
from qinji.flows.parts.kin import KinName
from qinji.flows.parts.paid_parts import PaidBill
from qinji.flows.parts.payer_order import OrderEffect, PartTold, PayersTold
from qinji.kernel.ids import to_wire

STAGE_CHINESE = {
    "waiting": "等待扫码",
    "scanned": "已扫码,尚未扣款",
    "used": "已结算",
    "expired": "已过期,未扣款",
    "ended": "已失效,未扣款",
}
RETURNED = "已退回"


class KinView(BaseModel):
    """Somebody of the family: masked, 您 for the one who asks; ``relation`` empty where it is not known."""

    name: str
    relation: str
    text: str


class PayerStanding(BaseModel):
    """An account in the order of payment. ``standing`` other than ``pays`` has its ``reason``."""

    kind: str
    who: KinView
    grant_id: str | None
    standing: str
    reason: str
    purposes: list[str]
    wallet: bool


class PayersView(BaseModel):
    """Who pays first and who next. ``complete`` false: the one who asks may not know the payers."""

    sentence: str
    notes: list[str]
    payers: list[PayerStanding]
    complete: bool


class PartView(BaseModel):
    """What one account would pay of the sample bill."""

    kind: str
    who: KinView
    grant_id: str | None
    amount_fen: int
    wallet: bool


class OrderEffectView(BaseModel):
    """The sample bill in the present and in the other order; relatives' balances are taken as enough."""

    sentence: str
    now: list[PartView]
    then: list[PartView]
    cash_fen: int


class PaidPartView(BaseModel):
    """What one account paid; before and after only of one's own account."""

    kind: str
    who: KinView
    amount_fen: int
    before_fen: int | None
    after_fen: int | None
    wallet: bool


class PaidBillView(BaseModel):
    """A settled bill: total = fund + parts + cash."""

    id: str
    booked_at: datetime
    returned_at: datetime | None
    total_fen: int
    fund_fen: int
    parts: list[PaidPartView]
    cash_fen: int
    own_money_only: bool


class CodeFollowedView(BaseModel):
    """What became of a code. ``bill_hidden``: it paid a bill, and the one who asks may not see the costs."""

    stage: str
    stage_text: str
    patient: KinView
    expires_at: datetime
    own_money_only: bool
    institution_name: str | None
    bill: PaidBillView | None
    bill_hidden: bool


def kin_view(who: KinName) -> KinView:
    """Somebody of the family."""
    return KinView(name=who.name, relation=who.relation, text=who.text)


def payers_view(told: PayersTold) -> PayersView:
    """The order of payers."""
    return PayersView(
        sentence=told.sentence,
        notes=list(told.notes),
        payers=[
            PayerStanding(
                kind=payer.kind,
                who=kin_view(payer.who),
                grant_id=None if payer.grant is None else to_wire(payer.grant),
                standing=payer.standing,
                reason=payer.reason,
                purposes=sorted(payer.purposes),
                wallet=payer.wallet,
            )
            for payer in told.payers
        ],
        complete=told.complete,
    )


def order_effect_view(effect: OrderEffect) -> OrderEffectView:
    """The effect of an order on a sample bill."""
    return OrderEffectView(
        sentence=effect.sentence,
        now=_parts(effect.now),
        then=_parts(effect.then),
        cash_fen=effect.cash_fen,
    )


def _parts(parts: Sequence[PartTold]) -> list[PartView]:
    return [
        PartView(
            kind=part.kind,
            who=kin_view(part.who),
            grant_id=None if part.grant is None else to_wire(part.grant),
            amount_fen=part.amount_fen,
            wallet=part.wallet,
        )
        for part in parts
    ]


def paid_bill_view(bill: PaidBill) -> PaidBillView:
    """A settled bill with its payers."""
    return PaidBillView(
        id=to_wire(bill.settlement),
        booked_at=bill.booked_at,
        returned_at=bill.returned_at,
        total_fen=bill.total_fen,
        fund_fen=bill.fund_fen,
        parts=[
            PaidPartView(
                kind=part.kind,
                who=kin_view(part.who),
                amount_fen=part.amount_fen,
                before_fen=part.before_fen,
                after_fen=part.after_fen,
                wallet=part.wallet,
            )
            for part in bill.parts
        ],
        cash_fen=bill.cash_fen,
        own_money_only=bill.own_money_only,
    )


def code_followed_view(followed: CodeFollowed) -> CodeFollowedView:
    """What became of a code."""
    returned = followed.bill is not None and followed.bill.returned_at is not None
    return CodeFollowedView(
        stage=followed.stage,
        stage_text=RETURNED if returned else STAGE_CHINESE[followed.stage],
        patient=kin_view(followed.patient),
        expires_at=followed.expires_at,
        own_money_only=followed.own_money_only,
        institution_name=followed.institution,
        bill=None if followed.bill is None else paid_bill_view(followed.bill),
        bill_hidden=followed.bill_hidden,
    )
