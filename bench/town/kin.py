"""The relatives of whoever opens the pages, beside those of the population: a mother far away and two children."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from bench.population import OPENED, REGION
from bench.town.calls import at
from qinji.entry.sandbox.load import enrolment_of
from qinji.entry.sandbox.model import Person
from qinji.entry.wiring import Runtime
from qinji.flows import enrol
from qinji.flows.deps import new_id
from qinji.insured.model import Insurance, Status
from qinji.kernel.identity import check_character
from qinji.kernel.kinship import Relation

FAR = "420100"
MOTHER_FEN = 10_000_000
_BIRTHS = {"mother": date(1950, 5, 1), "paid": date(2016, 5, 1), "minor": date(2018, 5, 1)}


@dataclass(frozen=True, slots=True)
class Kin:
    """The mother in another province, the child whose premium is paid, and the one whose is still to pay."""

    mother: UUID
    far: Person
    paid: Person
    minor: Person

    @property
    def names(self) -> dict[str, str]:
        """What paths and forms may name."""
        return {
            "mother_name": self.far.name,
            "mother_certificate": self.far.certificate_number,
            "minor": self.minor.number,
        }


async def related(runtime: Runtime, visitors: Sequence[UUID]) -> list[Kin]:
    """Everybody's, enrolled together."""
    now = runtime.clock()
    families = [[_person(role, place) for role in _BIRTHS] for place in range(len(visitors))]
    people, kin, found = [], list[tuple[UUID, UUID, Relation]](), []
    for visitor, family in zip(visitors, families, strict=True):
        known = [new_id(runtime, now) for _ in family]
        people += [enrolment_of(one, person, runtime) for one, person in zip(family, known, strict=True)]
        kin += [(known[0], visitor, Relation.CHILD), (visitor, known[0], Relation.PARENT)]
        for child in known[1:]:
            kin += [(visitor, child, Relation.CHILD), (child, visitor, Relation.PARENT)]
        found.append(Kin(known[0], *family))
    roll = enrol.Roll("bench.families", "1", people, kin, [], [], [])
    await enrol.run(roll, at(runtime, now - OPENED))
    return found


def _person(role: str, place: int) -> Person:
    """Invented, of an unassigned division."""
    birth = _BIRTHS[role]
    first = f"999901{birth:%Y%m%d}{place:03d}"
    mother = role == "mother"
    return Person(
        number=f"QF{role}{place}",
        name=f"测{'母' if mother else '幼'}{place}",
        certificate_number=first + check_character(first),
        card_number=f"CF{role}{place}",
        sex="female",
        ethnicity="01",
        birth=birth,
        region=FAR if mother else REGION,
        insurance=Insurance.EMPLOYEE if mother else Insurance.RESIDENT,
        person_status="retired" if mother else "child",
        status=Status.NORMAL,
        balance_fen=MOTHER_FEN if mother else 0,
        employer="测试单位" if mother else "",
        insured_since=date(2020, 1, 1),
        suspended_since=None,
        kin=(),
    )
