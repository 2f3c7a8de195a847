"""A bill that this counter took: told, printed, printed again, and given back after one question in plain words."""

from __future__ import annotations

from starlette.responses import Response

from qinji.platform.database import InDoubt, Overloaded
from qinji.web.answers import page
from qinji.web.counter import panels
from qinji.web.counter.cash import Cash
from qinji.web.counter.guard import CounterVisit, lead
from qinji.web.counter.outcomes import Declined
from qinji.web.counter.till import Checked, Unclear
from qinji.web.counter.words import told
from qinji.web.drawing import qr
from qinji.web.forms import read_form
from qinji.web.texts import _

NUMBER_MAX = 40


def _number(visit: CounterVisit) -> str:
    return str(visit.request.path_params["bill"])[:NUMBER_MAX]


async def find(visit: CounterVisit) -> Response:
    """By the number on its receipt, typed or scanned."""
    number = visit.request.query_params.get("number", "").strip().upper()[:NUMBER_MAX]
    return lead(visit, f"/counter/bills/{number}" if number.isalnum() else "/counter/day")


async def one(visit: CounterVisit) -> Response:
    """The bill with its receipts."""
    found = await visit.till.bill(visit.desk, _number(visit))
    if isinstance(found, Declined) or found.receipt is None:
        return _missing(visit, found)
    receipt = found.receipt
    return page(
        visit,
        "counter/bill.html",
        checked=found,
        receipt=receipt,
        returned=found.returned,
        cash=None if receipt.received_fen is None else Cash(receipt.payment.cash_fen, receipt.received_fen),
        picture=qr(receipt.settlement, _("结算编号二维码,扫它可以补打或退费")),
        words=panels,
    )


async def giving_back(visit: CounterVisit) -> Response:
    """One question in plain words before every fen goes back."""
    return await _question(visit)


async def _question(visit: CounterVisit, said: str = "") -> Response:
    found = await visit.till.bill(visit.desk, _number(visit))
    if isinstance(found, Declined) or found.receipt is None:
        return _missing(visit, found)
    if found.returned_at is not None and not said:
        return lead(visit, f"/counter/bills/{found.receipt.settlement}")
    return page(
        visit, "counter/give_back.html", 422 if said else 200, receipt=found.receipt, said=said, words=panels
    )


async def give_back(visit: CounterVisit) -> Response:
    """Every fen goes back to whom it came from."""
    form = await read_form(visit)
    number = _number(visit)
    try:
        outcome = await visit.till.cancel(visit.desk, number, form.key)
    except (Overloaded, InDoubt):
        outcome = Unclear(form.key)
    if isinstance(outcome, Declined):
        return await _question(visit, told(outcome))
    # Where nobody knows, the bill itself tells whether it was given back.
    return lead(visit, f"/counter/bills/{number}" + ("?unclear=1" if isinstance(outcome, Unclear) else ""))


def _missing(visit: CounterVisit, found: Declined | Checked) -> Response:
    text = (
        told(found)
        if isinstance(found, Declined)
        else _("这一笔的小票找不到了。没有任何金额变动。请联系经办机构")
    )
    title = _("没有找到这一笔")
    return page(visit, "parts/problem.html", 404, title=title, text=text, back="/counter/day")
