"""The front page of the phone: one's own 医保码, or a member's while one acts for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from math import ceil

from markupsafe import Markup
from starlette.responses import Response

from qinji.credential.model import CodeStage
from qinji.flows import activate_code, follow_code, show_code, tell_payers
from qinji.flows.parts.consent_texts import ConsentKind, in_force
from qinji.insured import queries as insured
from qinji.insured.model import CodeState, Person
from qinji.kernel.actor import Channel
from qinji.kernel.ids import to_wire
from qinji.kernel.refusal import Refused
from qinji.platform.keyed_calls import KeyedCall
from qinji.web.answers import HEADERS, go, page
from qinji.web.cookies import forget, remember
from qinji.web.drawing import barcode, qr
from qinji.web.forms import carry_out, read_form
from qinji.web.guards import ACTING_COOKIE, NUMBER_MAX, PersonVisit
from qinji.web.texts import _

GROUP = 4


@dataclass(frozen=True, slots=True)
class CodePicture:
    """A code to be scanned: both pictures, the digits in groups, and the seconds that are left."""

    qr: Markup
    barcode: Markup
    digits: str
    seconds: int


def picture(code: str, expires_at: datetime, now: datetime) -> CodePicture:
    """The pictures of 28 digits."""
    groups = " ".join(code[place : place + GROUP] for place in range(0, len(code), GROUP))
    seconds = max(1, ceil((expires_at - now).total_seconds()))
    return CodePicture(qr(code, _("医保码二维码")), barcode(code, _("医保码条形码")), groups, seconds)


async def front(visit: PersonVisit) -> Response:
    """The code, or why there is none and what to do; asked for by itself, only the card."""
    number = None if visit.acting is None else visit.acting.number
    spared = visit.request.query_params.get("own") == "1"
    outcome = await show_code.run(show_code.ShowCode(visit.person, number, spared), visit.deps)
    if isinstance(outcome, Refused):
        return await _without(visit, outcome)
    payers = await tell_payers.run(tell_payers.TellPayers(visit.person, number, spared), visit.deps)
    shown = picture(outcome.code, outcome.expires_at, visit.deps.clock())
    return page(
        visit,
        "family/code_card.html" if visit.partial else "family/code.html",
        code=shown,
        patient=outcome.patient,
        payers=None if isinstance(payers, Refused) else payers,
        spared=spared,
        again="/?own=1" if spared else "/",
        followed=f"/code/{outcome.digest.hex()}",
    )


async def follow(visit: PersonVisit) -> Response:
    """What became of a code that was shown; who only asks for news hears 204 while there is none."""
    stage = visit.request.query_params.get("since", CodeStage.WAITING)
    try:
        digest = bytes.fromhex(visit.request.path_params["code"])
    except ValueError:
        digest = b""
    followed = await follow_code.run(follow_code.FollowCode(visit.person, digest), visit.deps)
    if isinstance(followed, Refused):
        title = _("看不到这个码")
        return page(visit, "parts/problem.html", 404, title=title, text=followed.text, back="/")
    if visit.partial and followed.stage == stage:
        return Response(status_code=204, headers=HEADERS)
    template = "family/code_used_card.html" if visit.partial else "family/code_used.html"
    here = visit.request.url.path
    return page(visit, template, followed=followed, stages=CodeStage, here=here, wire=to_wire)


async def _without(visit: PersonVisit, refused: Refused) -> Response:
    """No code: one's own can be activated or thawed here, everything else is told."""
    state = None if visit.acting is not None else (await _oneself(visit)).code_state
    text = in_force(ConsentKind.ACTIVATE_CODE)
    template = "family/no_code_card.html" if visit.partial else "family/no_code.html"
    return page(visit, template, refused=refused, state=state, states=CodeState, activation=text)


async def _oneself(visit: PersonVisit) -> Person:
    async with visit.deps.database.reading() as connection:
        return (await insured.persons(connection, [visit.person.person_id]))[visit.person.person_id]


async def act_for(visit: PersonVisit) -> Response:
    """Show a member's code from here on, or one's own again; whether one may is asked at every page."""
    form = await read_form(visit)
    number = form.text("number")[:NUMBER_MAX]
    answer = go(visit, "/")
    if number:
        remember(answer, visit, ACTING_COOKIE, number)
    else:
        forget(answer, ACTING_COOKIE)
    return answer


async def activate(visit: PersonVisit) -> Response:
    """Activate the code, one's own or the member's for whom one acts."""
    form = await read_form(visit)
    number = None if visit.acting is None else visit.acting.number

    async def act(call: KeyedCall[Person]) -> bytes:
        command = activate_code.ActivateCode(call, visit.person, Channel.WEB, number)
        return await activate_code.run(command, visit.deps)

    told = await carry_out(visit, visit.person, form, act)
    if told.refused:
        return page(visit, "parts/problem.html", 422, title=_("没有激活"), text=told.refused, back="/")
    return go(visit, "/")
