"""亲情账户 at one glance: everybody bound in both directions, what each may do and what may be done about it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from qinji.access.model import PersonActor
from qinji.family import queries
from qinji.family.model import Binding, BindingAct, Terms, WaitsFor
from qinji.family.rules import acts_of, may_end, state_text, waits_for
from qinji.flows.deps import Deps
from qinji.flows.parts.kin import KinName, kin_name
from qinji.insured import queries as insured
from qinji.insured.model import Person
from qinji.kernel.dates import age_on, local_day
from qinji.kernel.kinship import inverse
from qinji.kernel.refusal import Refused
from qinji.mutual_aid import queries as mutual_aid
from qinji.mutual_aid.model import Grant
from qinji.mutual_aid.rules import live
from qinji.platform.database import Connection

BINDINGS_MAX = 40
"""Bindings of one reading; live ones come first and are far fewer."""

GRANTS_MAX = 100


@dataclass(frozen=True, slots=True)
class BindingCard:
    """One binding as one side of it sees it; ``other`` is the other side, named to the viewer.

    ``minor``: the member is below the age of consent, so that the window decides. ``pays_for_me`` and
    ``paid_by_me`` say whether there is mutual aid between the two as well, which a binding never brings about.
    """

    binding: Binding
    other: KinName
    other_number: str
    as_holder: bool
    state_text: str
    waits_for: WaitsFor | None
    acts: frozenset[BindingAct]
    minor: bool
    pays_for_me: bool
    paid_by_me: bool


@dataclass(frozen=True, slots=True)
class FamilyHome:
    """Live bindings as holder and as member, then past ones. ``terms`` None: the region has no policy."""

    held: tuple[BindingCard, ...]
    member_of: tuple[BindingCard, ...]
    past: tuple[BindingCard, ...]
    terms: Terms | None

    @property
    def places_left(self) -> int:
        """How many more members the holder may bind."""
        return 0 if self.terms is None else max(0, self.terms.max_members - len(self.held))


@dataclass(frozen=True, slots=True)
class _Facts:
    viewer: UUID
    people: Mapping[UUID, Person]
    grants: Collection[Grant]
    today: date


async def run(actor: PersonActor, deps: Deps) -> FamilyHome:
    """Everything the home of the family account shows, in three statements."""
    now = deps.clock()

    async def look() -> FamilyHome:
        async with deps.database.reading() as connection:
            return await _look(actor.person_id, connection, now, deps)

    return await deps.database.repeatedly(look)


async def _look(viewer: UUID, connection: Connection, now: datetime, deps: Deps) -> FamilyHome:
    today = local_day(now)
    bindings = await queries.home(connection, viewer, BINDINGS_MAX)
    sharing = await mutual_aid.home(connection, viewer, GRANTS_MAX, now)
    grants = [grant for grant in sharing if live(grant, today)]
    ids = {viewer} | {who for one in bindings for who in (one.person_id, one.holder_id)}
    people = await insured.persons(connection, sorted(ids))
    facts = _Facts(viewer, people, grants, today)
    cards = [
        _card(binding, facts, _terms(people[binding.holder_id].region, today, deps)) for binding in bindings
    ]
    return FamilyHome(
        held=tuple(card for card in cards if card.binding.live and card.as_holder),
        member_of=tuple(card for card in cards if card.binding.live and not card.as_holder),
        past=tuple(card for card in cards if not card.binding.live),
        terms=_terms(people[viewer].region, today, deps),
    )


def _terms(region: str, today: date, deps: Deps) -> Terms | None:
    policy = deps.book.at(region, today)
    return None if isinstance(policy, Refused) else Terms.of(policy.family())


def _card(binding: Binding, facts: _Facts, terms: Terms | None) -> BindingCard:
    viewer = facts.viewer
    as_holder = binding.holder_id == viewer
    other = facts.people[binding.person_id if as_holder else binding.holder_id]
    relation = binding.relation if as_holder else inverse(binding.relation)
    age = age_on(facts.people[binding.person_id].birth, facts.today)
    return BindingCard(
        binding=binding,
        other=kin_name(other, viewer, relation),
        other_number=other.number,
        as_holder=as_holder,
        state_text=state_text(binding),
        waits_for=waits_for(binding),
        acts=_acts(binding, viewer, age, terms),
        minor=terms is not None and age < terms.consent_age,
        pays_for_me=any(grant.grantor_id == other.person_id for grant in facts.grants),
        paid_by_me=any(grant.person_id == other.person_id for grant in facts.grants),
    )


def _acts(binding: Binding, viewer: UUID, age: int, terms: Terms | None) -> frozenset[BindingAct]:
    """Without a policy nothing is begun, but what is there can be ended."""
    if terms is not None:
        return acts_of(binding, viewer, age, terms)
    return frozenset() if may_end(binding) else frozenset({BindingAct.END})
