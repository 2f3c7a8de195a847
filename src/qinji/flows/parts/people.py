"""Pure: an outcome with the people it names, so that a door can tell who they are without reading again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from qinji.insured.model import Person
from qinji.kernel.identity import masked_name
from qinji.kernel.kinship import Relation, spoken

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class WithPeople(Generic[Thing]):
    """A binding or grant as it is now, and both sides of it; ``before`` as it was, where an act changed it."""

    thing: Thing
    people: Mapping[UUID, Person]
    before: Thing | None = None


def relative_text(person: Person, relation: Relation) -> str:
    """A relative by what they are to whoever is spoken of, and by their masked name."""
    return f"{spoken(relation, person.sex)} {masked_name(person.name)}"
