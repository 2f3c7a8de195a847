"""月对账单 and 下载我的信息: a month that adds up, as a page, on paper and as a workbook; all of one's data as one file."""

from __future__ import annotations

from datetime import date

from starlette.responses import Response, StreamingResponse

from qinji.flows import export_data, make_statement
from qinji.kernel.dates import first_of_month, local_day, months_after
from qinji.kernel.refusal import Refused
from qinji.platform.workbook import MEDIA_TYPE
from qinji.web.answers import HEADERS, go, page
from qinji.web.charts import chart
from qinji.web.family.filters import months_offered
from qinji.web.forms import read_form
from qinji.web.guards import PersonVisit
from qinji.web.texts import _


async def latest(visit: PersonVisit) -> Response:
    """The statement of this month."""
    return go(visit, f"/records/statements/{local_day(visit.deps.clock()):%Y-%m}")


async def one(visit: PersonVisit) -> Response:
    """A month: opening + in - out = closing, who paid for whom, every transfer, and a year in charts."""
    month = _month(visit)
    if month is None:
        return _none(visit, None)
    told = await make_statement.run(visit.person, month, visit.deps)
    if isinstance(told, Refused):
        return _none(visit, told)
    today = local_day(visit.deps.clock())
    following = months_after(month, 1)
    return page(
        visit,
        "family/statement.html",
        told=told,
        who_for_whom=chart(told.who_for_whom),
        by_kind=chart(told.by_kind),
        before=f"{months_after(month, -1):%Y-%m}",
        after=f"{following:%Y-%m}" if following <= today else "",
        this=f"{month:%Y-%m}",
        running=first_of_month(today) == month,
        months=months_offered(today),
    )


async def paper(visit: PersonVisit) -> Response:
    """The same as PDF."""
    month = _month(visit)
    content = None if month is None else await make_statement.as_paper(visit.person, month, visit.deps)
    return _file(visit, content, "application/pdf", "pdf")


async def workbook(visit: PersonVisit) -> Response:
    """The same as an Excel workbook."""
    month = _month(visit)
    content = None if month is None else await make_statement.as_workbook(visit.person, month, visit.deps)
    return _file(visit, content, MEDIA_TYPE, "xlsx")


async def exporting(visit: PersonVisit) -> Response:
    """What will be in the file, before it is made."""
    return page(visit, "family/export.html", parts=export_data.PARTS)


async def export(visit: PersonVisit) -> Response:
    """The file, written as it is read."""
    await read_form(visit)
    headers = {**HEADERS, "Content-Disposition": 'attachment; filename="my-data.zip"'}
    pieces = export_data.run(visit.person, visit.deps)
    return StreamingResponse(pieces, media_type="application/zip", headers=headers)


def _month(visit: PersonVisit) -> date | None:
    try:
        return date.fromisoformat(f"{visit.request.path_params['month']}-01")
    except ValueError:
        return None


def _none(visit: PersonVisit, refused: Refused | None) -> Response:
    text = _("没有这个月的对账单,请从本月的对账单往前翻。") if refused is None else refused.text
    back = "/records/statements"
    return page(visit, "parts/problem.html", 404, title=_("没有这个月的对账单"), text=text, back=back)


def _file(visit: PersonVisit, content: bytes | Refused | None, kind: str, ending: str) -> Response:
    if content is None or isinstance(content, Refused):
        return _none(visit, content)
    name = f"statement-{visit.request.path_params['month']}.{ending}"
    headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=kind, headers=headers)
