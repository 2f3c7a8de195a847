"""代缴: one order as those whom it concerns see it, with its receipt once it is paid, signed to be checked offline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from qinji.access.model import PersonActor
from qinji.flows.deps import Deps
from qinji.flows.parts.kin import KinName, kin_names
from qinji.flows.parts.premium_receipt import Receipt, read, receipt_of, written
from qinji.insured import queries as insured
from qinji.insured.model import Person
from qinji.kernel.dates import local_day
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.platform.database import Connection
from qinji.platform.signatures import WrongCode, check, public_key, sign
from qinji.premium import queries
from qinji.premium.model import OrderState, PremiumOrder
from qinji.premium.rules import may_refund


@dataclass(frozen=True, slots=True)
class PremiumTold:
    """An order. ``receipt`` and its ``code`` where it is paid; ``covered_from`` as it stands after later repairs."""

    order: PremiumOrder
    people: Mapping[UUID, Person]
    names: Mapping[UUID, KinName]
    region_name: str
    receipt: Receipt | None
    code: str
    refundable: bool
    covered_from: date


async def run(actor: PersonActor, order_id: UUID, deps: Deps) -> PremiumTold | Refused:
    """One order; NOT_FOUND for whom it does not concern."""

    async def look() -> PremiumTold | Refused:
        async with deps.database.reading() as connection:
            order = await queries.one(connection, order_id, actor.person_id)
            if order is None:
                return refuse(RefusalCode.NOT_FOUND)
            return await _told(actor.person_id, order, connection, deps)

    return await deps.database.repeatedly(look)


async def listing(
    actor: PersonActor, limit: int, before: UUID | None, deps: Deps
) -> tuple[list[PremiumOrder], Mapping[UUID, Person], Mapping[UUID, KinName]]:
    """The orders that one made, paid or is insured by, newest first, with everybody they name."""

    async def look() -> tuple[list[PremiumOrder], Mapping[UUID, Person], Mapping[UUID, KinName]]:
        async with deps.database.reading() as connection:
            orders = await queries.listing(connection, actor.person_id, limit, before)
            people, names = await _named(actor.person_id, orders, connection)
            return orders, people, names

    return await deps.database.repeatedly(look)


async def _named(
    viewer: UUID, orders: list[PremiumOrder], connection: Connection
) -> tuple[Mapping[UUID, Person], Mapping[UUID, KinName]]:
    ids = {viewer} | {one for o in orders for one in (o.person_id, o.orderer_id, o.payer_id) if one}
    people = await insured.persons(connection, sorted(ids))
    related = await insured.kinship(connection, [(viewer, one) for one in sorted(ids)])
    return people, kin_names(people, viewer, related)


async def _told(viewer: UUID, order: PremiumOrder, connection: Connection, deps: Deps) -> PremiumTold:
    people, names = await _named(viewer, [order], connection)
    person, today = people[order.person_id], local_day(deps.clock())
    policy = deps.book.at(order.region, today)
    terms = None if isinstance(policy, Refused) else policy.premium()
    rows = (await queries.coverages(connection, [order.person_id])).get(order.person_id, [])
    begins = next((row.covered_from for row in rows if row.order_id == order.order_id), order.covered_from)
    region_name = deps.book.region_names().get(order.region, order.region)
    receipt = receipt_of(order, person, region_name)
    offered = terms is not None and terms.refundable
    return PremiumTold(
        order=order,
        people=people,
        names=names,
        region_name=region_name,
        receipt=receipt,
        code="" if receipt is None else sign(written(receipt), deps.vault),
        refundable=order.state is OrderState.PAID
        and may_refund(order, viewer, today, begins, offered=offered) is None,
        covered_from=begins,
    )


def verify(code: str, key: str) -> Receipt | None:
    """The receipt behind a verify code, by the public key alone; None where it is none of this key, or altered."""
    try:
        return read(check(code, key))
    except (WrongCode, ValueError):
        return None


def verify_here(code: str, deps: Deps) -> Receipt | None:
    """The receipt behind a verify code of this bureau."""
    return verify(code, public_key(deps.vault))
