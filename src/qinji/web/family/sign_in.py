"""Signing in on a phone: who one is, then six digits. A sandbox lets somebody be picked and tells the digits."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from qinji.credential.rules import DEVICE_LENGTH_MAX
from qinji.flows import begin_sign_in, sign_in
from qinji.kernel.ids import from_wire, to_wire
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.web.answers import go, page
from qinji.web.cookies import forget, remember
from qinji.web.forms import read_form
from qinji.web.guards import ACTING_COOKIE, FAMILY, NUMBER_MAX, visit_of
from qinji.web.look import YEAR_SECONDS
from qinji.web.visit import Visit, safe_path
from qinji.web.world import PickWorld

DEVICE_COOKIE = "qinji_device"
"""By which a browser is known again: a secret that is sent to the sign-in alone."""
BEGIN, DIGITS = "family/sign_in.html", "family/digits.html"


async def begin(request: Request) -> Response:
    """Who one is."""
    visit = visit_of(request)
    if request.method == "GET":
        return _begin(visit, request.query_params.get("next", "/"), 200)
    form = await read_form(visit, signed_in=False)
    after, number = safe_path(form.text("next")), form.text("number")[:NUMBER_MAX]
    device = request.cookies.get(DEVICE_COOKIE, "")[:DEVICE_LENGTH_MAX]
    begun = await begin_sign_in.run(begin_sign_in.BeginSignIn(number, device), visit.deps)
    if isinstance(begun, Refused):
        return _begin(visit, after, 422, begun.text)
    told = begun.code if visit.sandbox else ""
    return page(visit, DIGITS, after=after, sign_in=to_wire(begun.sign_in_id), told=told, error="")


async def complete(request: Request) -> Response:
    """The six digits."""
    visit = visit_of(request)
    form = await read_form(visit, signed_in=False)
    after, written = safe_path(form.text("next")), form.text("sign_in")
    identifier, device = from_wire(written), request.cookies.get(DEVICE_COOKIE, "")
    if identifier is None:
        return _begin(visit, after, 422, refuse(RefusalCode.SIGN_IN_WRONG).text)
    signed_in = await sign_in.run(sign_in.SignIn(identifier, form.text("digits"), device), visit.deps)
    if isinstance(signed_in, Refused):
        return page(visit, DIGITS, 422, after=after, sign_in=written, told="", error=signed_in.text)
    answer = go(visit, after)
    remember(answer, visit, FAMILY.cookie, signed_in.token, path=FAMILY.path)
    remember(answer, visit, DEVICE_COOKIE, signed_in.device, "/sign-in", YEAR_SECONDS)
    forget(answer, ACTING_COOKIE)
    return answer


async def leave(request: Request) -> Response:
    """The browser forgets who was signed in."""
    visit = visit_of(request)
    await read_form(visit)
    answer = go(visit, FAMILY.sign_in)
    forget(answer, FAMILY.cookie)
    forget(answer, ACTING_COOKIE)
    return answer


def _begin(visit: Visit, after: str, status: int, error: str = "") -> Response:
    world: PickWorld | None = visit.request.app.state.world
    families = [] if world is None else world.families
    return page(visit, BEGIN, status, after=safe_path(after), families=families, error=error)
