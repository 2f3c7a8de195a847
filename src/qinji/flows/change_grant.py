"""家庭共济: the grantor changes limits, floor or purposes, pauses a grant or takes it up again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
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
from qinji.kernel.purpose import Purpose
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.mutual_aid import queries, store
from qinji.mutual_aid.model import Grant, GrantState, Limits, Terms
from qinji.mutual_aid.rules import may_change, may_pause
from qinji.platform.database import Connection, lock_persons
from qinji.platform.keyed_calls import KeyedCall, answer_call


@dataclass(frozen=True, slots=True)
class ChangeGrant:
    """Only what is named changes. ``limits``: new amounts in fen by name of the limit, None lifts it.

    ``paused`` True pauses, False takes up again, None leaves it.
    """

    call: KeyedCall[WithPeople[Grant]]
    actor: PersonActor
    channel: Channel
    grant_id: UUID
    limits: Mapping[str, int | None]
    purposes: frozenset[Purpose] | None = None
    paused: bool | None = None


async def run(command: ChangeGrant, deps: Deps) -> bytes:
    """Change a grant; the very next bill follows it. The answer holds it as it was, so that it can be put back.

    Refused: NOT_FOUND for somebody else's, NOT_ALLOWED for the beneficiary, GRANT_STATE where it is over or already
    paused, REQUEST_INVALID for amounts below 0.
    """
    now = deps.clock()

    async def attempt() -> bytes:
        async with deps.database.transaction() as connection:
            return await answer_call(
                connection, command.call, now, lambda: _change(command, connection, now, deps), deps.vault
            )

    return await deps.database.repeatedly(attempt)


async def _change(
    command: ChangeGrant, connection: Connection, now: datetime, deps: Deps
) -> WithPeople[Grant] | Refused:
    actor, today = command.actor.person_id, local_day(now)
    grant = await queries.one(connection, command.grant_id, actor)
    if grant is None:
        return refuse(RefusalCode.NOT_FOUND)
    await lock_persons(connection, [grant.person_id, grant.grantor_id])
    grant = await queries.one(connection, command.grant_id, actor)
    if grant is None:
        return refuse(RefusalCode.NOT_FOUND)
    if grant.grantor_id != actor:
        return refuse(RefusalCode.NOT_ALLOWED, action="修改共济授权")
    people = await insured.persons(connection, [grant.person_id, grant.grantor_id])
    terms = terms_of(deps.book, people[actor].region, today)
    if isinstance(terms, Refused):
        return terms
    changed = _changed(command, grant, today, terms)
    if isinstance(changed, Refused):
        return changed
    await store.change(connection, changed)
    await _record(command, changed, connection, now, deps)
    return WithPeople(changed, people, grant)


def _changed(command: ChangeGrant, grant: Grant, today: date, terms: Terms) -> Grant | Refused:
    limits = _limits(grant.limits, command.limits)
    purposes = grant.purposes if command.purposes is None else command.purposes
    refusal = may_change(grant, limits, purposes, today, terms)
    if refusal is None and command.paused is not None:
        refusal = may_pause(grant, today, pausing=command.paused)
    if refusal is not None:
        return refusal
    state = grant.state
    if command.paused is not None:
        state = GrantState.PAUSED if command.paused else GrantState.ACTIVE
    return replace(grant, limits=limits, purposes=purposes, state=state)


def _limits(before: Limits, wanted: Mapping[str, int | None]) -> Limits:
    return Limits(
        per_use_fen=wanted.get("per_use_fen", before.per_use_fen),
        per_day_fen=wanted.get("per_day_fen", before.per_day_fen),
        per_month_fen=wanted.get("per_month_fen", before.per_month_fen),
        per_year_fen=wanted.get("per_year_fen", before.per_year_fen),
        floor_fen=wanted.get("floor_fen", before.floor_fen) or 0,
    )


async def _record(
    command: ChangeGrant, grant: Grant, connection: Connection, now: datetime, deps: Deps
) -> None:
    act = "grant.change"
    if command.paused is not None:
        act = "grant.pause" if command.paused else "grant.resume"
    deed = Deed(
        person_id=grant.person_id,
        subject="grant",
        subject_id=grant.grant_id,
        act=act,
        text=ConsentKind.CHANGE_GRANT,
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
