"""家庭共济: a beneficiary sets the order in which grantors pay, where their region leaves it to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from qinji.access.model import PersonActor, Right
from qinji.flows.deps import Deps, new_id
from qinji.flows.parts.consent_texts import ConsentKind
from qinji.flows.parts.people import WithPeople
from qinji.flows.parts.records import Deed, audit_of, consent_of
from qinji.flows.parts.sharing_terms import user_orders
from qinji.insured import queries as insured
from qinji.insured import store as insured_store
from qinji.kernel.actor import Channel
from qinji.kernel.dates import local_day
from qinji.kernel.refusal import Refused
from qinji.mutual_aid import queries, store
from qinji.mutual_aid.model import Grant
from qinji.mutual_aid.rules import live, may_order
from qinji.platform.database import Connection, lock_persons
from qinji.platform.keyed_calls import KeyedCall, answer_call


@dataclass(frozen=True, slots=True)
class OrderGrantors:
    """``grants``: every live grant that serves the beneficiary, once, the first one pays first."""

    call: KeyedCall[WithPeople[Sequence[Grant]]]
    actor: PersonActor
    channel: Channel
    grants: tuple[UUID, ...]


async def run(command: OrderGrantors, deps: Deps) -> bytes:
    """Set the order. Refused: NOT_ALLOWED where the region fixes it, ORDER_INCOMPLETE when one is missing."""
    now = deps.clock()

    async def attempt() -> bytes:
        async with deps.database.transaction() as connection:
            return await answer_call(
                connection, command.call, now, lambda: _order(command, connection, now, deps), deps.vault
            )

    return await deps.database.repeatedly(attempt)


async def _order(
    command: OrderGrantors, connection: Connection, now: datetime, deps: Deps
) -> WithPeople[Sequence[Grant]] | Refused:
    actor, today = command.actor.person_id, local_day(now)
    await lock_persons(connection, [actor])
    grants = (await queries.live_for(connection, [actor])).get(actor, [])
    people = await insured.persons(connection, [actor, *(grant.grantor_id for grant in grants)])
    by_user = user_orders(deps.book, people[actor].region, today)
    if isinstance(by_user, Refused):
        return by_user
    refusal = may_order(grants, command.grants, today, by_user=by_user)
    if refusal is not None:
        return refusal
    by_id = {grant.grant_id: grant for grant in grants if live(grant, today)}
    ordered = [replace(by_id[name], rank=place) for place, name in enumerate(command.grants, 1)]
    await store.rank(connection, actor, command.grants)
    deeds = [
        Deed(
            person_id=actor,
            subject="grant",
            subject_id=grant.grant_id,
            act="grant.order",
            text=ConsentKind.ORDER_GRANTORS,
            basis=Right.OWN,
            given_by=actor,
            staff=None,
            channel=command.channel,
            at=now,
            reason=str(grant.rank),
        )
        for grant in ordered
    ]
    await insured_store.record_consents(connection, [consent_of(deed, new_id(deps, now)) for deed in deeds])
    await insured_store.record_audit(connection, [audit_of(deed, actor, new_id(deps, now)) for deed in deeds])
    return WithPeople(ordered, people)
