"""医保码: activate one's own code, or a bound member's with that power (代激活)."""

from __future__ import annotations

from dataclasses import dataclass

from qinji.access.model import PersonActor
from qinji.flows.acts import codes
from qinji.flows.acts.act import Scene, carry_out
from qinji.flows.deps import Deps
from qinji.flows.parts.hands import Hand
from qinji.insured.model import Person
from qinji.kernel.actor import Channel
from qinji.platform.keyed_calls import KeyedCall, answer_call


@dataclass(frozen=True, slots=True)
class ActivateCode:
    """``member_number`` None activates one's own code."""

    call: KeyedCall[Person]
    actor: PersonActor
    channel: Channel
    member_number: str | None = None


async def run(command: ActivateCode, deps: Deps) -> bytes:
    """Activate a code; an active one stays so. Refused: no binding or power, a code frozen or lost."""
    now = deps.clock()
    act = codes.ActivateCode(command.member_number)
    hand = Hand(command.actor.person_id, command.channel)

    async def attempt() -> bytes:
        async with deps.database.transaction() as connection:
            scene = Scene(connection, now, deps)
            return await answer_call(
                connection, command.call, now, lambda: carry_out(act, hand, scene), deps.vault
            )

    return await deps.database.repeatedly(attempt)
