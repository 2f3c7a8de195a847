"""Typed terms of policy: what a pack says, resolved for a region and a day. Amounts are fen, ratios fractions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction

from qinji.kernel.bill import Category
from qinji.kernel.kinship import Relation
from qinji.kernel.purpose import Purpose, UseClass


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value comes from and how sure it is: certain, believed or unsure."""

    document: str
    clause: str
    certainty: str
    effective_from: str


class Period(StrEnum):
    """How often the deductible is due."""

    YEAR = "year"
    VISIT = "visit"


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


@dataclass(frozen=True, slots=True)
class Band:
    """A ratio up to ``upto_fen`` of its basis; None has no end."""

    ratio: Fraction
    basis: Basis = Basis.IN_SCOPE_INCLUDING_DEDUCTIBLE
    upto_fen: int | None = None


ALL_CLASSES = frozenset(UseClass)


@dataclass(frozen=True, slots=True)
class Rules:
    """All that one bill's split and funding need of policy. ``sources`` by parameter name."""

    deductible_fen: int = 0
    deductible_period: Period = Period.YEAR
    bands: tuple[Band, ...] = ()
    fund_pays: bool = True
    visit_fund_cap_fen: int | None = None
    day_fund_cap_fen: int | None = None
    year_fund_cap_fen: int | None = None
    own_pays: frozenset[UseClass] = ALL_CLASSES
    aid_pays: frozenset[UseClass] = ALL_CLASSES
    self_first: bool = True
    current_year_account_first: bool = False
    kinds_not_shared: frozenset[str] = frozenset()
    remote_mode: RemoteMode = RemoteMode.NONE
    remote_value: Fraction = Fraction(0)
    sources: Mapping[str, Source] = field(default_factory=dict)


Plain = Mapping[str, object]


def to_plain(rules: Rules) -> dict[str, object]:
    """Rules as JSON values: fractions as ``n/d``, sets sorted."""
    return {
        "deductible_fen": rules.deductible_fen,
        "deductible_period": rules.deductible_period.value,
        "bands": [
            {"ratio": str(band.ratio), "basis": band.basis.value, "upto_fen": band.upto_fen}
            for band in rules.bands
        ],
        "fund_pays": rules.fund_pays,
        "visit_fund_cap_fen": rules.visit_fund_cap_fen,
        "day_fund_cap_fen": rules.day_fund_cap_fen,
        "year_fund_cap_fen": rules.year_fund_cap_fen,
        "own_pays": sorted(rules.own_pays),
        "aid_pays": sorted(rules.aid_pays),
        "self_first": rules.self_first,
        "current_year_account_first": rules.current_year_account_first,
        "kinds_not_shared": sorted(rules.kinds_not_shared),
        "remote_mode": rules.remote_mode.value,
        "remote_value": str(rules.remote_value),
        "sources": {
            name: [source.document, source.clause, source.certainty, source.effective_from]
            for name, source in sorted(rules.sources.items())
        },
    }


def from_plain(plain: dict[str, object]) -> Rules:
    """The rules that ``to_plain`` wrote."""
    bands, sources = plain["bands"], plain["sources"]
    if not isinstance(bands, list) or not isinstance(sources, dict):
        raise TypeError("stored rules have another form")
    return Rules(
        deductible_fen=_whole(plain["deductible_fen"]),
        deductible_period=Period(str(plain["deductible_period"])),
        bands=tuple(
            Band(Fraction(band["ratio"]), Basis(band["basis"]), _maybe(band["upto_fen"])) for band in bands
        ),
        fund_pays=bool(plain["fund_pays"]),
        visit_fund_cap_fen=_maybe(plain["visit_fund_cap_fen"]),
        day_fund_cap_fen=_maybe(plain["day_fund_cap_fen"]),
        year_fund_cap_fen=_maybe(plain["year_fund_cap_fen"]),
        own_pays=_classes(plain["own_pays"]),
        aid_pays=_classes(plain["aid_pays"]),
        self_first=bool(plain["self_first"]),
        current_year_account_first=bool(plain["current_year_account_first"]),
        kinds_not_shared=frozenset(str(kind) for kind in _list(plain["kinds_not_shared"])),
        remote_mode=RemoteMode(str(plain["remote_mode"])),
        remote_value=Fraction(str(plain["remote_value"])),
        sources={name: Source(*parts) for name, parts in sources.items()},
    )


def _whole(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError("a stored amount is no integer")
    return value


def _maybe(value: object) -> int | None:
    return None if value is None else _whole(value)


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError("a stored set is no list")
    return value


def _classes(value: object) -> frozenset[UseClass]:
    return frozenset(UseClass(str(name)) for name in _list(value))


@dataclass(frozen=True, slots=True)
class Accumulated:
    """What was used before this bill, in fen."""

    deductible_used_fen: int = 0
    fund_paid_year_fen: int = 0
    fund_paid_day_fen: int = 0
    in_scope_year_fen: int = 0


@dataclass(frozen=True, slots=True)
class SharingTerms:
    """Mutual aid by the grantor's region: whom one may share with, what it may pay, what stays.

    ``limits_fen``: the most one grant pays a use, day, month and year; None: the region sets no limit.
    """

    region: str
    region_name: str
    relations: frozenset[Relation]
    beneficiary_insurance: frozenset[str]
    scope: str
    max_beneficiaries: int | None
    activation: str
    lock_days: int
    unbind_effective: str
    pays: frozenset[UseClass]
    purposes: frozenset[Purpose]
    retained_balance_fen: int
    limits_fen: tuple[int | None, int | None, int | None, int | None]
    sources: Mapping[str, Source]


@dataclass(frozen=True, slots=True)
class SettlementTerms:
    """How the patient's region settles: which accounts a flag opens, in which order payers stand."""

    flag_1: str
    flag_2: str
    grantor_order: str
    self_position: str
    identity_number_draws: bool
    max_days_back: int
    year_start_month: int
    medical_types_not_served: frozenset[str]

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
