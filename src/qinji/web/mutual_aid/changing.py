"""改限额和用途: the present values, then what a change would change, then the change; and how it was, put back in a tap."""

from __future__ import annotations

from starlette.responses import Response

from qinji.flows import change_grant, withdraw_change
from qinji.flows.list_grants import GrantCard, SharingHome
from qinji.flows.parts.consent_texts import ConsentKind, in_force
from qinji.flows.parts.people import WithPeople
from qinji.kernel.actor import Channel
from qinji.kernel.dates import local_day
from qinji.kernel.ids import to_wire
from qinji.kernel.purpose import PURPOSE_CHINESE, USE_CHINESE, Purpose, UseClass
from qinji.mutual_aid.model import Grant, GrantAct
from qinji.platform.keyed_calls import KeyedCall
from qinji.web.answers import go, page
from qinji.web.forms import carry_out, read_form
from qinji.web.guards import PersonVisit
from qinji.web.mutual_aid import limits, step_up
from qinji.web.mutual_aid.home import grant_of, missing, sealed, show
from qinji.web.mutual_aid.limits import NAMES, Wanted, differences, left_differences, pays_nothing, wanted_of
from qinji.web.texts import _

WAITS = "waits"


async def begin(visit: PersonVisit) -> Response:
    """The present values to be changed, or what was filled in when one comes back from the check page."""
    card, home = await grant_of(visit)
    if card is None or GrantAct.CHANGE not in card.acts:
        return missing(visit)
    wanted = wanted_of(card.grant)
    if visit.request.method == "POST":
        wanted = limits.read_wanted(await read_form(visit), permitted(home))
    return _form(visit, card, home, wanted, 200)


async def check(visit: PersonVisit) -> Response:
    """Before and after of everything that would change; nothing has changed yet."""
    form = await read_form(visit)
    card, home = await grant_of(visit)
    if card is None or GrantAct.CHANGE not in card.acts:
        return missing(visit)
    wanted = limits.read_wanted(form, permitted(home))
    if wanted.errors:
        return _form(visit, card, home, wanted, 422)
    now, wait = visit.deps.clock(), visit.deps.safety.raise_wait
    changed = differences(card.grant, wanted, now, wait)
    if not changed:
        return _form(visit, card, home, wanted, 422, _("和现在一样,没有什么要改。没有任何变动。"))
    today = local_day(now)
    return page(
        visit,
        "mutual_aid/change_check.html",
        card=card,
        key=to_wire(card.grant.grant_id),
        wanted=wanted,
        changed=changed,
        left=left_differences(card, wanted, today),
        nothing=pays_nothing(card, wanted, today),
        text=in_force(ConsentKind.CHANGE_GRANT),
    )


async def send(visit: PersonVisit) -> Response:
    """Change it; the address of the next page carries how it was."""
    form = await read_form(visit)
    card, home = await grant_of(visit)
    if card is None:
        return missing(visit)
    wanted, grant_id = limits.read_wanted(form, permitted(home)), card.grant.grant_id
    if wanted.errors:
        return _form(visit, card, home, wanted, 422)

    async def act(call: KeyedCall[WithPeople[Grant]]) -> bytes:
        command = change_grant.ChangeGrant(
            call,
            visit.person,
            Channel.WEB,
            grant_id,
            wanted.limits,
            wanted.purposes,
            uses=wanted.uses,
            last_day=wanted.last_day,
            lifted=wanted.lifted,
        )
        return await change_grant.run(command, visit.deps)

    done = await carry_out(visit, visit.person, form, act, lambda told: _was(visit, told))
    if step_up.needed(done):
        return await step_up.ask(visit, form)
    if done.refused:
        return _form(visit, card, home, wanted, 422, done.refused)
    back, here = form.text("back") == "yes", f"/mutual-aid/{to_wire(grant_id)}"
    if done.shown == WAITS:
        return go(visit, f"{here}?done=waits")
    return go(visit, f"{here}?done=" + ("restored" if back else f"changed&was={done.shown}"))


async def withdraw(visit: PersonVisit) -> Response:
    """Take back what waits; what is in force stays."""
    form = await read_form(visit)
    card, _home = await grant_of(visit)
    if card is None:
        return missing(visit)
    grant_id = card.grant.grant_id

    async def act(call: KeyedCall[WithPeople[Grant]]) -> bytes:
        command = withdraw_change.WithdrawChange(call, visit.person, Channel.WEB, grant_id)
        return await withdraw_change.run(command, visit.deps)

    done = await carry_out(visit, visit.person, form, act)
    if done.refused:
        return show(visit, card, 422, done.refused)
    return go(visit, f"/mutual-aid/{to_wire(grant_id)}?done=kept")


def permitted(home: SharingHome) -> frozenset[UseClass]:
    """The parts of a bill that a relative's account may pay in one's region."""
    return frozenset(UseClass) if home.terms is None else home.terms.uses


def _was(visit: PersonVisit, done: WithPeople[Grant]) -> str:
    """How it was, to be put back in a tap; while something waits it is withdrawn instead."""
    if done.thing.waiting is not None:
        return WAITS
    return "" if done.before is None else sealed(visit, done.before)


def _form(
    visit: PersonVisit, card: GrantCard, home: SharingHome, wanted: Wanted, status: int, error: str = ""
) -> Response:
    allowed = card.grant.purposes if home.terms is None else home.terms.purposes
    return page(
        visit,
        "mutual_aid/change.html",
        status,
        card=card,
        key=to_wire(card.grant.grant_id),
        wanted=wanted,
        errors=wanted.errors,
        purposes={one: PURPOSE_CHINESE[one] for one in Purpose if one in allowed},
        names=NAMES,
        empty=limits.EMPTY,
        uses={one: USE_CHINESE[one] for one in UseClass if one in permitted(home)},
        home=home,
        error=error,
    )
