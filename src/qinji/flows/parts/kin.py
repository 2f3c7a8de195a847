"""Pure: how a relative is named to the one who looks: masked, with what they are to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from qinji.insured.model import Person
from qinji.kernel.identity import masked_name
from qinji.kernel.kinship import Relation, spoken

SELF = "您"


@dataclass(frozen=True, slots=True)
class KinName:
    """``name`` is masked, or 您 for the one who looks; ``relation`` is what they are to them, empty if not known."""

    name: str
    relation: str = ""

    @property
    def text(self) -> str:
        """王**(您的儿子), or 您."""
        return f"{self.name}(您的{self.relation})" if self.relation else self.name

    @property
    def whose(self) -> str:
        """The same before a noun: 您的, 王**(您的儿子)的."""
        return f"{self.text}的"


def kin_name(person: Person, viewer: UUID, relation: Relation | None) -> KinName:
    """The person as the viewer calls them; ``relation`` is what they are to the viewer, None where nobody knows."""
    if person.person_id == viewer:
        return KinName(SELF)
    return KinName(masked_name(person.name), spoken(relation, person.sex) if relation else "")


def kin_names(
    people: Mapping[UUID, Person], viewer: UUID, relations: Mapping[tuple[UUID, UUID], Relation]
) -> dict[UUID, KinName]:
    """Everybody as the viewer calls them; ``relations`` says what the second of a pair is to the first."""
    return {who: kin_name(person, viewer, relations.get((viewer, who))) for who, person in people.items()}
