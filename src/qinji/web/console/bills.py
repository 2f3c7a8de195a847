"""用款说明 for staff: one settlement explained on one page, with a reason that its patient reads in their trail."""

from __future__ import annotations

from starlette.responses import Response

from qinji.flows import explain_bill
from qinji.kernel.ids import from_wire
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.web.console.desk import desk_page
from qinji.web.forms import read_form
from qinji.web.guards import StaffVisit


async def front(visit: StaffVisit) -> Response:
    """Which settlement, and why."""
    return _ask(visit, 200, visit.request.query_params.get("bill", ""), "")


async def explain(visit: StaffVisit) -> Response:
    """The page; the look and its reason are noted before it is shown."""
    form = await read_form(visit)
    written, reason = form.text("bill").upper(), form.text("reason")
    settlement = from_wire(written)
    found = (
        refuse(RefusalCode.NOT_FOUND)
        if settlement is None
        else await explain_bill.for_staff(visit.staff, settlement, reason, visit.deps)
    )
    if isinstance(found, Refused):
        return _ask(visit, 422, written, reason, found.text)
    return desk_page(visit, "usage.html", usage=found, bill_number=written, printed_at=visit.deps.clock())


def _ask(visit: StaffVisit, status: int, bill: str, reason: str, error: str = "") -> Response:
    return desk_page(visit, "bills.html", status, bill=bill, reason=reason, error=error)
