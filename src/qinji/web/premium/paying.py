"""缴费: which year and whose money, then one page to check, before anything leaves an account."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote as quoted
from uuid import UUID

from starlette.responses import Response

from qinji.flows import order_premium, preview_premium
from qinji.flows.parts.consent_texts import ConsentKind, in_force
from qinji.flows.parts.people import WithPeople
from qinji.flows.parts.premium_quote import Quote
from qinji.flows.preview_premium import PayerTold, PremiumPreview
from qinji.kernel.actor import Channel
from qinji.kernel.ids import from_wire, to_wire
from qinji.kernel.refusal import Refused
from qinji.platform.keyed_calls import KeyedCall
from qinji.policy.premium import CLASS_CHINESE
from qinji.premium.model import PayerKind, PremiumOrder
from qinji.web.answers import go, page
from qinji.web.forms import Form, carry_out, read_form
from qinji.web.guards import PersonVisit
from qinji.web.texts import _


@dataclass(frozen=True, slots=True)
class Way:
    """One way to pay as the form offers it: its value, whose money in words, and what one's own account would keep.

    ``note`` says why it cannot pay.
    """

    value: str
    text: str
    before_fen: int | None
    after_fen: int | None
    note: str
    told: PayerTold


async def begin(visit: PersonVisit) -> Response:
    """The form for one person."""
    asked = visit.request.query_params
    found = await _preview(visit, asked.get("who", ""))
    if isinstance(found, Response):
        return found
    return _form(visit, found, asked.get("who", ""), _year(found, asked.get("year", "")), "")


async def check(visit: PersonVisit) -> Response:
    """Everything once more; nothing has been moved yet."""
    form = await read_form(visit)
    who = form.text("who")
    found = await _preview(visit, who)
    if isinstance(found, Response):
        return found
    quote = _year(found, form.text("year"))
    way = _way(found, quote, form.text("payer"))
    if quote is None or way is None:
        return _form(visit, found, who, quote, _("请选一个付款账户,还没有扣款"), 422)
    return page(
        visit,
        "premium/check.html",
        preview=found,
        quote=quote,
        way=way,
        who=who,
        class_text=CLASS_CHINESE[quote.premium_class],
        text=in_force(ConsentKind.ORDER_PREMIUM),
        kinds=PayerKind,
    )


async def send(visit: PersonVisit) -> Response:
    """Order it. A refusal leads back to the form, with what is true now."""
    form = await read_form(visit)

    async def act(call: KeyedCall[WithPeople[PremiumOrder]]) -> bytes:
        return await _ordered(visit, form, call)

    done = await carry_out(visit, visit.person, form, act, lambda one: one.thing.number)
    if not done.refused:
        return go(visit, f"/premiums/{done.shown}?done=ordered")
    who = form.text("who")
    found = await _preview(visit, who)
    if isinstance(found, Response):
        return found
    return _form(visit, found, who, _year(found, form.text("year")), done.refused, 422)


async def _ordered(visit: PersonVisit, form: Form, call: KeyedCall[WithPeople[PremiumOrder]]) -> bytes:
    kind, grant = _payer(form.text("payer"))
    year, amount = form.text("year"), form.text("amount")
    command = order_premium.OrderPremium(
        call,
        visit.person,
        Channel.WEB,
        form.text("who") or None,
        int(year) if year.isdecimal() and len(year) == 4 else 0,
        int(amount) if amount.isdecimal() else 0,
        kind,
        grant,
    )
    return await order_premium.run(command, visit.deps)


def _payer(value: str) -> tuple[PayerKind, UUID | None]:
    kind, _dot, grant = value.partition(".")
    known = {one.value for one in PayerKind}
    return (PayerKind(kind) if kind in known else PayerKind.CASH), from_wire(grant)


async def _preview(visit: PersonVisit, who: str) -> PremiumPreview | Response:
    found = await preview_premium.run(visit.person, who or None, visit.deps)
    if isinstance(found, Refused):
        return page(
            visit, "parts/problem.html", 422, title=_("不能替此人缴费"), text=found.text, back="/premiums"
        )
    return found


def _year(found: PremiumPreview, year: str) -> Quote | None:
    """The year that was chosen; else this year or the next, rather than one that was missed."""
    chosen = next((one for one in found.quotes if str(one.year) == year), None)
    fresh = [one for one in found.quotes if not one.repair]
    return chosen or next(iter(fresh), None) or next(iter(found.quotes), None)


def _ways(found: PremiumPreview, quote: Quote | None) -> list[Way]:
    return [] if quote is None else [_offered(told, quote) for told in found.payers]


def _offered(told: PayerTold, quote: Quote) -> Way:
    payer = told.payer
    value = payer.kind if payer.grant is None else f"{payer.kind}.{to_wire(payer.grant)}"
    if told.who is None:
        return Way(value, _("银行卡、现金:自己向税务部门支付,不动用个人账户"), None, None, "", told)
    whose = told.who.whose
    wallet = payer.kind is PayerKind.OWN_WALLET
    text = _("{whose}医保钱包").format(whose=whose) if wallet else _("{whose}个人账户").format(whose=whose)
    note = payer.reason
    if not note and told.mine and payer.available_fen < quote.amount_fen and not quote.allow_split:
        note = _("可用的不够,一笔保费要由一处付清")
    before = told.before_fen
    pays = min(payer.available_fen, quote.amount_fen)
    return Way(value, text, before, None if before is None or note else before - pays, note, told)


def _way(found: PremiumPreview, quote: Quote | None, value: str) -> Way | None:
    return next((one for one in _ways(found, quote) if one.value == value and not one.note), None)


def _form(
    visit: PersonVisit,
    found: PremiumPreview,
    who: str,
    quote: Quote | None,
    error: str,
    status: int = 200,
) -> Response:
    return page(
        visit,
        "premium/pay.html",
        status,
        preview=found,
        quote=quote,
        ways=_ways(found, quote),
        who=who,
        asked=quoted(who),
        class_text="" if quote is None else CLASS_CHINESE[quote.premium_class],
        why_not="" if found.why_not is None else found.why_not.text,
        error=error,
    )
