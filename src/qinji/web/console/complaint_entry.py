"""异议 at the window: a clerk takes it down for who has no phone; what the person names is stopped at once."""

from __future__ import annotations

from starlette.responses import Response

from qinji.complaint.model import Complaint, ComplaintKind, about_from, wish_from
from qinji.complaint.rules import TEXT_MAX
from qinji.flows import open_complaint, read_complaints
from qinji.flows.open_complaint import Complained
from qinji.flows.read_complaints import Beginning
from qinji.kernel.ids import to_wire
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.platform.keyed_calls import KeyedCall
from qinji.web.answers import go
from qinji.web.complaint.opening import ABOUT_MAX, KIND_WORDS
from qinji.web.console.desk import desk_page, problem
from qinji.web.console.tickets import Ticket, unseal
from qinji.web.forms import Form, carry_out, read_form
from qinji.web.guards import StaffVisit
from qinji.web.texts import _
from qinji.window.model import RECOGNISED_CHINESE
from qinji.window.rules import PAPER_MAX, REASON_MAX


async def fill(visit: StaffVisit) -> Response:
    """The form, about a thing of who stands here."""
    form = await read_form(visit)
    asked = await _asked(visit, form)
    if isinstance(asked, Refused):
        return problem(visit, asked, "/console/window")
    ticket, found = asked
    if found.there is not None:
        return go(visit, f"/console/complaints/{to_wire(found.there)}")
    return _form(visit, form, ticket, found)


async def enter(visit: StaffVisit) -> Response:
    """Take it down."""
    form = await read_form(visit)
    asked = await _asked(visit, form)
    if isinstance(asked, Refused):
        return problem(visit, asked, "/console/window")
    ticket, found = asked
    recognised, kind = ticket.recognised, form.text("kind")
    if kind not in set(ComplaintKind):
        return _form(visit, form, ticket, found, _("请选一项:有疑问,还是不是本人操作的。没有任何变动"))
    if recognised is None:
        return problem(visit, refuse(RefusalCode.NOT_FOUND), "/console/window")
    wishes = [wish for one in form.texts("freeze") if (wish := wish_from(one)) is not None]
    said = Complained(found.subject.about, ComplaintKind(kind), form.text("text"), wishes)

    async def act(call: KeyedCall[Complaint]) -> bytes:
        command = open_complaint.OpenAtWindow(
            call, visit.staff, recognised, ticket.number, form.text("reason"), form.text("paper"), said
        )
        return await open_complaint.run_at_window(command, visit.deps)

    told = await carry_out(visit, visit.staff, form, act, lambda done: to_wire(done.complaint_id))
    if told.refused:
        return _form(visit, form, ticket, found, told.refused)
    return go(visit, f"/console/complaints/{told.shown}?done=opened")


async def _asked(visit: StaffVisit, form: Form) -> tuple[Ticket, Beginning] | Refused:
    now = visit.deps.clock()
    ticket = unseal(form.whole("ticket"), visit.deps.vault, visit.staff.staff_id, now)
    if ticket is None or ticket.recognised is None:
        return refuse(RefusalCode.REQUEST_INVALID, reason=_("离上次查找太久了,请用证件重新查找后再办"))
    about = about_from(form.text("about")[:ABOUT_MAX])
    if about is None:
        return refuse(RefusalCode.NOT_FOUND)
    found = await read_complaints.begin_for(visit.staff, ticket.person, about, visit.deps)
    return found if isinstance(found, Refused) else (ticket, found)


def _form(visit: StaffVisit, form: Form, ticket: Ticket, found: Beginning, error: str = "") -> Response:
    recognised = ticket.recognised
    return desk_page(
        visit,
        "complaint_new.html",
        422 if error else 200,
        found=found,
        about=found.subject.about.text,
        ticket=form.whole("ticket"),
        name=ticket.name,
        recognised="" if recognised is None else RECOGNISED_CHINESE[recognised],
        kind=form.text("kind"),
        kinds=KIND_WORDS,
        text=form.text("text"),
        text_max=TEXT_MAX,
        reason=form.text("reason") or ticket.reason,
        reason_max=REASON_MAX,
        paper=form.text("paper"),
        paper_max=PAPER_MAX,
        chosen=set(form.texts("freeze")),
        error=error,
    )
