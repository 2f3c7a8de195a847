"""家庭共济: the grantor changes limits, floor or purposes, pauses a grant or takes it up again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from qinji.access.model import PersonActor
from qinji.flows.acts import grants
from qinji.flows.acts.act import Scene, carry_out
from qinji.flows.deps import Deps
from qinji.flows.parts.hands import Hand
from qinji.flows.parts.people import WithPeople
from qinji.kernel.actor import Channel
from qinji.kernel.purpose import Purpose, UseClass
from qinji.mutual_aid.model import Grant
from qinji.platform.keyed_calls import KeyedCall, answer_call


@dataclass(frozen=True, slots=True)
class ChangeGrant:
    """Only what is named changes. ``limits``: new amounts in fen by name of the limit, None lifts it.

    ``paused`` True pauses, False takes up again, None leaves it; ``lifted`` names of ``uses`` and ``last_day`` what is
    to be no bound any more.
    """

    call: KeyedCall[WithPeople[Grant]]
    actor: PersonActor
    channel: Channel
    grant_id: UUID
    limits: Mapping[str, int | None]
    purposes: frozenset[Purpose] | None = None
    paused: bool | None = None
    uses: frozenset[UseClass] | None = None
    last_day: date | None = None
    lifted: frozenset[str] = frozenset()


async def run(command: ChangeGrant, deps: Deps) -> bytes:
    """Change a grant; the very next bill follows what is tightened, what is widened waits as the settings say.

    The answer holds it as it was, so that it can be put back. Refused: NOT_FOUND for somebody else's, NOT_ALLOWED for
    the beneficiary, GRANT_STATE where it is over or already paused, REQUEST_INVALID for amounts below 0, and for
    widening or taking up again DEVICE_TOO_NEW and STEP_UP_REQUIRED.
    """
    now = deps.clock()
    act = grants.ChangeGrant(
        command.grant_id,
        command.limits,
        command.purposes,
        command.paused,
        command.uses,
        command.last_day,
        command.lifted,
    )
    hand = Hand(command.actor.person_id, command.channel, session=command.actor.session)

    async def attempt() -> bytes:
        async with deps.database.transaction() as connection:
            scene = Scene(connection, now, deps)
            return await answer_call(
                connection, command.call, now, lambda: carry_out(act, hand, scene), deps.vault
            )

    return await deps.database.repeatedly(attempt)
