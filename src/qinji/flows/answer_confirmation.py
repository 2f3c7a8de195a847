"""家庭共济: a grantor answers on their phone whether their account pays a large bill of a relative."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from qinji.access.model import PersonActor
from qinji.flows.acts import confirmations
from qinji.flows.acts.act import Scene, carry_out
from qinji.flows.deps import Deps
from qinji.flows.parts.hands import Hand
from qinji.flows.parts.people import WithPeople
from qinji.kernel.actor import Channel
from qinji.mutual_aid.model import Confirmation
from qinji.platform.keyed_calls import KeyedCall, answer_call


@dataclass(frozen=True, slots=True)
class AnswerConfirmation:
    """``amount_fen``: the amount that was shown when the grantor answered."""

    call: KeyedCall[WithPeople[Confirmation]]
    actor: PersonActor
    channel: Channel
    confirmation_id: UUID
    amount_fen: int
    approve: bool


async def run(command: AnswerConfirmation, deps: Deps) -> bytes:
    """Keep the answer; it moves no money, and a yes lets this one bill take at most the amount.

    Refused: NOT_FOUND, CONFIRMATION_STATE, and for a yes DEVICE_TOO_NEW and STEP_UP_REQUIRED.
    """
    now = deps.clock()
    act = confirmations.AnswerConfirmation(command.confirmation_id, command.amount_fen, command.approve)
    hand = Hand(command.actor.person_id, command.channel, session=command.actor.session)

    async def attempt() -> bytes:
        async with deps.database.transaction() as connection:
            scene = Scene(connection, now, deps)
            return await answer_call(
                connection, command.call, now, lambda: carry_out(act, hand, scene), deps.vault
            )

    return await deps.database.repeatedly(attempt)
