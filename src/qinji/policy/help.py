"""Pure: what a family asks of the rules of its region, each value with the document it rests on.

The family account is a national service; mutual aid is the region's. Where a region has no pack, the first is still
told and the second said to be unknown, in a plain sentence.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from qinji.kernel.kinship import CHINESE, Relation
from qinji.kernel.purpose import (
    OF_CARE,
    POWER_CHINESE,
    PURPOSE_CHINESE,
    USE_CHINESE,
    Power,
    Purpose,
    UseClass,
)
from qinji.kernel.refusal import Refused
from qinji.kernel.region import NATION, city_of
from qinji.policy.book import Book, RegionPolicy
from qinji.policy.model import SettlementTerms, Source

Value = TypeVar("Value")
_INSURANCES = {"employee": "职工医保", "resident": "居民医保"}


@dataclass(frozen=True, slots=True)
class Fact(Generic[Value]):
    """A value in force, the sentence that tells it, and where it comes from."""

    value: Value
    text: str
    source: Source


@dataclass(frozen=True, slots=True)
class FamilyFacts:
    """亲情账户: how many, who, from which age by their own word, how long a code is good."""

    max_members: Fact[int]
    max_holders: Fact[int]
    relations: Fact[frozenset[Relation]]
    consent_age: Fact[int]
    powers: Fact[frozenset[Power]]
    promised_days: Fact[int]
    code_seconds: Fact[int]


@dataclass(frozen=True, slots=True)
class SharingFacts:
    """家庭共济 of a grantor's region: to whom, how far, for what, from when, until when, who pays first.

    ``max_beneficiaries`` None: no limit. ``own_first`` and ``user_orders`` are the patient's region's. Only some
    regions have a ``local_name`` of their own, groups (``group``) or a limit of grantors; elsewhere these are None.
    """

    relations: Fact[frozenset[Relation]]
    beneficiary_insurance: Fact[frozenset[str]]
    same_pool_only: Fact[bool]
    max_beneficiaries: Fact[int | None]
    filing: Fact[bool]
    lock_days: Fact[int]
    ends_next_day: Fact[bool]
    purposes: Fact[frozenset[Purpose]]
    pays: Fact[frozenset[UseClass]]
    own_first: Fact[bool]
    user_orders: Fact[bool]
    local_name: Fact[str] | None
    group: Fact[bool] | None
    max_grantors: Fact[int] | None


@dataclass(frozen=True, slots=True)
class HelpFacts:
    """What is known for a region and a day. ``missing`` says in a sentence what is not, else it is empty."""

    region_name: str
    day: date
    family: FamilyFacts | None
    sharing: SharingFacts | None
    missing: str


def help_facts(book: Book, region: str, day: date) -> HelpFacts:
    """The facts of a region on a day; without a pack of its own, those of the nation's family account."""
    policy = book.at(region, day)
    name = book.region_names().get(city_of(region), f"参保地 {region} ")
    if not isinstance(policy, Refused):
        return HelpFacts(policy.name, day, _family(policy), _sharing(policy), "")
    nation = book.at(NATION, day)
    missing = (
        f"这里没有{name}在 {day.isoformat()} 的医保政策,所以不能告诉您当地家庭共济的数字和关系。"
        "请以当地医保经办机构的答复为准。"
    )
    return HelpFacts(name, day, None if isinstance(nation, Refused) else _family(nation), None, missing)


class _Teller:
    """Makes facts of one region's values."""

    def __init__(self, policy: RegionPolicy) -> None:
        self._policy = policy

    def fact(self, name: str, value: Value, text: str) -> Fact[Value]:
        """A value with its sentence and the source of this parameter."""
        return Fact(value, text, self._policy.source(name))

    def switch(self, name: str, value: bool, yes: str, no: str) -> Fact[bool]:
        """One of two sentences."""
        return self.fact(name, value, yes if value else no)


def _listed(words: Iterable[str]) -> str:
    return "、".join(words)


def _kin(relations: Collection[Relation]) -> str:
    return _listed(CHINESE[one] for one in Relation if one in relations)


