"""亲情账户: either side ends a binding, at once. Codes the holder showed for the member end with it; grants do not."""

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
from qinji.platform.keyed_calls import KeyedCall, answer_call


@dataclass(frozen=True, slots=True)
class UnbindRelative:
    """The holder or the member ends this binding, or takes back a request."""

    call: KeyedCall[WithPeople[Binding]]
    actor: PersonActor
    channel: Channel
    binding_id: UUID


async def run(command: UnbindRelative, deps: Deps) -> bytes:
    """End a binding and every open code and session that its holder showed for its member; its papers are deleted.

    Refused: NOT_FOUND for somebody else's, BIND_STATE for one that is over.
    """
    now = deps.clock()
    act = bindings.Unbind(command.binding_id)
    hand = Hand(command.actor.person_id, command.channel)

    async def attempt() -> bytes:
        async with deps.database.transaction() as connection:
            scene = Scene(connection, now, deps)
            return await answer_call(
                connection, command.call, now, lambda: carry_out(act, hand, scene), deps.vault
            )

    return await deps.database.repeatedly(attempt)
