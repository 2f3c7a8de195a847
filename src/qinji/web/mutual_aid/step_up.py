"""再验证一次身份: fresh digits before an account is opened wider; the form that asked for it goes on as it was filled in."""

from __future__ import annotations

from starlette.responses import Response

from qinji.flows import begin_sign_in, step_up
from qinji.flows.parts.caution import proven
from qinji.kernel.ids import from_wire, to_wire
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.web.answers import page, resend
from qinji.web.forms import PROOF_FIELD, Form, Told, read_form
from qinji.web.guards import PersonVisit
from qinji.web.visit import safe_path

OWN_FIELDS = frozenset({PROOF_FIELD, "digits", "sign_in", "to", "again"})
INSIDE = ("/mutual-aid/", "/complaints/")
"""Where a form may have come from that is sent on."""


def needed(done: Told) -> bool:
    """Whether an act was refused only because the proof of who one is is too old."""
    return done.code == RefusalCode.STEP_UP_REQUIRED.name


async def ask(visit: PersonVisit, form: Form, to: str = "", error: str = "") -> Response:
    """Send fresh digits and ask for them; everything that was filled in is carried along."""
    begun = await begin_sign_in.run(begin_sign_in.BeginStepUp(visit.person), visit.deps)
    if isinstance(begun, Refused):
        return _page(visit, form, to, form.text("sign_in"), "", begun.text)
    told = begun.code if visit.sandbox else ""
    return _page(visit, form, to, to_wire(begun.sign_in_id), told, error)


async def send(visit: PersonVisit) -> Response:
    """The digits: right ones send the form on to where it was going. One that is sent twice goes on twice."""
    form = await read_form(visit)
    to, identifier = form.text("to"), from_wire(form.text("sign_in"))
    if form.text("again"):
        return await ask(visit, form, to)
    if not _leads_on(to):
        return _page(visit, form, to, "", "", refuse(RefusalCode.NOT_FOUND).text)
    if not proven(visit.person.session, visit.deps.safety, visit.deps.clock()):
        refused: Refused | step_up.SteppedUp = refuse(RefusalCode.SIGN_IN_WRONG)
        if identifier is not None:
            asked = step_up.StepUp(visit.person, identifier, form.text("digits"))
            refused = await step_up.run(asked, visit.deps)
        if isinstance(refused, Refused):
            return _page(visit, form, to, form.text("sign_in"), "", refused.text)
    return resend(visit, to)


def _leads_on(path: str) -> bool:
    """Only to a page that asks for the proof, and nowhere else."""
    return safe_path(path) == path and path.startswith(INSIDE)


def _page(visit: PersonVisit, form: Form, to: str, sign_in: str, told: str, error: str) -> Response:
    carried = [
        (name, value)
        for name, value in form.data.multi_items()
        if isinstance(value, str) and name not in OWN_FIELDS
    ]
    return page(
        visit,
        "mutual_aid/step_up.html",
        422 if error else 200,
        to=to or visit.request.url.path,
        sign_in=sign_in,
        told=told,
        error=error,
        carried=carried,
        minutes=int(visit.deps.safety.step_up.total_seconds() // 60),
    )
