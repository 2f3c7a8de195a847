"""家庭共济: a grantor lets a near relative spend from their personal account, within limits. It shows no code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from qinji.access.lookup import by_number
from qinji.access.model import PersonActor, Right
from qinji.flows.deps import Deps, new_id
from qinji.flows.parts.consent_texts import ConsentKind
from qinji.flows.parts.people import WithPeople
from qinji.flows.parts.records import Deed, audit_of, consent_of
from qinji.flows.parts.sharing_terms import party_of, terms_of
from qinji.insured import queries as insured
from qinji.insured import store as insured_store
from qinji.kernel.actor import Channel
from qinji.kernel.dates import local_day
from qinji.kernel.kinship import Relation
from qinji.kernel.purpose import Purpose
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.mutual_aid import queries, store
from qinji.mutual_aid.model import Grant, GrantState, Limits, Terms, Used, Wish
from qinji.mutual_aid.rules import closed, may_grant, started
from qinji.platform.database import Connection, lock_persons
from qinji.platform.keyed_calls import KeyedCall, answer_call


@dataclass(frozen=True, slots=True)
class GrantMutualAid:
    """``relation`` is what the beneficiary is to the grantor; ``purposes`` None means all the region permits."""

    call: KeyedCall[WithPeople[Grant]]
    actor: PersonActor
    channel: Channel
    beneficiary_number: str
    relation: Relation
    limits: Limits
    purposes: frozenset[Purpose] | None = None


async def run(command: GrantMutualAid, deps: Deps) -> bytes:
    """Begin a grant: active at once, or filed where the grantor's region wants a filing first (备案).

    Refused: what ``mutual_aid.rules.may_grant`` names, and NOT_FOUND for a number nobody has.
    """
    now = deps.clock()

    async def attempt() -> bytes:
        async with deps.database.transaction() as connection:
            return await answer_call(
                connection, command.call, now, lambda: _grant(command, connection, now, deps), deps.vault
            )

    return await deps.database.repeatedly(attempt)


async def _grant(
    command: GrantMutualAid, connection: Connection, now: datetime, deps: Deps
) -> WithPeople[Grant] | Refused:
    grantor, today = command.actor.person_id, local_day(now)
    beneficiary = await by_number(connection, command.beneficiary_number, deps.vault)
    if beneficiary is None:
        return refuse(RefusalCode.NOT_FOUND)
    await lock_persons(connection, [grantor, beneficiary])
    people = await insured.persons(connection, [grantor, beneficiary])
    kinship = await insured.kinship(connection, [(grantor, beneficiary)])
    given = await queries.live_of(connection, grantor)
    received = (await queries.live_for(connection, [beneficiary])).get(beneficiary, [])
    terms = terms_of(deps.book, people[grantor].region, today)
    if isinstance(terms, Refused):
        return terms
    wish = Wish(
        grantor=party_of(people[grantor], deps.book),
        beneficiary=party_of(people[beneficiary], deps.book),
        relation=command.relation,
        known_relation=kinship.get((grantor, beneficiary)),
        limits=command.limits,
        purposes=terms.purposes if command.purposes is None else command.purposes,
    )
    refusal = may_grant(wish, given, today, terms)
    if refusal is not None:
        return refusal
    rank = 1 + max((grant.rank for grant in received), default=0)
    grant = _begun(command, wish, rank, new_id(deps, now), now, today, terms)
    await _record(command, grant, _past(given, beneficiary, today, now), connection, now, deps)
    return WithPeople(grant, people)


def _past(given: list[Grant], beneficiary: UUID, today: date, now: datetime) -> list[Grant]:
    """A grant whose last day is over gives up its place to the new one."""
    return closed([grant for grant in given if grant.person_id == beneficiary], today, now)


def _begun(
    command: GrantMutualAid, wish: Wish, rank: int, grant_id: UUID, now: datetime, today: date, terms: Terms
) -> Grant:
    filed = Grant(
        person_id=wish.beneficiary.person_id,
        grant_id=grant_id,
        grantor_id=wish.grantor.person_id,
        relation=wish.relation,
        state=GrantState.FILED,
        rank=rank,
        limits=wish.limits,
        purposes=wish.purposes,
        used=Used(),
        channel=command.channel,
        asked_at=now,
        active_at=None,
        locked_until=None,
        ends_on=None,
        ended_at=None,
    )
    return filed if terms.filing else started(filed, now, today, terms)


async def _record(
    command: GrantMutualAid,
    grant: Grant,
    past: list[Grant],
    connection: Connection,
    now: datetime,
    deps: Deps,
) -> None:
    for over in past:
        await store.change(connection, over)
    await store.add(connection, grant)
    deed = Deed(
        person_id=grant.person_id,
        subject="grant",
        subject_id=grant.grant_id,
        act="grant.file" if grant.state is GrantState.FILED else "grant",
        text=ConsentKind.GRANT,
        basis=Right.OWN,
        given_by=grant.grantor_id,
        staff=None,
        channel=command.channel,
        at=now,
    )
    await insured_store.record_consents(connection, [consent_of(deed, new_id(deps, now))])
    await insured_store.record_audit(
        connection, [audit_of(deed, who, new_id(deps, now)) for who in (grant.person_id, grant.grantor_id)]
    )
