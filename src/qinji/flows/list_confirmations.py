"""家庭共济: what a grantor is asked to confirm now: whose bill, where, what for and how much; nothing medical."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qinji.access.model import PersonActor
from qinji.flows.deps import Deps
from qinji.flows.parts.kin import KinName, kin_names
from qinji.institution import queries as institutions
from qinji.institution.model import Institution
from qinji.insured import queries as insured
from qinji.kernel.purpose import PURPOSE_CHINESE
from qinji.ledger import queries as ledger
from qinji.ledger.model import own_balance
from qinji.mutual_aid import queries
from qinji.mutual_aid.model import Answer, Confirmation
from qinji.platform.database import Connection

ASKED_MAX = 50


@dataclass(frozen=True, slots=True)
class ConfirmationCard:
    """One request as its grantor sees it. ``before_fen`` is their own balance, ``after_fen`` the least that is left.

    Where it is they read by region, as in every list of theirs; the institution is the patient's to tell.
    """

    confirmation_id: UUID
    patient: KinName
    region_name: str
    purpose_text: str
    amount_fen: int
    before_fen: int
    after_fen: int
    answer: Answer
    asked_at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """What waits for an answer, then what was answered and whose time is not over; newest first."""

    waiting: tuple[ConfirmationCard, ...]
    answered: tuple[ConfirmationCard, ...]


@dataclass(frozen=True, slots=True)
class _Named:
    kin: Mapping[UUID, KinName]
    places: Mapping[str, Institution]
    regions: Mapping[str, str]
    balance_fen: int


async def run(actor: PersonActor, deps: Deps) -> Asked:
    """Everything the page of requests shows."""
    now = deps.clock()

    async def look() -> Asked:
        async with deps.database.reading() as connection:
            return await _look(actor.person_id, connection, now, deps)

    return await deps.database.repeatedly(look)


async def waiting(actor: PersonActor, deps: Deps) -> int:
    """How many requests wait for an answer."""

    async def look() -> int:
        async with deps.database.reading() as connection:
            return await queries.count_asked(connection, actor.person_id, deps.clock())

    return await deps.database.repeatedly(look)


async def _look(grantor: UUID, connection: Connection, now: datetime, deps: Deps) -> Asked:
    found = await queries.asked_of(connection, grantor, now, ASKED_MAX)
    if not found:
        return Asked((), ())
    who = sorted({grantor} | {one.person_id for one in found})
    people = await insured.persons(connection, who)
    kinship = await insured.kinship(connection, [(grantor, other) for other in who])
    places = await institutions.by_codes(connection, sorted({one.bill.institution for one in found}))
    balances = await ledger.balances(connection, [grantor])
    named = _Named(
        kin_names(people, grantor, kinship),
        {place.code: place for place in places},
        deps.book.region_names(),
        own_balance(balances.get(grantor, {})),
    )
    cards = [(one.answer, _card(one, named)) for one in found]
    return Asked(
        tuple(card for answer, card in cards if answer is Answer.WAITING),
        tuple(card for answer, card in cards if answer is not Answer.WAITING),
    )


def _card(one: Confirmation, named: _Named) -> ConfirmationCard:
    place = named.places.get(one.bill.institution)
    region = "" if place is None else place.region
    return ConfirmationCard(
        confirmation_id=one.confirmation_id,
        patient=named.kin[one.person_id],
        region_name=named.regions.get(region, region),
        purpose_text=PURPOSE_CHINESE[one.purpose],
        amount_fen=one.amount_fen,
        before_fen=named.balance_fen,
        after_fen=max(0, named.balance_fen - one.amount_fen),
        answer=one.answer,
        asked_at=one.asked_at,
        until=one.until,
    )
