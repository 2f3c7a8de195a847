"""What the JSON door takes and shows of premiums and of enrolling one person. Amounts are fen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, TypedDict
from uuid import UUID

from pydantic import BaseModel, Field

from qinji.api.shapes import Asked, PersonNumber, ShortText
from qinji.api.telling import KinView, kin_view
from qinji.api.views import PersonView, person_view
from qinji.flows.parts.people import WithPeople
from qinji.flows.parts.premium_quote import Quote
from qinji.flows.parts.premium_receipt import Receipt
from qinji.flows.preview_premium import PayerTold, PremiumPreview
from qinji.flows.read_premium import PremiumTold
from qinji.insured.model import STATUS_CHINESE, Person
from qinji.kernel.ids import to_wire
from qinji.kernel.money import AMOUNT_FEN_MAX
from qinji.policy.premium import CLASS_CHINESE
from qinji.premium.model import (
    ENROLMENT_CHINESE,
    PAYER_CHINESE,
    STATE_CHINESE,
    Enrolment,
    EnrolmentKind,
    PayerKind,
    PremiumOrder,
)


class PremiumAsk(Asked):
    """A year's premium: ``psn_no`` null is oneself, ``amount_fen`` what was shown before the confirmation."""

    psn_no: PersonNumber | None = None
    year: Annotated[int, Field(ge=2000, le=2200, strict=True)]
    amount_fen: Annotated[
        int, Field(ge=1, le=AMOUNT_FEN_MAX, strict=True, description="分,确认前看到的应缴金额")
    ]
    payer: PayerKind = Field(
        description="own_account 办理人本人账户,relative 家人账户(另填 grant),own_wallet 参保人钱包,cash 现金"
    )
    grant: Annotated[str, Field(max_length=40)] | None = Field(
        None, description="家人账户缴费时的共济授权编号"
    )
    consent_version: ShortText | None = None


class EnrolAsk(Asked):
    """A child of the one who asks, with name and identity number; or, returning, the one who asks."""

    kind: EnrolmentKind
    name: ShortText | None = None
    identity_number: Annotated[str, Field(max_length=18)] | None = None
    consent_version: ShortText | None = None


class CodeAsk(Asked):
    """The verify code of a receipt."""

    code: Annotated[str, Field(min_length=1, max_length=2000)]


class EnrolledView(PersonView):
    """Somebody who is registered; benefits follow when the premium is paid."""

    kind: str
    kind_text: str
    region: str
    status_text: str
    enrolled_at: datetime


class QuoteView(BaseModel):
    """A year's premium if it is ordered today. ``closes`` is the last day in time."""

    year: int
    premium_class: str
    premium_class_text: str
    amount_fen: int
    repair: bool
    opens: date
    closes: date
    in_window: bool
    missed_years: list[int]
    wait_months: int
    covered_from: date
    covered_until: date
    document: str
    clause: str


class PremiumPayerView(BaseModel):
    """A way to pay. ``before_fen`` only of one's own purse. ``enough`` for the premium; ``reason`` why not at all."""

    payer: str
    payer_text: str
    who: KinView | None
    grant: str | None
    before_fen: int | None
    usable: bool
    reason: str


class PremiumOrderView(BaseModel):
    """An order; ``covered_from`` and ``covered_until`` hold once it is paid."""

    id: str
    insured: PersonView
    orderer: PersonView
    year: int
    premium_class_text: str
    repair: bool
    amount_fen: int
    account_fen: int
    cash_fen: int
    payer: str
    payer_text: str
    state: str
    state_text: str
    reason: str | None
    wait_months: int
    covered_from: date
    covered_until: date
    ordered_at: datetime
    answered_at: datetime | None
    voucher: str | None


class PremiumPreviewView(BaseModel):
    """What may be paid for a person today; ``why_not`` where nothing may."""

    insured: PersonView
    who: KinView
    quotes: list[QuoteView]
    payers: list[PremiumPayerView]
    orders: list[PremiumOrderView]
    why_not: str


class ReceiptView(BaseModel):
    """A receipt; whoever has the code and the bureau's public key can check it offline."""

    number: str
    name: str
    region_name: str
    item: str
    year: int
    premium_class: str
    repair: bool
    amount_fen: int
    payer: str
    voucher: str
    paid_on: date


