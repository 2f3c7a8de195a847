"""Pure: one side of a case, as the bureau's staff hold it against a paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from qinji.insured.model import Person
from qinji.kernel.dates import age_on
from qinji.kernel.identity import masked_number


@dataclass(frozen=True, slots=True)
class Side:
    """The register's entry, the identity number masked, age in full years."""

    person: Person
    identity_number: str
    age: int


def side_of(person: Person, identity_number: str, today: date) -> Side:
    """The side of a person."""
    return Side(person, masked_number(identity_number), age_on(person.birth, today))
