"""A cashier signs in: by password and six digits, or picked by name in a sandbox; and signs out again."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from qinji.flows import sign_in_staff
from qinji.kernel.actor import StaffRole
from qinji.kernel.refusal import RefusalCode, Refused
from qinji.web.answers import go, page
from qinji.web.cookies import forget, remember
from qinji.web.forms import Form, read_form
from qinji.web.guards import COUNTER, visit_of
from qinji.web.texts import _
from qinji.web.visit import Visit, safe_path
from qinji.web.world import PickWorld

STAFF_ID_MAX = 40
PASSWORD_MAX = 400
"""Characters that are looked at; longer ones are no passwords of ours."""


async def begin(request: Request) -> Response:
    """Who stands at the counter."""
    visit = visit_of(request, COUNTER)
    if request.method == "GET":
        return _asked(visit, request.query_params.get("next", COUNTER.path))
    form = await read_form(visit, signed_in=False)
    after = form.text("next")
    outcome = await sign_in_staff.run(_command(visit, form), visit.deps)
    if isinstance(outcome, Refused):
        first = outcome.code is RefusalCode.PASSWORD_TO_CHANGE
        return _asked(visit, after, outcome.text, form.text("staff"), first=first)
    if outcome.member.role is not StaffRole.CASHIER:
        return _asked(
            visit, after, _("这个工号不是收费员的,收费台没有登录。没有任何变动。请用收费员的工号登录")
        )
    answer = go(visit, _inside(after))
    remember(answer, visit, COUNTER.cookie, outcome.token, path=COUNTER.path)
    return answer


def _command(visit: Visit, form: Form) -> sign_in_staff.SignInStaff:
    staff = form.text("staff")[:STAFF_ID_MAX]
    if visit.sandbox:
        return sign_in_staff.SignInStaff(staff)
    return sign_in_staff.SignInStaff(
        staff,
        form.whole("password")[:PASSWORD_MAX],
        form.text("digits"),
        form.whole("new_password")[:PASSWORD_MAX] or None,
    )


async def leave(request: Request) -> Response:
    """This browser forgets who was signed in."""
    visit = visit_of(request, COUNTER)
    await read_form(visit)
    answer = go(visit, COUNTER.sign_in)
    forget(answer, COUNTER.cookie, path=COUNTER.path)
    return answer


def _inside(after: str) -> str:
    path = safe_path(after)
    return path if path.startswith(COUNTER.path) and not path.startswith(COUNTER.sign_in) else COUNTER.path


def _asked(visit: Visit, after: str, error: str = "", staff: str = "", *, first: bool = False) -> Response:
    world: PickWorld | None = visit.request.app.state.world
    cashiers = [] if world is None else [one for one in world.staff if one.cashier]
    return page(
        visit,
        "counter/sign_in.html",
        422 if error else 200,
        after=_inside(after),
        error=error,
        staff=staff,
        first=first,
        cashiers=cashiers,
    )
