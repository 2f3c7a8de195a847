"""Who is meant by a name and an identity number; and in a sandbox, whose numbers one may try."""

from __future__ import annotations

from qinji.insured import queries as insured
from qinji.insured.model import CERTIFICATE_KEY, Person
from qinji.web.guards import PersonVisit
from qinji.web.world import PickPerson, PickWorld


async def find_relative(visit: PersonVisit, name: str, certificate: str) -> Person | None:
    """The person of this identity number, if the name is theirs: neither alone is enough."""
    digest = visit.deps.vault.digest(CERTIFICATE_KEY, certificate)
    async with visit.deps.database.reading() as connection:
        found = (await insured.find(connection, CERTIFICATE_KEY, [digest])).get(digest)
        person = None if found is None else (await insured.persons(connection, [found]))[found]
    return person if person is not None and person.name == name else None


async def invented_kin(visit: PersonVisit) -> list[PickPerson]:
    """In the sandbox, where nobody has a paper at hand: the others of one's invented family with their numbers."""
    world: PickWorld | None = visit.request.app.state.world
    if world is None:
        return []
    me = visit.person.person_id
    async with visit.deps.database.reading() as connection:
        number = (await insured.persons(connection, [me]))[me].number
    families = [family for family in world.families if any(one.number == number for one in family.people)]
    return [one for family in families for one in family.people if one.number != number]
