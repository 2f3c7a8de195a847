"""One binding at the window: photos beside what was asked, what the register says, and the second clerk's decision."""

from __future__ import annotations

from uuid import UUID

from starlette.responses import Response

from qinji.family.model import Binding, BindingState, WaitsFor
from qinji.family.rules import state_text, waits_for
from qinji.flows import decide_binding, review_binding, see_evidence
from qinji.flows.parts.people import WithPeople
from qinji.flows.review_binding import BindingCase
from qinji.kernel.actor import CHANNEL_CHINESE, Channel
from qinji.kernel.dates import local_day
from qinji.kernel.ids import from_wire, to_wire
from qinji.kernel.kinship import inverse, spoken
from qinji.kernel.purpose import POWER_CHINESE
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.platform.keyed_calls import KeyedCall
from qinji.web.answers import HEADERS, go
from qinji.web.console.checks import MARK_WORDS, Mark, binding_checks
from qinji.web.console.desk import desk_page, problem
from qinji.web.forms import carry_out, read_form
from qinji.web.guards import StaffVisit
from qinji.web.texts import _, marked

PICTURE_POLICY = "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; sandbox"
"""A picture is for these eyes now, and is never taken for a page; the browser's own frame around it may have a look."""

DONE: dict[str, str] = {
    "entered": marked("已录入。请另一位同事审核,您自己不能审核。"),
    "approved": marked("已通过,绑定现在生效。材料照片已删除。"),
    "refused": marked("已按“不通过”办结,理由已告诉家人。没有绑定。材料照片已删除。"),
}


async def one(visit: StaffVisit) -> Response:
    """The case."""
    return await _show(visit, 200)


async def photo(visit: StaffVisit) -> Response:
    """One photo of a paper, while the binding waits; the look stands in both trails before it is handed out."""
    binding, wanted = _binding(visit), from_wire(visit.request.path_params["photo"])
    if binding is None or wanted is None:
        return problem(visit, refuse(RefusalCode.NOT_FOUND))
    picture = await see_evidence.run(see_evidence.SeeEvidence(visit.staff, binding, wanted), visit.deps)
    if isinstance(picture, Refused):
        return problem(visit, picture)
    headers = {**HEADERS, "Content-Security-Policy": PICTURE_POLICY}
    return Response(picture.content, 200, headers, picture.kind.media_type)


async def decide(visit: StaffVisit) -> Response:
    """The second clerk's word."""
    form = await read_form(visit)
    binding, approve, reason = _binding(visit), form.text("answer") == "approve", form.text("reason")
    if binding is None:
        return problem(visit, refuse(RefusalCode.NOT_FOUND))

    async def act(call: KeyedCall[WithPeople[Binding]]) -> bytes:
        command = decide_binding.DecideBinding(
            call, visit.staff, Channel.WINDOW, binding, approve, reason or None
        )
        return await decide_binding.run(command, visit.deps)

    told = await carry_out(visit, visit.staff, form, act)
    if told.refused:
        return await _show(visit, 422, told.refused, reason)
    return go(visit, f"/console/bindings/{to_wire(binding)}?done={'approved' if approve else 'refused'}")


async def _show(visit: StaffVisit, status: int, error: str = "", reason: str = "") -> Response:
    binding = _binding(visit)
    case = (
        refuse(RefusalCode.NOT_FOUND)
        if binding is None
        else await review_binding.run(visit.staff, binding, visit.deps)
    )
    if isinstance(case, Refused):
        return problem(visit, case)
    done = DONE.get(visit.request.query_params.get("done", ""), "")
    return desk_page(
        visit,
        "binding.html",
        status,
        case=case,
        binding=case.binding,
        key=to_wire(case.binding.binding_id),
        checks=binding_checks(case),
        marks=Mark,
        mark_words=MARK_WORDS,
        photos=_photos(case),
        states=BindingState,
        state=state_text(case.binding),
        to_enter=waits_for(case.binding) is WaitsFor.ENTRY,
        mine=case.binding.entered_by == visit.staff.staff_id,
        member_is=spoken(case.binding.relation, case.member.person.sex),
        holder_is=spoken(inverse(case.binding.relation), case.holder.person.sex),
        regions=visit.deps.book.region_names(),
        power_names=POWER_CHINESE,
        channels=CHANNEL_CHINESE,
        today=local_day(visit.deps.clock()),
        done=_(done) if done else "",
        error=error,
        reason=reason,
    )


def _photos(case: BindingCase) -> list[str]:
    """The ids of the photos that can still be seen."""
    return [to_wire(photo.photo_id) for photo in case.papers.photos] if case.papers and case.readable else []


def _binding(visit: StaffVisit) -> UUID | None:
    return from_wire(visit.request.path_params["binding"])