def _family(policy: RegionPolicy) -> FamilyFacts:
    terms, tell = policy.family(), _Teller(policy).fact
    age = terms.face_age if terms.face_age_inclusive else terms.face_age + 1
    powers = frozenset(Power(name) for name in terms.powers)
    given = _listed(POWER_CHINESE[one] for one in Power if one in powers)
    most, holders = terms.max_members, terms.max_holders_per_member
    days, seconds = terms.promised_days, terms.code_ttl_seconds
    return FamilyFacts(
        max_members=tell("family_account.max_members", most, f"一个人最多绑定 {most} 名家人"),
        max_holders=tell(
            "family_account.max_holders_per_member", holders, f"一个人最多加入 {holders} 个亲情账户"
        ),
        relations=tell("family_account.relations", terms.relations, f"可以绑定:{_kin(terms.relations)}"),
        consent_age=tell(
            "family_account.face_age",
            age,
            f"年满 {age} 周岁须由本人同意;未满 {age} 周岁由监护人持材料到窗口办理",
        ),
        powers=tell("family_account.powers", powers, f"可以授予的权限:{given}"),
        promised_days=tell("family_account.promised_days", days, f"窗口受理后 {days} 日内办结"),
        code_seconds=tell("code.ttl_seconds", seconds, f"出示的医保码 {seconds} 秒内有效,只能扫一次"),
    )


def _sharing(policy: RegionPolicy) -> SharingFacts:
    terms, paying, teller = policy.sharing(), policy.settlement(), _Teller(policy)
    tell, switch = teller.fact, teller.switch
    insured = [word for code, word in _INSURANCES.items() if code in terms.beneficiary_insurance]
    most, lock = terms.max_beneficiaries, terms.lock_days
    purposes = _listed(PURPOSE_CHINESE[one] for one in OF_CARE if one in terms.purposes)
    classes = _listed(USE_CHINESE[one] for one in UseClass if one in terms.pays)
    return SharingFacts(
        relations=tell("mutual_aid.relations", terms.relations, f"可以授权给:{_kin(terms.relations)}"),
        beneficiary_insurance=tell(
            "mutual_aid.beneficiary_insurance",
            terms.beneficiary_insurance,
            f"使用人须参加{'或'.join(insured)}",
        ),
        same_pool_only=switch(
            "mutual_aid.scope",
            terms.scope == "same_pool",
            "授权人与使用人须在同一统筹区参保",
            "授权人与使用人须在同一省份参保",
        ),
        max_beneficiaries=tell(
            "mutual_aid.max_beneficiaries",
            most,
            "授权人数没有上限" if most is None else f"每人最多授权 {most} 人",
        ),
        filing=switch(
            "mutual_aid.activation",
            terms.activation == "filing",
            "提交后先由经办机构备案,备案后才能支付",
            "提交后立即可以支付",
        ),
        lock_days=tell(
            "mutual_aid.unbind_min_days",
            lock,
            f"授权后 {lock} 天内不能解除,可以先暂停" if lock else "随时可以解除",
        ),
        ends_next_day=switch(
            "mutual_aid.unbind_effective",
            terms.unbind_effective == "next_day",
            "解除后当天仍可支付,次日停止",
            "解除后立即停止支付",
        ),
        purposes=tell("mutual_aid.purposes", terms.purposes, f"可以用于:{purposes}"),
        pays=tell("mutual_aid.pays", terms.pays, f"可以支付个人负担中的:{classes}"),
        **_order(paying, teller),
        local_name=tell("mutual_aid.local_name", terms.local_name, f"当地把家庭共济叫“{terms.local_name}”")
        if terms.local_name
        else None,
        group=tell("mutual_aid.model", terms.group, "按共济组办理:账户的主人邀请家人入组,一人只能在一个组")
        if terms.group
        else None,
        max_grantors=None
        if terms.max_grantors is None
        else tell(
            "mutual_aid.max_grantors",
            terms.max_grantors,
            f"一个人最多由 {terms.max_grantors} 位家人授权",
        ),
    )


def _order(paying: SettlementTerms, teller: _Teller) -> dict[str, Fact[bool]]:
    return {
        "own_first": teller.switch(
            "order.self_position",
            paying.self_position == "first",
            "先扣本人账户,不够时再扣家人的账户",
            "先扣家人的账户,再扣本人账户",
        ),
        "user_orders": teller.switch(
            "order.grantors",
            paying.grantor_order == "user_priority",
            "几位家人的先后由使用人自己排",
            "几位家人按授权的先后支付",
        ),
    }
