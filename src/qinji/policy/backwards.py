"""Pure: ladders that run backwards: a higher level of hospital paid more, pensioners paid less than the working."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import pairwise

from qinji.kernel.money import parse_ratio, parse_yuan
from qinji.policy.groups import CHOSEN_GROUPS, LEVELS, PHARMACY, TREATMENTS, names
from qinji.policy.pack import Dated, Values
from qinji.policy.remarks import Finding, suspected, titled

_RISING = tuple(level for level in LEVELS if level != PHARMACY)
_NOT_LESS = (
    ("employee.in_service", "employee.retired", "退休职工的待遇不应低于在职职工"),
    ("employee.retired", "employee.retired_elder", "高龄退休职工的待遇不应低于其他退休职工"),
    ("resident.adult", "resident.elder", "老年居民的待遇不应低于成年居民"),
)
_Better = Callable[[Dated, Dated], bool]
"""Whether the first value is more favourable to the person than the second."""


def backwards(values: Values) -> Iterator[Finding]:
    """Every pair of values of one day of which the order is turned round."""
    for treatment in values.heads(TREATMENTS):
        for group in CHOSEN_GROUPS:
            yield from _by_level(values, treatment, group)
            yield from _by_admission(values, treatment, group)
        for lesser, greater, rule in _NOT_LESS:
            yield from _by_group(values, treatment, (lesser, greater), rule)


def _ladder(values: Values, treatment: str, group: str, level: str) -> Dated | None:
    return values.dated(*names(treatment, group, "bands", "ratio", level=level))


def _deductible(values: Values, treatment: str, group: str, level: str) -> Dated | None:
    outpatient = treatment != "inpatient"
    return values.dated(*names(treatment, group, "deductible", level=level, for_all_levels=outpatient))


def _by_level(values: Values, treatment: str, group: str) -> Iterator[Finding]:
    for found, better, rule in (
        (_ladder, _pays_more, "医院级别越高,报销比例反而越高"),
        (_deductible, _costs_less, "医院级别越高,起付线反而越低"),
    ):
        written = [found(values, treatment, group, level) for level in _RISING]
        for lower, higher in pairwise(one for one in written if one is not None):
            if better(higher, lower):
                yield suspected(higher, f"{rule}:{titled(higher)},而{titled(lower)}", "请核对两级的数值")


def _by_admission(values: Values, treatment: str, group: str) -> Iterator[Finding]:
    for level in LEVELS if treatment == "inpatient" else ():
        found = _deductible(values, treatment, group, level)
        if found is None or not isinstance(found.value, list):
            continue
        amounts = [parse_yuan(str(amount)) for amount in found.value]
        if any(later > earlier for earlier, later in pairwise(amounts)):
            yield suspected(found, f"{titled(found)}:再次住院的起付线反而更高", "请核对各次的数值")


def _by_group(values: Values, treatment: str, groups: tuple[str, str], rule: str) -> Iterator[Finding]:
    lesser, greater = groups
    for level in LEVELS:
        for found, better in ((_ladder, _pays_more), (_deductible, _costs_less)):
            one, other = found(values, treatment, lesser, level), found(values, treatment, greater, level)
            yield from _compared(one, other, better, rule)
    one, other = (values.dated(*names(treatment, group, "year_fund_cap")) for group in groups)
    yield from _compared(one, other, _has_more_room, rule)


def _compared(lesser: Dated | None, greater: Dated | None, better: _Better, rule: str) -> Iterator[Finding]:
    if lesser is not None and greater is not None and better(lesser, greater):
        yield suspected(greater, f"{rule}:{titled(greater)},而{titled(lesser)}", "请核对两处的数值")


def _pays_more(one: Dated, other: Dated) -> bool:
    """By the band where the bands are the same, else where every ratio is above every other."""
    first, second = _bands(one), _bands(other)
    if list(first) == list(second):
        return any(first[upto] > second[upto] for upto in first)
    return min(first.values()) > max(second.values())


def _bands(dated: Dated) -> dict[str | None, Fraction]:
    if not isinstance(dated.value, list):
        return {None: parse_ratio(str(dated.value))}
    return {row["upto"]: parse_ratio(str(row["ratio"])) for row in dated.value if isinstance(row, dict)}


def _costs_less(one: Dated, other: Dated) -> bool:
    return _first_amount(one) < _first_amount(other)


def _first_amount(dated: Dated) -> int:
    return parse_yuan(str(dated.value[0] if isinstance(dated.value, list) else dated.value))


def _has_more_room(one: Dated, other: Dated) -> bool:
    """A cap of null is none at all."""
    if other.value is None:
        return False
    return one.value is None or parse_yuan(str(one.value)) > parse_yuan(str(other.value))
