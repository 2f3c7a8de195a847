"""Staff of the bureau sign in: number, password and six digits, a first password changed there and then.

A sandbox also lets somebody be picked. A cashier is told where they belong, and stays signed out.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from qinji.flows import sign_in_staff
from qinji.flows.sign_in_staff import SignInStaff
from qinji.kernel.refusal import RefusalCode, Refused
from qinji.web.answers import go, page
from qinji.web.console.desk import BUREAU
from qinji.web.cookies import forget, remember
from qinji.web.forms import Form, read_form
from qinji.web.guards import CONSOLE, visit_of
from qinji.web.texts import _
from qinji.web.visit import Visit, safe_path
from qinji.web.world import PickWorld

STAFF_MAX = 40
PASSWORD_MAX = 400
"""Characters that are looked at; longer ones are no passwords of ours."""


async def begin(request: Request) -> Response:
    """Who works here."""
    visit = visit_of(request, CONSOLE)
    if request.method == "GET":
        return _asked(visit, 200, request.query_params.get("next", CONSOLE.path))
    form = await read_form(visit, signed_in=False)
    after, staff = form.text("next"), form.text("staff")[:STAFF_MAX]
    command = _command(visit, form, staff)
    if isinstance(command, str):
        return _asked(visit, 422, after, command, staff, first=True)
    outcome = await sign_in_staff.run(command, visit.deps)
    if isinstance(outcome, Refused):
        first = outcome.code is RefusalCode.PASSWORD_TO_CHANGE or command.new_password is not None
        return _asked(visit, 422, after, outcome.text, staff, first=first)
    if outcome.member.role not in BUREAU:
        told = _("您的工号是收费员,不能进入经办页面。没有任何变动。请到收费台登录:/counter/sign-in")
        return _asked(visit, 403, after, told)
    answer = go(visit, _inside(after))
    remember(answer, visit, CONSOLE.cookie, outcome.token, path=CONSOLE.path)
    return answer


async def leave(request: Request) -> Response:
    """This browser forgets who was signed in."""
    visit = visit_of(request, CONSOLE)
    await read_form(visit)
    answer = go(visit, CONSOLE.sign_in)
    forget(answer, CONSOLE.cookie, path=CONSOLE.path)
    return answer


def _command(visit: Visit, form: Form, staff: str) -> SignInStaff | str:
    """What was filled in, or why it will not do; in a sandbox a number alone is somebody picked."""
    password, fresh = form.whole("password")[:PASSWORD_MAX], form.whole("new_password")[:PASSWORD_MAX]
    if visit.sandbox and not password:
        return SignInStaff(staff)
    if fresh != form.whole("new_again")[:PASSWORD_MAX]:
        return _("两次填写的新密码不一样,没有任何变动。请重新填写")
    return SignInStaff(staff, password, form.text("digits"), fresh or None)


def _inside(after: str) -> str:
    """Back to a page of the console, or to its front page."""
    path = safe_path(after)
    return path if path.startswith(CONSOLE.path) and not path.startswith(CONSOLE.sign_in) else CONSOLE.path


def _asked(
    visit: Visit, status: int, after: str, error: str = "", staff: str = "", *, first: bool = False
) -> Response:
    world: PickWorld | None = visit.request.app.state.world
    return page(
        visit,
        "console/sign_in.html",
        status,
        after=_inside(after),
        picks=[] if world is None else [one for one in world.staff if not one.cashier],
        error=error,
        staff=staff,
        first=first,
    )
