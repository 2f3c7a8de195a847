"""代缴: what a year's premium of oneself or a relative costs, and whose money may pay it; nothing is moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qinji.access.authorize import to_order_premium
from qinji.access.lookup import by_number
from qinji.access.model import Basis, PersonActor
from qinji.flows.acts.premiums import Known, concerned, gather
from qinji.flows.deps import Deps
from qinji.flows.parts.kin import KinName, kin_names
from qinji.flows.parts.premium_payers import PremiumPayer, payers
from qinji.flows.parts.premium_quote import Quote, quote, years_open
from qinji.insured import queries as insured
from qinji.insured.model import Person
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.platform.database import Connection
from qinji.policy.book import Book
from qinji.premium.model import PremiumOrder


@dataclass(frozen=True, slots=True)
class PayerTold:
    """A way to pay, named to who looks. ``before_fen`` only of the looker's own purse; a relative's is not told."""

    payer: PremiumPayer
    who: KinName | None
    mine: bool

    @property
    def before_fen(self) -> int | None:
        """What lies in one's own account, in fen."""
        return self.payer.before_fen if self.mine else None


@dataclass(frozen=True, slots=True)
class PremiumPreview:
    """What may be paid for a person today: a quote for each year that is open, or why there is none."""

    person: Person
    people: Mapping[UUID, Person]
    who: KinName
    basis: Basis
    quotes: tuple[Quote, ...]
    payers: tuple[PayerTold, ...]
    orders: tuple[PremiumOrder, ...]
    why_not: Refused | None


async def run(actor: PersonActor, member_number: str | None, deps: Deps) -> PremiumPreview | Refused:
    """Look; ``member_number`` None is oneself. Refused as ordering would be for want of a right to the errand."""
    now = deps.clock()

    async def look() -> PremiumPreview | Refused:
        async with deps.database.reading() as connection:
            person: UUID | None = actor.person_id
            if member_number is not None:
                person = await by_number(connection, member_number, deps.vault)
            if person is None:
                return refuse(RefusalCode.NOT_FOUND)
            return await _look(actor, person, connection, now, deps)

    return await deps.database.repeatedly(look)


async def _look(
    actor: PersonActor, person: UUID, connection: Connection, now: datetime, deps: Deps
) -> PremiumPreview | Refused:
    basis = await to_order_premium(connection, actor, person, now)
    if isinstance(basis, Refused):
        return basis
    held = await concerned(connection, actor.person_id, person)
    known = await gather(connection, actor.person_id, person, held, now)
    orderers = {one.orderer_id for one in known.history.orders} - set(held)
    people = {**known.payers.people, **await insured.persons(connection, sorted(orderers))}
    related = await insured.kinship(connection, [(actor.person_id, one) for one in held])
    names = kin_names(people, actor.person_id, related)
    found = _quotes(known, deps.book)
    told = tuple(
        PayerTold(one, None if one.person is None else names[one.person], one.person == actor.person_id)
        for one in payers(known.payers, deps.book)
    )
    return PremiumPreview(
        person=people[person],
        people=people,
        who=names[person],
        basis=basis,
        quotes=tuple(one for one in found if isinstance(one, Quote)),
        payers=told,
        orders=known.history.orders,
        why_not=next((one for one in found if isinstance(one, Refused)), None),
    )


def _quotes(known: Known, book: Book) -> list[Quote | Refused]:
    """A quote for each year that is open; the refusal for this year where none is."""
    person, today = known.payers.insured, known.payers.today
    policy = book.at(person.region, today)
    terms = None if isinstance(policy, Refused) else policy.premium()
    years = [] if terms is None else years_open(person, known.history, today, terms)
    return [quote(person, known.history, year, today, book) for year in years or [today.year]]
