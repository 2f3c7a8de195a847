"""家庭共济: a grantor lets a near relative spend from their personal account, within limits. It shows no code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from qinji.access.model import PersonActor
from qinji.flows.acts import grants
from qinji.flows.acts.act import Scene, carry_out
from qinji.flows.deps import Deps
from qinji.flows.parts.hands import Hand
from qinji.flows.parts.people import WithPeople
from qinji.kernel.actor import Channel
from qinji.kernel.kinship import Relation
from qinji.kernel.purpose import Purpose, UseClass
from qinji.mutual_aid.model import Grant, Limits
from qinji.platform.keyed_calls import KeyedCall, answer_call


@dataclass(frozen=True, slots=True)
class GrantMutualAid:
    """``relation``: what the beneficiary is to the grantor; ``purposes`` and ``uses`` None: all the region permits."""

    call: KeyedCall[WithPeople[Grant]]
    actor: PersonActor
    channel: Channel
    beneficiary_number: str
    relation: Relation
    limits: Limits
    purposes: frozenset[Purpose] | None = None
    uses: frozenset[UseClass] | None = None
    last_day: date | None = None


async def run(command: GrantMutualAid, deps: Deps) -> bytes:
    """Begin a grant: active at once, or filed where the grantor's region wants a filing first (备案).

    Refused: what ``mutual_aid.rules.may_grant`` names, NOT_FOUND for a number nobody has, DEVICE_TOO_NEW,
    STEP_UP_REQUIRED.
    """
    now = deps.clock()
    act = grants.GrantMutualAid(
        command.beneficiary_number,
        command.relation,
        command.limits,
        command.purposes,
        command.uses,
        command.last_day,
    )
    hand = Hand(command.actor.person_id, command.channel, session=command.actor.session)

    async def attempt() -> bytes:
        async with deps.database.transaction() as connection:
            scene = Scene(connection, now, deps)
            return await answer_call(
                connection, command.call, now, lambda: carry_out(act, hand, scene), deps.vault
            )

    return await deps.database.repeatedly(attempt)
