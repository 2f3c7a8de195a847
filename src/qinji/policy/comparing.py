"""Pure: what differs between two regions, two days, or two editions of the packs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from qinji.policy.model import CatalogueItem
from qinji.policy.pack import Pack
from qinji.policy.parameters import PARAMETERS
from qinji.policy.standing import Standing, standing

_CATALOGUE = "catalogue."


@dataclass(frozen=True, slots=True)
class Difference:
    """One parameter, or one item of the catalogue, on both sides; a side that has none is None."""

    name: str
    title: str
    one: str | None
    other: str | None
    one_source: str = ""
    other_source: str = ""

    @property
    def same_value(self) -> bool:
        """Only where it comes from, or how sure it is, differs."""
        return self.one == self.other


def differences(
    one: Sequence[Pack], other: Sequence[Pack], days: tuple[date, date], *, sources: bool
) -> list[Difference]:
    """Everything that differs between two lineages on their days.

    With ``sources`` a value that only rests on another document, clause or certainty differs too: that is asked of
    two editions of one region, not of two regions, which never share their documents.
    """
    left = {each.name: each for each in standing(one, days[0]) if not each.covered}
    right = {each.name: each for each in standing(other, days[1]) if not each.covered}
    found = [
        _difference(name, left.get(name), right.get(name))
        for name in PARAMETERS
        if _differ(left.get(name), right.get(name), sources=sources)
    ]
    return [*found, *_items(_catalogue(one, days[0]), _catalogue(other, days[1]))]


def _differ(one: Standing | None, other: Standing | None, *, sources: bool) -> bool:
    if one is None or other is None:
        return one is not other
    return one.dated.value != other.dated.value or (sources and _rests_on(one) != _rests_on(other))


def _rests_on(one: Standing) -> tuple[object, ...]:
    source = one.dated.source
    return source.document, source.clause, source.certainty, one.dated.since


def _difference(name: str, one: Standing | None, other: Standing | None) -> Difference:
    return Difference(
        name,
        PARAMETERS[name].title,
        None if one is None else one.dated.source.value,
        None if other is None else other.dated.source.value,
        _source(one),
        _source(other),
    )


def _source(one: Standing | None) -> str:
    if one is None:
        return ""
    source = one.dated.source
    return f"{source.document} {source.clause}({one.dated.since} 起,{source.certainty};{one.dated.place})"


def _catalogue(packs: Sequence[Pack], day: date) -> Mapping[str, CatalogueItem]:
    for pack in packs:
        versions = [version for version in pack.catalogue if version.since <= day]
        if versions:
            return versions[-1].items
    return {}


def _items(one: Mapping[str, CatalogueItem], other: Mapping[str, CatalogueItem]) -> Iterator[Difference]:
    for code in sorted({*one, *other}):
        left, right = one.get(code), other.get(code)
        if left != right:
            name = next(item.name for item in (right, left) if item is not None)
            yield Difference(f"{_CATALOGUE}{code}", f"医保目录:{name}", _item(left), _item(right))


def _item(item: CatalogueItem | None) -> str | None:
    if item is None:
        return None
    parts = [f"{item.name},{item.category.value} 类"]
    parts += (
        [f"先行自付 {item.prior_ratio.numerator}÷{item.prior_ratio.denominator}"] if item.prior_ratio else []
    )
    parts += [f"限价 {item.ceiling_price} 微元"] if item.ceiling_price is not None else []
    parts += [f"价格 {item.price} 微元", *(["限制用药"] if item.restricted else [])]
    return ",".join([*parts, *(["基本药物"] if item.essential else []), item.own_expense_as.value])
