"""The sandbox world as the stories need it: families by their titles, places, items, staff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from qinji.client import Institution, Patient, signing_of
from qinji.entry.demo.calls import Unexpected
from qinji.entry.sandbox.document import PersonDocument, WorldDocument
from qinji.kernel.dates import age_on

EMPLOYEE, RESIDENT = "310", "390"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the sandbox."""

    number: str
    name: str
    card: str
    region_name: str
    employee: bool
    age: int

    @property
    def patient(self) -> Patient:
        """This person in a message."""
        return Patient(self.number, EMPLOYEE if self.employee else RESIDENT)

    @property
    def told(self) -> str:
        """Name, age, place and insurance."""
        kind = "职工医保" if self.employee else "居民医保"
        return f"{self.name}({self.age} 岁,{self.region_name}{kind})"


@dataclass(frozen=True, slots=True)
class Place:
    """A designated hospital or pharmacy."""

    institution: Institution
    level: str

    @property
    def name(self) -> str:
        """What it is called."""
        return self.institution.name


@dataclass(frozen=True, slots=True)
class BillItem:
    """An item of a bill with how often it was had; the price is in fen."""

    code: str
    name: str
    price_fen: int
    count: int


@dataclass(frozen=True, slots=True)
class World:
    """Who lives here, and what there is."""

    document: WorldDocument
    today: date

    def family(self, title: str) -> list[Person]:
        """The people of the family whose title begins so, in its order."""
        for family in self.document["families"]:
            if family["title"].startswith(title):
                return [self._person(number) for number in family["psn_nos"]]
        raise Unexpected(f"沙箱里没有“{title}”这一家")

    def place(self, region: str, level: str) -> Place:
        """The institution of this region (six digits) and level (1, 2, 3, pharmacy)."""
        for place in self.document["institutions"]:
            if (place["region"], place["level"]) == (region, level):
                signing = signing_of(place["scheme"], place["access_key"], place["secret"])
                return Place(Institution(place["fixmedins_code"], place["name"], region, signing), level)
        raise Unexpected(f"沙箱里没有 {region} 的 {level} 级机构")

    def bill(self, *wanted: tuple[str, int]) -> tuple[BillItem, ...]:
        """Items by name, each with its count, at the catalogue's price."""
        known = {item["name"]: item for item in self.document["items"]}
        missing = [name for name, _ in wanted if name not in known]
        if missing:
            raise Unexpected(f"沙箱目录里没有{'、'.join(missing)}")
        return tuple(
            BillItem(known[name]["code"], name, known[name]["price_fen"], count) for name, count in wanted
        )

    def staff(self, role: str) -> str:
        """The name of a member of staff with this role."""
        return next(one["name"] for one in self.document["staff"] if one["role"] == role)

    def _person(self, number: str) -> Person:
        found = next(person for person in self.document["persons"] if person["psn_no"] == number)
        return Person(
            number,
            found["name"],
            found["card_no"],
            self._region_name(found),
            found["insutype"] == EMPLOYEE,
            age_on(date.fromisoformat(found["birth"]), self.today),
        )

    def _region_name(self, person: PersonDocument) -> str:
        return next(one["name"] for one in self.document["regions"] if one["code"] == person["region"])


def balances_of(document: WorldDocument, people: Sequence[Person]) -> dict[str, int]:
    """The own accounts of these people now, in fen, by person number."""
    wanted = {person.number for person in people}
    return {one["psn_no"]: one["balance_fen"] for one in document["persons"] if one["psn_no"] in wanted}
