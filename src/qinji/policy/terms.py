"""Pure: the terms of sharing, settling and the family account from the values of a region."""

from __future__ import annotations

from qinji.kernel.kinship import Relation
from qinji.kernel.money import share_of
from qinji.kernel.purpose import Premium, Purpose, UseClass
from qinji.policy.model import FamilyTerms, RefundTo, SettlementTerms, SharingTerms
from qinji.policy.pack import Values
from qinji.policy.wallet import OFFERED, POSITION, PURPOSES, REFUND_TO, offers_wallet

NOT_SERVED = "not_served"
_VISIT_TYPE = "visit_type."
_WAGE_FACTOR = "mutual_aid.retained_balance_wage_factor"
_WAGE = "wage.average_year"
_SHARED = "balance.shared"


def sharing_terms(values: Values, region: str, name: str) -> SharingTerms:
    """Mutual aid of grantors insured here."""
    written = [one for one in values.written() if one.startswith("mutual_aid.")]
    if _WAGE_FACTOR in written:
        written.append(_WAGE)
    written.append(_SHARED)
    return SharingTerms(
        region=region,
        region_name=name,
        relations=frozenset(Relation(word) for word in values.words("mutual_aid.relations")),
        beneficiary_insurance=frozenset(values.words("mutual_aid.beneficiary_insurance")),
        scope=values.word("mutual_aid.scope"),
        max_beneficiaries=values.number("mutual_aid.max_beneficiaries"),
        max_grantors=values.number("mutual_aid.max_grantors"),
        group=values.word("mutual_aid.model") == "group",
        activation=values.word("mutual_aid.activation"),
        lock_days=values.number("mutual_aid.unbind_min_days") or 0,
        unbind_effective=values.word("mutual_aid.unbind_effective"),
        pays=frozenset(UseClass(use) for use in values.words("mutual_aid.pays")),
        purposes=_purposes(values),
        premiums=_premiums(values),
        shared_kinds=frozenset(values.words(_SHARED)),
        local_name=_local_name(values),
        retained_balance_fen=_retained(values),
        limits_fen=(
            values.money("mutual_aid.limit.per_use"),
            values.money("mutual_aid.limit.per_day"),
            values.money("mutual_aid.limit.per_month"),
            values.money("mutual_aid.limit.per_year"),
        ),
        sources=values.sources({one: (one,) for one in written}),
    )


def _premiums(values: Values) -> frozenset[Premium]:
    return frozenset(Premium(word) for word in values.words("mutual_aid.premiums"))


def _purposes(values: Values) -> frozenset[Purpose]:
    """Bills of these kinds, and a relative's premium where the region lets mutual aid pay it."""
    bills = frozenset(Purpose(word) for word in values.words("mutual_aid.purposes"))
    return bills | {Purpose.RESIDENT_PREMIUM} if Premium.RESIDENT in _premiums(values) else bills


def _local_name(values: Values) -> str:
    found = values.dated("mutual_aid.local_name")
    return "" if found is None else str(found.value)


def _retained(values: Values) -> int:
    """What must stay in a grantor's account: an amount, or a part of the average wage, whichever is more."""
    fixed = values.money("mutual_aid.retained_balance") or 0
    factor = values.factor(_WAGE_FACTOR)
    wage = values.money(_WAGE)
    return fixed if factor is None or wage is None else max(fixed, share_of(wage, factor))


def settlement_terms(values: Values) -> SettlementTerms:
    """How patients insured here are settled."""
    types = [one for one in values.written() if one.startswith(_VISIT_TYPE)]
    position, refund = values.dated(POSITION), values.dated(REFUND_TO)
    return SettlementTerms(
        flag_1=values.word("settlement.flag_1"),
        flag_2=values.word("settlement.flag_2"),
        grantor_order=values.word("order.grantors"),
        self_position=values.word("order.self_position"),
        identity_number_draws=values.switch("settlement.identity_number_draws"),
        max_days_back=values.number("settlement.max_days_back") or 0,
        year_start_month=values.number("benefit_year.start_month") or 1,
        medical_types_not_served=frozenset(
            one.removeprefix(_VISIT_TYPE) for one in types if values.word(one) == NOT_SERVED
        ),
        two_balances=values.word("balance.kinds") == "current_and_history",
        wallet_position="after_own" if position is None else str(position.value),
        wallet_purposes=frozenset(map(Purpose, values.words(PURPOSES)))
        if offers_wallet(values)
        else frozenset(),
        wallet_refund_to=RefundTo.WALLET if refund is None else RefundTo(str(refund.value)),
        wallet_sources=values.sources({one: (one,) for one in (OFFERED, PURPOSES, POSITION, REFUND_TO)}),
    )


def family_terms(values: Values) -> FamilyTerms:
    """The family account of members insured here."""
    return FamilyTerms(
        max_members=values.number("family_account.max_members") or 0,
        max_holders_per_member=values.number("family_account.max_holders_per_member") or 0,
        relations=frozenset(Relation(word) for word in values.words("family_account.relations")),
        face_age=values.number("family_account.face_age") or 0,
        face_age_inclusive=values.switch("family_account.face_age_inclusive"),
        evidence_under_age=frozenset(values.words("family_account.evidence_under_age")),
        powers=frozenset(values.words("family_account.powers")),
        code_ttl_seconds=values.number("code.ttl_seconds") or 0,
        promised_days=values.number("family_account.promised_days") or 0,
    )
