"""Pure: what a region's values leave open, so that a bill would be paid nothing or something nobody meant."""

from __future__ import annotations

from collections.abc import Iterator

from qinji.policy.groups import CHOSEN_GROUPS, GROUPS, HOSPITAL_LEVELS, LEVELS, TREATMENTS, group_chain, names
from qinji.policy.model import UNSURE
from qinji.policy.pack import Dated, Pack, Values, in_force
from qinji.policy.parameters import PARAMETERS, REMOTE_CATEGORIES, REMOTE_PLACES
from qinji.policy.remarks import Finding, titled

_LAYERS = {"large_amount": "大额医疗费用补助", "catastrophic": "大病保险"}
_ABOVE_THE_CAP = ("large_amount",)
"""Layers whose base is what lies above the fund's cap: without a threshold they begin right there."""

_AMOUNTS = ("visit_fund_cap", "month_fund_cap", "year_fund_cap", "year_fund_cap_wage_factor")
_WAGE = "wage.average_year"
_FACTOR = "year_fund_cap_wage_factor"
_LOOKED_AT = ("employee.in_service", "employee.retired", "resident.adult")


def gaps(pack: Pack, values: Values) -> Iterator[Finding]:
    """Everything that is missing beside what is written, on one day."""
    treatments = values.heads(TREATMENTS)
    yield from _remote(values)
    yield from _wages(values)
    for treatment in treatments:
        yield from _amounts_alone(values, treatment)
    for group in CHOSEN_GROUPS:
        for treatment in treatments:
            yield from _bonus(values, treatment, group)
        for layer in values.heads(_LAYERS):
            yield from _layer(values, layer, group)
    for group in _LOOKED_AT:
        yield from _levels(pack, values, group)


def _named(name: str) -> str:
    return f"{name}({PARAMETERS[name].title})"


def _remote(values: Values) -> Iterator[Finding]:
    for place in filter(None, REMOTE_PLACES):
        for filing in REMOTE_CATEGORIES:
            modes = f"remote.{place}{filing}.mode", f"remote.{filing}.mode"
            mode = values.dated(*modes)
            value = values.dated(f"remote.{place}{filing}.value", f"remote.{filing}.value")
            if (
                mode is not None
                and mode.value != "none"
                and (value is None or _of_another_mode(values, mode, value, modes))
            ):
                wanted = mode.source.parameter.removesuffix("mode") + "value"
                lacking = "没有数值" if value is None else "数值是上级政策包为另一种方式写的"
                yield Finding(mode.place, f"{titled(mode)},但{lacking}。请写 {_named(wanted)}", error=True)
            if mode is None and value is not None:
                wanted = value.source.parameter.removesuffix("value") + "mode"
                text = f"{titled(value)},但没有说如何减少,不起作用。请写 {_named(wanted)}"
                yield Finding(value.place, text, error=True)


def _of_another_mode(values: Values, mode: Dated, value: Dated, modes: tuple[str, ...]) -> bool:
    """Whether a nearer pack changed how a bill is reduced, and only a wider one says by how much: of something else."""
    own, wider = (_pack_of(values, dated) for dated in (mode, value))
    if wider <= own:
        return False
    meant = Values(values.packs[wider:], values.day).dated(*modes)
    return meant is None or meant.value != mode.value


def _pack_of(values: Values, dated: Dated) -> int:
    """How far the pack is that has the value; 0 is the nearest."""
    name = dated.source.parameter
    return next(far for far, pack in enumerate(values.packs) if in_force(pack, name, values.day) is dated)


def _wages(values: Values) -> Iterator[Finding]:
    if values.dated(_WAGE) is not None:
        return
    factors = [
        *(
            values.dated(*names(treatment, group, "year_fund_cap", _FACTOR))
            for treatment in TREATMENTS
            for group in CHOSEN_GROUPS
        ),
        values.dated("mutual_aid.retained_balance_wage_factor"),
    ]
    for factor in factors:
        if factor is not None and factor.source.parameter.endswith("wage_factor"):
            text = f"{titled(factor)},但没有平均工资,算不出金额。请写 {_named(_WAGE)}"
            yield Finding(factor.place, text, error=True)


