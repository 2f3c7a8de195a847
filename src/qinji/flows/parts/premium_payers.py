"""Pure: whose money may pay a premium, how much of it, and why not. Paying is not running the errand.

Relations, reach, floor and limits follow the payer's region, as at the till.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from qinji.flows.parts.arrears_standing import may_share_account, may_use_account
from qinji.flows.parts.premium_postings import in_purse
from qinji.insured.model import STATUS_CHINESE, Person
from qinji.insured.rules import has_account
from qinji.kernel.bill import WALLET_POCKET
from qinji.kernel.kinship import CHINESE, Relation
from qinji.kernel.purpose import Premium, Purpose
from qinji.kernel.refusal import Refused
from qinji.kernel.region import city_of, same_province
from qinji.mutual_aid.model import Grant, Limits
from qinji.mutual_aid.rules import room, usable
from qinji.policy.book import Book, RegionPolicy
from qinji.policy.model import SharingTerms
from qinji.premium.model import PayerKind

SAME_POOL = "same_pool"
_USABLE_CHINESE = {
    "ended": "授权已经结束",
    "filed": "授权还在备案",
    "paused": "授权已暂停",
    "past_last_day": "授权已过最后一天",
    "not_this_purpose": "授权的用途不包括居民医保缴费",
}


@dataclass(frozen=True, slots=True)
class PremiumPayer:
    """One way to pay. ``before_fen`` is what lies in the account, ``available_fen`` what may be taken of it today.

    ``person`` None: cash. ``reason`` is empty where it may pay; ``relation`` is what the insured is to the payer.
    """

    kind: PayerKind
    person: UUID | None = None
    grant: UUID | None = None
    relation: Relation | None = None
    before_fen: int = 0
    available_fen: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PayerFacts:
    """What is known when a payer is looked for. ``relations``: what the insured is to each person, by the registry."""

    orderer: UUID
    insured: Person
    people: Mapping[UUID, Person]
    pockets: Mapping[UUID, Mapping[int, int]]
    grants: Sequence[Grant]
    relations: Mapping[UUID, Relation]
    today: date


CASH = PremiumPayer(PayerKind.CASH)


def payers(facts: PayerFacts, book: Book) -> list[PremiumPayer]:
    """Every way to pay that comes into question, in the order in which it is offered; cash always."""
    found: list[PremiumPayer] = []
    orderer = facts.people[facts.orderer]
    if has_account(orderer):
        found.append(_own_account(orderer, facts, book))
    if facts.orderer == facts.insured.person_id:
        found += _wallet(facts, book)
    found += [_relative(grant, facts, book) for grant in facts.grants if _may_be_named(grant, facts)]
    return [*found, CASH]


def _may_be_named(grant: Grant, facts: PayerFacts) -> bool:
    """An errand does not reach into a third person's account: only the insured or the grantor names a grant."""
    return facts.orderer in {facts.insured.person_id, grant.grantor_id} and grant.grantor_id in facts.people


def _own_account(orderer: Person, facts: PayerFacts, book: Book) -> PremiumPayer:
    """The orderer's own account; for a relative what their region says of mutual aid holds."""
    kind, pockets = PayerKind.OWN_ACCOUNT, facts.pockets.get(orderer.person_id, {})
    before_fen = in_purse(kind, pockets)
    policy = book.at(orderer.region, facts.today)
    relation = facts.relations.get(orderer.person_id)
    who = orderer.person_id
    if isinstance(policy, Refused):
        return PremiumPayer(kind, who, relation=relation, reason="参保地没有政策")
    sharing, terms = policy.sharing(), policy.premium()
    own_pays = terms is not None and Premium.RESIDENT in terms.own_pays
    usable_now = may_use_account(orderer, policy)
    reason = "" if usable_now else f"个人账户状态为{STATUS_CHINESE[orderer.status]}"
    reason = reason or ("" if own_pays else f"{policy.name}的个人账户不能缴居民医保费")
    floor_fen, most = 0, before_fen
    if orderer.person_id != facts.insured.person_id:
        reason = reason or _shared(policy, sharing, relation, orderer, facts.insured)
        floor_fen = sharing.retained_balance_fen
        most = min([before_fen, *(one for one in sharing.limits_fen[:1] if one is not None)])
    available = max(0, min(most, before_fen - floor_fen))
    return PremiumPayer(kind, who, None, relation, before_fen, available, reason)


