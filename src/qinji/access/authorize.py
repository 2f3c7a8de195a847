"""The one question of access: may this actor do this about this person? The basis is found here, never handed over.

Access is derived afresh at each call: a binding, power or grant that was revoked stops the very next one.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from qinji.access.model import (
    OWN_ACTIONS,
    POWER_FOR,
    ROLE_ACTIONS,
    Action,
    Actor,
    Basis,
    PersonActor,
    Right,
)
from qinji.family import queries as family
from qinji.family.rules import may_use
from qinji.insured import queries as insured
from qinji.insured.rules import is_minor
from qinji.kernel.actor import StaffActor
from qinji.kernel.dates import local_day
from qinji.kernel.identity import masked_name
from qinji.kernel.kinship import Relation
from qinji.kernel.purpose import POWER_CHINESE, Purpose
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.mutual_aid import queries as mutual_aid
from qinji.mutual_aid.rules import usable
from qinji.platform.database import Connection


async def authorize(connection: Connection, actor: Actor, subject: UUID, action: Action) -> Basis | Refused:
    """By what right the actor may do it: their own, a binding's power, a grant they gave, or their office.

    Refused: NOT_FOUND where nothing joins the two, so that a stranger looks like nobody; POWER_NOT_GIVEN where a
    binding does not include the power; NOT_ALLOWED for what staff may not do.
    """
    if isinstance(actor, StaffActor):
        return office(actor, action)
    if actor.person_id == subject and action in OWN_ACTIONS:
        return Basis(Right.OWN)
    if action is Action.SEE_SHARED_AMOUNTS:
        return await _as_grantor(connection, actor.person_id, subject)
    return await _as_holder(connection, actor.person_id, subject, action)


async def to_order_premium(
    connection: Connection, actor: PersonActor, subject: UUID, now: datetime
) -> Basis | Refused:
    """By what right the actor may order a premium: their own, a power, a grant for it, a minor's parent.

    By this the errand is run; whose money pays is another question, and is not asked here. Refused as ``authorize``.
    """
    found = await authorize(connection, actor, subject, Action.PAY_PREMIUM)
    if isinstance(found, Basis):
        return found
    today = local_day(now)
    for grant in (await mutual_aid.live_for(connection, [subject], now)).get(subject, []):
        if grant.grantor_id == actor.person_id and usable(grant, today, Purpose.RESIDENT_PREMIUM) is None:
            return Basis(Right.GRANT, grant.grant_id)
    related = await insured.kinship(connection, [(actor.person_id, subject)])
    if related.get((actor.person_id, subject)) is Relation.CHILD:
        people = await insured.persons(connection, [subject])
        if is_minor(people[subject], today):
            return Basis(Right.GUARDIAN)
    return found


def office(actor: StaffActor, action: Action) -> Basis | Refused:
    """Whether the office of a member of staff includes the action; for queues too, which are about nobody yet.

    Refused: NOT_ALLOWED, as for every cashier.
    """
    if action in ROLE_ACTIONS[actor.role]:
        return Basis(Right.STAFF)
    return refuse(RefusalCode.NOT_ALLOWED, action="代参保人办理")


async def _as_grantor(connection: Connection, grantor: UUID, beneficiary: UUID) -> Basis | Refused:
    """A grantor sees what their account paid, of ended grants too; nothing else of the beneficiary."""
    grant = await mutual_aid.latest_between(connection, grantor, beneficiary)
    return refuse(RefusalCode.NOT_FOUND) if grant is None else Basis(Right.GRANT, grant)


async def _as_holder(connection: Connection, holder: UUID, member: UUID, action: Action) -> Basis | Refused:
    power = POWER_FOR.get(action)
    binding = await family.between(connection, holder, member)
    if power is None or binding is None:
        return refuse(RefusalCode.NOT_FOUND)
    people = await insured.persons(connection, [member])
    refusal = may_use(binding, power, masked_name(people[member].name), POWER_CHINESE[power])
    return refusal or Basis(Right.BINDING, binding.binding_id)
