"""亲情账户: the powers of a binding are given and taken singly."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from qinji.access.model import PersonActor
from qinji.family.model import Binding
from qinji.flows.acts import bindings
from qinji.flows.acts.act import Scene, carry_out
from qinji.flows.deps import Deps
from qinji.flows.parts.hands import Hand
from qinji.flows.parts.people import WithPeople
from qinji.kernel.actor import Channel
from qinji.kernel.purpose import Power
from qinji.platform.keyed_calls import KeyedCall, answer_call


@dataclass(frozen=True, slots=True)
class SetPowers:
    """From now on the holder has exactly these powers."""

    call: KeyedCall[WithPeople[Binding]]
    actor: PersonActor
    channel: Channel
    binding_id: UUID
    powers: frozenset[Power]


async def run(command: SetPowers, deps: Deps) -> bytes:
    """Set a binding's powers; taking 出示医保码 ends every open code and session that the holder showed.

    Refused: NOT_FOUND for somebody else's; more powers asked by the holder; powers the pack does not know.
    """
    now = deps.clock()
    act = bindings.SetPowers(command.binding_id, command.powers)
    hand = Hand(command.actor.person_id, command.channel)

    async def attempt() -> bytes:
        async with deps.database.transaction() as connection:
            scene = Scene(connection, now, deps)
            return await answer_call(
                connection, command.call, now, lambda: carry_out(act, hand, scene), deps.vault
            )

    return await deps.database.repeatedly(attempt)
