"""有疑问 or 不是我: what is known of the thing, what could be stopped at once, and the person's own words."""

from __future__ import annotations

from collections.abc import Collection

from starlette.responses import Response

from qinji.complaint.model import Complaint, ComplaintKind, about_from, wish_from
from qinji.complaint.rules import TEXT_MAX
from qinji.flows import open_complaint, read_complaints
from qinji.flows.open_complaint import Complained
from qinji.flows.read_complaints import Beginning
from qinji.kernel.actor import Channel
from qinji.kernel.dates import local_day
from qinji.kernel.ids import to_wire
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.platform.keyed_calls import KeyedCall
from qinji.web.answers import go, page
from qinji.web.forms import carry_out, read_form
from qinji.web.guards import PersonVisit
from qinji.web.texts import _, marked

ABOUT_MAX = 80
KIND_WORDS: dict[ComplaintKind, str] = {
    ComplaintKind.QUESTION: marked("有疑问,请说明"),
    ComplaintKind.NOT_MINE: marked("不是我操作的"),
}


async def begin(visit: PersonVisit) -> Response:
    """The form; ``kind`` of the address is chosen already."""
    found = await _found(visit)
    if isinstance(found, Refused):
        return _nothing(visit, found)
    if found.there is not None:
        return go(visit, f"/complaints/{to_wire(found.there)}?done=there")
    asked = visit.request.query_params.get("kind", "")
    kind = asked if asked in set(ComplaintKind) else ""
    chosen = {one.asked for one in found.offers if one.target in found.suggested}
    return _form(visit, found, kind, "", chosen if kind == ComplaintKind.NOT_MINE else set())


async def send(visit: PersonVisit) -> Response:
    """Open the case; what is ticked is stopped in the same moment."""
    form = await read_form(visit)
    found = await _found(visit)
    if isinstance(found, Refused):
        return _nothing(visit, found)
    kind, text, ticked = form.text("kind"), form.text("text"), form.texts("freeze")
    chosen = set(ticked)
    if kind not in set(ComplaintKind):
        return _form(
            visit, found, "", text, chosen, _("请选一项:有疑问,还是不是您操作的。还没有提出,没有任何变动")
        )
    wishes = [wish for one in ticked if (wish := wish_from(one)) is not None]
    lifts = form.text("lift_at_close") == "yes"
    said = Complained(found.subject.about, ComplaintKind(kind), text, wishes, lifts)

    async def act(call: KeyedCall[Complaint]) -> bytes:
        command = open_complaint.OpenComplaint(call, visit.person, Channel.WEB, said)
        return await open_complaint.run(command, visit.deps)

    told = await carry_out(visit, visit.person, form, act, lambda done: to_wire(done.complaint_id))
    if told.refused:
        return _form(visit, found, kind, text, chosen, told.refused)
    return go(visit, f"/complaints/{told.shown}?done=opened")


async def _found(visit: PersonVisit) -> Beginning | Refused:
    about = about_from(visit.request.query_params.get("about", "")[:ABOUT_MAX])
    if about is None:
        return refuse(RefusalCode.NOT_FOUND)
    return await read_complaints.begin(visit.person, about, visit.deps)


def _form(
    visit: PersonVisit, found: Beginning, kind: str, text: str, chosen: Collection[str], error: str = ""
) -> Response:
    return page(
        visit,
        "complaint/new.html",
        422 if error else 200,
        found=found,
        about=found.subject.about.text,
        kind=kind,
        kinds=KIND_WORDS,
        text=text,
        text_max=TEXT_MAX,
        chosen=chosen,
        today=local_day(visit.deps.clock()),
        error=error,
    )


def _nothing(visit: PersonVisit, refused: Refused) -> Response:
    return page(visit, "parts/problem.html", 404, title=_("没有找到"), text=refused.text, back="/complaints")
