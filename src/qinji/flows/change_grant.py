"""家庭共济: the grantor changes limits, floor or purposes, pauses a grant or takes it up again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from qinji.access.model import PersonActor
from qinji.flows.acts import grants
from qinji.flows.acts.act import Scene, carry_out
from qinji.flows.deps import Deps
from qinji.flows.parts.hands import Hand
from qinji.flows.parts.people import WithPeople
from qinji.kernel.actor import Channel
from qinji.kernel.purpose import Purpose
from qinji.mutual_aid.model import Grant
from qinji.platform.keyed_calls import KeyedCall, answer_call


@dataclass(frozen=True, slots=True)
class ChangeGrant:
    """Only what is named changes. ``limits``: new amounts in fen by name of the limit, None lifts it.

    ``paused`` True pauses, False takes up again, None leaves it.
    """

    call: KeyedCall[WithPeople[Grant]]
    actor: PersonActor
    channel: Channel
    grant_id: UUID
    limits: Mapping[str, int | None]
    purposes: frozenset[Purpose] | None = None
    paused: bool | None = None


async def run(command: ChangeGrant, deps: Deps) -> bytes:
    """Change a grant; the very next bill follows it. The answer holds it as it was, so that it can be put back.

    Refused: NOT_FOUND for somebody else's, NOT_ALLOWED for the beneficiary, GRANT_STATE where it is over or already
    paused, REQUEST_INVALID for amounts below 0.
    """
    now = deps.clock()
    act = grants.ChangeGrant(command.grant_id, command.limits, command.purposes, command.paused)
    hand = Hand(command.actor.person_id, command.channel)

    async def attempt() -> bytes:
        async with deps.database.transaction() as connection:
            scene = Scene(connection, now, deps)
            return await answer_call(
                connection, command.call, now, lambda: carry_out(act, hand, scene), deps.vault
            )

    return await deps.database.repeatedly(attempt)