def _bonus(values: Values, treatment: str, group: str) -> Iterator[Finding]:
    """A bonus without the year from which it holds."""
    bonus = values.dated(*names(treatment, group, "bonus.continuous_years"))
    if bonus is not None and values.dated(*names(treatment, group, "bonus.continuous_from_year")) is None:
        wanted = bonus.source.parameter.replace("bonus.continuous_years", "bonus.continuous_from_year")
        yield Finding(bonus.place, f"{titled(bonus)},但没有说从第几年起。请写 {_named(wanted)}", error=True)


def _amounts_alone(values: Values, treatment: str) -> Iterator[Finding]:
    """Deductibles and caps for groups without any ratio; a pack that is still being gathered is only reminded."""
    alone: dict[str, tuple[Dated, list[str]]] = {}
    for group in CHOSEN_GROUPS:
        pays = values.dated(*names(treatment, group, "fund_pays"))
        if (pays is not None and pays.value is False) or any(
            _ladder(values, treatment, group, level) is not None for level in LEVELS
        ):
            continue
        for amount in _amounts(values, treatment, group):
            groups = alone.setdefault(amount.place, (amount, []))[1]
            if GROUPS[group] not in groups:
                groups.append(GROUPS[group])
    for amount, groups in alone.values():
        told = "、".join(groups)
        text = f"{titled(amount)},但{told}没有任何一级的报销比例,统筹基金一分不付。请写各级的 ratio 或 bands"
        yield Finding(amount.place, text, error=amount.source.certainty != UNSURE)


def _ladder(values: Values, treatment: str, group: str, level: str) -> Dated | None:
    return values.dated(*names(treatment, group, "bands", "ratio", level=level))


def _amounts(values: Values, treatment: str, group: str) -> Iterator[Dated]:
    deductibles = (
        values.dated(*names(treatment, group, "deductible", level=level, for_all_levels=True))
        for level in HOSPITAL_LEVELS
    )
    caps = (values.dated(*names(treatment, group, what)) for what in _AMOUNTS)
    for found in (*deductibles, *caps):
        if found is not None and found.value is not None:
            yield found


def _layer(values: Values, layer: str, group: str) -> Iterator[Finding]:
    def found(what: str) -> Dated | None:
        return values.dated(*(f"{layer}.{who}.{what}" for who in group_chain(group)))

    bands, threshold = found("bands"), found("threshold")
    if bands is not None and threshold is None:
        wanted = bands.source.parameter.removesuffix("bands") + "threshold"
        text = f"{titled(bands)},但没有起付标准。请写 {_named(wanted)};没有起付标准写 0.00"
        yield Finding(bands.place, text, error=layer not in _ABOVE_THE_CAP)
    for without in (threshold, found("cap")) if bands is None else ():
        if without is not None:
            wanted = f"{layer}.{group_chain(group)[-1]}.bands"
            text = f"{titled(without)},但没有分段报销比例,{_LAYERS[layer]}不支付。请写 {_named(wanted)}"
            yield Finding(without.place, text, error=without.source.certainty != UNSURE)
    since = found("continuous_from_year")
    ratio_since = found("continuous_ratio_from_year") or since
    for what, begins in (("continuous_ratio_bonus", ratio_since), ("continuous_cap_bonus", since)):
        bonus = found(what)
        if bonus is not None and begins is None:
            wanted = bonus.source.parameter.replace(what, "continuous_from_year")
            text = f"{titled(bonus)},但没有说从第几年起。请写 {_named(wanted)}"
            yield Finding(bonus.place, text, error=True)


def _levels(pack: Pack, values: Values, group: str) -> Iterator[Finding]:
    """Levels of hospitals without a ratio, which the fund then does not pay."""
    name = GROUPS[group_chain(group)[-1] if group.startswith("resident") else group]
    for treatment in ("outpatient", "inpatient"):
        found = [_ladder(values, treatment, group, level) for level in HOSPITAL_LEVELS]
        if None in found and (treatment == "outpatient" or any(found)):
            what = "门诊" if treatment == "outpatient" else "住院"
            yield Finding(pack.folder, f"{name}{what}没有写全三级的报销比例,没写的统筹基金不付")
