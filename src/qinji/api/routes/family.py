"""亲情账户: bindings, in both directions. They show codes and move no money."""

from __future__ import annotations

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
    shown_text,
)
from qinji.api.shapes import BindAsk, PowersAsk, ReasonAsk
from qinji.api.views import BindingView, Page, binding_view, page
from qinji.family import queries
from qinji.family.model import Binding
from qinji.flows import bind_relative, decide_binding, set_powers, unbind_relative
from qinji.flows.parts.consent_texts import ConsentKind
from qinji.flows.parts.people import WithPeople
from qinji.insured import queries as insured
from qinji.kernel.ids import to_wire

router = APIRouter(prefix="/family/bindings", tags=["亲情账户 family"])


def _view(outcome: WithPeople[Binding]) -> BindingView:
    return binding_view(outcome.thing, outcome.people)


@router.get("")
async def listing(
    person: Person,
    deps: DepsOf,
    limit: Limit = PAGE_DEFAULT,
    after: Annotated[str | None, Query(max_length=40)] = None,
) -> Page[BindingView]:
    """My bindings as holder and as member, past ones too, newest first."""
    before = None if after is None else identifier(after)
    async with deps.database.reading() as connection:
        found = await queries.listing(connection, person.person_id, limit, before)
        ids = {who for one in found for who in (one.person_id, one.holder_id)}
        people = await insured.persons(connection, sorted(ids))
    cursor = to_wire(found[-1].binding_id) if found else None
    return page([binding_view(one, people) for one in found], limit, cursor)


@router.post("", status_code=201, response_model=BindingView)
async def bind(ask: BindAsk, person: Person, channel: ChannelOf, keyed: KeyedOf, deps: DepsOf) -> Response:
    """Ask to bind a relative. It waits for the member's word, or for two clerks at the window."""
    check_text(ConsentKind.BIND, ask.consent_version)
    command = bind_relative.BindRelative(
        call=keyed.call("family.bind", person, _view, 201),
        actor=person,
        channel=channel,
        member_number=ask.psn_no,
        relation=ask.relation,
        route=ask.route,
        powers=None if ask.powers is None else frozenset(ask.powers),
        evidence_reference=ask.evidence_reference,
    )
    return answer(await bind_relative.run(command, deps))


async def _decide(
    binding: str,
    reason: ReasonAsk | None,
    person: Person,
    channel: ChannelOf,
    keyed: KeyedOf,
    deps: DepsOf,
    *,
    approve: bool,
) -> Response:
    name = "family.confirm" if approve else "family.refuse"
    command = decide_binding.DecideBinding(
        call=keyed.call(name, person, _view),
        actor=person,
        channel=channel,
        binding_id=identifier(binding),
        approve=approve,
        reason=None if reason is None else reason.reason,
    )
    return answer(await decide_binding.run(command, deps))


@router.post("/{binding}/confirm", response_model=BindingView, dependencies=[shown_text(ConsentKind.BIND)])
async def confirm(
    binding: str,
    person: Person,
    channel: ChannelOf,
    keyed: KeyedOf,
    deps: DepsOf,
    ask: ReasonAsk | None = None,
) -> Response:
    """The member agrees, from their own account; refused for anybody else and below the age of consent."""
    return await _decide(binding, ask, person, channel, keyed, deps, approve=True)


@router.post("/{binding}/refuse", response_model=BindingView)
async def decline(
    binding: str,
    person: Person,
    channel: ChannelOf,
    keyed: KeyedOf,
    deps: DepsOf,
    ask: ReasonAsk | None = None,
) -> Response:
    """The member does not agree."""
    return await _decide(binding, ask, person, channel, keyed, deps, approve=False)


@router.delete("/{binding}", response_model=BindingView, dependencies=[shown_text(ConsentKind.UNBIND)])
async def unbind(binding: str, person: Person, channel: ChannelOf, keyed: KeyedOf, deps: DepsOf) -> Response:
    """Either side ends the binding, at once; codes shown under it end too, grants do not."""
    command = unbind_relative.UnbindRelative(
        keyed.call("family.unbind", person, _view), person, channel, identifier(binding)
    )
    return answer(await unbind_relative.run(command, deps))


@router.patch("/{binding}/powers", response_model=BindingView, dependencies=[shown_text(ConsentKind.POWERS)])
async def powers(
    binding: str, ask: PowersAsk, person: Person, channel: ChannelOf, keyed: KeyedOf, deps: DepsOf
) -> Response:
    """Set which powers the holder has: the member gives and takes, the holder may only give up."""
    command = set_powers.SetPowers(
        keyed.call("family.powers", person, _view),
        person,
        channel,
        identifier(binding),
        frozenset(ask.powers),
    )
    return answer(await set_powers.run(command, deps))
