"""解除: one page in plain words on what stops, when, and what stays; then the end of a grant, by either side."""

from __future__ import annotations

from starlette.responses import Response

from qinji.flows import end_grant
from qinji.flows.list_grants import GrantCard
from qinji.flows.parts.consent_texts import ConsentKind, in_force
from qinji.flows.parts.people import WithPeople
from qinji.kernel.actor import Channel
from qinji.kernel.ids import to_wire
from qinji.mutual_aid.model import Grant, GrantAct
from qinji.platform.keyed_calls import KeyedCall
from qinji.web.answers import go, page
from qinji.web.forms import carry_out, read_form
from qinji.web.guards import PersonVisit
from qinji.web.mutual_aid.home import WORDS, grant_of, missing


async def begin(visit: PersonVisit) -> Response:
    """What would stop, or why it cannot be ended yet."""
    card, _home = await grant_of(visit)
    if card is None or (GrantAct.END not in card.acts and card.locked_until is None):
        return missing(visit)
    return _show(visit, card, 200)


async def send(visit: PersonVisit) -> Response:
    """End it."""
    form = await read_form(visit)
    card, _home = await grant_of(visit)
    if card is None:
        return missing(visit)
    grant_id = card.grant.grant_id

    async def act(call: KeyedCall[WithPeople[Grant]]) -> bytes:
        return await end_grant.run(end_grant.EndGrant(call, visit.person, Channel.WEB, grant_id), visit.deps)

    done = await carry_out(visit, visit.person, form, act)
    if done.refused:
        return _show(visit, card, 422, done.refused)
    return go(visit, f"/mutual-aid/{to_wire(grant_id)}?done=end")


def _show(visit: PersonVisit, card: GrantCard, status: int, error: str = "") -> Response:
    return page(
        visit,
        "mutual_aid/end.html",
        status,
        card=card,
        key=to_wire(card.grant.grant_id),
        text=in_force(ConsentKind.END_GRANT),
        error=error,
        **WORDS,
    )
