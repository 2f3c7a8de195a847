"""Who stands at a counter's page: a cashier, at the desk of an institution that is designated this very moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from starlette.responses import Response

from qinji.kernel.actor import StaffRole
from qinji.web.answers import HEADERS, go, page
from qinji.web.counter.desk import Desk
from qinji.web.counter.outcomes import Declined
from qinji.web.counter.till import Till
from qinji.web.counter.words import told
from qinji.web.guards import COUNTER, Endpoint, StaffVisit, for_staff
from qinji.web.texts import _

CASHIERS = frozenset({StaffRole.CASHIER})


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterVisit(StaffVisit):
    """A page of a counter, with its till and its desk."""

    till: Till
    desk: Desk


class CounterPage(Protocol):
    """What shows a page to a cashier."""

    async def __call__(self, visit: CounterVisit, /) -> Response:
        """The page."""


def at_counter(show: CounterPage) -> Endpoint:
    """A page for cashiers; at an institution that may not charge any more it says that, and nothing else."""

    async def checked(visit: StaffVisit) -> Response:
        till: Till = visit.request.app.state.till
        desk = await till.desk(visit.staff)
        if isinstance(desk, Declined):
            title = _("这个收费台现在不能收费")
            return page(visit, "parts/problem.html", 422, title=title, text=told(desk), back=COUNTER.sign_in)
        return await show(
            CounterVisit(
                visit.request, visit.deps, visit.look, visit.token, staff=visit.staff, till=till, desk=desk
            )
        )

    return for_staff(checked, COUNTER, CASHIERS)


def lead(visit: CounterVisit, path: str) -> Response:
    """To another page, also where only a part of this one was asked for."""
    if visit.partial:
        return Response(status_code=204, headers={**HEADERS, "HX-Redirect": path})
    return go(visit, path)
