"""家庭共济: a beneficiary sets the order in which grantors pay, where their region leaves it to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from qinji.access.model import PersonActor
from qinji.flows.acts import grant_order
from qinji.flows.acts.act import Scene, carry_out
from qinji.flows.deps import Deps
from qinji.flows.parts.hands import Hand
from qinji.flows.parts.people import WithPeople
from qinji.kernel.actor import Channel
from qinji.mutual_aid.model import Grant
from qinji.platform.keyed_calls import KeyedCall, answer_call


@dataclass(frozen=True, slots=True)
class OrderGrantors:
    """``grants``: every live grant that serves the beneficiary, once, the first one pays first."""

    call: KeyedCall[WithPeople[Sequence[Grant]]]
    actor: PersonActor
    channel: Channel
    grants: tuple[UUID, ...]


async def run(command: OrderGrantors, deps: Deps) -> bytes:
    """Set the order. Refused: NOT_ALLOWED where the region fixes it, ORDER_INCOMPLETE when one is missing."""
    now = deps.clock()
    act = grant_order.OrderGrantors(command.grants)
    hand = Hand(command.actor.person_id, command.channel)

    async def attempt() -> bytes:
        async with deps.database.transaction() as connection:
            scene = Scene(connection, now, deps)
            return await answer_call(
                connection, command.call, now, lambda: carry_out(act, hand, scene), deps.vault
            )

    return await deps.database.repeatedly(attempt)
