"""Who and what there is in the simulation before anything happens: the people of the sandbox world, on paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from uuid import UUID

from qinji.entry.sandbox.world import build_world
from qinji.institution.model import Institution
from qinji.insured.model import CodeState, Person
from qinji.kernel.dates import CHINA
from qinji.kernel.kinship import Relation
from qinji.policy.book import Book
from qinji.policy.load import default_folder, load
from tests.simulation.operations import Pair

FIRST_DAY = date(2026, 3, 17)
NOON = datetime(2026, 3, 17, 12, 0, tzinfo=CHINA).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Cast:
    """Who and what there is before anything happens."""

    people: Mapping[UUID, Person]
    kin: Mapping[Pair, Relation]
    institutions: Mapping[str, Institution]
    balances: Mapping[UUID, int]


@cache
def packs() -> Book:
    """The packs of the project, read once."""
    return load(default_folder())


@cache
def sandbox_cast(families: int = 1_000, seed: int = 20260101) -> Cast:
    """The people of the first so many families of the sandbox world, with ids that do not change."""
    world = build_world(seed, FIRST_DAY)
    numbers = {number for family in world.families[:families] for number in family.numbers}
    chosen = [person for person in world.people if person.number in numbers]
    ids = {person.number: UUID(int=place) for place, person in enumerate(chosen, start=1)}
    people = {
        ids[p.number]: Person(
            ids[p.number],
            p.number,
            p.name,
            b"",
            1,
            p.sex,
            p.ethnicity,
            p.birth,
            p.region,
            p.insurance,
            p.person_status,
            p.status,
            p.insured_since,
            p.suspended_since,
            p.employer,
            False,
            None,
            CodeState.ACTIVE,
        )
        for p in chosen
    }
    kin = {(ids[p.number], ids[k.number]): k.relation for p in chosen for k in p.kin if k.number in ids}
    places = {
        i.code: Institution(i.code, i.name, i.level, i.region, i.credit_code, i.scheme, i.tell_payers)
        for i in world.institutions
    }
    return Cast(people, kin, places, {ids[p.number]: p.balance_fen for p in chosen})
