"""Typed terms of policy: what a pack says, resolved for a region and a day. Amounts are fen, ratios fractions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction

from qinji.kernel.bill import Category
from qinji.kernel.kinship import Relation
from qinji.kernel.purpose import Premium, Purpose, UseClass

UNSURE = "unsure"
"""The certainty of a value that nobody has verified."""


ACCOUNT_IN_GAP = "employee_gap.account_usable"
"""Whether the own account pays in a break; by this name a bill's trace tells that therefore no fund did."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value comes from and how sure it is: certain, believed or unsure.

    ``parameter`` is the name under which the value stands in its pack; ``value`` the value as it is written there.
    """

    document: str
    clause: str
    certainty: str
    effective_from: str
    parameter: str = ""
    value: str = ""


class Period(StrEnum):
    """How often the deductible is due."""

    YEAR = "year"
    VISIT = "visit"


class Merge(StrEnum):
    """How deductibles of several levels go together: the highest once a year, or each level its own."""

    HIGHEST = "highest"
    EACH_LEVEL = "each_level"


class Basis(StrEnum):
    """What a band's upper end counts."""

    IN_SCOPE_INCLUDING_DEDUCTIBLE = "in_scope_including_deductible"
    IN_SCOPE_AFTER_DEDUCTIBLE = "in_scope_after_deductible"
    FUND_PAID = "fund_paid"


class RemoteMode(StrEnum):
    """How a bill away from home is reduced (policy 2.5)."""

    NONE = "none"
    POINTS = "points"
    FACTOR = "factor"
    PRIOR_SELF_PAY = "prior_self_pay"


class Filing(StrEnum):
    """As what a person stays away from home (备案, policy 2.5)."""

    LONG_TERM = "long_term"
    TEMPORARY = "temporary"
    REFERRAL = "referral"
    EMERGENCY = "emergency"
    UNFILED = "unfiled"


@dataclass(frozen=True, slots=True)
class Away:
    """That a bill arises outside the insured region: under which filing, and whether in the same province.

    ``exempt``: it counts as filed for a long stay because the area is exempt, whatever was filed or not.
    """

    filing: Filing
    same_province: bool
    exempt: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """All of a person and a visit that decides which rules hold. Ages and years are whole.

    ``selected`` says whether the institution is the one the person chose, ``referred`` whether they were sent there;
    ``admission`` counts the year's stays from 1, ``stay_days`` the days of this one; ``transferred``: it goes on
    from another hospital's. ``medical_type`` empty is an
    ordinary visit; ``inpatient`` a stay. ``lapsed``: payments stopped, so that no fund pays, whatever the visit.
    """

    insurance: str
    status: str
    age: int
    level: str
    medical_type: str = ""
    inpatient: bool = False
    selected: bool = True
    referred: bool = True
    signed_doctor: bool = False
    low_income: bool = False
    continuous_years: int = 0
    claimed_last_year: bool = True
    admission: int = 1
    stay_days: int = 0
    transferred: bool = False
    away: Away | None = None
    lapsed: bool = False


@dataclass(frozen=True, slots=True)
class Band:
    """A ratio up to ``upto_fen`` of its basis; None has no end."""

    ratio: Fraction
    basis: Basis = Basis.IN_SCOPE_INCLUDING_DEDUCTIBLE
    upto_fen: int | None = None


@dataclass(frozen=True, slots=True)
class Layer:
    """A second layer (大额, 大病): what it pays of its base above the threshold, in bands, up to a cap of the year.

    With ``absolute`` the bands' ends count from 0, else from the threshold.
    """

    threshold_fen: int
    bands: tuple[Band, ...]
    cap_fen: int | None
    absolute: bool = False


ALL_CLASSES = frozenset(UseClass)


@dataclass(frozen=True, slots=True)
class Rules:
    """All that one bill's split and funding need of policy. ``sources`` by what they decide, such as ``deductible``.

    ``bonuses`` are points of ratio that are contained in the bands; ``wage_cap`` is the average wage in fen and the
    factor that made ``year_fund_cap_fen``. ``treatment`` and ``group`` say whose values they are.
    """

    deductible_fen: int = 0
    deductible_period: Period = Period.YEAR
    deductible_merge: Merge = Merge.HIGHEST
    deductible_less_fen: int = 0
    stay_continues: bool = False
    essential_without_deductible: bool = False
    bands: tuple[Band, ...] = ()
    bonuses: tuple[tuple[str, Fraction], ...] = ()
    fund_pays: bool = True
    visit_fund_cap_fen: int | None = None
    day_fund_cap_fen: int | None = None
    month_fund_cap_fen: int | None = None
    year_fund_cap_fen: int | None = None
    year_fund_cap_shared: bool = False
    wage_cap: tuple[int, Fraction] | None = None
    large_amount: Layer | None = None
    catastrophic: Layer | None = None
    own_pays: frozenset[UseClass] = ALL_CLASSES
    current_pays: frozenset[UseClass] = ALL_CLASSES
    aid_pays: frozenset[UseClass] = ALL_CLASSES
    self_first: bool = True
    current_first: bool = True
    current_year_account_first: bool = False
    kinds_not_shared: frozenset[str] = frozenset()
    remote_mode: RemoteMode = RemoteMode.NONE
    remote_value: Fraction = Fraction(0)
    filing: str = ""
    treatment: str = ""
    group: str = ""
    sources: Mapping[str, Source] = field(default_factory=dict)

    @property
    def lapsed(self) -> bool:
        """Whether no fund pays because payments stopped: the own account may pay then, and nobody else's."""
        decided = self.sources.get("fund_pays")
        return not self.fund_pays and decided is not None and decided.parameter == ACCOUNT_IN_GAP


