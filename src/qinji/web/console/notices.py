"""每月通知单: what somebody without a phone was told of in a month, printed at the window with a reason."""

from __future__ import annotations

from datetime import date

from starlette.responses import Response

from qinji.flows import print_notices
from qinji.kernel.dates import first_of_month, local_day, months_after
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.web.console.desk import desk_page, problem
from qinji.web.console.tickets import unseal
from qinji.web.forms import read_form
from qinji.web.guards import StaffVisit
from qinji.web.texts import _

MONTHS_OFFERED = 13


def offered_months(today: date) -> list[date]:
    """The months that are offered, the newest first."""
    return [months_after(first_of_month(today), -back) for back in range(MONTHS_OFFERED)]


async def slip(visit: StaffVisit) -> Response:
    """The slip of a month for whom the ticket names; printing it stands in their trail, and they are told of it."""
    form = await read_form(visit)
    deps = visit.deps
    ticket = unseal(form.whole("ticket"), deps.vault, visit.staff.staff_id, deps.clock())
    written = form.text("month")
    month = next((one for one in offered_months(local_day(deps.clock())) if one.isoformat() == written), None)
    if ticket is None or month is None:
        asked = refuse(RefusalCode.REQUEST_INVALID, reason=_("请重新查找本人后再打印"))
        return problem(visit, asked, "/console/window")
    command = print_notices.PrintNotices(visit.staff, ticket.person, month, ticket.reason)
    found = await print_notices.run(command, deps)
    if isinstance(found, Refused):
        return problem(visit, found, "/console/window")
    return desk_page(visit, "notices.html", month=found, reason=ticket.reason)
