"""代缴 at one glance: for whom one may pay, and the orders that one made, paid or is insured by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qinji.access.model import PersonActor
from qinji.family import queries as family
from qinji.family.model import BindingState
from qinji.flows.deps import Deps
from qinji.flows.parts.kin import KinName, kin_names
from qinji.insured import queries as insured
from qinji.insured.model import Person
from qinji.insured.rules import is_minor
from qinji.kernel.dates import local_day
from qinji.kernel.kinship import Relation
from qinji.kernel.purpose import Power, Purpose
from qinji.mutual_aid import queries as mutual_aid
from qinji.mutual_aid.rules import usable
from qinji.platform.database import Connection
from qinji.premium import queries
from qinji.premium.model import PremiumOrder


@dataclass(frozen=True, slots=True)
class PremiumHome:
    """``payable`` is whom one may order for, oneself first; ``names`` and ``people`` everybody whom the page names."""

    payable: tuple[UUID, ...]
    orders: tuple[PremiumOrder, ...]
    people: Mapping[UUID, Person]
    names: Mapping[UUID, KinName]


async def run(actor: PersonActor, limit: int, before: UUID | None, deps: Deps) -> PremiumHome:
    """The home of premiums, and a page of orders, newest first."""
    now = deps.clock()

    async def look() -> PremiumHome:
        async with deps.database.reading() as connection:
            return await _look(actor.person_id, limit, before, connection, now)

    return await deps.database.repeatedly(look)


async def _look(
    me: UUID, limit: int, before: UUID | None, connection: Connection, now: datetime
) -> PremiumHome:
    today = local_day(now)
    orders = await queries.listing(connection, me, limit, before)
    bindings = await family.of_holder(connection, me)
    held = {
        one.person_id
        for one in bindings
        if one.state is BindingState.ACTIVE and Power.PAY_PREMIUM in one.powers
    }
    given = {
        one.person_id
        for one in await mutual_aid.live_of(connection, me, now)
        if usable(one, today, Purpose.RESIDENT_PREMIUM) is None
    }
    related = await insured.relatives(connection, me)
    named = {me, *held, *given, *related}
    named |= {one for o in orders for one in (o.person_id, o.orderer_id, o.payer_id) if one}
    people = await insured.persons(connection, sorted(named))
    minors = {
        one
        for one, relation in related.items()
        if relation is Relation.CHILD and one in people and is_minor(people[one], today)
    }
    others = sorted((held | given | minors) - {me}, key=lambda one: people[one].birth)
    names = kin_names(people, me, {(me, one): relation for one, relation in related.items()})
    return PremiumHome((me, *others), tuple(orders), people, names)
