"""医保码: freeze one's own code, report it lost, or thaw it. Freezing ends every code and session that is open."""

from __future__ import annotations

from dataclasses import dataclass

from qinji.access.model import PersonActor
from qinji.flows.acts import codes
from qinji.flows.acts.act import Scene, carry_out
from qinji.flows.deps import Deps
from qinji.flows.parts.hands import Hand
from qinji.insured.model import CodeState, Person
from qinji.kernel.actor import Channel
from qinji.platform.keyed_calls import KeyedCall, answer_call


@dataclass(frozen=True, slots=True)
class FreezeCode:
    """``wanted``: frozen, lost, or active again. Only for oneself; ``reason`` is kept with the consent."""

    call: KeyedCall[Person]
    actor: PersonActor
    channel: Channel
    wanted: CodeState
    reason: str | None = None


async def run(command: FreezeCode, deps: Deps) -> bytes:
    """Freeze, report lost, or thaw; whoever showed a code of this person, it ends. Thawing revives none of them."""
    now = deps.clock()
    act = codes.SetCodeState(command.wanted)
    hand = Hand(command.actor.person_id, command.channel, reason=command.reason)

    async def attempt() -> bytes:
        async with deps.database.transaction() as connection:
            scene = Scene(connection, now, deps)
            return await answer_call(
                connection, command.call, now, lambda: carry_out(act, hand, scene), deps.vault
            )

    return await deps.database.repeatedly(attempt)
