"""家庭共济: the grantor pauses everything they gave in one act, or takes it all up again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qinji.access.model import PersonActor
from qinji.flows.acts import grants
from qinji.flows.acts.act import Scene, carry_out
from qinji.flows.deps import Deps
from qinji.flows.parts.hands import Hand
from qinji.flows.parts.people import WithPeople
from qinji.kernel.actor import Channel
from qinji.mutual_aid.model import Grant
from qinji.platform.keyed_calls import KeyedCall, answer_call


@dataclass(frozen=True, slots=True)
class PauseAllGrants:
    """``paused`` True pauses every grant that is active, False takes up every one that is paused."""

    call: KeyedCall[WithPeople[Sequence[Grant]]]
    actor: PersonActor
    channel: Channel
    paused: bool


async def run(command: PauseAllGrants, deps: Deps) -> bytes:
    """All in one transaction: no bill after it is paid by any of them. The answer holds those that changed.

    Refused: for taking up again DEVICE_TOO_NEW and STEP_UP_REQUIRED.
    """
    now = deps.clock()
    act = grants.PauseAll(command.paused)
    hand = Hand(command.actor.person_id, command.channel, session=command.actor.session)

    async def attempt() -> bytes:
        async with deps.database.transaction() as connection:
            scene = Scene(connection, now, deps)
            return await answer_call(
                connection, command.call, now, lambda: carry_out(act, hand, scene), deps.vault
            )

    return await deps.database.repeatedly(attempt)
