"""Packs as they were read, and which of their values holds on a day: city over province over nation."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from qinji.kernel.money import parse_factor, parse_ratio, parse_yuan
from qinji.policy.forms import Row, Value
from qinji.policy.model import CatalogueItem, Source


@dataclass(frozen=True, slots=True)
class Dated:
    """A value from a day on, with its source. ``place`` is file and line, ``note`` a remark, for a person."""

    since: date
    value: Value
    source: Source
    place: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A version of the catalogue, from a day on. ``place`` is file and line."""

    since: date
    items: Mapping[str, CatalogueItem]
    source: Source
    place: str = ""


@dataclass(frozen=True, slots=True)
class Pack:
    """One folder of policy, as it was read. ``documents`` are titles, ``papers`` all that is known of each.

    ``head`` is file and line of the keys of region.yaml.
    """

    folder: str
    region: str
    name: str
    since: date
    parents: tuple[str, ...]
    documents: Mapping[str, str]
    papers: Mapping[str, Mapping[str, str]]
    values: Mapping[str, list[Dated]]
    catalogue: tuple[Catalogue, ...]
    archive: bytes
    digest: bytes
    head: Mapping[str, str] = field(default_factory=dict)


class MissingParameter(Exception):
    """A pack and its parents say nothing of a parameter that is needed; ``qinji policy check`` finds it before."""


def in_force(pack: Pack, name: str, day: date) -> Dated | None:
    """The value of one pack that holds on a day, None before its first."""
    history = pack.values.get(name, [])
    place = bisect_right(history, day, key=lambda dated: dated.since)
    return history[place - 1] if place else None


class Values:
    """The values that hold in a region on one day, from the nearest pack that has one."""

    def __init__(self, packs: Sequence[Pack], day: date) -> None:
        self.packs = tuple(packs)
        self.day = day

    def dated(self, *names: str) -> Dated | None:
        """The nearest pack's value, and within a pack the first of the names that it writes."""
        for pack in self.packs:
            for name in names:
                found = in_force(pack, name, self.day)
                if found is not None:
                    return found
        return None

    def found(self, *names: str) -> Dated:
        """The same; MissingParameter where no pack has a value."""
        dated = self.dated(*names)
        if dated is None:
            raise MissingParameter(f"{self.packs[0].region} {self.day}: {names[-1]}")
        return dated

    def written(self) -> Iterable[str]:
        """Every parameter that a pack of the lineage writes."""
        return {name for pack in self.packs for name in pack.values}

    def heads(self, among: Iterable[str]) -> list[str]:
        """Those of these treatments or layers of which a pack of the lineage says anything of its own."""
        written = {name.partition(".")[0] for name in self.written()}
        return [head for head in among if head in written]

    def money(self, *names: str) -> int | None:
        """Fen; None where nothing, or null, is written."""
        found = self.dated(*names)
        return None if found is None or found.value is None else parse_yuan(str(found.value))

    def ratio(self, *names: str) -> Fraction | None:
        """A ratio; None where nothing is written."""
        found = self.dated(*names)
        return None if found is None or found.value is None else parse_ratio(str(found.value))

    def factor(self, *names: str) -> Fraction | None:
        """A multiple of the average wage; None where nothing is written."""
        found = self.dated(*names)
        return None if found is None or found.value is None else parse_factor(str(found.value))

    def number(self, *names: str) -> int | None:
        """A count; None where nothing, or null, is written."""
        found = self.dated(*names)
        return found.value if found is not None and isinstance(found.value, int) else None

    def switch(self, *names: str) -> bool:
        """Whether it is written and true."""
        found = self.dated(*names)
        return found is not None and found.value is True

    def word(self, name: str) -> str:
        """A word that every region must have; MissingParameter where it has none."""
        return str(self.found(name).value)

    def words(self, name: str) -> list[str]:
        """A list of words that every region must have; MissingParameter where it has none."""
        value = self.found(name).value
        return [str(word) for word in value] if isinstance(value, list) else []

    def rows(self, *names: str) -> list[Row] | None:
        """The bands of a ladder; None where none is written."""
        found = self.dated(*names)
        if found is None or not isinstance(found.value, list):
            return None
        return [row for row in found.value if isinstance(row, dict)]

    def sources(self, wanted: Mapping[str, tuple[str, ...]]) -> dict[str, Source]:
        """Where the values in force come from, by what they decide; what is not written is left out."""
        found = {key: self.dated(*names) for key, names in wanted.items()}
        return {key: dated.source for key, dated in found.items() if dated is not None}