@dataclass(frozen=True, slots=True)
class Accumulated:
    """What was used before this bill, in fen.

    ``deductible_used_level_fen`` is the year's deductible at this level of institution alone,
    ``deductible_used_stay_fen`` what was paid of this stay's before a transfer; ``fund_paid_other_fen`` what the fund
    paid this year for other treatment under a shared cap. The second layers have their base and what they paid.
    """

    deductible_used_fen: int = 0
    fund_paid_year_fen: int = 0
    fund_paid_day_fen: int = 0
    in_scope_year_fen: int = 0
    fund_paid_month_fen: int = 0
    deductible_used_level_fen: int = 0
    deductible_used_stay_fen: int = 0
    fund_paid_other_fen: int = 0
    large_amount_base_fen: int = 0
    large_amount_paid_fen: int = 0
    catastrophic_base_fen: int = 0
    catastrophic_paid_fen: int = 0


@dataclass(frozen=True, slots=True)
class SharingTerms:
    """Mutual aid by the grantor's region: whom one may share with, what it may pay, what stays.

    ``group`` says that a family forms one group (厦门): nobody belongs to two. ``limits_fen``: the most one grant
    pays a use, day, month and year; None: the region sets no limit.
    """

    region: str
    region_name: str
    relations: frozenset[Relation]
    beneficiary_insurance: frozenset[str]
    scope: str
    max_beneficiaries: int | None
    max_grantors: int | None
    group: bool
    activation: str
    lock_days: int
    unbind_effective: str
    pays: frozenset[UseClass]
    purposes: frozenset[Purpose]
    premiums: frozenset[Premium]
    shared_kinds: frozenset[str]
    local_name: str
    retained_balance_fen: int
    limits_fen: tuple[int | None, int | None, int | None, int | None]
    sources: Mapping[str, Source]


class RefundTo(StrEnum):
    """Where money goes that a wallet paid for a bill that is taken back."""

    WALLET = "wallet"
    SOURCE = "source"


@dataclass(frozen=True, slots=True)
class SettlementTerms:
    """How the patient's region settles: which accounts a flag opens, in which order payers stand.

    ``wallet_purposes`` is where a wallet pays, empty where the region does not offer it; ``wallet_refund_to`` where
    its money goes when a bill is taken back; ``wallet_unverified`` says that what is known may not decide a bill here.
    """

    flag_1: str
    flag_2: str
    grantor_order: str
    self_position: str
    identity_number_draws: bool
    max_days_back: int
    year_start_month: int
    medical_types_not_served: frozenset[str]
    two_balances: bool
    wallet_position: str = "after_own"
    wallet_purposes: frozenset[Purpose] = frozenset()
    wallet_refund_to: RefundTo = RefundTo.WALLET
    wallet_sources: Mapping[str, Source] = field(default_factory=dict)
    wallet_unverified: bool = False

    def benefit_year_of(self, day: date) -> int:
        """The benefit year of a day, named by the calendar year in which it begins."""
        return day.year if day.month >= self.year_start_month else day.year - 1


@dataclass(frozen=True, slots=True)
class FamilyTerms:
    """The family account, a national service."""

    max_members: int
    max_holders_per_member: int
    relations: frozenset[Relation]
    face_age: int
    face_age_inclusive: bool
    evidence_under_age: frozenset[str]
    powers: frozenset[str]
    code_ttl_seconds: int
    promised_days: int


@dataclass(frozen=True, slots=True)
class CatalogueItem:
    """An item of the catalogue. ``price`` and ``ceiling_price`` are integers of 0.000001 yuan."""

    code: str
    name: str
    category: Category
    price: int
    ceiling_price: int | None
    prior_ratio: Fraction
    restricted: bool
    item_class: str
    list_type: str
    own_expense_as: UseClass = UseClass.CATEGORY_C
    essential: bool = False