def _shared(
    policy: RegionPolicy, sharing: SharingTerms, relation: Relation | None, payer: Person, insured: Person
) -> str:
    """Why an account of this region may not pay for this relative; empty where it may."""
    if policy.unverified(sharing.sources):
        return f"{policy.name}的家庭共济政策还没有核实"
    if Purpose.RESIDENT_PREMIUM not in sharing.purposes:
        return f"{policy.name}的家庭共济不能缴居民医保费"
    if relation is None or relation not in sharing.relations:
        told = "登记中没有亲属关系" if relation is None else f"登记的关系是{CHINESE[relation]}"
        return f"{told},{policy.name}的家庭共济不支持"
    if insured.insurance not in sharing.beneficiary_insurance:
        return f"{policy.name}的家庭共济不能用于对方参加的险种"
    near = (
        city_of(payer.region) == city_of(insured.region)
        if sharing.scope == SAME_POOL
        else same_province(payer.region, insured.region)
    )
    return (
        "" if near else f"{policy.name}的家庭共济限同一{'统筹区' if sharing.scope == SAME_POOL else '省份'}"
    )


def _relative(grant: Grant, facts: PayerFacts, book: Book) -> PremiumPayer:
    grantor = facts.people[grant.grantor_id]
    kind, pockets = PayerKind.RELATIVE, facts.pockets.get(grantor.person_id, {})
    before_fen = in_purse(kind, pockets)
    policy = book.at(grantor.region, facts.today)
    if isinstance(policy, Refused):
        return PremiumPayer(
            kind, grantor.person_id, grant.grant_id, grant.relation, reason="授权人参保地没有政策"
        )
    sharing = policy.sharing()
    why = usable(grant, facts.today, Purpose.RESIDENT_PREMIUM)
    reason = _USABLE_CHINESE.get(why, why) if why else ""
    reason = reason or (
        "" if may_share_account(grantor, policy) else f"授权人的账户状态为{STATUS_CHINESE[grantor.status]}"
    )
    reason = reason or _shared(policy, sharing, grant.relation, grantor, facts.insured)
    left = room(grant, facts.today, Limits(*sharing.limits_fen))
    # Above the amount from which a grantor is asked on the phone, only they themselves order.
    unasked = None if facts.orderer == grantor.person_id else grant.limits.confirm_above_fen
    bounds = (left.per_use_fen, left.day_fen, left.month_fen, left.year_fen, unasked)
    most = min([before_fen, *(one for one in bounds if one is not None)])
    floor_fen = max(grant.floor_fen, sharing.retained_balance_fen)
    available = max(0, min(most, before_fen - floor_fen))
    return PremiumPayer(
        kind, grantor.person_id, grant.grant_id, grant.relation, before_fen, available, reason
    )


def _wallet(facts: PayerFacts, book: Book) -> list[PremiumPayer]:
    """The insured's own wallet, where there is one; nobody else may spend from it."""
    me = facts.insured
    pockets = facts.pockets.get(me.person_id, {})
    if WALLET_POCKET not in pockets:
        return []
    policy = book.at(me.region, facts.today)
    terms = None if isinstance(policy, Refused) else policy.premium()
    offered = not isinstance(policy, Refused) and policy.wallet() is not None
    allowed = offered and terms is not None and Premium.RESIDENT in terms.wallet_pays
    fen = in_purse(PayerKind.OWN_WALLET, pockets)
    reason = "" if allowed else "参保地的医保钱包不能缴居民医保费"
    return [
        PremiumPayer(PayerKind.OWN_WALLET, me.person_id, before_fen=fen, available_fen=fen, reason=reason)
    ]
