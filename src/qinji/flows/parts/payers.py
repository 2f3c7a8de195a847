"""Pure: who may pay for a bill, with what limits, and why the others may not.

Relations, permitted uses, limits and floor follow the grantor's region on the day booked (it is that region's
account); the order of payers follows the patient's region on the day of service.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

from qinji.flows.parts.arrears_standing import may_share_account
from qinji.flows.parts.commands import AccountUse
from qinji.flows.parts.facts import WorkingSet
from qinji.funding.model import Payer
from qinji.funding.prepay import CURRENT_POCKET
from qinji.insured.model import Person, Status
from qinji.insured.rules import account_usable, has_account
from qinji.kernel.bill import WALLET_POCKET, PayerKind
from qinji.kernel.purpose import Purpose, UseClass
from qinji.kernel.refusal import Refused
from qinji.kernel.region import city_of, same_province
from qinji.ledger.model import ONLY_POCKET
from qinji.mutual_aid.bounds import allowed_uses
from qinji.mutual_aid.model import BillKey, Grant, Limits
from qinji.mutual_aid.rules import room, usable
from qinji.policy.book import Book, RegionPolicy
from qinji.policy.model import Rules, SettlementTerms, SharingTerms

SAME_POOL = "same_pool"
NOT_WISHED = "own_money_only"
"""Why a relative does not pay where the patient showed a code with 本次不用家人的钱."""

LAPSED = "beneficiary_lapsed"
"""Why a relative does not pay for somebody in arrears, who has no benefits that they could share."""


def uses_own(use: AccountUse, terms: SettlementTerms) -> bool:
    """Whether the own account may pay under this flag; flag 2 may mean relatives only (``settlement.flag_2``)."""
    if use is AccountUse.SHARED:
        return terms.flag_2 != "grants_only"
    return use is not AccountUse.NONE


def uses_grants(use: AccountUse, terms: SettlementTerms) -> bool:
    """Whether relatives' accounts may pay under this flag (``settlement.flag_1``)."""
    if use is AccountUse.OWN:
        return terms.flag_1 != "own_only"
    return use in {AccountUse.SHARED, AccountUse.EVERYONE}


def own_payers(person: Person, facts: WorkingSet, rules: Rules, terms: SettlementTerms) -> list[Payer]:
    """The patient's own account; where the region keeps this year's money apart, each balance is a payer of its own."""
    history = _own_payer(person, ONLY_POCKET, rules.own_pays, facts, rules)
    if not terms.two_balances:
        return [history]
    current = _own_payer(person, CURRENT_POCKET, rules.current_pays, facts, rules)
    return [current, history] if rules.current_first else [history, current]


def _own_payer(
    person: Person, pocket: int, pays: frozenset[UseClass], facts: WorkingSet, rules: Rules
) -> Payer:
    reason = "" if account_usable(person) or rules.lapsed else f"own_{person.status}"
    source = rules.sources.get("own_pays")
    return Payer(
        kind=PayerKind.OWN,
        person=str(person.person_id),
        name=person.name,
        pocket=pocket,
        balance_fen=facts.balances.get((person.person_id, pocket), 0),
        pays=pays,
        skip_reason=reason,
        document=source.document if source else "",
        clause=source.clause if source else "",
    )


def wallet_payers(
    person: Person, facts: WorkingSet, rules: Rules, terms: SettlementTerms, purpose: Purpose
) -> list[Payer]:
    """The patient's wallet, where there is one; it pays the classes that the own account may pay.

    A resident has no account and may have a wallet, so that a child's money can reach them.
    """
    balance_fen = facts.balances.get((person.person_id, WALLET_POCKET))
    if balance_fen is None:
        return []
    source = terms.wallet_sources.get("wallet.purposes")
    return [
        Payer(
            kind=PayerKind.OWN,
            person=str(person.person_id),
            name=person.name,
            pocket=WALLET_POCKET,
            balance_fen=balance_fen,
            pays=rules.own_pays,
            skip_reason=_wallet_rests(person, terms, purpose),
            document=source.document if source else "",
            clause=source.clause if source else "",
        )
    ]


def _wallet_rests(person: Person, terms: SettlementTerms, purpose: Purpose) -> str:
    """Why the wallet does not pay; empty where it may."""
    if person.status is not Status.NORMAL:
        return f"own_{person.status}"
    if not terms.wallet_purposes:
        return "wallet_not_offered"
    if terms.wallet_unverified:
        return "wallet_unverified"
    return "" if purpose in terms.wallet_purposes else "wallet_not_this_purpose"


