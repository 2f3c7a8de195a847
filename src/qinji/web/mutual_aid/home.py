"""家庭共济: whom one's own account pays for and whose account pays for oneself; one grant by itself; a pause in a tap."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from uuid import UUID

from starlette.responses import Response

from qinji.flows import change_grant, list_grants, pause_all_grants
from qinji.flows.list_grants import GrantCard, SharingHome
from qinji.flows.parts.consent_texts import ConsentKind, in_force
from qinji.flows.parts.payer_order import Standing
from qinji.flows.parts.people import WithPeople
from qinji.kernel.actor import Channel
from qinji.kernel.ids import from_wire, to_wire
from qinji.kernel.refusal import RefusalCode, refuse
from qinji.mutual_aid.model import Grant, GrantAct, GrantState
from qinji.platform.keyed_calls import KeyedCall
from qinji.web.answers import go, page
from qinji.web.forms import carry_out, read_form
from qinji.web.guards import PersonVisit
from qinji.web.mutual_aid import step_up
from qinji.web.mutual_aid.limits import (
    Wanted,
    last_day_words,
    packed,
    purpose_words,
    told,
    unpacked,
    use_words,
    uses_of,
    waiting_differences,
)
from qinji.web.texts import _, marked

DONE: dict[str, str] = {
    "pause": marked("已暂停,立即生效:从下一笔费用起不用您的钱。点“恢复使用”就改回来。"),
    "resume": marked("已恢复,立即生效:从下一笔费用起又可以用您的钱。点“暂停使用”就改回来。"),
    "changed": marked("已改好,自下一笔费用起生效。已经付的钱不受影响。"),
    "restored": marked("已改回原来的,自下一笔费用起生效。"),
    "waits": marked("已记下:收紧的马上生效,放宽的要等一等,下面写着从什么时候起。在那以前随时可以撤回。"),
    "kept": marked("已撤回,限额和用途照现在的不变。"),
    "pause-all": marked("已全部暂停,立即生效:从下一笔费用起不用您的钱。已经付的不退。"),
    "resume-all": marked("暂停的都已恢复,立即生效,限额照旧。"),
    "end": marked("已办好。已经付的钱不受影响;以后退费,仍退回原来的账户。"),
}
WORDS = {
    "acts": GrantAct,
    "states": GrantState,
    "standings": Standing,
    "uses_of": uses_of,
    "purpose_words": purpose_words,
    "use_words": use_words,
    "last_day_words": last_day_words,
    "wire": to_wire,
}
"""What every template about grants uses."""
SEAL, SEAL_LENGTH = "grant.before", 32


async def front(visit: PersonVisit) -> Response:
    """Both directions, kept apart."""
    return await _front(visit)


async def _front(visit: PersonVisit, status: int = 200, error: str = "") -> Response:
    home = await list_grants.run(visit.person, visit.deps)
    terms = home.terms
    done = "" if error else DONE.get(visit.request.query_params.get("done", ""), "")
    places = None
    if terms is not None and terms.max_beneficiaries is not None:
        places = max(0, terms.max_beneficiaries - len(home.giving))
    states = [card.state for card in home.giving]
    return page(
        visit,
        "mutual_aid/home.html",
        status,
        home=home,
        places=places,
        paying=states.count(GrantState.ACTIVE),
        resting=states.count(GrantState.PAUSED),
        done=_(done) if done else "",
        error=error,
        **WORDS,
    )


async def one(visit: PersonVisit) -> Response:
    """One grant: how it stands, what its limits leave, and what one may do about it."""
    card, home = await grant_of(visit)
    if card is None:
        return missing(visit)
    if visit.request.query_params.get("done") == "opened" and card.giving:
        return page(visit, "mutual_aid/opened.html", 200, card=card, home=home, **WORDS)
    return show(visit, card)


async def pause_all(visit: PersonVisit) -> Response:
    """Pause everything one gave in one tap, or take up again what is paused."""
    form = await read_form(visit)
    pausing = form.text("wanted") == "pause"

    async def act(call: KeyedCall[WithPeople[Sequence[Grant]]]) -> bytes:
        command = pause_all_grants.PauseAllGrants(call, visit.person, Channel.WEB, pausing)
        return await pause_all_grants.run(command, visit.deps)

    done = await carry_out(visit, visit.person, form, act)
    if step_up.needed(done):
        return await step_up.ask(visit, form)
    if done.refused:
        return await _front(visit, 422, done.refused)
    return go(visit, f"/mutual-aid?done={'pause' if pausing else 'resume'}-all")


async def pause(visit: PersonVisit) -> Response:
    """Pause a grant, or take it up again."""
    form = await read_form(visit)
    card, _home = await grant_of(visit)
    if card is None:
        return missing(visit)
    grant_id, pausing = card.grant.grant_id, form.text("wanted") == "pause"

    async def act(call: KeyedCall[WithPeople[Grant]]) -> bytes:
        command = change_grant.ChangeGrant(call, visit.person, Channel.WEB, grant_id, {}, paused=pausing)
        return await change_grant.run(command, visit.deps)

    done = await carry_out(visit, visit.person, form, act)
    if step_up.needed(done):
        return await step_up.ask(visit, form)
    if done.refused:
        return show(visit, card, 422, done.refused)
    return go(visit, f"/mutual-aid/{to_wire(grant_id)}?done={'pause' if pausing else 'resume'}")


def show(visit: PersonVisit, card: GrantCard, status: int = 200, error: str = "") -> Response:
    """The page of one grant; after a change, with how it was, so that it can be put back in one tap."""
    done = "" if error else DONE.get(visit.request.query_params.get("done", ""), "")
    before = None if error else _before(visit, card.grant.grant_id)
    return page(
        visit,
        "mutual_aid/grant.html",
        status,
        card=card,
        key=to_wire(card.grant.grant_id),
        text=in_force(ConsentKind.CHANGE_GRANT),
        done=_(done) if done else "",
        error=error,
        before=before,
        before_told=told(before) if before is not None else [],
        waits=waiting_differences(card.grant) if card.giving else [],
        **WORDS,
    )


async def grant_of(visit: PersonVisit) -> tuple[GrantCard | None, SharingHome]:
    """The grant of the address, if it is one that this person gave or receives."""
    wanted = from_wire(visit.request.path_params["grant"])
    home = await list_grants.run(visit.person, visit.deps)
    cards = (*home.giving, *home.receiving, *home.past)
    return next((card for card in cards if card.grant.grant_id == wanted), None), home


def missing(visit: PersonVisit) -> Response:
    """Somebody else's grant is like none."""
    text = refuse(RefusalCode.NOT_FOUND).text
    return page(visit, "parts/problem.html", 404, title=_("没有找到这项共济"), text=text, back="/mutual-aid")


def sealed(visit: PersonVisit, grant: Grant) -> str:
    """How a grant was, to be carried in an address: nobody else can make one that this person's page believes."""
    text = packed(grant)
    return f"{text}~{_seal(visit, grant.grant_id, text)}"


def _before(visit: PersonVisit, grant: UUID) -> Wanted | None:
    text, _mark, seal = visit.request.query_params.get("was", "").partition("~")
    whole = bool(text) and hmac.compare_digest(seal.encode(), _seal(visit, grant, text).encode())
    return unpacked(text) if whole else None


def _seal(visit: PersonVisit, grant: UUID, text: str) -> str:
    return visit.deps.vault.digest(SEAL, f"{visit.person.person_id}:{grant}:{text}").hex()[:SEAL_LENGTH]
