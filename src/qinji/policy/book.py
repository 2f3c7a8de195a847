"""Policy by region and day: city over province over nation, each value by its latest day of effect."""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from qinji.kernel.kinship import Relation
from qinji.kernel.money import parse_ratio, parse_yuan
from qinji.kernel.purpose import Purpose, UseClass
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.kernel.region import city_of, province_of
from qinji.policy.finding import Finder
from qinji.policy.model import (
    Band,
    CatalogueItem,
    FamilyTerms,
    Period,
    Rules,
    SettlementTerms,
    SharingTerms,
    Source,
)

Value = str | int | bool | list[str] | None
PHARMACY = "pharmacy"
EMPLOYEE = "employee"
RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Dated:
    """A value from a day on, with its source."""

    since: date
    value: Value
    source: Source


@dataclass(frozen=True, slots=True)
class Pack:
    """One folder of policy, as it was read."""

    folder: str
    region: str
    name: str
    since: date
    parents: tuple[str, ...]
    documents: Mapping[str, str]
    values: Mapping[str, list[Dated]]
    catalogue: tuple[tuple[date, Mapping[str, CatalogueItem]], ...]
    archive: bytes
    digest: bytes


class MissingParameter(Exception):
    """A pack and its parents say nothing of a parameter that is needed; ``qinji policy check`` finds it before."""


NEEDED = (
    "account.own_pays",
    "benefit_year.start_month",
    "code.ttl_seconds",
    "family_account.evidence_under_age",
    "family_account.face_age",
    "family_account.face_age_inclusive",
    "family_account.max_holders_per_member",
    "family_account.max_members",
    "family_account.powers",
    "family_account.promised_days",
    "family_account.relations",
    "mutual_aid.activation",
    "mutual_aid.beneficiary_insurance",
    "mutual_aid.max_beneficiaries",
    "mutual_aid.pays",
    "mutual_aid.purposes",
    "mutual_aid.relations",
    "mutual_aid.scope",
    "mutual_aid.unbind_effective",
    "mutual_aid.unbind_min_days",
    "order.grantors",
    "order.self_position",
    "outpatient.employee.in_service.deductible_period",
    "outpatient.employee.retired.deductible_period",
    "outpatient.resident.deductible_period",
    "pharmacy.fund_pays",
    "settlement.flag_1",
    "settlement.flag_2",
    "settlement.identity_number_draws",
    "settlement.max_days_back",
    "settlement.medical_types_not_served",
)
"""Parameters that every region must have, of its own or from its parents."""


def _in_force(pack: Pack, name: str, day: date) -> Dated | None:
    history = pack.values.get(name, [])
    place = bisect_right(history, day, key=lambda dated: dated.since)
    return history[place - 1] if place else None


