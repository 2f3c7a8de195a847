"""Who pays first and who next, told before there is a bill; and what another order of relatives would change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qinji.access.authorize import authorize
from qinji.access.lookup import by_number
from qinji.access.model import Action, Basis, PersonActor, Right
from qinji.flows.acts.act import keep_look
from qinji.flows.deps import Deps, new_id
from qinji.flows.parts.commands import AccountUse
from qinji.flows.parts.facts import WorkingSet, only_accounts
from qinji.flows.parts.kin import KinName, kin_names
from qinji.flows.parts.payer_order import (
    OrderEffect,
    PayersByPurpose,
    PayersTold,
    notes_of,
    order_effect,
    restricted,
    sentence_of,
    told_payers,
)
from qinji.flows.parts.payers import payers_of, uses_grants
from qinji.flows.parts.sharing_terms import USER_PRIORITY
from qinji.funding.order import LAST, order
from qinji.insured import queries as insured
from qinji.insured.model import AuditEntry, Person
from qinji.kernel.dates import age_on, local_day
from qinji.kernel.purpose import AT_THE_TILL, Purpose
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.ledger import queries as ledger
from qinji.mutual_aid import queries as mutual_aid
from qinji.mutual_aid.model import Grant
from qinji.mutual_aid.rules import may_order
from qinji.platform.database import Connection
from qinji.policy.book import RegionPolicy
from qinji.policy.groups import PHARMACY
from qinji.policy.model import Case, SettlementTerms

ON_REQUEST = "本地区家人的账户只在您请收费员选用家庭共济时才支付"


@dataclass(frozen=True, slots=True)
class TellPayers:
    """``member_number`` None asks about oneself; ``own_money_only`` as the code would be shown."""

    actor: PersonActor
    member_number: str | None = None
    own_money_only: bool = False


@dataclass(frozen=True, slots=True)
class TryOrder:
    """``grants``: every live grant that serves the actor, once, the first one pays first.

    The sample bill: its personal part in fen, and whether it arises at a hospital or a pharmacy.
    """

    actor: PersonActor
    grants: tuple[UUID, ...]
    amount_fen: int
    purpose: Purpose


@dataclass(frozen=True, slots=True)
class _Facts:
    terms: SettlementTerms
    grants: Sequence[Grant]
    payers: PayersByPurpose
    names: Mapping[UUID, KinName]


async def run(command: TellPayers, deps: Deps) -> PayersTold | Refused:
    """The order of the accounts in one sentence, with each payer.

    Of a member it is told to whom they let see their costs, and that look is noted; whoever may only show their code
    is told no more than that their own account pays first. Refused: NOT_FOUND without a binding, POWER_NOT_GIVEN.
    """
    now, actor = deps.clock(), command.actor.person_id

    async def look() -> tuple[PayersTold, UUID, Basis] | Refused:
        async with deps.database.reading() as connection:
            return await _tell(command, connection, now, deps)

    told = await deps.database.repeatedly(look)
    if isinstance(told, Refused):
        return told
    found, patient, basis = told
    if basis.right is not Right.OWN and found.complete:
        await _note(actor, patient, basis, now, deps)
    return found


async def try_order(command: TryOrder, deps: Deps) -> OrderEffect | Refused:
    """What each would pay of a sample bill with another order; nothing is changed.

    Refused as setting the order is: NOT_ALLOWED where the region fixes it, ORDER_INCOMPLETE when one is missing.
    """
    now, actor = deps.clock(), command.actor.person_id

    async def look() -> OrderEffect | Refused:
        async with deps.database.reading() as connection:
            facts = await _gather(connection, actor, actor, now, deps, own_money_only=False)
        if isinstance(facts, Refused):
            return facts
        by_user = facts.terms.grantor_order == USER_PRIORITY
        refusal = may_order(facts.grants, command.grants, local_day(now), by_user=by_user)
        if refusal is not None:
            return refusal
        sample = (command.purpose, command.amount_fen)
        places = (facts.terms.self_position, facts.terms.wallet_position)
        return order_effect(facts.payers, command.grants, sample, facts.names, *places)

    return await deps.database.repeatedly(look)


async def _tell(
    command: TellPayers, connection: Connection, now: datetime, deps: Deps
) -> tuple[PayersTold, UUID, Basis] | Refused:
    viewer = command.actor.person_id
    patient: UUID | None = viewer
    if command.member_number is not None:
        patient = await by_number(connection, command.member_number, deps.vault)
    if patient is None:
        return refuse(RefusalCode.NOT_FOUND)
    basis = await authorize(connection, command.actor, patient, Action.SEE_COSTS)
    if isinstance(basis, Refused):
        basis = await authorize(connection, command.actor, patient, Action.SHOW_CODE)
        if isinstance(basis, Refused):
            return basis
        told = await _restricted(connection, viewer, patient, now, deps)
    else:
        facts = await _gather(connection, viewer, patient, now, deps, own_money_only=command.own_money_only)
        told = facts if isinstance(facts, Refused) else _told(facts, own_money_only=command.own_money_only)
    return told if isinstance(told, Refused) else (told, patient, basis)


def _told(facts: _Facts, *, own_money_only: bool) -> PayersTold:
    told = told_payers(facts.payers, facts.names)
    asked = bool(facts.grants) and not uses_grants(AccountUse.OWN, facts.terms) and not own_money_only
    notes = (*notes_of(told), *((ON_REQUEST,) if asked else ()))
    return PayersTold(sentence_of(told, own_money_only=own_money_only), notes, told)


async def _restricted(
    connection: Connection, viewer: UUID, patient: UUID, now: datetime, deps: Deps
) -> PayersTold | Refused:
    people = await insured.persons(connection, [patient])
    kinship = await insured.kinship(connection, [(viewer, patient)])
    policy = deps.book.at(people[patient].region, local_day(now))
    if isinstance(policy, Refused):
        return policy
    self_first = policy.settlement().self_position != LAST
    return restricted(kin_names(people, viewer, kinship)[patient], self_first=self_first)


async def _gather(
    connection: Connection, viewer: UUID, patient: UUID, now: datetime, deps: Deps, *, own_money_only: bool
) -> _Facts | Refused:
    grants = dict(await mutual_aid.live_for(connection, [patient], now))
    concerned = sorted({patient, viewer, *(grant.grantor_id for grant in grants.get(patient, []))})
    people = await insured.persons(connection, concerned)
    kinship = await insured.kinship(connection, [(viewer, one) for one in concerned])
    balances = await ledger.balances(connection, concerned)
    policy = deps.book.at(people[patient].region, local_day(now))
    if isinstance(policy, Refused):
        return policy
    facts = only_accounts(people, grants, balances)
    payers = _payers(people[patient], policy, facts, now, deps, own_money_only=own_money_only)
    names = kin_names(people, viewer, kinship)
    return _Facts(policy.settlement(), grants.get(patient, []), payers, names)


def _payers(
    patient: Person,
    policy: RegionPolicy,
    facts: WorkingSet,
    now: datetime,
    deps: Deps,
    *,
    own_money_only: bool,
) -> PayersByPurpose:
    """The payers of a bill of today for each purpose; which level of institution it is does not matter to them."""
    today, terms = local_day(now), policy.settlement()
    age = age_on(patient.birth, today)
    rules = policy.rules(Case(patient.insurance, patient.person_status, age, PHARMACY))
    found = {}
    for purpose in AT_THE_TILL:
        payers = payers_of(
            patient,
            AccountUse.OWN,
            terms,
            rules,
            facts,
            deps.book,
            today,
            purpose,
            own_money_only=own_money_only,
        )
        found[purpose] = order(payers, terms.self_position, terms.grantor_order, terms.wallet_position)
    return found


async def _note(viewer: UUID, patient: UUID, basis: Basis, now: datetime, deps: Deps) -> None:
    row = AuditEntry(patient, new_id(deps, now), f"person:{viewer}", Action.SEE_COSTS, basis.text, None, now)

    async def attempt() -> None:
        async with deps.database.transaction() as connection:
            await keep_look(connection, [row], deps)

    await deps.database.repeatedly(attempt)
