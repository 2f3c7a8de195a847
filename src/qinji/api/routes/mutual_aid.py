"""家庭共济: grants, in both directions. They let an account pay and show no code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Response

from qinji.api.session import (
    PAGE_DEFAULT,
    ChannelOf,
    DepsOf,
    KeyedOf,
    Limit,
    Person,
    answer,
    check_text,
    identifier,
    shown,
    shown_text,
)
from qinji.api.shapes import ORDER_MAX, GrantAsk, GrantChange, OrderAsk
from qinji.api.telling import OrderEffectView, order_effect_view
from qinji.api.views import (
    GrantChangedView,
    GrantsView,
    GrantView,
    Page,
    grant_changed,
    grant_shown,
    grant_view,
    page,
)
from qinji.flows import change_grant, end_grant, grant_mutual_aid, order_grantors, tell_payers
from qinji.flows.parts.consent_texts import ConsentKind
from qinji.flows.parts.people import WithPeople
from qinji.insured import queries as insured
from qinji.kernel.dates import local_day
from qinji.kernel.ids import to_wire
from qinji.kernel.money import AMOUNT_FEN_MAX
from qinji.kernel.purpose import Purpose
from qinji.kernel.refusal import Refused
from qinji.mutual_aid import queries
from qinji.mutual_aid.model import Grant, Limits

router = APIRouter(prefix="/mutual-aid", tags=["家庭共济 mutual aid"])

AMOUNTS = ("per_use_fen", "per_day_fen", "per_month_fen", "per_year_fen", "floor_fen", "confirm_above_fen")
LIFTABLE = ("uses", "last_day")


@router.get("/grants")
async def listing(
    person: Person,
    deps: DepsOf,
    limit: Limit = PAGE_DEFAULT,
    after: Annotated[str | None, Query(max_length=40)] = None,
) -> Page[GrantView]:
    """Grants I gave and grants that serve me, ended ones too, newest first."""
    before, now = None if after is None else identifier(after), deps.clock()
    async with deps.database.reading() as connection:
        found = await queries.listing(connection, person.person_id, limit, now, before)
        ids = {who for one in found for who in (one.person_id, one.grantor_id)}
        people = await insured.persons(connection, sorted(ids))
    today = local_day(now)
    cursor = to_wire(found[-1].grant_id) if found else None
    return page([grant_view(one, people, today) for one in found], limit, cursor)


@router.post("/grants", status_code=201, response_model=GrantView)
async def grant(ask: GrantAsk, person: Person, channel: ChannelOf, keyed: KeyedOf, deps: DepsOf) -> Response:
    """Let a relative spend from my account, by the rules of my region today."""
    check_text(ConsentKind.GRANT, ask.consent_version)
    command = grant_mutual_aid.GrantMutualAid(
        call=keyed.call("mutual_aid.grant", person, grant_shown(local_day(deps.clock())), 201),
        actor=person,
        channel=channel,
        beneficiary_number=ask.beneficiary_psn_no,
        relation=ask.relation,
        limits=Limits(
            ask.per_use_fen,
            ask.per_day_fen,
            ask.per_month_fen,
            ask.per_year_fen,
            ask.floor_fen,
            ask.confirm_above_fen,
        ),
        purposes=None if ask.purposes is None else frozenset(ask.purposes),
        uses=None if ask.uses is None else frozenset(ask.uses),
        last_day=ask.last_day,
    )
    return answer(await grant_mutual_aid.run(command, deps))


@router.patch(
    "/grants/{grant_id}", response_model=GrantChangedView, dependencies=[shown_text(ConsentKind.CHANGE_GRANT)]
)
async def change(
    grant_id: str, ask: GrantChange, person: Person, channel: ChannelOf, keyed: KeyedOf, deps: DepsOf
) -> Response:
    """Change the bounds of a grant I gave, pause it or take it up again. What is tightened holds at once; what is
    widened may have to wait (``waiting``) and may be refused with STEP_UP_REQUIRED (see ``/step-ups``).

    The answer holds the grant as it was ``before``; what was paid in between is not undone.
    """
    sent = ask.model_dump(include=set(AMOUNTS) & ask.model_fields_set)
    lifted = {name for name in LIFTABLE if name in ask.model_fields_set and getattr(ask, name) is None}
    command = change_grant.ChangeGrant(
        call=keyed.call("mutual_aid.change", person, grant_changed(local_day(deps.clock()))),
        actor=person,
        channel=channel,
        grant_id=identifier(grant_id),
        limits=sent,
        purposes=None if ask.purposes is None else frozenset(ask.purposes),
        paused=ask.paused,
        uses=None if ask.uses is None else frozenset(ask.uses),
        last_day=ask.last_day,
        lifted=frozenset(lifted),
    )
    return answer(await change_grant.run(command, deps))


@router.delete(
    "/grants/{grant_id}", response_model=GrantView, dependencies=[shown_text(ConsentKind.END_GRANT)]
)
async def end(grant_id: str, person: Person, channel: ChannelOf, keyed: KeyedOf, deps: DepsOf) -> Response:
    """End a grant: as grantor by the rules of my region, as beneficiary at once. Bindings are not touched."""
    command = end_grant.EndGrant(
        keyed.call("mutual_aid.end", person, grant_shown(local_day(deps.clock()))),
        person,
        channel,
        identifier(grant_id),
    )
    return answer(await end_grant.run(command, deps))


@router.put("/order", response_model=GrantsView, dependencies=[shown_text(ConsentKind.ORDER_GRANTORS)])
async def order(ask: OrderAsk, person: Person, channel: ChannelOf, keyed: KeyedOf, deps: DepsOf) -> Response:
    """Set the order in which those who share with me pay, where my region leaves it to me."""
    today = local_day(deps.clock())

    def view(outcome: WithPeople[Sequence[Grant]]) -> GrantsView:
        return GrantsView(items=[grant_view(one, outcome.people, today) for one in outcome.thing])

    command = order_grantors.OrderGrantors(
        keyed.call("mutual_aid.order", person, view),
        person,
        channel,
        tuple(identifier(text) for text in ask.grants),
    )
    return answer(await order_grantors.run(command, deps))


@router.get("/order/effect", response_model=OrderEffectView)
async def order_effect(
    person: Person,
    deps: DepsOf,
    grants: Annotated[
        list[str], Query(min_length=1, max_length=ORDER_MAX, description="新的顺序,每项授权一次")
    ],
    amount_fen: Annotated[int, Query(ge=0, le=AMOUNT_FEN_MAX, description="试算的个人负担(分)")],
    purpose: Purpose = Purpose.OUTPATIENT,
) -> Response:
    """What each would pay of a sample bill in another order; nothing changes.

    Relatives' balances are taken as enough: they are not told, and could be found out by asking often.
    """
    asked = tell_payers.TryOrder(person, tuple(identifier(text) for text in grants), amount_fen, purpose)
    outcome = await tell_payers.try_order(asked, deps)
    return shown(outcome if isinstance(outcome, Refused) else order_effect_view(outcome))
