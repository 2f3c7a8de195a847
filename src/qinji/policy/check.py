"""Pure: what is wrong with, or missing from, policy packs that load. The errors of loading are PackInvalid's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from qinji.kernel.money import parse_ratio
from qinji.kernel.refusal import Refused
from qinji.policy.book import Book, RegionPolicy
from qinji.policy.forms import Value
from qinji.policy.groups import GROUPS, HOSPITAL_LEVELS, group_chain, names
from qinji.policy.pack import Pack
from qinji.policy.scenarios import Scenario

_LOOKED_AT = ("employee.in_service", "employee.retired", "resident.adult")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something found in a pack; an ``error`` keeps bills from being settled, else it is a reminder."""

    place: str
    text: str
    error: bool = False


def check(book: Book, scenarios: Sequence[Scenario]) -> list[Finding]:
    """Everything worth telling about a book's packs, errors first."""
    found: list[Finding] = []
    for region in book.regions():
        pack = next(each for each in book.packs.values() if each.region == region)
        found += _region(book, pack)
    for pack in book.packs.values():
        found += _unsure(pack)
        found += _uncrossed(pack, [each for each in scenarios if each.pack == pack.folder])
    return sorted(dict.fromkeys(found), key=lambda finding: not finding.error)


def _region(book: Book, pack: Pack) -> Iterator[Finding]:
    days = [pack.since, *(day for day in book.changes(pack.region) if day > pack.since)]
    for day in days:
        policy = book.at(pack.region, day)
        if isinstance(policy, Refused):
            missing = "、".join(book.missing(pack.region, day))
            yield Finding(pack.folder, f"{day} 缺少参数 {missing}", error=True)
            continue
        if not policy.items():
            yield Finding(pack.folder, f"{day} 没有医保目录(catalogue.yaml),任何明细都会被拒绝", error=True)
        yield from _ratios(pack, policy, day)


def _ratios(pack: Pack, policy: RegionPolicy, day: date) -> Iterator[Finding]:
    for group in _LOOKED_AT:
        found = [
            policy.dated(*names("outpatient", group, "bands", "ratio", level=level))
            for level in HOSPITAL_LEVELS
        ]
        ratios = [_first_ratio(dated.value) for dated in found if dated is not None]
        name = GROUPS[group_chain(group)[-1] if group.startswith("resident") else group]
        if len(ratios) < len(HOSPITAL_LEVELS):
            yield Finding(pack.folder, f"{name}门诊没有写全三级的报销比例,没写的统筹基金不付")
        elif any(lower < higher for lower, higher in pairwise(ratios)):
            yield Finding(pack.folder, f"{day} {name}门诊:医院级别越高,报销比例反而越高,请核对")


def _first_ratio(value: Value) -> Fraction:
    """A ratio, or that of a ladder's first band."""
    first = value[0]["ratio"] if isinstance(value, list) and isinstance(value[0], dict) else value
    return parse_ratio(str(first))


def _unsure(pack: Pack) -> Iterator[Finding]:
    for name, history in pack.values.items():
        for dated in history:
            if dated.source.certainty == "unsure":
                yield Finding(
                    pack.folder,
                    f"{name}({dated.since} 起)尚未核实:{dated.source.document} {dated.source.clause}",
                )


def _uncrossed(pack: Pack, scenarios: Sequence[Scenario]) -> Iterator[Finding]:
    """Dates of effect, after the pack's beginning, without a case on the day before and on the day itself."""
    tried = {scenario.day for scenario in scenarios}
    days = {dated.since for history in pack.values.values() for dated in history if dated.since > pack.since}
    for day in sorted(days):
        if not {day, day - timedelta(days=1)} <= tried:
            yield Finding(pack.folder, f"{day} 有值改变,但 scenarios/ 没有前一天和当天的算例")