class SignedReceiptView(ReceiptView):
    """A receipt with its verify code, and the public key that checks it."""

    verify_code: str
    public_key: str


class TaxTakenView(BaseModel):
    """What became of the tax bureau's answer."""

    taken: str


def quote_view(quote: Quote) -> QuoteView:
    """A year's premium."""
    return QuoteView(
        year=quote.year,
        premium_class=quote.premium_class,
        premium_class_text=CLASS_CHINESE[quote.premium_class],
        amount_fen=quote.amount_fen,
        repair=quote.repair,
        opens=quote.opens,
        closes=quote.closes,
        in_window=quote.in_window,
        missed_years=sorted(quote.missed),
        wait_months=quote.wait.months,
        covered_from=quote.covered_from,
        covered_until=quote.covered_until,
        document=quote.document,
        clause=quote.clause,
    )


def _payer_view(told: PayerTold) -> PremiumPayerView:
    payer = told.payer
    return PremiumPayerView(
        payer=payer.kind,
        payer_text=PAYER_CHINESE[payer.kind],
        who=None if told.who is None else kin_view(told.who),
        grant=None if payer.grant is None else to_wire(payer.grant),
        before_fen=told.before_fen,
        usable=not payer.reason,
        reason=payer.reason,
    )


def preview_view(preview: PremiumPreview, people: Mapping[UUID, Person]) -> PremiumPreviewView:
    """What may be paid for a person today."""
    return PremiumPreviewView(
        insured=person_view(preview.person),
        who=kin_view(preview.who),
        quotes=[quote_view(one) for one in preview.quotes],
        payers=[_payer_view(one) for one in preview.payers],
        orders=[order_view(one, people) for one in preview.orders],
        why_not="" if preview.why_not is None or preview.quotes else preview.why_not.text,
    )


def order_view(order: PremiumOrder, people: Mapping[UUID, Person]) -> PremiumOrderView:
    """An order with the names of both sides."""
    return PremiumOrderView(
        id=order.number,
        insured=person_view(people[order.person_id]),
        orderer=person_view(people[order.orderer_id]),
        year=order.year,
        premium_class_text=CLASS_CHINESE[order.premium_class],
        repair=order.repair,
        amount_fen=order.amount_fen,
        account_fen=order.account_fen,
        cash_fen=order.cash_fen,
        payer=order.payer_kind,
        payer_text=PAYER_CHINESE[order.payer_kind],
        state=order.state,
        state_text=STATE_CHINESE[order.state],
        reason=order.reason,
        wait_months=order.wait_months,
        covered_from=order.covered_from,
        covered_until=order.covered_until,
        ordered_at=order.ordered_at,
        answered_at=order.answered_at,
        voucher=order.voucher,
    )


def order_shown(outcome: WithPeople[PremiumOrder]) -> PremiumOrderView:
    """An order after an act."""
    return order_view(outcome.thing, outcome.people)


def enrolled_view(outcome: WithPeople[Enrolment]) -> EnrolledView:
    """Somebody after enrolling."""
    person = outcome.people[outcome.thing.person_id]
    named = person_view(person)
    return EnrolledView(
        psn_no=named.psn_no,
        name=named.name,
        kind=outcome.thing.kind,
        kind_text=ENROLMENT_CHINESE[outcome.thing.kind],
        region=person.region,
        status_text=STATUS_CHINESE[person.status],
        enrolled_at=outcome.thing.at,
    )


def receipt_view(receipt: Receipt) -> ReceiptView:
    """What a receipt says."""
    return ReceiptView(**_words(receipt))


def signed_view(told: PremiumTold, receipt: Receipt, key: str) -> SignedReceiptView:
    """A receipt with its code."""
    return SignedReceiptView(**_words(receipt), verify_code=told.code, public_key=key)


class _Words(TypedDict):
    number: str
    name: str
    region_name: str
    item: str
    year: int
    premium_class: str
    repair: bool
    amount_fen: int
    payer: str
    voucher: str
    paid_on: date


def _words(receipt: Receipt) -> _Words:
    return _Words(
        number=receipt.number,
        name=receipt.name,
        region_name=receipt.region_name,
        item=receipt.item,
        year=receipt.year,
        premium_class=receipt.premium_class,
        repair=receipt.repair,
        amount_fen=receipt.amount_fen,
        payer=receipt.payer,
        voucher=receipt.voucher,
        paid_on=receipt.paid_on,
    )
