"""家庭共济: what a grantor does about all of it at once, what waits, and requests to confirm a large bill."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, Response

from qinji.api.bounds import AnsweredView, AskedView, answered_view, asked_view
from qinji.api.session import ChannelOf, DepsOf, KeyedOf, Person, answer, identifier, shown_text
from qinji.api.shapes import AnswerAsk, PauseAllAsk
from qinji.api.views import GrantChangedView, GrantsView, grant_changed, grant_view
from qinji.flows import answer_confirmation, list_confirmations, pause_all_grants, withdraw_change
from qinji.flows.parts.consent_texts import ConsentKind
from qinji.flows.parts.people import WithPeople
from qinji.kernel.dates import local_day
from qinji.mutual_aid.model import Grant

router = APIRouter(prefix="/mutual-aid", tags=["家庭共济 mutual aid"])


@router.post("/pause-all", response_model=GrantsView, dependencies=[shown_text(ConsentKind.CHANGE_GRANT)])
async def pause_all(
    ask: PauseAllAsk, person: Person, channel: ChannelOf, keyed: KeyedOf, deps: DepsOf
) -> Response:
    """Pause everything I gave in one act, or take up again what is paused; the answer holds what changed.

    A grant that still waits for its filing pays nothing and is left as it is.
    """
    today = local_day(deps.clock())

    def view(outcome: WithPeople[Sequence[Grant]]) -> GrantsView:
        return GrantsView(items=[grant_view(one, outcome.people, today) for one in outcome.thing])

    call = keyed.call("mutual_aid.pause_all", person, view)
    return answer(
        await pause_all_grants.run(pause_all_grants.PauseAllGrants(call, person, channel, ask.paused), deps)
    )


@router.delete(
    "/grants/{grant_id}/waiting",
    response_model=GrantChangedView,
    dependencies=[shown_text(ConsentKind.CHANGE_GRANT)],
)
async def withdraw(
    grant_id: str, person: Person, channel: ChannelOf, keyed: KeyedOf, deps: DepsOf
) -> Response:
    """Take back wider bounds that wait; what is in force stays."""
    call = keyed.call("mutual_aid.withdraw", person, grant_changed(local_day(deps.clock())))
    command = withdraw_change.WithdrawChange(call, person, channel, identifier(grant_id))
    return answer(await withdraw_change.run(command, deps))


@router.get("/confirmations")
async def confirmations(person: Person, deps: DepsOf) -> AskedView:
    """What I am asked to confirm now, and what I have answered and is not over; nothing medical."""
    return asked_view(await list_confirmations.run(person, deps))


@router.post(
    "/confirmations/{confirmation_id}",
    response_model=AnsweredView,
    dependencies=[shown_text(ConsentKind.CONFIRM_PAYMENT)],
)
async def confirm(
    confirmation_id: str, ask: AnswerAsk, person: Person, channel: ChannelOf, keyed: KeyedOf, deps: DepsOf
) -> Response:
    """Say yes or no to one large bill. It moves no money: a yes lets this bill take at most the amount, once."""
    command = answer_confirmation.AnswerConfirmation(
        keyed.call("mutual_aid.confirm", person, answered_view),
        person,
        channel,
        identifier(confirmation_id),
        ask.amount_fen,
        ask.approve,
    )
    return answer(await answer_confirmation.run(command, deps))
