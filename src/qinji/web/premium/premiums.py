"""居民医保缴费: for whom one may pay, one's orders, each with its state, its receipt, and having it paid back."""

from __future__ import annotations

from starlette.responses import Response

from qinji.flows import list_premiums, read_premium, refund_premium
from qinji.flows.parts.consent_texts import ConsentKind, in_force
from qinji.flows.parts.people import WithPeople
from qinji.flows.read_premium import PremiumTold
from qinji.kernel.actor import Channel
from qinji.kernel.ids import from_wire, to_wire
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.platform.keyed_calls import KeyedCall
from qinji.platform.signatures import public_key
from qinji.policy.premium import CLASS_CHINESE
from qinji.premium.model import STATE_CHINESE, OrderState, PayerKind, PremiumOrder
from qinji.web.answers import go, page
from qinji.web.drawing import paper_qr
from qinji.web.forms import carry_out, read_form
from qinji.web.guards import PersonVisit
from qinji.web.texts import _

ORDERS_MAX = 20


async def front(visit: PersonVisit) -> Response:
    """For whom one may pay, and what was paid."""
    after = from_wire(visit.request.query_params.get("after", ""))
    home = await list_premiums.run(visit.person, ORDERS_MAX + 1, after, visit.deps)
    shown = home.orders[:ORDERS_MAX]
    return page(
        visit,
        "premium/premiums.html",
        home=home,
        orders=shown,
        more=to_wire(shown[-1].order_id) if len(home.orders) > ORDERS_MAX else "",
        state_texts=STATE_CHINESE,
        states=OrderState,
        me=visit.person.person_id,
    )


async def one(visit: PersonVisit) -> Response:
    """One order, and what comes next."""
    told = await _told(visit)
    return told if isinstance(told, Response) else _shown(visit, told)


async def receipt(visit: PersonVisit) -> Response:
    """The receipt, to be printed."""
    told = await _told(visit)
    if isinstance(told, Response):
        return told
    if told.receipt is None:
        return go(visit, f"/premiums/{told.order.number}")
    return page(
        visit,
        "premium/receipt.html",
        receipt=told.receipt,
        code=told.code,
        picture=paper_qr(told.code, _("缴费凭证的验证码")),
        key=public_key(visit.deps.vault),
        back=f"/premiums/{told.order.number}",
    )


async def refunding(visit: PersonVisit) -> Response:
    """What paying back means, before one asks for it."""
    told = await _told(visit)
    return told if isinstance(told, Response) else _refund_page(visit, told)


async def refund(visit: PersonVisit) -> Response:
    """Ask for it."""
    told = await _told(visit)
    if isinstance(told, Response):
        return told
    form = await read_form(visit)

    async def act(call: KeyedCall[WithPeople[PremiumOrder]]) -> bytes:
        command = refund_premium.RefundPremium(call, visit.person, Channel.WEB, told.order.order_id)
        return await refund_premium.run(command, visit.deps)

    done = await carry_out(visit, visit.person, form, act)
    if done.refused:
        return _refund_page(visit, told, done.refused)
    return go(visit, f"/premiums/{told.order.number}")


def _refund_page(visit: PersonVisit, told: PremiumTold, error: str = "") -> Response:
    order = told.order
    return page(
        visit,
        "premium/refund.html",
        422 if error else 200,
        told=told,
        order=order,
        who=told.names[order.person_id],
        payer=payer_text(told),
        text=in_force(ConsentKind.REFUND_PREMIUM),
        error=error,
    )


def payer_text(told: PremiumTold) -> str:
    """Whose money it is, from the reader's side."""
    order = told.order
    if order.payer_id is None:
        return _("向税务部门用银行卡、现金支付")
    whose = told.names[order.payer_id].whose
    wallet = order.payer_kind is PayerKind.OWN_WALLET
    return _("{whose}医保钱包").format(whose=whose) if wallet else _("{whose}个人账户").format(whose=whose)


def _shown(visit: PersonVisit, told: PremiumTold) -> Response:
    order = told.order
    return page(
        visit,
        "premium/premium.html",
        told=told,
        order=order,
        who=told.names[order.person_id],
        orderer=told.names[order.orderer_id],
        payer=payer_text(told),
        state_text=STATE_CHINESE[order.state],
        class_text=CLASS_CHINESE[order.premium_class],
        states=OrderState,
    )


async def _told(visit: PersonVisit) -> PremiumTold | Response:
    order = from_wire(visit.request.path_params["order"])
    found: PremiumTold | Refused = refuse(RefusalCode.NOT_FOUND)
    if order is not None:
        found = await read_premium.run(visit.person, order, visit.deps)
    if isinstance(found, Refused):
        return page(
            visit, "parts/problem.html", 404, title=_("没有这笔缴费"), text=found.text, back="/premiums"
        )
    return found
