"""Codes of the bureau with a real database, shown and scanned by the flows; and looks of members of staff."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from qinji.access.model import Action, PersonActor
from qinji.flows import identify, look_up_person, show_code
from qinji.flows.deps import Deps
from qinji.flows.parts.commands import Credential, CredentialKind, Origin
from qinji.flows.parts.facts import Presented
from qinji.kernel.refusal import Refused
from tests.simulation.booked import DONE
from tests.simulation.operations import Look, Settle, Show
from tests.simulation.staffing import actor_of

NEWEST = "select audit_id from audit where person_id = $1 and action = $2 order by audit_id desc limit 1"


@dataclass(slots=True)
class CodeHands:
    """Shows, scans and looks. ``shown`` is every code in order, ``looks`` the row of each look."""

    deps: Deps
    origin: Callable[[str, str], Origin]
    number: Callable[[UUID], str]
    shown: list[show_code.CodeShown] = field(default_factory=list)
    looks: list[UUID] = field(default_factory=list)

    def digest(self, number: int) -> str:
        """By which one asks what became of a code."""
        return self.shown[number].digest.hex()

    def look_of(self, number: int) -> UUID:
        """The row that a look left in the trail."""
        return self.looks[number]

    async def show(self, asked: Show) -> str:
        """Show a code, which nobody scans yet."""
        whom = None if asked.member == asked.holder else self.number(asked.member)
        wanted = show_code.ShowCode(PersonActor(asked.holder), whom, asked.own_money_only)
        shown = await show_code.run(wanted, self.deps)
        if isinstance(shown, Refused):
            return shown.code.name
        self.shown.append(shown)
        return DONE

    async def present(self, bill: Settle) -> Presented | str:
        """The card, or the code: shown and scanned at once, or shown before."""
        number = bill.code
        if number is None and bill.shown_by is None:
            return Presented(bill.person, None, CredentialKind.CARD)
        if number is None and bill.shown_by is not None:
            shown = await self.show(Show(bill.shown_by, bill.person, bill.own_money_only))
            if shown != DONE:
                return shown
            number = len(self.shown) - 1
        assert number is not None
        credential = Credential(CredentialKind.CODE, self.shown[number].code)
        return await identify.present(self.origin(bill.institution, "2207"), credential, self.deps)

    async def look(self, asked: Look) -> str:
        """Look somebody up, with a reason."""
        found = look_up_person.FoundBy.PERSON_NUMBER
        command = look_up_person.LookUpPerson(
            actor_of(asked.staff), found, self.number(asked.person), "本人来窗口询问"
        )
        file = await look_up_person.run(command, self.deps)
        if isinstance(file, Refused):
            return file.code.name
        async with self.deps.database.reading() as connection:
            row: UUID = await connection.fetchval(NEWEST, asked.person, Action.LOOK_UP_PERSON)
        self.looks.append(row)
        return DONE
