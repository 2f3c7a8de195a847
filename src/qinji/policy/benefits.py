"""Pure: the rules of one kind of bill from the values of a region: deductible, bands, caps, second layers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction

from qinji.kernel.ensure import ensure
from qinji.kernel.money import parse_factor, parse_ratio, parse_yuan, share_of
from qinji.kernel.purpose import UseClass
from qinji.policy.forms import Row
from qinji.policy.groups import PHARMACY, group_chain, group_of, names
from qinji.policy.model import (
    ACCOUNT_IN_GAP,
    Away,
    Band,
    Basis,
    Case,
    Filing,
    Layer,
    Merge,
    Period,
    RemoteMode,
    Rules,
    SettlementTerms,
    SharingTerms,
)
from qinji.policy.pack import Values

INPATIENT = "inpatient"
OUTPATIENT = "outpatient"
UNSELECTED = "unselected"
WITHOUT_REFERRAL = "without_referral"
_TRANSFER = "inpatient.transfer_merges_deductible"
_LONG_STAY = "inpatient.long_stay_days"
_PHARMACY = "pharmacy.fund_pays"
_WAGE_FACTOR = "year_fund_cap_wage_factor"
_ONE = Fraction(1)
_BY_VISIT_TYPE = {"ordinary": OUTPATIENT, "emergency": "emergency", "rescue": "rescue"}


class _Benefit:
    """The values of one treatment, group and level."""

    def __init__(self, values: Values, treatment: str, group: str, level: str) -> None:
        self._values = values
        self._place = (treatment, group, level)
        self.sources: dict[str, tuple[str, ...]] = {}

    def names(
        self, key: str, *whats: str, level: bool = False, for_all_levels: bool = False
    ) -> tuple[str, ...]:
        """The parameters that may hold it; they become the source of ``key``. Without ``whats`` it is the key's own."""
        treatment, group, place = self._place
        found = names(
            treatment, group, *(whats or (key,)), level=place if level else "", for_all_levels=for_all_levels
        )
        self.sources[key] = found
        return found

    def plain(self, name: str) -> tuple[str, ...]:
        """A parameter that is the same for every group and level; it becomes a source under its own name."""
        self.sources[name] = (name,)
        return (name,)

    def money(self, what: str, *, level: bool = False) -> int | None:
        """Fen, or None."""
        return self._values.money(*self.names(what, level=level))


def treatment_of(case: Case, values: Values) -> tuple[str, tuple[str, ...]]:
    """As what the visit is paid, and the parameters that decided it where it is not simply a stay or a visit."""
    if case.inpatient:
        return INPATIENT, ()
    by_type = (f"visit_type.{case.medical_type}",)
    rule = values.dated(*by_type) if case.medical_type else None
    treatment = _BY_VISIT_TYPE.get(str(rule.value), OUTPATIENT) if rule is not None else OUTPATIENT
    if treatment != OUTPATIENT:
        return treatment, by_type
    group, required = group_for(case, values), tuple[str, ...]()
    for what, holds, otherwise in (
        ("selection_required", case.selected, UNSELECTED),
        ("referral_required", case.referred, WITHOUT_REFERRAL),
    ):
        asked = names(OUTPATIENT, group, what)
        if not values.switch(*asked):
            continue
        if not holds:
            return otherwise, asked
        required = asked
    return OUTPATIENT, required


def group_for(case: Case, values: Values) -> str:
    """The group whose values hold for the person."""
    elder = values.number("person_group.employee_elder_age"), values.number("person_group.resident_elder_age")
    oldest = [age if age is not None else 10**6 for age in elder]
    return group_of(case.insurance, case.status, case.age, oldest[0], oldest[1])


def make_rules(case: Case, values: Values, sharing: SharingTerms, settlement: SettlementTerms) -> Rules:
    """All that the split and the funding of a bill of this case need."""
    (treatment, because), group = treatment_of(case, values), group_for(case, values)
    benefit = _Benefit(values, treatment, group, case.level)
    if because:
        benefit.sources["treatment"] = because
    bands, bonuses = _bands(case, values, benefit)
    deductible_fen, less_fen = _deductible(case, values, benefit)
    cap_fen, wage_cap = _year_cap(values, benefit)
    remote_mode, remote_value, filing = _remote(case.away, values, benefit.sources)
    rules = Rules(
        deductible_fen=deductible_fen,
        deductible_period=_period(values, benefit, inpatient=case.inpatient),
        deductible_merge=_merge(values, benefit),
        deductible_less_fen=less_fen,
        stay_continues=case.transferred and values.switch(*benefit.plain(_TRANSFER)),
        essential_without_deductible=values.switch(*benefit.names("deductible_waived_for_essential")),
        bands=bands,
        bonuses=bonuses,
        fund_pays=_fund_pays(case, values, benefit) and bool(bands),
        visit_fund_cap_fen=benefit.money("visit_fund_cap"),
        day_fund_cap_fen=benefit.money("day_fund_cap", level=True),
        month_fund_cap_fen=benefit.money("month_fund_cap"),
        year_fund_cap_fen=cap_fen,
        year_fund_cap_shared=values.switch(*benefit.names("year_fund_cap_shared")),
        wage_cap=wage_cap,
        own_pays=_classes(values, "account.own_pays"),
        current_pays=_classes(values, "balance.current_pays"),
        aid_pays=sharing.pays,
        self_first=settlement.self_position == "first",
        current_first=values.word("balance.order") == "current_first",
        current_year_account_first=values.switch("balance.current_before_deductible"),
        kinds_not_shared=_not_shared(sharing),
        remote_mode=remote_mode,
        remote_value=remote_value,
        filing=filing,
        treatment=treatment,
        group=group,
    )
    layered = _with_layers(rules, case, values, benefit.sources) if case.inpatient else rules
    return replace(layered, sources=values.sources(_sources(benefit.sources)))