class RegionPolicy:
    """What holds in one region on one day. Made once per region and day, then kept."""

    def __init__(self, packs: tuple[Pack, ...], day: date) -> None:
        self._packs = packs
        self._day = day
        self._rules: dict[tuple[str, str, str], Rules] = {}
        self._items: Mapping[str, CatalogueItem] = self._catalogue()
        self.region = packs[0].region
        self.name = packs[0].name
        self.province = province_of(packs[0].region)
        self.digest = hashlib.sha256(b"".join(pack.digest for pack in packs)).digest()
        self._sharing = self._make_sharing()
        self._settlement = self._make_settlement()

    @cached_property
    def archive(self) -> bytes:
        """The bytes of every pack that took part, to be kept with the first bill that used them."""
        return json.dumps(
            {pack.folder: pack.archive.decode() for pack in self._packs}, ensure_ascii=False
        ).encode()

    def dated(self, name: str) -> Dated | None:
        """The value in force, from the nearest pack that has one on this day."""
        return next((found for pack in self._packs if (found := _in_force(pack, name, self._day))), None)

    def _need(self, name: str) -> Value:
        return self._found(name).value

    def source(self, name: str) -> Source:
        """Where the value in force comes from; MissingParameter where there is none."""
        return self._found(name).source

    def _found(self, name: str) -> Dated:
        found = self.dated(name)
        if found is None:
            raise MissingParameter(f"{self.region} {self._day}: {name}")
        return found

    def _money(self, name: str) -> int | None:
        found = self.dated(name)
        return None if found is None or found.value is None else parse_yuan(str(found.value))

    def _words(self, name: str) -> list[str]:
        value = self._need(name)
        return value if isinstance(value, list) else []

    def _number(self, name: str) -> int:
        value = self._need(name)
        return value if isinstance(value, int) else 0

    def _sources(self, names: Mapping[str, str]) -> dict[str, Source]:
        found = {short: self.dated(name) for short, name in names.items()}
        return {short: dated.source for short, dated in found.items() if dated is not None}

    def rules(self, insurance: str, status: str, age: int, level: str, medical_type: str) -> Rules:
        """What one bill's split needs. Visit types come with the policy packs; today all are ordinary."""
        del age, medical_type
        group = (
            f"{insurance}.{RETIRED if status == RETIRED else 'in_service'}"
            if insurance == EMPLOYEE
            else insurance
        )
        key = (insurance, group, level)
        if key not in self._rules:
            self._rules[key] = self._make_rules(group, level)
        return self._rules[key]

    def _make_rules(self, group: str, level: str) -> Rules:
        base = f"outpatient.{group}"
        names = {
            "outpatient.deductible": f"{base}.deductible",
            "outpatient.ratio": f"{base}.ratio.{level}",
            "outpatient.day_fund_cap": f"{base}.day_fund_cap.{level}",
            "outpatient.year_fund_cap": f"{base}.year_fund_cap",
            "outpatient.fund_pays": "pharmacy.fund_pays",
            "account.own_pays": "account.own_pays",
            "mutual_aid.pays": "mutual_aid.pays",
        }
        ratio = self.dated(f"{base}.ratio.{level}")
        fund_pays = ratio is not None and (level != PHARMACY or bool(self._need("pharmacy.fund_pays")))
        return Rules(
            deductible_fen=self._money(f"{base}.deductible") or 0,
            deductible_period=Period(str(self._need(f"{base}.deductible_period"))),
            bands=(Band(parse_ratio(str(ratio.value))),) if ratio is not None else (),
            fund_pays=fund_pays,
            day_fund_cap_fen=self._money(f"{base}.day_fund_cap.{level}"),
            year_fund_cap_fen=self._money(f"{base}.year_fund_cap"),
            own_pays=frozenset(UseClass(use) for use in self._words("account.own_pays")),
            aid_pays=self._sharing.pays,
            self_first=self._settlement.self_position == "first",
            sources=self._sources(names),
        )

    def sharing(self) -> SharingTerms:
        """Mutual aid of grantors insured here."""
        return self._sharing

    def _make_sharing(self) -> SharingTerms:
        limit = self._need("mutual_aid.max_beneficiaries")
        names = [name for pack in self._packs for name in pack.values if name.startswith("mutual_aid.")]
        return SharingTerms(
            region=self.region,
            region_name=self.name,
            relations=frozenset(Relation(word) for word in self._words("mutual_aid.relations")),
            beneficiary_insurance=frozenset(self._words("mutual_aid.beneficiary_insurance")),
            scope=str(self._need("mutual_aid.scope")),
            max_beneficiaries=limit if isinstance(limit, int) else None,
            activation=str(self._need("mutual_aid.activation")),
            lock_days=self._number("mutual_aid.unbind_min_days"),
            unbind_effective=str(self._need("mutual_aid.unbind_effective")),
            pays=frozenset(UseClass(use) for use in self._words("mutual_aid.pays")),
            purposes=frozenset(Purpose(word) for word in self._words("mutual_aid.purposes")),
            retained_balance_fen=self._money("mutual_aid.retained_balance") or 0,
            limits_fen=(
                self._money("mutual_aid.limit.per_use"),
                self._money("mutual_aid.limit.per_day"),
                self._money("mutual_aid.limit.per_month"),
                self._money("mutual_aid.limit.per_year"),
            ),
            sources=self._sources({name: name for name in names}),
        )

    def settlement(self) -> SettlementTerms:
        """How patients insured here are settled."""
        return self._settlement

    def _make_settlement(self) -> SettlementTerms:
        return SettlementTerms(
            flag_1=str(self._need("settlement.flag_1")),
            flag_2=str(self._need("settlement.flag_2")),
            grantor_order=str(self._need("order.grantors")),
            self_position=str(self._need("order.self_position")),
            identity_number_draws=bool(self._need("settlement.identity_number_draws")),
            max_days_back=self._number("settlement.max_days_back"),
            year_start_month=self._number("benefit_year.start_month"),
            medical_types_not_served=frozenset(self._words("settlement.medical_types_not_served")),
        )

    def family(self) -> FamilyTerms:
        """The family account of members insured here."""
        return FamilyTerms(
            max_members=self._number("family_account.max_members"),
            max_holders_per_member=self._number("family_account.max_holders_per_member"),
            relations=frozenset(Relation(word) for word in self._words("family_account.relations")),
            face_age=self._number("family_account.face_age"),
            face_age_inclusive=bool(self._need("family_account.face_age_inclusive")),
            evidence_under_age=frozenset(self._words("family_account.evidence_under_age")),
            powers=frozenset(self._words("family_account.powers")),
            code_ttl_seconds=self._number("code.ttl_seconds"),
            promised_days=self._number("family_account.promised_days"),
        )

    def _catalogue(self) -> Mapping[str, CatalogueItem]:
        for pack in self._packs:
            versions = [items for since, items in pack.catalogue if since <= self._day]
            if versions:
                return versions[-1]
        return {}

    def item(self, code: str) -> CatalogueItem | None:
        """The item of the catalogue of this day, or None."""
        return self._items.get(code)

    @cached_property
    def finder(self) -> Finder:
        """The catalogue of this day, to be searched."""
        return Finder(self.items())

    def items(self) -> tuple[CatalogueItem, ...]:
        """The whole catalogue of this day, by code."""
        return tuple(self._items[code] for code in sorted(self._items))


