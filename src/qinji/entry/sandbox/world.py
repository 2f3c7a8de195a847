"""Builds the sandbox world. Pure: the same seed and the same day give the same world, to the last character.

Numbers of persons, cards and institutions come from the plan and never from chance, so that documents and
recorded messages stay right with every seed; names, birthdays, employers and identity numbers come from it. The keys
of institutions come from the seed alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from qinji.entry.sandbox.families_kin import FAMILIES_KIN
from qinji.entry.sandbox.families_status import FAMILIES_STATUS
from qinji.entry.sandbox.families_told import FAMILIES_TOLD
from qinji.entry.sandbox.institutions import CASHIERS, REGIONS, STAFF, institutions
from qinji.entry.sandbox.model import Family, Item, Kin, Person, World
from qinji.entry.sandbox.names import NameGiver
from qinji.entry.sandbox.plan import FamilyPlan, Member, relations
from qinji.insured.model import Insurance, Status
from qinji.kernel.identity import check_character

PLANS = FAMILIES_TOLD + FAMILIES_STATUS + FAMILIES_KIN

# Area codes that no division has: these identity numbers can belong to nobody.
_INVENTED_AREAS = ("999901", "999902", "999903")
_EMPLOYERS = (
    "晴川机械厂",
    "远帆物流公司",
    "青禾食品公司",
    "云杉软件公司",
    "第三中学",
    "金桥纺织厂",
    "公交公司",
)
_ETHNICITIES = ("01",) * 17 + ("03", "11", "15")  # GB/T 3304: Han, Hui, Man, Tujia
_BIRTHDAY_SPREAD_DAYS = 290
_SUSPENDED_DAYS = (40, 85)
_WORKING_AGE = 20
_SEQUENCE_PAIRS = 100
_INSURED_YEARS_MOST = 25


def person_number(family: int, region: str, place: int) -> str:
    """The lasting number of a person: region, family and place in it; sixteen digits."""
    return f"{region}{family:06d}{place:04d}"


def card_number(family: int, place: int) -> str:
    """The lasting number of a social-security card: a letter and eight digits, the last a check digit."""
    digits = f"{family:05d}{place:02d}"
    total = sum((index + 1) * int(digit) for index, digit in enumerate(digits))
    return f"Q{digits}{total % 10}"


def build_world(seed: int, today: date, items: Sequence[Item] = ()) -> World:
    """The world of this seed on its first day; ``items`` are those of the policy packs' catalogue."""
    chance = Random(seed)  # noqa: S311  -- an invented world must be repeatable; nothing secret comes from it
    builder = _Builder(chance, today)
    people: list[Person] = []
    families: list[Family] = []
    for plan in PLANS:
        members = builder.people_of(plan)
        people.extend(members)
        families.append(Family(plan.title, plan.story, tuple(person.number for person in members)))
    return World(
        seed=seed,
        first_day=today,
        regions=REGIONS,
        people=tuple(people),
        families=tuple(families),
        institutions=institutions(seed),
        items=tuple(items),
        staff=STAFF + CASHIERS,
    )


class _Builder:
    """Turns plans into people; holds what must be unique in one world."""

    def __init__(self, chance: Random, today: date) -> None:
        self._chance = chance
        self._today = today
        self._names = NameGiver(chance)
        self._certificates: set[str] = set()
        self._births: dict[tuple[int, str], date] = {}

    def people_of(self, plan: FamilyPlan) -> list[Person]:
        """The persons of a family, with their kin."""
        numbers = {
            member.role: person_number(plan.number, member.region, place)
            for place, member in enumerate(plan.members, start=1)
        }
        kin: dict[str, list[Kin]] = {role: [] for role in numbers}
        for role, other, relation in relations(plan):
            kin[role].append(Kin(numbers[other], relation))
        surnames = self._names.surnames(plan)
        return [
            self._person(plan, place, member, surnames[member.role], tuple(kin[member.role]))
            for place, member in enumerate(plan.members, start=1)
        ]

    def _person(
        self, plan: FamilyPlan, place: int, member: Member, surname: str, kin: tuple[Kin, ...]
    ) -> Person:
        birth = self._birth(plan, member)
        region_place = [region.code for region in REGIONS].index(member.region)
        return Person(
            number=person_number(plan.number, member.region, place),
            name=self._names.full_name(surname, member.sex, birth.year),
            certificate_number=self._certificate(_INVENTED_AREAS[region_place], birth, member),
            card_number=card_number(plan.number, place),
            birth=birth,
            sex=member.sex,
            ethnicity=self._chance.choice(_ETHNICITIES),
            region=member.region,
            insurance=member.insurance,
            person_status=member.person_status,
            status=member.status,
            balance_fen=member.balance_fen,
            employer=self._employer(member, REGIONS[region_place].name),
            insured_since=self._insured_since(member, birth),
            suspended_since=self._suspended_since(member),
            kin=kin,
        )

    def _birth(self, plan: FamilyPlan, member: Member) -> date:
        """A day of birth that gives the planned age today and keeps it for some weeks."""
        day = min(self._today.day, 28)
        birthday = self._today.replace(year=self._today.year - member.age, day=day)
        spread = 0 if member.birthday_today else self._chance.randrange(1, _BIRTHDAY_SPREAD_DAYS)
        birth = birthday - timedelta(days=spread)
        if member.twin_of:
            birth = self._births[plan.number, member.twin_of]
        self._births[plan.number, member.role] = birth
        return birth

    def _certificate(self, area: str, birth: date, member: Member) -> str:
        """An identity number (GB 11643) of an area that does not exist; odd sequence numbers are male."""
        for pair in self._chance.sample(range(_SEQUENCE_PAIRS), _SEQUENCE_PAIRS):
            sequence = pair * 2 + (1 if member.sex == "male" else 2)
            first17 = f"{area}{birth:%Y%m%d}{sequence:03d}"
            number = first17 + check_character(first17)
            if number not in self._certificates:
                self._certificates.add(number)
                return number
        raise ValueError(f"no identity number is left for {birth}")

    def _employer(self, member: Member, city: str) -> str:
        """Where an employee works or worked; residents have no employer."""
        return city + self._chance.choice(_EMPLOYERS) if member.insurance is Insurance.EMPLOYEE else ""

    def _insured_since(self, member: Member, birth: date) -> date:
        """The first day of insurance: since working age, or for a resident since some weeks after birth."""
        if member.insurance is Insurance.RESIDENT:
            return max(birth + timedelta(days=30), self._today - timedelta(days=365 * _INSURED_YEARS_MOST))
        years = self._chance.randint(1, min(_INSURED_YEARS_MOST, max(1, member.age - _WORKING_AGE)))
        return self._today - timedelta(days=365 * years)

    def _suspended_since(self, member: Member) -> date | None:
        """Since when arrears, stop or freeze have lasted; None when all is normal."""
        if member.status is Status.NORMAL:
            return None
        return self._today - timedelta(days=self._chance.randint(*_SUSPENDED_DAYS))
