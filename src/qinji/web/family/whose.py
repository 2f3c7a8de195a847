"""Whose things a page shows: one's own, or a member's with that power. Each look at another's is noted."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from qinji.access.authorize import authorize
from qinji.access.lookup import by_number
from qinji.access.model import Action, Right
from qinji.flows import note_reading
from qinji.insured import queries as insured
from qinji.insured.model import Person
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.web.guards import NUMBER_MAX, PersonVisit

OF = "of"


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose page it is; ``number`` is "" for oneself, so that addresses of one's own pages name nobody."""

    person_id: UUID
    person: Person
    number: str

    @property
    def own(self) -> bool:
        """Whether it is one's own page."""
        return self.number == ""

    def link(self, path: str) -> str:
        """A page about the same person."""
        return path if self.own else f"{path}?{OF}={self.number}"


async def subject_of(visit: PersonVisit, action: Action) -> Subject | Refused:
    """The person that the address names. Refused: nobody, no binding, or a binding without this power."""
    number = visit.request.query_params.get(OF, "")[:NUMBER_MAX]
    async with visit.deps.database.reading() as connection:
        person = visit.person.person_id
        if number:
            found = await by_number(connection, number, visit.deps.vault)
            if found is None:
                return refuse(RefusalCode.NOT_FOUND)
            person = found
        basis = await authorize(connection, visit.person, person, action)
        if isinstance(basis, Refused):
            return basis
        known = (await insured.persons(connection, [person]))[person]
    if basis.right is Right.OWN:
        return Subject(person, known, "")
    await note_reading.run(visit.person.person_id, person, action, basis.text, visit.deps)
    return Subject(person, known, number)
