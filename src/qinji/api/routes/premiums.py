"""代缴: enrol one person, see what a year's premium costs, order it, follow it, have it paid back, check a receipt."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response

from qinji.api.premium_views import (
    CodeAsk,
    EnrolAsk,
    EnrolledView,
    PremiumAsk,
    PremiumOrderView,
    PremiumPreviewView,
    ReceiptView,
    SignedReceiptView,
    TaxTakenView,
    enrolled_view,
    order_shown,
    order_view,
    preview_view,
    receipt_view,
    signed_view,
)
from qinji.api.problem import problem
from qinji.api.session import (
    PAGE_DEFAULT,
    ChannelOf,
    DepsOf,
    KeyedOf,
    Limit,
    Person,
    answer,
    check_text,
    identifier,
    shown,
    shown_text,
)
from qinji.api.tax import reader_of
from qinji.api.views import Page, page
from qinji.flows import (
    answer_premiums,
    enrol_person,
    order_premium,
    preview_premium,
    read_premium,
    refund_premium,
)
from qinji.flows.parts.consent_texts import ConsentKind
from qinji.flows.parts.tax_words import SIGNATURE, WrongWords
from qinji.kernel.ids import to_wire
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.platform.signatures import public_key

router = APIRouter(prefix="/premiums", tags=["代缴 premiums"])

Whose = Annotated[str | None, Query(max_length=40, description="人员编号;不填是本人")]


@router.get("/preview", response_model=PremiumPreviewView)
async def preview(person: Person, deps: DepsOf, psn_no: Whose = None) -> Response:
    """What may be paid for me or a relative today: amounts, last days, waiting, and whose account may pay."""
    found = await preview_premium.run(person, psn_no, deps)
    return shown(found if isinstance(found, Refused) else preview_view(found, found.people))


@router.post("", status_code=201, response_model=PremiumOrderView)
async def order(
    ask: PremiumAsk, person: Person, channel: ChannelOf, keyed: KeyedOf, deps: DepsOf
) -> Response:
    """Order a year's premium. The money leaves the account and is held until the tax bureau has said its word."""
    check_text(ConsentKind.ORDER_PREMIUM, ask.consent_version)
    command = order_premium.OrderPremium(
        keyed.call("premium.order", person, order_shown, 201),
        person,
        channel,
        ask.psn_no,
        ask.year,
        ask.amount_fen,
        ask.payer,
        None if ask.grant is None else identifier(ask.grant),
    )
    return answer(await order_premium.run(command, deps))


@router.get("")
async def orders(
    person: Person,
    deps: DepsOf,
    limit: Limit = PAGE_DEFAULT,
    after: Annotated[str | None, Query(max_length=40)] = None,
) -> Page[PremiumOrderView]:
    """Orders that I made, paid or am insured by, newest first."""
    before = None if after is None else identifier(after)
    found, people, _ = await read_premium.listing(person, limit, before, deps)
    cursor = to_wire(found[-1].order_id) if found else None
    return page([order_view(one, people) for one in found], limit, cursor)


@router.post("/enrolments", status_code=201, response_model=EnrolledView)
async def enrol(ask: EnrolAsk, person: Person, keyed: KeyedOf, deps: DepsOf) -> Response:
    """Register my child in the residents' insurance, or myself when I come back to it. It moves no money."""
    check_text(ConsentKind.ENROL_PERSON, ask.consent_version)
    command = enrol_person.EnrolPerson(
        keyed.call("premium.enrol", person, enrolled_view, 201),
        person,
        ask.kind,
        ask.name or "",
        ask.identity_number or "",
    )
    return answer(await enrol_person.run(command, deps))


@router.post("/receipts/verify", response_model=ReceiptView)
async def verify(ask: CodeAsk, deps: DepsOf) -> Response:
    """What a verify code of this bureau says; nobody has to sign in for it."""
    found = read_premium.verify_here(ask.code, deps)
    return shown(refuse(RefusalCode.RECEIPT_CODE_WRONG) if found is None else receipt_view(found))


@router.post("/tax-answers", response_model=TaxTakenView)
async def tax_answer(
    request: Request, deps: DepsOf, signature: Annotated[str, Header(alias=SIGNATURE, max_length=64)] = ""
) -> Response:
    """The tax bureau's callback: its word about one order, signed with the shared secret."""
    reader = reader_of(request)
    if reader is None:
        return problem(refuse(RefusalCode.NOT_FOUND))
    try:
        said = reader.read(await request.body(), signature)
    except WrongWords:
        return problem(refuse(RefusalCode.TAX_ANSWER_WRONG))
    if said is None:
        return shown(TaxTakenView(taken="known"))
    (taken,) = await answer_premiums.run(answer_premiums.AnswerPremiums((said,)), deps)
    return shown(TaxTakenView(taken=taken))


@router.get("/{order_id}", response_model=PremiumOrderView)
async def one(order_id: str, person: Person, deps: DepsOf) -> Response:
    """One order that concerns me."""
    found = await read_premium.run(person, identifier(order_id), deps)
    return shown(found if isinstance(found, Refused) else order_view(found.order, found.people))


@router.get("/{order_id}/receipt", response_model=SignedReceiptView)
async def receipt(order_id: str, person: Person, deps: DepsOf) -> Response:
    """The receipt of a paid premium with its verify code."""
    found = await read_premium.run(person, identifier(order_id), deps)
    if isinstance(found, Refused):
        return problem(found)
    if found.receipt is None:
        return problem(refuse(RefusalCode.NOT_FOUND))
    return shown(signed_view(found, found.receipt, public_key(deps.vault)))


_TEXT = shown_text(ConsentKind.REFUND_PREMIUM)


@router.post("/{order_id}/refund", response_model=PremiumOrderView, dependencies=[_TEXT])
async def refund(order_id: str, person: Person, channel: ChannelOf, keyed: KeyedOf, deps: DepsOf) -> Response:
    """Ask for a paid premium back, before its days begin; the money returns when the tax bureau has said yes."""
    call = keyed.call("premium.refund", person, order_shown)
    command = refund_premium.RefundPremium(call, person, channel, identifier(order_id))
    return answer(await refund_premium.run(command, deps))
