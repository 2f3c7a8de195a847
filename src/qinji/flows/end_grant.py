"""家庭共济: the grantor ends a grant as their region allows, or the beneficiary leaves at once. Bindings stay."""

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
class EndGrant:
    """One side of a grant wants it to end."""

    call: KeyedCall[WithPeople[Grant]]
    actor: PersonActor
    channel: Channel
    grant_id: UUID


async def run(command: EndGrant, deps: Deps) -> bytes:
    """End a grant: the very next bill is not paid under it, or from the next day on where the region says so.

    Refused: NOT_FOUND for somebody else's, GRANT_LOCKED while the region's lock runs, GRANT_STATE when it is over.
    """
    now = deps.clock()
    act = grants.EndGrant(command.grant_id)
    hand = Hand(command.actor.person_id, command.channel)

    async def attempt() -> bytes:
        async with deps.database.transaction() as connection:
            scene = Scene(connection, now, deps)
            return await answer_call(
                connection, command.call, now, lambda: carry_out(act, hand, scene), deps.vault
            )

    return await deps.database.repeatedly(attempt)
