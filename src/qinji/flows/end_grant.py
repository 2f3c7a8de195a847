"""家庭共济: the grantor ends a grant as their region allows, or the beneficiary leaves at once. Bindings stay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qinji.access.model import PersonActor, Right
from qinji.flows.deps import Deps, new_id
from qinji.flows.parts.consent_texts import ConsentKind
from qinji.flows.parts.people import WithPeople
from qinji.flows.parts.records import Deed, audit_of, consent_of
from qinji.flows.parts.sharing_terms import terms_of
from qinji.insured import queries as insured
from qinji.insured import store as insured_store
from qinji.kernel.actor import Channel
from qinji.kernel.dates import local_day
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.mutual_aid import queries, store
from qinji.mutual_aid.model import Grant
from qinji.mutual_aid.rules import ended
from qinji.platform.database import Connection, lock_persons
from qinji.platform.keyed_calls import KeyedCall, answer_call


@dataclass(frozen=True, slots=True)
class EndGrant:
    """One side of a grant wants it to end."""

    call: KeyedCall[WithPeople[Grant]]
    actor: PersonActor
    channel: Channel
    grant_id: UUID


async def run(command: EndGrant, deps: Deps) -> bytes:
    """End a grant: the very next bill is not paid under it, or from the next day on where the region says so.

    Refused: NOT_FOUND for somebody else's, GRANT_LOCKED while the region's lock runs, GRANT_STATE when it is over.
    """
    now = deps.clock()

    async def attempt() -> bytes:
        async with deps.database.transaction() as connection:
            return await answer_call(
                connection, command.call, now, lambda: _end(command, connection, now, deps), deps.vault
            )

    return await deps.database.repeatedly(attempt)


async def _end(
    command: EndGrant, connection: Connection, now: datetime, deps: Deps
) -> WithPeople[Grant] | Refused:
    actor, today = command.actor.person_id, local_day(now)
    grant = await queries.one(connection, command.grant_id, actor)
    if grant is None:
        return refuse(RefusalCode.NOT_FOUND)
    await lock_persons(connection, [grant.person_id, grant.grantor_id])
    grant = await queries.one(connection, command.grant_id, actor)
    if grant is None:
        return refuse(RefusalCode.NOT_FOUND)
    people = await insured.persons(connection, [grant.person_id, grant.grantor_id])
    terms = terms_of(deps.book, people[grant.grantor_id].region, today)
    if isinstance(terms, Refused):
        return terms
    over = ended(grant, actor, now, today, terms)
    if isinstance(over, Refused):
        return over
    await store.change(connection, over)
    deed = Deed(
        person_id=over.person_id,
        subject="grant",
        subject_id=over.grant_id,
        act="grant.end",
        text=ConsentKind.END_GRANT,
        basis=Right.OWN,
        given_by=actor,
        staff=None,
        channel=command.channel,
        at=now,
    )
    await insured_store.record_consents(connection, [consent_of(deed, new_id(deps, now))])
    await insured_store.record_audit(
        connection, [audit_of(deed, who, new_id(deps, now)) for who in (over.person_id, over.grantor_id)]
    )
    return WithPeople(over, people)
