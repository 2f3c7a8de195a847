"""年度结转: how far each pooling area is with the account year that ended last."""

from __future__ import annotations

from starlette.responses import Response

from qinji.flows import read_account_years
from qinji.kernel.refusal import Refused
from qinji.web.console.desk import desk_page, problem
from qinji.web.guards import StaffVisit


async def front(visit: StaffVisit) -> Response:
    """Every pooling area; those that have such a year first."""
    found = await read_account_years.run(visit.staff, visit.deps)
    if isinstance(found, Refused):
        return problem(visit, found)
    return desk_page(
        visit,
        "years.html",
        years=[one for one in found if one.end is not None],
        others=[one for one in found if one.end is None],
    )
