"""家庭共济: where a region wants a filing first (备案), the bureau takes a grant into its files or turns it down."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from qinji.access.authorize import authorize
from qinji.access.model import Action
from qinji.flows.acts.act import keep_trail
from qinji.flows.deps import Deps, new_id
from qinji.flows.parts.consent_texts import ConsentKind
from qinji.flows.parts.deeds import DeedKind
from qinji.flows.parts.people import WithPeople
from qinji.flows.parts.records import Deed, audit_of, by_paper, consent_of
from qinji.flows.parts.sharing_terms import party_of, terms_of
from qinji.flows.parts.telling import About, told_of
from qinji.insured import queries as insured
from qinji.insured import store as insured_store
from qinji.insured.model import Person
from qinji.kernel.actor import Channel, StaffActor
from qinji.kernel.dates import local_day
from qinji.kernel.kinship import Relation
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.mutual_aid import queries, store
from qinji.mutual_aid.model import Grant, GrantState
from qinji.mutual_aid.rules import may_file, started
from qinji.platform.database import Connection, lock_persons
from qinji.platform.keyed_calls import KeyedCall, answer_call
from qinji.window.rules import sound_words


@dataclass(frozen=True, slots=True)
class FileGrant:
    """A clerk decides on a filed grant; ``approve`` False turns it down."""

    call: KeyedCall[WithPeople[Grant]]
    actor: StaffActor
    grant_id: UUID
    approve: bool
    reason: str | None = None


async def run(command: FileGrant, deps: Deps) -> bytes:
    """Decide on a filing; relation and both sides' status are looked at again.

    Refused: NOT_FOUND, turning down without a reason, GRANT_STATE when it does not wait, and what granting is refused
    for.
    """
    now = deps.clock()

    async def attempt() -> bytes:
        async with deps.database.transaction() as connection:
            return await answer_call(
                connection, command.call, now, lambda: _file(command, connection, now, deps), deps.vault
            )

    return await deps.database.repeatedly(attempt)


async def _file(
    command: FileGrant, connection: Connection, now: datetime, deps: Deps
) -> WithPeople[Grant] | Refused:
    grant = await queries.find(connection, command.grant_id, now)
    if grant is None:
        return refuse(RefusalCode.NOT_FOUND)
    await lock_persons(connection, [grant.person_id, grant.grantor_id])
    grant = await queries.find(connection, command.grant_id, now)
    if grant is None:
        return refuse(RefusalCode.NOT_FOUND)
    basis = await authorize(connection, command.actor, grant.person_id, Action.HANDLE_FILINGS)
    if isinstance(basis, Refused):
        return basis
    unsaid = None if command.approve else sound_words(command.reason or "")
    if unsaid is not None:
        return unsaid
    people = await insured.persons(connection, [grant.person_id, grant.grantor_id])
    pair = (grant.grantor_id, grant.person_id)
    known = (await insured.kinship(connection, [pair])).get(pair) or await _by_paper(grant, connection)
    decided = _decided(command, grant, people[grant.grantor_id], people[grant.person_id], known, now, deps)
    if isinstance(decided, Refused):
        return decided
    await store.change(connection, decided)
    deed = Deed(
        person_id=decided.person_id,
        subject="grant",
        subject_id=decided.grant_id,
        act=DeedKind.GRANT_FILED if command.approve else DeedKind.GRANT_TURNED_DOWN,
        text=ConsentKind.GRANT,
        basis=basis.text,
        given_by=None,
        staff=command.actor.staff_id,
        channel=Channel.WINDOW,
        at=now,
        reason=command.reason,
    )
    await insured_store.record_consents(connection, [consent_of(deed, new_id(deps, now))])
    rows = [audit_of(deed, who, new_id(deps, now)) for who in (decided.person_id, decided.grantor_id)]
    await keep_trail(connection, rows, told_of(rows, About(decided.grantor_id)), deps)
    return WithPeople(decided, people)


async def _by_paper(grant: Grant, connection: Connection) -> Relation | None:
    """Kinship that the registry does not know, where two clerks took the grant down on a paper (decision 0028)."""
    consents = await insured.consents(connection, grant.person_id, grant.grant_id)
    return grant.relation if by_paper(consents) else None


def _decided(
    command: FileGrant,
    grant: Grant,
    grantor: Person,
    beneficiary: Person,
    known: Relation | None,
    now: datetime,
    deps: Deps,
) -> Grant | Refused:
    today = local_day(now)
    terms = terms_of(deps.book, grantor.region, today)
    if isinstance(terms, Refused):
        return terms
    refusal = may_file(grant, party_of(grantor, deps.book), party_of(beneficiary, deps.book), known, terms)
    if command.approve:
        return refusal or started(grant, now, today, terms)
    if grant.state is not GrantState.FILED and refusal is not None:
        return refusal
    return replace(grant, state=GrantState.ENDED, ended_at=now)
