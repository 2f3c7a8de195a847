"""Pure: where a grantor's money was spent and for what, as far as they may know: the region and the kind of use.

One wording for every page, route and paper that tells a grantor of a use; the institution has no place in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qinji.flows.parts.usage import KIND_CHINESE
from qinji.institution.model import Institution
from qinji.settlement.model import SettlementKind


@dataclass(frozen=True, slots=True)
class UsedAt:
    """The region's name, empty where it is not known, and the kind of use: 药店购药, 门诊."""

    region: str
    kind: str


def region_told(place: Institution | None, names: Mapping[str, str]) -> str:
    """The region of an institution by name; ``names`` are those of the regions, by code."""
    return "" if place is None else names.get(place.region, place.region)


def used_at(place: Institution | None, kind: SettlementKind, names: Mapping[str, str]) -> UsedAt:
    """What a grantor is told of where their money went."""
    return UsedAt(region_told(place, names), KIND_CHINESE[kind])
