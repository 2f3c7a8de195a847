"""家庭共济: the grantor takes back a raise that waits; what is in force stays as it is."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

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
class WithdrawChange:
    """What waits of this grant is not to come."""

    call: KeyedCall[WithPeople[Grant]]
    actor: PersonActor
    channel: Channel
    grant_id: UUID


async def run(command: WithdrawChange, deps: Deps) -> bytes:
    """Take it back. Refused: NOT_FOUND, NOT_ALLOWED for the beneficiary, GRANT_NOTHING_WAITS, also when in force."""
    now = deps.clock()
    act = grants.WithdrawChange(command.grant_id)
    hand = Hand(command.actor.person_id, command.channel, session=command.actor.session)

    async def attempt() -> bytes:
        async with deps.database.transaction() as connection:
            scene = Scene(connection, now, deps)
            return await answer_call(
                connection, command.call, now, lambda: carry_out(act, hand, scene), deps.vault
            )

    return await deps.database.repeatedly(attempt)
