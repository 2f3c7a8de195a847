"""The sandbox world as its pages show it: for the vendor's developer, and to pick somebody to sign in as."""

from __future__ import annotations

from qinji.entry.sandbox.model import Person, Staff, World
from qinji.kernel.actor import ROLE_CHINESE, StaffRole
from qinji.kernel.money import yuan
from qinji.web.sandbox.home import HomeFamily, HomePerson, HomePlace, HomeWorld
from qinji.web.world import PickFamily, PickPerson, PickStaff, PickWorld


def home_world(world: World) -> HomeWorld:
    """The world of the page with calls to try."""
    regions = {region.code: region.name for region in world.regions}
    people = {
        person.number: HomePerson(person.number, person.name, regions[person.region], person.balance_fen)
        for person in world.people
    }
    return HomeWorld(
        tuple(
            HomeFamily(f.title, f.story, tuple(people[number] for number in f.numbers))
            for f in world.families
        ),
        tuple(HomePlace(i.code, i.name, i.level, regions[i.region]) for i in world.institutions),
        world.people[0].certificate_number,
    )


def pick_world(world: World) -> PickWorld:
    """Everybody whom a visitor of the sandbox may sign in as."""
    regions = {region.code: region.name for region in world.regions}
    families = [
        PickFamily(
            family.title,
            family.story,
            [_picked(world.person(number), regions) for number in family.numbers],
        )
        for family in world.families
    ]
    places = {place.code: place.name for place in world.institutions}
    return PickWorld(families, [_employed(member, places) for member in world.staff])


def _employed(member: Staff, places: dict[str, str]) -> PickStaff:
    """Where somebody works: a cashier at an institution, everybody else at the bureau."""
    words = ROLE_CHINESE[StaffRole(member.role)]
    if member.institution is not None:
        words = places[member.institution]
    return PickStaff(member.staff_id, member.name, words, cashier=member.institution is not None)


def _picked(person: Person, regions: dict[str, str]) -> PickPerson:
    age = f"{person.birth.year} 年生"
    return PickPerson(
        person.number,
        person.name,
        f"{regions[person.region]} · {age} · 个人账户 {yuan(person.balance_fen)} 元",
        person.certificate_number,
    )
