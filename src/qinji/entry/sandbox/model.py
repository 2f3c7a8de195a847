"""What the sandbox world is made of. Everybody and everything in it is invented.

Inside, the words of the glossary; the national short names appear only in ``document.py``, the JSON edge.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from qinji.insured.model import Insurance, Status
from qinji.kernel.kinship import Relation

Sex = Literal["male", "female"]
PersonStatus = Literal["in_service", "retired", "adult", "student", "child"]
Level = Literal["1", "2", "3", "pharmacy"]
Scheme = Literal["none", "A", "B"]
Category = Literal["A", "B", "C"]
Role = Literal["clerk", "reviewer", "cashier"]


@dataclass(frozen=True, slots=True)
class Region:
    """A pooling area; ``pack`` is the folder of its policy pack below ``policies/``."""

    code: str
    name: str
    province: str
    pack: str


@dataclass(frozen=True, slots=True)
class Kin:
    """What another person of the world truly is to this one."""

    number: str
    relation: Relation


@dataclass(frozen=True, slots=True)
class Person:
    """One invented insured person.

    ``balance_fen`` is the opening balance of the own account, 0 without one; ``ethnicity`` is two digits of
    GB/T 3304; ``kin`` is true kinship, not what was ever bound or granted.
    """

    number: str
    name: str
    certificate_number: str
    card_number: str
    birth: date
    sex: Sex
    ethnicity: str
    region: str
    insurance: Insurance
    person_status: PersonStatus
    status: Status
    balance_fen: int
    employer: str
    insured_since: date
    suspended_since: date | None
    kin: tuple[Kin, ...]


@dataclass(frozen=True, slots=True)
class Family:
    """A family with its title, its story in two sentences, and its people's numbers."""

    title: str
    story: str
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Institution:
    """A designated hospital or pharmacy. ``tell_payers``: it wants to read who paid in ``exp_content``.

    ``access_key`` and ``secret`` are empty where the scheme is none.
    """

    code: str
    name: str
    level: Level
    region: str
    credit_code: str
    scheme: Scheme
    access_key: str
    secret: str
    tell_payers: bool


@dataclass(frozen=True, slots=True)
class Item:
    """An item of the catalogue that a sandbox bill may carry; the price is a fair unit price in fen."""

    code: str
    name: str
    category: Category
    price_fen: int


@dataclass(frozen=True, slots=True)
class Staff:
    """A member of staff: a clerk enters, a reviewer approves, a cashier belongs to an institution (else None)."""

    staff_id: str
    name: str
    role: Role
    institution: str | None = None


@dataclass(frozen=True, slots=True)
class World:
    """The whole sandbox world of one seed and one first day."""

    seed: int
    first_day: date
    regions: tuple[Region, ...]
    people: tuple[Person, ...]
    families: tuple[Family, ...]
    institutions: tuple[Institution, ...]
    items: tuple[Item, ...]
    staff: tuple[Staff, ...]

    def person(self, number: str) -> Person:
        """The person of a number; KeyError when nobody has it."""
        for person in self.people:
            if person.number == number:
                return person
        raise KeyError(number)
