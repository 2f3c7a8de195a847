"""家庭共济备案: one grant that waits for the bureau's files, with the region's rule, and the clerk's decision."""

from __future__ import annotations

from uuid import UUID

from starlette.responses import Response

from qinji.flows import file_grant, review_grant
from qinji.flows.parts.people import WithPeople
from qinji.kernel.ids import from_wire, to_wire
from qinji.kernel.kinship import spoken
from qinji.kernel.purpose import PURPOSE_CHINESE
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.mutual_aid.model import STATE_CHINESE, Bounds, Grant, Limits
from qinji.platform.keyed_calls import KeyedCall
from qinji.web.answers import go
from qinji.web.console.checks import MARK_WORDS, Mark, grant_checks
from qinji.web.console.desk import desk_page, problem
from qinji.web.forms import carry_out, read_form
from qinji.web.guards import StaffVisit
from qinji.web.mutual_aid.limits import last_day_words, use_words
from qinji.web.templating import money
from qinji.web.texts import _, marked

LIMIT_WORDS: dict[str, str] = {
    "per_use_fen": marked("每次最多"),
    "per_day_fen": marked("每天最多"),
    "per_month_fen": marked("每月最多"),
    "per_year_fen": marked("每年最多"),
}


def limits_of(limits: Limits) -> list[tuple[str, int | None]]:
    """Each limit by its words, in fen; None: no limit."""
    return [(words, getattr(limits, name)) for name, words in LIMIT_WORDS.items()]


def narrowed(bounds: Bounds) -> list[tuple[str, str]]:
    """What else narrows a grant, where it is set: above what its grantor is asked, parts of a bill, the last day."""
    above, rows = bounds.limits.confirm_above_fen, list[tuple[str, str]]()
    if above is not None:
        rows.append((_("一笔超过这些先问本人"), money(above)))
    if bounds.uses is not None:
        rows.append((_("只付这些费用"), use_words(bounds.uses)))
    if bounds.last_day is not None:
        rows.append((_("有效期至"), last_day_words(bounds.last_day)))
    return rows


async def one(visit: StaffVisit) -> Response:
    """The case."""
    return await _show(visit, 200)


async def decide(visit: StaffVisit) -> Response:
    """Into the files, or not."""
    form = await read_form(visit)
    grant, approve, reason = _grant(visit), form.text("answer") == "approve", form.text("reason")
    if grant is None:
        return problem(visit, refuse(RefusalCode.NOT_FOUND))

    async def act(call: KeyedCall[WithPeople[Grant]]) -> bytes:
        command = file_grant.FileGrant(call, visit.staff, grant, approve, reason or None)
        return await file_grant.run(command, visit.deps)

    told = await carry_out(visit, visit.staff, form, act)
    if told.refused:
        return await _show(visit, 422, told.refused, reason)
    return go(visit, f"/console?done={'filed' if approve else 'not_filed'}")


async def _show(visit: StaffVisit, status: int, error: str = "", reason: str = "") -> Response:
    grant = _grant(visit)
    case = (
        refuse(RefusalCode.NOT_FOUND)
        if grant is None
        else await review_grant.run(visit.staff, grant, visit.deps)
    )
    if isinstance(case, Refused):
        return problem(visit, case)
    regions = dict(visit.deps.book.region_names())
    return desk_page(
        visit,
        "grant.html",
        status,
        case=case,
        grant=case.grant,
        key=to_wire(case.grant.grant_id),
        checks=grant_checks(case, regions),
        marks=Mark,
        mark_words=MARK_WORDS,
        limits=limits_of(case.grant.limits),
        narrowed=narrowed(case.grant.bounds),
        purposes=[words for one, words in PURPOSE_CHINESE.items() if one in case.grant.purposes],
        state=STATE_CHINESE[case.grant.state],
        beneficiary_is=spoken(case.grant.relation, case.beneficiary.person.sex),
        regions=regions,
        error=error,
        reason=reason,
    )


def _grant(visit: StaffVisit) -> UUID | None:
    return from_wire(visit.request.path_params["grant"])
