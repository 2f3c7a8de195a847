"""参保登记: a parent registers a newborn or a child, or somebody comes back to the residents' insurance."""

from __future__ import annotations

from urllib.parse import quote as quoted

from starlette.responses import Response

from qinji.flows import enrol_person
from qinji.flows.parts.consent_texts import ConsentKind, in_force
from qinji.flows.parts.people import WithPeople
from qinji.kernel.identity import is_identity_number
from qinji.platform.keyed_calls import KeyedCall
from qinji.premium.model import ENROLMENT_CHINESE, Enrolment, EnrolmentKind
from qinji.web.answers import go, page
from qinji.web.forms import Form, carry_out, read_form
from qinji.web.guards import PersonVisit
from qinji.web.texts import _


async def begin(visit: PersonVisit) -> Response:
    """The form."""
    return _form(visit, {"kind": EnrolmentKind.NEWBORN}, {}, "")


async def send(visit: PersonVisit) -> Response:
    """Register; then straight on to paying, for without it nothing begins."""
    form = await read_form(visit)
    errors = _errors(form)
    if errors:
        return _form(visit, form.values, errors, "", 422)

    async def act(call: KeyedCall[WithPeople[Enrolment]]) -> bytes:
        command = enrol_person.EnrolPerson(
            call,
            visit.person,
            EnrolmentKind(form.text("kind")),
            form.text("name"),
            form.text("certificate").upper().replace(" ", ""),
        )
        return await enrol_person.run(command, visit.deps)

    done = await carry_out(visit, visit.person, form, act, lambda one: one.people[one.thing.person_id].number)
    if done.refused:
        return _form(visit, form.values, {}, done.refused, 422)
    mine = form.text("kind") == EnrolmentKind.RETURNING
    return go(visit, "/premiums/pay" if mine else f"/premiums/pay?who={quoted(done.shown)}")


def _errors(form: Form) -> dict[str, str]:
    kind = form.text("kind")
    if kind not in {one.value for one in EnrolmentKind}:
        return {"kind": _("请选办理的是哪一种")}
    if kind == EnrolmentKind.RETURNING:
        return {}
    errors = {}
    if not form.text("name"):
        errors["name"] = _("请写上孩子的姓名,和出生证明、户口本上一样")
    if not is_identity_number(form.text("certificate").upper().replace(" ", "")):
        errors["certificate"] = _("身份证号不对:应是 18 位,请对照户口本再看一遍")
    return errors


def _form(
    visit: PersonVisit, values: object, errors: dict[str, str], error: str, status: int = 200
) -> Response:
    return page(
        visit,
        "premium/enrol.html",
        status,
        values=values,
        errors=errors,
        error=error,
        kinds=ENROLMENT_CHINESE,
        text=in_force(ConsentKind.ENROL_PERSON),
    )
