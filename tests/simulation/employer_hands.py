"""What employers say of payments to the bureau with a real database, by the flows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from qinji.flows import note_arrears
from qinji.flows.deps import Deps
from qinji.kernel.dates import local_day
from qinji.kernel.refusal import Refused
from tests.simulation.booked import DONE
from tests.simulation.breaks import last_paid_on
from tests.simulation.operations import Lapse, Resume

OPERATOR = "os:simulation"


@dataclass(slots=True)
class EmployerHands:
    """Notes that payments stopped, and that they go on."""

    deps: Deps
    number: Callable[[UUID], str]

    async def do(self, asked: Lapse | Resume) -> str:
        """One word, and what came of it."""
        today, number = local_day(self.deps.clock()), self.number(asked.person)
        if isinstance(asked, Lapse):
            command = note_arrears.NoteArrears(OPERATOR, number, last_paid_on(asked, today))
            stopped = await note_arrears.stop(command, self.deps)
            return DONE if stopped is None else stopped.code.name
        again = note_arrears.NoteResumed(OPERATOR, number, today, asked.paid_back)
        found = await note_arrears.go_on(again, self.deps)
        return found.code.name if isinstance(found, Refused) else DONE
