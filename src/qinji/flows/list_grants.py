"""家庭共济 at one glance: whose account pays for whom, what its limits leave, and what may be done about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from qinji.access.model import PersonActor
from qinji.flows.deps import Deps
from qinji.flows.parts.facts import WorkingSet, only_accounts
from qinji.flows.parts.kin import KinName, kin_name
from qinji.flows.parts.payer_order import Standing, reason_of, standing_of
from qinji.flows.parts.payers import grant_payer
from qinji.flows.parts.sharing_terms import terms_of, user_orders
from qinji.insured import queries as insured
from qinji.insured.model import Person
from qinji.insured.rules import account_usable, has_account
from qinji.kernel.dates import local_day
from qinji.kernel.kinship import inverse
from qinji.kernel.purpose import AT_THE_TILL
from qinji.kernel.refusal import Refused
from qinji.ledger import queries as ledger
from qinji.ledger.model import own_balance
from qinji.mutual_aid import queries
from qinji.mutual_aid.model import STATE_CHINESE, Grant, GrantAct, GrantState, Limits, Room, Terms, Used
from qinji.mutual_aid.rules import NO_LIMITS, acts_of, ended, live, room
from qinji.platform.database import Connection

GRANTS_MAX = 100


@dataclass(frozen=True, slots=True)
class GrantCard:
    """One grant as one side of it sees it; ``other`` is the other side, named to the viewer.

    ``used`` counts the running day, month and year, ``left`` is what the limits leave, in fen; ``most`` are the limits
    of the grantor's region, of each two the lower one holds. ``standing`` says whether it pays if a bill comes now;
    ``ends_next_day``: ended by the viewer now, it would still pay today.
    ``locked_until``: the first day on which the grantor may end it, None where that may be today.
    """

    grant: Grant
    other: KinName
    other_number: str
    giving: bool
    state: GrantState
    state_text: str
    used: Used
    left: Room
    most: Limits
    standing: Standing
    reason: str
    acts: frozenset[GrantAct]
    ends_next_day: bool
    locked_until: date | None


@dataclass(frozen=True, slots=True)
class SharingHome:
    """What one gives and what serves one, in the order of payment, then what is over. ``balance_fen`` is one's own.

    ``may_give``: one has an account that may pay; ``orders``: one's region leaves the order to oneself.
    ``asked`` is how many requests to confirm wait for oneself.
    """

    giving: tuple[GrantCard, ...]
    receiving: tuple[GrantCard, ...]
    past: tuple[GrantCard, ...]
    balance_fen: int
    has_account: bool
    may_give: bool
    orders: bool
    terms: Terms | None
    asked: int = 0


@dataclass(frozen=True, slots=True)
class _Facts:
    viewer: UUID
    people: Mapping[UUID, Person]
    accounts: WorkingSet
    now: datetime


async def run(actor: PersonActor, deps: Deps) -> SharingHome:
    """Everything the home of mutual aid shows, in a handful of statements."""
    now = deps.clock()

    async def look() -> SharingHome:
        async with deps.database.reading() as connection:
            return await _look(actor.person_id, connection, now, deps)

    return await deps.database.repeatedly(look)


async def _look(viewer: UUID, connection: Connection, now: datetime, deps: Deps) -> SharingHome:
    grants = await queries.home(connection, viewer, GRANTS_MAX, now)
    ids = sorted({viewer} | {who for one in grants for who in (one.person_id, one.grantor_id)})
    people = await insured.persons(connection, ids)
    balances = await ledger.balances(connection, ids)
    accounts = only_accounts(people, {}, balances)
    facts, today = _Facts(viewer, people, accounts, now), local_day(now)
    cards = [_card(grant, facts, deps) for grant in grants]
    alive = [card for card in cards if card.state is not GrantState.ENDED]
    terms = terms_of(deps.book, people[viewer].region, today)
    orders = user_orders(deps.book, people[viewer].region, today) is True
    return SharingHome(
        giving=tuple(card for card in alive if card.giving),
        receiving=tuple(sorted((card for card in alive if not card.giving), key=_place(by_user=orders))),
        past=tuple(card for card in cards if card.state is GrantState.ENDED),
        balance_fen=own_balance(balances.get(viewer, {})),
        has_account=has_account(people[viewer]),
        may_give=account_usable(people[viewer]) and not isinstance(terms, Refused),
        orders=orders,
        terms=None if isinstance(terms, Refused) else terms,
        asked=await queries.count_asked(connection, viewer, now),
    )


def _place(*, by_user: bool) -> Callable[[GrantCard], tuple[int, datetime, UUID]]:
    """In which order grants pay: as the beneficiary ranked them, or as they were given."""
    return lambda card: (card.grant.rank if by_user else 0, card.grant.asked_at, card.grant.grant_id)


def _card(grant: Grant, facts: _Facts, deps: Deps) -> GrantCard:
    today = local_day(facts.now)
    giving = grant.grantor_id == facts.viewer
    other = facts.people[grant.person_id if giving else grant.grantor_id]
    grantor = facts.people[grant.grantor_id]
    state = grant.state if live(grant, today) else GrantState.ENDED
    terms = terms_of(deps.book, grantor.region, today)
    most = _most(grantor, today, deps)
    standing, reason = _standing(grant, facts, today, deps)
    return GrantCard(
        grant=grant,
        other=kin_name(other, facts.viewer, grant.relation if giving else inverse(grant.relation)),
        other_number=other.number,
        giving=giving,
        state=state,
        state_text=STATE_CHINESE[state],
        used=grant.used.on(today),
        left=room(grant, today, most),
        most=most,
        standing=standing,
        reason=reason,
        acts=frozenset()
        if isinstance(terms, Refused)
        else acts_of(grant, facts.viewer, facts.now, today, terms),
        ends_next_day=not isinstance(terms, Refused) and _ends_next_day(grant, facts, today, terms),
        locked_until=grant.locked_until if grant.locked_until and today < grant.locked_until else None,
    )


def _most(grantor: Person, today: date, deps: Deps) -> Limits:
    policy = deps.book.at(grantor.region, today)
    return NO_LIMITS if isinstance(policy, Refused) else Limits(*policy.sharing().limits_fen)


def _standing(grant: Grant, facts: _Facts, today: date, deps: Deps) -> tuple[Standing, str]:
    """Whether the grant pays now, for the purpose for which it does best."""
    grantor, patient = facts.people[grant.grantor_id], facts.people[grant.person_id]
    payers = [
        grant_payer(grant, grantor, patient, facts.accounts, deps.book, today, purpose)
        for purpose in AT_THE_TILL
    ]
    best = next((payer for payer in payers if standing_of(payer) is Standing.PAYS), payers[0])
    return standing_of(best), reason_of(best)


def _ends_next_day(grant: Grant, facts: _Facts, today: date, terms: Terms) -> bool:
    over = ended(grant, facts.viewer, facts.now, today, terms)
    return not isinstance(over, Refused) and over.state is not GrantState.ENDED
