"""``/counter``: one sale on one page, from the scan to the settlement. Each form carries the sale with it, sealed.

Whatever is refused, the page comes again with all that was entered; the way on is always a field that has the focus.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace

from starlette.responses import Response

from qinji.credential.rules import is_code
from qinji.kernel.ids import from_wire
from qinji.kernel.refusal import RefusalCode, refuse
from qinji.platform.database import InDoubt, Overloaded
from qinji.web.answers import page
from qinji.web.counter import panels
from qinji.web.counter.guard import CounterVisit, lead
from qinji.web.counter.lines import Choice, Typed
from qinji.web.counter.outcomes import Declined, Receipt, declined
from qinji.web.counter.panels import Panel
from qinji.web.counter.tickets import Ticket
from qinji.web.counter.till import Checked, Fate, Unclear, Variant
from qinji.web.counter.words import told
from qinji.web.forms import Form, FormRefused, read_form
from qinji.web.texts import _

TICKET = "ticket"
SETTLING = frozenset({"settle", "check", "give_up"})
"""Acts after which nobody may be told that nothing happened unless it is known."""

WRONG = 422
ACCEPTED = 202


@dataclass(frozen=True, slots=True)
class Sent:
    """A form of the page: who sent it, what it says, and the sale that it carries."""

    visit: CounterVisit
    form: Form
    ticket: Ticket

    @property
    def variant(self) -> Variant:
        """The way to pay that was chosen."""
        text = self.form.text("variant")
        return Variant(text) if text in set(Variant) else Variant.EVERYONE

    @property
    def received(self) -> str:
        """The cash received, as it was typed."""
        return self.form.text("received")


async def front(visit: CounterVisit) -> Response:
    """A new sale."""
    return _show(visit, Panel(visit.till.begin(visit.desk)))


async def act(visit: CounterVisit) -> Response:
    """One act of the cashier."""
    form = await read_form(visit)
    ticket = visit.till.unseal(visit.desk, form.whole(TICKET))
    if ticket is None:
        said = _("这一页已经过期,不能再用。如果刚才按过结算,请先到“今日账单”核对,不要重复收费")
        return _show(visit, Panel(visit.till.begin(visit.desk), said=said))
    sent = Sent(visit, form, ticket)
    name = form.text("act")
    try:
        return await ACTS.get(name, _reckon)(sent)
    except Overloaded:
        if name in SETTLING - {"settle"}:
            return _asking(sent)
        busy = told(declined(refuse(RefusalCode.BUSY)))
        return _show(visit, Panel(ticket, chosen=sent.variant, said=busy, received=sent.received))
    except InDoubt:
        if name in SETTLING:
            return _asking(sent)
        return _show(visit, Panel(ticket, said=told(declined(refuse(RefusalCode.BUSY)))))


async def items(visit: CounterVisit) -> Response:
    """Items that fit what is typed, while it is typed."""
    typed = visit.request.query_params.get("item", "").strip()
    found = visit.till.find(visit.desk, typed)
    return page(visit, "counter/found.html", found=found, typed=typed, words=panels)


async def _reckon(sent: Sent) -> Response:
    return await _priced(sent.visit, Panel(sent.ticket))


async def _scan(sent: Sent) -> Response:
    visit, scanned = sent.visit, sent.form.text("code")
    if scanned and not scanned.isdigit() and from_wire(scanned) is not None:
        # A receipt's own number: to be printed again, or given back.
        return lead(visit, f"/counter/bills/{scanned}")
    found = await visit.till.scan(visit.desk, sent.ticket, scanned, card=bool(sent.form.text("card")))
    if isinstance(found, Declined):
        return await _priced(visit, Panel(sent.ticket, said=told(found), focus="scan"))
    # Never on to the act itself: a scanner that sends Enter twice must not take anybody's money.
    return await _priced(visit, Panel(found))


async def _add(sent: Sent) -> Response:
    visit, form = sent.visit, sent.form
    item = form.text("pick") or form.text("item")
    if is_code(item):
        found = await visit.till.scan(visit.desk, sent.ticket, item)
        said = told(found) if isinstance(found, Declined) else ""
        return await _priced(visit, Panel(sent.ticket if isinstance(found, Declined) else found, said=said))
    typed = Typed(item, form.text("quantity"), form.text("price"), bool(form.text("approved")))
    if form.text("find"):
        choices = visit.till.find(visit.desk, item)
        panel = Panel(sent.ticket, typed=typed, found=choices, focus="found" if choices else "item")
        mistakes = {} if choices else {"item": _("目录中没有这一项。请核对编码、名称或拼音首字母")}
        return await _priced(visit, replace(panel, mistakes=mistakes))
    added = visit.till.add(visit.desk, sent.ticket, typed)
    if isinstance(added, Ticket):
        return await _priced(visit, Panel(added, focus="item"))
    if isinstance(added, Choice):
        return await _priced(visit, Panel(sent.ticket, typed=typed, found=added.items, focus="found"))
    mistakes = {one.field: one.text for one in added}
    return await _priced(visit, Panel(sent.ticket, typed=typed, mistakes=mistakes, focus=added[0].field))


async def _drop(sent: Sent) -> Response:
    place = sent.form.text("place")
    ticket = sent.visit.till.drop(sent.ticket, int(place)) if place.isdigit() else sent.ticket
    return await _priced(sent.visit, Panel(ticket, focus="item"))


async def _choose(sent: Sent) -> Response:
    return await _priced(sent.visit, Panel(sent.ticket, chosen=sent.variant, focus="settle"))


async def _settle(sent: Sent) -> Response:
    visit = sent.visit
    panel = Panel(sent.ticket, chosen=sent.variant, received=sent.received, focus="settle")
    try:
        received = sent.form.fen("received")
    except FormRefused as wrong:
        mistakes = {"received": wrong.refused.text}
        return await _priced(visit, replace(panel, mistakes=mistakes))
    outcome = await visit.till.settle(visit.desk, sent.ticket, sent.variant, received)
    if isinstance(outcome, Receipt):
        return lead(visit, f"/counter/bills/{outcome.settlement}")
    if isinstance(outcome, Unclear):
        return _asking(sent)
    return await _priced(visit, replace(panel, said=told(outcome)))


async def _check(sent: Sent) -> Response:
    return await _known(sent, await sent.visit.till.check(sent.visit.desk, sent.ticket.form))


async def _give_up(sent: Sent) -> Response:
    outcome = await sent.visit.till.give_up(sent.visit.desk, sent.ticket)
    if isinstance(outcome, Declined):
        return await _priced(sent.visit, Panel(sent.ticket, said=told(outcome)))
    return await _known(sent, outcome)


async def _known(sent: Sent, checked: Checked) -> Response:
    """What is true of a form, once it is known."""
    if checked.receipt is not None:
        return lead(sent.visit, f"/counter/bills/{checked.receipt.settlement}")
    if checked.fate is Fate.ABSENT:
        return _ask(sent, absent=True)
    said = _("这笔收费已经放弃,没有扣款。下面是按此刻重新核算的金额")
    if checked.declined is not None and checked.fate is Fate.DECLINED:
        said = told(checked.declined)
    return await _priced(sent.visit, Panel(sent.ticket, chosen=sent.variant, said=said))


def _asking(sent: Sent) -> Response:
    return _ask(sent, absent=False)


def _ask(sent: Sent, *, absent: bool) -> Response:
    """Nobody knows yet (``absent`` False), or: it has not arrived and may be sent again as it is."""
    values = {
        "sealed": sent.visit.till.seal(sent.ticket),
        "variant": sent.variant,
        "received": sent.received,
        "absent": absent,
    }
    template = "counter/asking_panel.html" if sent.visit.partial else "counter/asking.html"
    return page(sent.visit, template, ACCEPTED, **values)


async def _priced(visit: CounterVisit, panel: Panel) -> Response:
    """The page with the ways to pay, wherever there is a patient with lines."""
    if panel.ticket.patient is None or not panel.ticket.lines:
        return _show(visit, panel)
    shown = await visit.till.preview(visit.desk, panel.ticket)
    if isinstance(shown, Declined):
        return _show(visit, replace(panel, said=panel.said or told(shown)))
    return _show(visit, replace(panel, ticket=shown.ticket, offers=shown.offers))


def _show(visit: CounterVisit, panel: Panel) -> Response:
    wrong = panel.said or panel.mistakes
    return page(
        visit,
        "counter/sale_panel.html" if visit.partial else "counter/sale.html",
        WRONG if wrong else 200,
        panel=panel,
        ticket=panel.ticket,
        sealed=visit.till.seal(panel.ticket),
        words=panels,
    )


ACTS: Mapping[str, Callable[[Sent], Awaitable[Response]]] = {
    "scan": _scan,
    "add": _add,
    "drop": _drop,
    "reckon": _reckon,
    "choose": _choose,
    "settle": _settle,
    "check": _check,
    "give_up": _give_up,
}
