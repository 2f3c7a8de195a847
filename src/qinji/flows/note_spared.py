"""登记免等待期身份, by a command: papers that were seen say that somebody need not wait. The window does it by two."""

from __future__ import annotations

from dataclasses import dataclass

from qinji.access.lookup import by_number
from qinji.flows.acts.act import Scene, carry_out
from qinji.flows.acts.spared import NoteSpared as Noting
from qinji.flows.deps import Deps
from qinji.flows.parts.hands import Hand
from qinji.kernel.actor import Channel
from qinji.kernel.purpose import SparedGround
from qinji.kernel.refusal import RefusalCode, Refused, refuse


@dataclass(frozen=True, slots=True)
class NoteSpared:
    """``operator`` saw the papers of whom this number is."""

    operator: str
    number: str
    ground: SparedGround


async def run(command: NoteSpared, deps: Deps) -> Refused | None:
    """Keep the fact with the person's enrolment, beside what is known already; twice is once.

    Refused: NOT_FOUND, and ENROL_STATE for an employee, who comes into the residents' insurance first.
    """
    now = deps.clock()

    async def attempt() -> Refused | None:
        async with deps.database.transaction() as connection:
            return await _note(command, Scene(connection, now, deps))

    return await deps.database.repeatedly(attempt)


async def _note(command: NoteSpared, scene: Scene) -> Refused | None:
    found = await by_number(scene.connection, command.number, scene.deps.vault)
    if found is None:
        return refuse(RefusalCode.NOT_FOUND)
    act = Noting(command.ground, command.operator)
    noted = await carry_out(act, Hand(found, Channel.WINDOW), scene)
    return noted if isinstance(noted, Refused) else None