def _sources(benefit: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
    return {
        **benefit,
        "own_pays": ("account.own_pays",),
        "aid_pays": ("mutual_aid.pays",),
        "prepaid": ("balance.current_before_deductible",),
        "current_pays": ("balance.current_pays",),
        "balance_order": ("balance.order",),
        "self_position": ("order.self_position",),
    }


def _classes(values: Values, name: str) -> frozenset[UseClass]:
    return frozenset(UseClass(word) for word in values.words(name))


def _not_shared(sharing: SharingTerms) -> frozenset[str]:
    return frozenset({"current_year", "history"} - sharing.shared_kinds)


def _fund_pays(case: Case, values: Values, benefit: _Benefit) -> bool:
    if case.lapsed:
        benefit.sources["fund_pays"] = (ACCOUNT_IN_GAP,)
        return False
    if case.level == PHARMACY and not values.switch(*benefit.plain(_PHARMACY)):
        benefit.sources["fund_pays"] = (_PHARMACY,)
        return False
    found = values.dated(*benefit.names("fund_pays"))
    return found is None or found.value is True


def _period(values: Values, benefit: _Benefit, *, inpatient: bool) -> Period:
    if inpatient:
        return Period.VISIT
    found = values.dated(*benefit.names("deductible_period"))
    return Period(str(found.value)) if found is not None else Period.YEAR


def _merge(values: Values, benefit: _Benefit) -> Merge:
    found = values.dated(*benefit.names("deductible_merge"))
    return Merge(str(found.value)) if found is not None else Merge.HIGHEST


def _deductible(case: Case, values: Values, benefit: _Benefit) -> tuple[int, int]:
    """The deductible of this bill, and by how much it was lowered, which is contained."""
    if case.inpatient:
        return _stay_deductible(case, values, benefit)
    full = values.money(*benefit.names("deductible", level=True, for_all_levels=True)) or 0
    less = benefit.money("deductible_less.signed_doctor") or 0 if case.signed_doctor else 0
    return max(0, full - less), min(full, less)


def _stay_deductible(case: Case, values: Values, benefit: _Benefit) -> tuple[int, int]:
    """The deductible of a stay by its number in the year; a long stay counts one more for each full period."""
    found = values.dated(*benefit.names("deductible", level=True))
    if found is None or not isinstance(found.value, list):
        return 0, 0
    amounts = [parse_yuan(str(amount)) for amount in found.value]
    period = values.number(*benefit.plain(_LONG_STAY)) if case.stay_days else None
    counted = 1 + (max(0, case.stay_days - 1) // period if period else 0)
    full = sum(amounts[min(case.admission - 1 + extra, len(amounts) - 1)] for extra in range(counted))
    ratio = values.ratio(*benefit.names("deductible_less.low_income")) if case.low_income else None
    less = share_of(full, ratio) if ratio else 0
    return full - less, less


def _bands(
    case: Case, values: Values, benefit: _Benefit
) -> tuple[tuple[Band, ...], tuple[tuple[str, Fraction], ...]]:
    """The fund's ladder with the person's bonuses in it; a single ratio is a ladder of one band without end."""
    found = values.dated(*benefit.names("ratio", "bands", "ratio", level=True))
    if found is None:
        return (), ()
    rows = found.value if isinstance(found.value, list) else [{"upto": None, "ratio": str(found.value)}]
    bonuses = _bonuses(case, values, benefit)
    more = sum((points for _, points in bonuses), Fraction(0))
    return tuple(_band(row, more) for row in rows if isinstance(row, dict)), bonuses


def _band(row: Row, more: Fraction) -> Band:
    upto = row["upto"]
    return Band(
        ratio=min(_ONE, parse_ratio(str(row["ratio"])) + more),
        basis=Basis(row.get("basis") or Basis.IN_SCOPE_INCLUDING_DEDUCTIBLE),
        upto_fen=None if upto is None else parse_yuan(upto),
    )


def _bonuses(case: Case, values: Values, benefit: _Benefit) -> tuple[tuple[str, Fraction], ...]:
    since = values.number(*benefit.names("bonus.continuous_from_year"))
    entitled = {
        "bonus.signed_doctor": case.signed_doctor,
        "bonus.low_income": case.low_income,
        "bonus.continuous_years": since is not None and case.continuous_years >= since,
    }
    found = {what: values.ratio(*benefit.names(what)) for what, holds in entitled.items() if holds}
    return tuple((what, points) for what, points in found.items() if points)


def _year_cap(values: Values, benefit: _Benefit) -> tuple[int | None, tuple[int, Fraction] | None]:
    """The cap of the year: an amount or a factor of the average wage, whichever is written nearer and more special."""
    asked = benefit.names("year_fund_cap", "year_fund_cap", _WAGE_FACTOR)
    written = values.dated(*asked)
    if written is None or written.value is None:
        return None, None
    if not written.source.parameter.endswith(_WAGE_FACTOR):
        return parse_yuan(str(written.value)), None
    factor, wage = parse_factor(str(written.value)), values.money("wage.average_year")
    if wage is None:
        return None, None
    benefit.sources["wage"] = ("wage.average_year",)
    return share_of(wage, factor), (wage, factor)


def _remote(
    away: Away | None, values: Values, sources: dict[str, tuple[str, ...]]
) -> tuple[RemoteMode, Fraction, str]:
    """How a bill away from home is reduced; nothing where the region says nothing."""
    if away is None:
        return RemoteMode.NONE, Fraction(0), ""
    place = "same_province" if away.same_province else "other_province"
    filing = away.filing.value
    needed = values.dated(f"remote.{place}.filing_needed")
    if away.exempt:
        sources["filing_waived"] = ("remote.exempt_areas",)
    elif filing != Filing.LONG_TERM and needed is not None and needed.value is False:
        sources["filing_waived"] = (f"remote.{place}.filing_needed",)
        filing = Filing.LONG_TERM.value
    modes = (f"remote.{place}.{filing}.mode", f"remote.{filing}.mode")
    sources["remote"] = modes
    found = values.dated(*modes)
    mode = RemoteMode(str(found.value)) if found is not None else RemoteMode.NONE
    if mode is RemoteMode.NONE:
        return mode, Fraction(0), filing
    amounts = (f"remote.{place}.{filing}.value", f"remote.{filing}.value")
    sources["remote"], sources["remote_mode"] = amounts, modes
    value = values.ratio(*amounts)
    ensure(value is not None, "a remote mode has a value", filing=filing)
    return mode, value or Fraction(0), filing


def _with_layers(rules: Rules, case: Case, values: Values, sources: dict[str, tuple[str, ...]]) -> Rules:
    return replace(
        rules,
        large_amount=_layer("large_amount", rules.group, case, values, sources),
        catastrophic=_layer("catastrophic", rules.group, case, values, sources),
    )


def _layer(
    name: str, group: str, case: Case, values: Values, sources: dict[str, tuple[str, ...]]
) -> Layer | None:
    def named(what: str) -> tuple[str, ...]:
        found = tuple(f"{name}.{who}.{what}" for who in group_chain(group))
        sources[f"{name}.{what}"] = found
        return found

    rows = values.rows(*named("bands"))
    if not rows:
        return None
    more = (values.ratio(*named("low_income_ratio_bonus")) or Fraction(0)) if case.low_income else Fraction(0)
    since = values.number(*named("continuous_from_year"))
    years = max(0, case.continuous_years - since + 1) if since is not None else 0
    ratio_since = values.number(*named("continuous_ratio_from_year"))
    longer = years if ratio_since is None else case.continuous_years >= ratio_since
    more += (values.ratio(*named("continuous_ratio_bonus")) or Fraction(0)) if longer else Fraction(0)
    threshold = values.money(*named("threshold")) or 0
    factor = values.ratio(*named("low_income_threshold_factor")) if case.low_income else None
    basis = values.dated(*named("band_basis"))
    return Layer(
        threshold_fen=share_of(threshold, factor) if factor is not None else threshold,
        bands=tuple(_band(row, more) for row in rows),
        cap_fen=_layer_cap(case, values, named, years),
        absolute=basis is not None and basis.value == "absolute",
    )


def _layer_cap(case: Case, values: Values, named: Callable[[str], tuple[str, ...]], years: int) -> int | None:
    """The cap with the rewards for staying insured and for a year without a claim, themselves capped."""
    cap = values.money(*named("cap"))
    if cap is None or (case.low_income and values.switch(*named("no_cap_for_low_income"))):
        return None
    reward = years * (values.money(*named("continuous_cap_bonus")) or 0)
    if not case.claimed_last_year:
        reward += values.money(*named("zero_claim_cap_bonus")) or 0
    most = values.ratio(*named("bonus_share_of_cap"))
    return cap + (reward if most is None else min(reward, share_of(cap, most)))
