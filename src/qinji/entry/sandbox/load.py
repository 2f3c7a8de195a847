"""Put the generated world into an empty sandbox database, and tell how it stands today."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from typing import cast
from uuid import UUID

from qinji.entry.sandbox.document import world_json
from qinji.entry.sandbox.institutions import CASHIERS, STAFF
from qinji.entry.sandbox.model import Institution as WorldInstitution
from qinji.entry.sandbox.model import Item, Level, Scheme, Staff, World
from qinji.entry.sandbox.model import Person as WorldPerson
from qinji.entry.sandbox.world import build_world
from qinji.flows import enrol
from qinji.flows.deps import Deps, new_id
from qinji.institution import queries as institutions
from qinji.institution.model import Institution, InstitutionKey, StaffMember
from qinji.institution.rules import KEY_PLACES, valid_keys
from qinji.insured import queries as insured
from qinji.insured.model import CodeState, Person
from qinji.kernel.actor import StaffRole
from qinji.kernel.dates import local_day
from qinji.kernel.money import round_half_up
from qinji.kernel.refusal import Refused
from qinji.ledger import queries as ledger
from qinji.ledger.model import ONLY_POCKET
from qinji.platform import settings
from qinji.platform.crypto import NONCE_BYTES
from qinji.platform.database import Overloaded

ROLL = "sandbox"
CASHIERS_ROLL = "sandbox.cashiers"
"""Enrolled by themselves, so that a sandbox that an earlier version filled gets its cashiers too."""

LOAD_ATTEMPTS = 10
"""Each waits as long as the lock of another one that is loading."""

MICRO_YUAN_PER_FEN = 10_000
"""A catalogue price is in 0.000001 yuan."""


@dataclass(frozen=True, slots=True)
class Sandbox:
    """The world of this installation; ``first_day`` is the day it was loaded, kept in the database."""

    world: World


def _items(deps: Deps, region: str, today: date) -> list[Item]:
    policy = deps.book.at(region, today)
    if isinstance(policy, Refused):
        return []
    return [
        Item(
            item.code, item.name, item.category.value, round_half_up(Fraction(item.price, MICRO_YUAN_PER_FEN))
        )
        for item in policy.items()
    ]


async def open_sandbox(seed: int, deps: Deps) -> Sandbox:
    """The world as it was generated on the first day; loads it when the database is empty.

    Of several processes that find it empty one loads its world, and the others wait and take that one.
    """
    kept = await _kept(deps)
    for _ in range(LOAD_ATTEMPTS):
        if kept is not None:
            break
        today = local_day(deps.clock())
        # Overloaded: somebody else has been loading for longer than a lock is waited for.
        with contextlib.suppress(Overloaded):
            await enrol.run(_roll(build_world(seed, today), f"{seed} {today.isoformat()}", deps), deps)
        kept = await _kept(deps)
    if kept is None:
        raise Overloaded
    await _employ_cashiers(deps)
    kept_seed, _, first_day = kept.partition(" ")
    world = build_world(int(kept_seed), date.fromisoformat(first_day))
    items = _items(deps, world.regions[0].code, local_day(deps.clock()))
    return Sandbox(replace(world, items=tuple(items)))


async def _kept(deps: Deps, roll: str = ROLL) -> str | None:
    """What a roll that was loaded says (the world's: its seed and first day), or None."""
    async with deps.database.reading() as connection:
        return await settings.read(connection, f"roll.{roll}")


async def _employ_cashiers(deps: Deps) -> None:
    """The cashiers of the world's institutions, once."""
    if await _kept(deps, CASHIERS_ROLL) is None:
        await enrol.run(
            enrol.Roll(CASHIERS_ROLL, f"{len(CASHIERS)}", (), (), (), (), _members(CASHIERS)), deps
        )


def _members(staff: Sequence[Staff]) -> list[StaffMember]:
    return [StaffMember(one.staff_id, one.name, StaffRole(one.role), one.institution) for one in staff]


def _roll(world: World, mark: str, deps: Deps) -> enrol.Roll:
    now = deps.clock()
    ids = {person.number: new_id(deps, now) for person in world.people}
    return enrol.Roll(
        name=ROLL,
        value=mark,
        people=[enrolment_of(person, ids[person.number], deps) for person in world.people],
        kin=[(ids[p.number], ids[kin.number], kin.relation) for p in world.people for kin in p.kin],
        institutions=[
            Institution(i.code, i.name, i.level, i.region, i.credit_code, i.scheme, i.tell_payers)
            for i in world.institutions
        ],
        keys=[_key(i, now, deps) for i in world.institutions if i.access_key],
        staff=_members(STAFF),
    )


def _key(institution: WorldInstitution, now: datetime, deps: Deps) -> InstitutionKey:
    cipher = deps.vault.encrypt(institution.secret, deps.entropy(NONCE_BYTES))
    return InstitutionKey(
        access_key=institution.access_key,
        institution=institution.code,
        place=KEY_PLACES[0],
        secret=cipher,
        secret_key_version=deps.vault.version,
        issued_at=now,
        revoked_at=None,
    )


def enrolment_of(person: WorldPerson, identifier: UUID, deps: Deps) -> enrol.Enrolment:
    """One person of a world as the register takes them; the identity number is enciphered here."""
    cipher = deps.vault.encrypt(person.certificate_number, deps.entropy(NONCE_BYTES))
    row = Person(
        person_id=identifier,
        number=person.number,
        name=person.name,
        certificate=cipher,
        certificate_key_version=deps.vault.version,
        sex=person.sex,
        ethnicity=person.ethnicity,
        birth=person.birth,
        region=person.region,
        insurance=person.insurance,
        person_status=person.person_status,
        status=person.status,
        insured_since=person.insured_since,
        suspended_since=person.suspended_since,
        employer=person.employer,
        civil_servant=False,
        online_suspended_until=None,
        code_state=CodeState.ACTIVE,
    )
    return enrol.Enrolment(row, person.certificate_number, person.card_number, person.balance_fen)


async def describe(sandbox: Sandbox, deps: Deps, url: str) -> object:
    """``world.json`` with today's balances and statuses, and the keys that institutions sign with now."""
    numbers = [person.number for person in sandbox.world.people]
    digests = {deps.vault.digest(insured.NUMBER, number): number for number in numbers}
    async with deps.database.reading() as connection:
        found = await insured.find(connection, insured.NUMBER, list(digests))
        people = await insured.persons(connection, list(found.values()))
        balances = await ledger.balances(connection, list(found.values()))
        places = await institutions.everyone(connection)
        keys = await institutions.valid_keys(connection, [place.code for place in places])
    own = {digests[d]: balances.get(person, {}).get(ONLY_POCKET, 0) for d, person in found.items()}
    statuses = {digests[d]: people[person].status.value for d, person in found.items()}
    newest = {key.institution: key for key in valid_keys(keys)}
    signing = [_as_it_signs(place, newest.get(place.code), deps) for place in places]
    return world_json(sandbox.world, url, own, statuses, signing)


def _as_it_signs(place: Institution, key: InstitutionKey | None, deps: Deps) -> WorldInstitution:
    """An institution with its key, for everybody: a sandbox holds nothing that is worth a secret."""
    access_key = secret = ""
    if key is not None and place.scheme != "none":
        access_key, secret = key.access_key, deps.vault.decrypt(key.secret, key.secret_key_version)
    return WorldInstitution(
        code=place.code,
        name=place.name,
        level=cast("Level", place.level),
        region=place.region,
        credit_code=place.credit_code,
        scheme=cast("Scheme", place.scheme),
        access_key=access_key,
        secret=secret,
        tell_payers=place.tell_payers,
    )
