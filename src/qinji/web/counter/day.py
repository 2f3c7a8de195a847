"""A day of the counter, cashier by cashier; and the end of a shift with the cash that was counted."""

from __future__ import annotations

from datetime import date, timedelta

from starlette.responses import Response

from qinji.flows import read_complaints
from qinji.institution.model import HandOver
from qinji.kernel.ids import to_wire
from qinji.kernel.refusal import RefusalCode, refuse
from qinji.kernel.takings import Takings
from qinji.platform.database import InDoubt, Overloaded
from qinji.web.answers import page
from qinji.web.counter.guard import CounterVisit, lead
from qinji.web.counter.outcomes import Declined, declined
from qinji.web.counter.words import told
from qinji.web.forms import Form, FormRefused, read_form
from qinji.web.texts import _

ENDED = "ended"


async def front(visit: CounterVisit) -> Response:
    """The day's totals, the open shift, and shifts that were handed over."""
    return await _show(visit)


async def hand_over(visit: CounterVisit) -> Response:
    """The shift ends; what was counted is kept beside what should be there."""
    form = await read_form(visit)
    try:
        counted = form.fen("counted")
    except FormRefused as wrong:
        return await _show(visit, form, wrong.refused.text)
    if counted is None or counted < 0:
        return await _show(visit, form, _("请填写点得的现金,没有就填 0。还没有交班"))
    try:
        outcome = await visit.till.hand_over(visit.desk, form.key, counted, form.text("note"))
    except (Overloaded, InDoubt):
        outcome = declined(refuse(RefusalCode.BUSY))
    if isinstance(outcome, Declined):
        return await _show(visit, form, told(outcome))
    return lead(visit, f"/counter/day?{ENDED}={outcome.hand_over}")


async def _show(visit: CounterVisit, form: Form | None = None, said: str = "") -> Response:
    wanted = _wanted(visit)
    told_day = await visit.till.day(visit.desk, wanted)
    listed = await visit.till.hand_overs(visit.desk)
    return page(
        visit,
        "counter/day.html",
        422 if said else 200,
        wanted=wanted,
        before=wanted - timedelta(days=1),
        after=wanted + timedelta(days=1) if wanted < visit.desk.today else None,
        cashiers=told_day.cashiers,
        names={staff: name for staff, name, _takings in told_day.cashiers},
        everybody=_together([takings for *_who, takings in told_day.cashiers]),
        acts=told_day.acts,
        shift=await visit.till.shift(visit.desk),
        hand_overs=listed,
        asked=await read_complaints.asked_of(visit.desk.place.code, visit.deps),
        ended=_ended(visit, listed),
        counted="" if form is None else form.text("counted"),
        note="" if form is None else form.text("note"),
        said=said,
        to_wire=to_wire,
    )


def _together(all_takings: list[Takings]) -> Takings:
    total = Takings()
    for takings in all_takings:
        total = Takings(total.taken.plus(takings.taken), total.returned.plus(takings.returned))
    return total


def _wanted(visit: CounterVisit) -> date:
    try:
        asked = date.fromisoformat(visit.request.query_params.get("day", ""))
    except ValueError:
        return visit.desk.today
    return min(asked, visit.desk.today)


def _ended(visit: CounterVisit, listed: list[HandOver]) -> HandOver | None:
    """The hand-over that was just made, to be told on top."""
    asked = visit.request.query_params.get(ENDED, "")
    return next((one for one in listed if str(one.hand_over_id) == asked), None)