def _not_allowed(
    grant: Grant, grantor: Person, patient: Person, sharing: SharingTerms, policy: RegionPolicy
) -> str:
    if not may_share_account(grantor, policy):
        return f"grantor_{grantor.status}"
    if grant.relation not in sharing.relations:
        return "relation_not_allowed"
    if patient.insurance not in sharing.beneficiary_insurance:
        return "beneficiary_insurance"
    near = (
        city_of(grantor.region) == city_of(patient.region)
        if sharing.scope == SAME_POOL
        else same_province(grantor.region, patient.region)
    )
    return "" if near else "out_of_scope"


def grant_payer(
    grant: Grant,
    grantor: Person,
    patient: Person,
    facts: WorkingSet,
    book: Book,
    day: date,
    purpose: Purpose,
    bill: BillKey | None = None,
) -> Payer:
    """A relative's account as a payer, with the room its grant leaves today; ``bill`` is for whom a yes was given."""
    policy = book.at(grantor.region, day)
    if isinstance(policy, Refused):
        return _skipped(grant, grantor, "region_without_policy")
    sharing = policy.sharing()
    if policy.unverified(sharing.sources):
        return _skipped(grant, grantor, "region_policy_unverified")
    reason = usable(grant, day, purpose) or _not_allowed(grant, grantor, patient, sharing, policy)
    left = room(grant, day, Limits(*sharing.limits_fen))
    source = sharing.sources.get("mutual_aid.relations")
    return Payer(
        kind=PayerKind.GRANTOR,
        person=str(grantor.person_id),
        name=grantor.name,
        pocket=ONLY_POCKET,
        balance_fen=facts.balances.get((grantor.person_id, ONLY_POCKET), 0),
        floor_fen=max(grant.floor_fen, sharing.retained_balance_fen),
        limits=(left.per_use_fen, left.day_fen, left.month_fen, left.year_fen),
        pays=allowed_uses(sharing.pays, grant.uses),
        grant=str(grant.grant_id),
        relation=grant.relation,
        rank=grant.rank,
        since=grant.asked_at.isoformat(),
        skip_reason=reason or "",
        document=source.document if source else "",
        clause=source.clause if source else "",
        confirm_above_fen=grant.limits.confirm_above_fen,
        confirmed_fen=0 if bill is None else facts.agreed_fen(grant.grant_id, bill),
    )


def _skipped(grant: Grant, grantor: Person, reason: str) -> Payer:
    return Payer(
        kind=PayerKind.GRANTOR,
        person=str(grantor.person_id),
        name=grantor.name,
        pocket=ONLY_POCKET,
        balance_fen=0,
        pays=frozenset(),
        grant=str(grant.grant_id),
        relation=grant.relation,
        rank=grant.rank,
        since=grant.asked_at.isoformat(),
        skip_reason=reason,
    )


def payers_of(
    patient: Person,
    use: AccountUse,
    terms: SettlementTerms,
    rules: Rules,
    facts: WorkingSet,
    book: Book,
    day: date,
    purpose: Purpose,
    *,
    own_money_only: bool = False,
    bill: BillKey | None = None,
) -> list[Payer]:
    """Everybody who may come into question, in no order yet; whoever is not locked is left out.

    With ``own_money_only``, and for somebody in arrears, relatives are named and pay nothing, so that the trace can
    tell why.
    """
    found: list[Payer] = []
    alone = LAPSED if rules.lapsed else NOT_WISHED if own_money_only else ""
    if uses_own(use, terms):
        found += own_payers(patient, facts, rules, terms) if has_account(patient) else []
        found += wallet_payers(patient, facts, rules, terms, purpose)
    if not uses_grants(use, terms):
        return found
    for grant in facts.grants.get(patient.person_id, []):
        grantor = facts.persons.get(grant.grantor_id)
        if grantor is not None and grant.grantor_id in facts.locked:
            payer = grant_payer(grant, grantor, patient, facts, book, day, purpose, bill)
            # A reason of the grant's own comes first.
            found.append(replace(payer, skip_reason=payer.skip_reason or alone))
    return found


def grant_of(facts: WorkingSet, patient: UUID, identifier: str) -> Grant:
    """The grant of this id among the patient's."""
    return next(g for g in facts.grants[patient] if str(g.grant_id) == identifier)
