"""Policy by region and day: city over province over nation, each value by its latest day of effect."""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from functools import cached_property

from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.kernel.region import city_of, province_of
from qinji.policy.accounts import AccountTerms, account_terms
from qinji.policy.arrears import GapTerms, gap_terms
from qinji.policy.benefits import make_rules
from qinji.policy.filing import FilingTerms, filing_terms
from qinji.policy.finding import Finder
from qinji.policy.groups import PHARMACY
from qinji.policy.model import (
    ACCOUNT_IN_GAP,
    UNSURE,
    Away,
    Case,
    CatalogueItem,
    FamilyTerms,
    Filing,
    Merge,
    Rules,
    SettlementTerms,
    SharingTerms,
    Source,
)
from qinji.policy.pack import Catalogue, Dated, Pack, Values, in_force
from qinji.policy.premium import PremiumTerms, premium_terms
from qinji.policy.suspension import SuspensionTerms, suspension_terms
from qinji.policy.terms import family_terms, settlement_terms, sharing_terms
from qinji.policy.waiting import WaitingTerms, waiting_terms
from qinji.policy.wallet import WalletTerms, wallet_terms

RULES_KEPT_MAX = 4096

NEEDED = (
    "account.own_pays",
    "balance.current_pays",
    "balance.kinds",
    "balance.order",
    "balance.shared",
    "benefit_year.start_month",
    "code.ttl_seconds",
    "complaint.promised_days",
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
    "mutual_aid.model",
    "mutual_aid.pays",
    "mutual_aid.premiums",
    "mutual_aid.purposes",
    "mutual_aid.relations",
    "mutual_aid.scope",
    "mutual_aid.unbind_effective",
    "mutual_aid.unbind_min_days",
    "order.grantors",
    "order.self_position",
    "pharmacy.fund_pays",
    "settlement.flag_1",
    "settlement.flag_2",
    "settlement.identity_number_draws",
    "settlement.max_days_back",
    "visit_type.11",
)
"""Parameters that every region must have, of its own or from its parents."""


class RegionPolicy:
    """What holds in one region on one day. Made once per region and day, then kept.

    ``admits_unsure`` says whether values that nobody verified may decide a bill here.
    """

    def __init__(self, packs: tuple[Pack, ...], day: date, *, admits_unsure: bool = True) -> None:
        self._values = Values(packs, day)
        self._rules: dict[Case, Rules] = {}
        self._listed = self._catalogue()
        self._items: Mapping[str, CatalogueItem] = self._listed.items if self._listed is not None else {}
        self.admits_unsure = admits_unsure
        self.region = packs[0].region
        self.name = packs[0].name
        self.province = province_of(packs[0].region)
        self.digest = hashlib.sha256(b"".join(pack.digest for pack in packs)).digest()
        self._sharing = sharing_terms(self._values, self.region, self.name)
        settles = settlement_terms(self._values)
        unverified = bool(self.unverified(settles.wallet_sources))
        self._settlement = replace(settles, wallet_unverified=True) if unverified else settles

    @cached_property
    def archive(self) -> bytes:
        """The bytes of every pack that took part, to be kept with the first bill that used them."""
        return json.dumps(
            {pack.folder: pack.archive.decode() for pack in self._values.packs}, ensure_ascii=False
        ).encode()

    def dated(self, *names: str) -> Dated | None:
        """The value in force, from the nearest pack that has one of these parameters on this day."""
        return self._values.dated(*names)

    def source(self, name: str) -> Source:
        """Where the value in force comes from; MissingParameter where there is none."""
        return self._values.found(name).source

    def written(self) -> list[str]:
        """Every parameter that this region or its parents write, in order."""
        return sorted(self._values.written())

    def rules(self, case: Case) -> Rules:
        """What one bill's split needs; the same object for the same case."""
        found = self._rules.get(case)
        if found is None:
            if len(self._rules) >= RULES_KEPT_MAX:
                self._rules.clear()
            found = self._rules[case] = self._make_rules(case)
        return found

    def _make_rules(self, case: Case) -> Rules:
        made = make_rules(case, self._values, self._sharing, self._settlement)
        if self._listed is None:
            return made
        return replace(made, sources={**made.sources, "catalogue": self._listed.source})

    @cached_property
    def counts_by_month_and_level(self) -> bool:
        """Whether a cap of the month or a deductible of each level holds for anybody here.

        Both are sums over earlier bills, which no accumulator keeps: they are read only where this says so.
        """
        found = {name: self._values.dated(name) for name in self._values.written()}
        return any(
            dated is not None
            and (
                (name.endswith(".month_fund_cap") and dated.value is not None)
                or (name.endswith(".deductible_merge") and dated.value == Merge.EACH_LEVEL)
            )
            for name, dated in found.items()
        )

    def unverified(self, sources: Mapping[str, Source]) -> tuple[str, ...]:
        """The unsure values among these that may not decide a bill here; empty where unsure ones are admitted."""
        if self.admits_unsure:
            return ()
        return tuple(sorted({one.parameter for one in sources.values() if one.certainty == UNSURE}))

    def away(self, visit_region: str, filing: Filing) -> Away | None:
        """What a visit in another region counts as; None at home. In an exempt area everybody counts as filed."""
        if city_of(visit_region) == city_of(self.region):
            return None
        exempt = self._values.dated("remote.exempt_areas")
        areas = exempt.value if exempt is not None and isinstance(exempt.value, list) else []
        same_province = province_of(visit_region) == self.province
        inside = province_of(visit_region) in areas or city_of(visit_region) in areas
        if inside and filing is not Filing.LONG_TERM:
            return Away(Filing.LONG_TERM, same_province, exempt=True)
        return Away(filing, same_province)

    def settles_at(self, visit_region: str, level: str) -> bool:
        """Whether an institution of another region settles with this one online."""
        kind = "pharmacy" if level == PHARMACY else "hospital"
        found = self._values.dated(f"cross_city.{kind}")
        if found is None or found.value == "all" or city_of(visit_region) == city_of(self.region):
            return True
        return found.value == "same_province" and province_of(visit_region) == self.province

    def sharing(self) -> SharingTerms:
        """Mutual aid of grantors insured here."""
        return self._sharing

    def settlement(self) -> SettlementTerms:
        """How patients insured here are settled."""
        return self._settlement

    def family(self) -> FamilyTerms:
        """The family account of members insured here."""
        return family_terms(self._values)

    def complaint_days(self) -> int:
        """Within how many days of the calendar a complaint of people insured here is promised to be done."""
        return self._values.number("complaint.promised_days") or 0

    def waiting(self) -> WaitingTerms | None:
        """How long residents insured here wait; None where the region says nothing."""
        return waiting_terms(self._values)

    def gaps(self) -> GapTerms | None:
        """What breaks in employees' payments cost here; None where the region says nothing."""
        return gap_terms(self._values)

    @cached_property
    def settles_lapsed(self) -> bool:
        """Whether the own account still pays at the till in a break; what nobody verified gives nothing here."""
        terms, source = self.gaps(), self._values.sources({ACCOUNT_IN_GAP: (ACCOUNT_IN_GAP,)})
        return terms is not None and terms.account_usable and not self.unverified(source)

    def accounts(self) -> AccountTerms:
        """The personal accounts of people insured here."""
        return account_terms(self._values)

    def filings(self) -> FilingTerms:
        """Filings for care away from home of people insured here."""
        return filing_terms(self._values)

    def wallet(self) -> WalletTerms | None:
        """The wallets of people insured here; None where none are offered."""
        return wallet_terms(self._values, self.name)

    def premium(self) -> PremiumTerms | None:
        """What residents insured here pay a year, and when; None where amount or window is not written."""
        return premium_terms(self._values, self.name)

    def suspensions(self) -> SuspensionTerms | None:
        """How long online settlement may be suspended here; None where the region says nothing."""
        return suspension_terms(self._values)

    def _catalogue(self) -> Catalogue | None:
        for pack in self._values.packs:
            versions = [version for version in pack.catalogue if version.since <= self._values.day]
            if versions:
                return versions[-1]
        return None

    def item(self, code: str) -> CatalogueItem | None:
        """The item of the catalogue of this day, or None."""
        return self._items.get(code)

    @property
    def catalogue_source(self) -> Source | None:
        """Where the catalogue of this day comes from; None where there is none."""
        return None if self._listed is None else self._listed.source

    @cached_property
    def finder(self) -> Finder:
        """The catalogue of this day, to be searched."""
        return Finder(self.items())

    def items(self) -> tuple[CatalogueItem, ...]:
        """The whole catalogue of this day, by code."""
        return tuple(self._items[code] for code in sorted(self._items))