class Book:
    """Every pack of an installation. A region's policy is made once for each span of days without a change."""

    def __init__(self, packs: Mapping[str, Pack]) -> None:
        self._packs = packs
        self._by_region = {pack.region: pack for pack in packs.values()}
        self._changes: dict[str, list[date]] = {}
        self._made: dict[tuple[str, int], RegionPolicy] = {}

    @property
    def packs(self) -> Mapping[str, Pack]:
        """The packs by folder."""
        return self._packs

    def regions(self) -> list[str]:
        """The pooling areas that have a pack of their own."""
        return sorted(p.region for p in self._packs.values() if p.region != province_of(p.region))

    def region_names(self) -> dict[str, str]:
        """Names by region code."""
        return {pack.region: pack.name for pack in self._packs.values()}

    def at(self, region: str, day: date) -> RegionPolicy | Refused:
        """What holds in a region on a day; refused where no pack is known, or before it begins."""
        city = city_of(region)
        pack = self._by_region.get(city)
        if pack is None or day < pack.since:
            name = pack.name if pack else region
            return refuse(RefusalCode.REGION_WITHOUT_POLICY, region=name, day=day.isoformat())
        changes = self._changes.get(city)
        if changes is None:
            changes = self._changes[city] = self.changes(city)
        span = bisect_right(changes, day)
        found = self._made.get((city, span))
        if found is None:
            if self.missing(city, day):
                return refuse(RefusalCode.REGION_WITHOUT_POLICY, region=pack.name, day=day.isoformat())
            found = RegionPolicy(self._lineage(pack), day)
            self._made[(city, span)] = found
        return found

    def missing(self, region: str, day: date) -> list[str]:
        """The parameters without which a region cannot settle on a day; for ``qinji policy check``."""
        packs = self._lineage(self._by_region[city_of(region)])
        return [name for name in NEEDED if not any(_in_force(pack, name, day) for pack in packs)]

    def changes(self, region: str) -> list[date]:
        """Every day from which something of a region's policy, or of its parents', is different."""
        days: set[date] = set()
        for pack in self._lineage(self._by_region[region]):
            days.update(dated.since for history in pack.values.values() for dated in history)
            days.update(since for since, _ in pack.catalogue)
        return sorted(days)

    def _lineage(self, pack: Pack) -> tuple[Pack, ...]:
        found, waiting = [pack], list(pack.parents)
        while waiting:
            parent = self._packs[waiting.pop(0)]
            if parent not in found:
                found.append(parent)
                waiting += parent.parents
        return tuple(found)