class Book:
    """Every pack of an installation. A region's policy is made once for each span of days without a change.

    ``unsure_admitted`` names the regions in which unsure values may decide a bill; None: in all of them (a sandbox).
    """

    def __init__(self, packs: Mapping[str, Pack], unsure_admitted: Collection[str] | None = None) -> None:
        self._packs = packs
        self._by_region = {pack.region: pack for pack in packs.values()}
        self._changes: dict[str, list[date]] = {}
        self._made: dict[tuple[str, int], RegionPolicy] = {}
        self._unsure_admitted = None if unsure_admitted is None else frozenset(map(city_of, unsure_admitted))

    @property
    def packs(self) -> Mapping[str, Pack]:
        """The packs by folder."""
        return self._packs

    def admitting(self, regions: Collection[str] | None) -> Book:
        """The same packs, with unsure values admitted in these regions only; None: everywhere."""
        return Book(self._packs, regions)

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
            found = RegionPolicy(self._above(pack), day, admits_unsure=self._admits(city))
            self._made[(city, span)] = found
        return found

    def _admits(self, city: str) -> bool:
        return self._unsure_admitted is None or city in self._unsure_admitted

    def missing(self, region: str, day: date) -> list[str]:
        """The parameters without which a region cannot settle on a day; for ``qinji policy check``."""
        packs = self.lineage(region)
        return [name for name in NEEDED if not any(in_force(pack, name, day) for pack in packs)]

    def changes(self, region: str) -> list[date]:
        """Every day from which something of a region's policy, or of its parents', is different."""
        days: set[date] = set()
        for pack in self.lineage(region):
            days.update(dated.since for history in pack.values.values() for dated in history)
            days.update(version.since for version in pack.catalogue)
        return sorted(days)

    def lineage(self, region: str) -> tuple[Pack, ...]:
        """The packs that speak of a region, its own first; KeyError where it has none."""
        return self._above(self._by_region[city_of(region)])

    def _above(self, pack: Pack) -> tuple[Pack, ...]:
        found, waiting = [pack], list(pack.parents)
        while waiting:
            parent = self._packs[waiting.pop(0)]
            if parent not in found:
                found.append(parent)
                waiting += parent.parents
        return tuple(found)
