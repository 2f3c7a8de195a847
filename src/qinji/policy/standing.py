"""Pure: every value that stands in a region on a day, from which pack, and whether a nearer one covers it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from qinji.policy.groups import CHOSEN_GROUPS, LEVELS, TREATMENTS, group_chain, names
from qinji.policy.pack import Dated, Pack, Values, in_force
from qinji.policy.parameters import PARAMETERS

_BY_LEVEL = ("deductible", "ratio", "bands", "day_fund_cap")
_LADDER = ("bands", "ratio")
_LAYERS = ("large_amount", "catastrophic")


@dataclass(frozen=True, slots=True)
class Standing:
    """A value in force. ``covered`` says that a nearer pack has one for everybody it could be for."""

    name: str
    dated: Dated
    pack: Pack
    covered: bool = False

    @property
    def title(self) -> str:
        """What it is, in Chinese."""
        return PARAMETERS[self.name].title

    @property
    def chapter(self) -> str:
        """The chapter of a notice it belongs to."""
        return PARAMETERS[self.name].chapter

    @property
    def unit(self) -> str:
        """What it is measured in."""
        return PARAMETERS[self.name].form.unit


def standing(packs: Sequence[Pack], day: date) -> list[Standing]:
    """Every value of these packs (the nearest first) that is in force on a day, by chapter."""
    values = Values(packs, day)
    deciding = {id(dated) for dated in _deciding(values)}
    found = []
    for name in PARAMETERS:
        for pack in packs:
            dated = in_force(pack, name, day)
            if dated is not None:
                covered = ranked(name) and id(dated) not in deciding
                found.append(Standing(name, dated, pack, covered))
                break
    chapters = list(dict.fromkeys(parameter.chapter for parameter in PARAMETERS.values()))
    return sorted(found, key=lambda one: chapters.index(one.chapter))


def what_of(name: str) -> str:
    """What a value of a treatment or second layer is, without for whom and at which level: ``ratio``, ``cap``."""
    rest = name.partition(".")[2]
    for group in sorted((*CHOSEN_GROUPS, "employee", "resident"), key=len, reverse=True):
        if rest.startswith(f"{group}."):
            rest = rest.removeprefix(f"{group}.")
            break
    head, _, level = rest.rpartition(".")
    return head if head in _BY_LEVEL and level in LEVELS else rest


def ranked(name: str) -> bool:
    """Whether it is a value for a group of persons, of which the most special one holds."""
    head, _, rest = name.partition(".")
    return head in (*TREATMENTS, *_LAYERS) and rest.startswith(("employee.", "resident."))


def _deciding(values: Values) -> Iterator[Dated]:
    """The values that hold for somebody: the first of each chain."""
    written = [name for name in values.written() if ranked(name)]
    whats = {head: {what_of(name) for name in written if name.startswith(f"{head}.")} for head in TREATMENTS}
    for treatment in TREATMENTS:
        for group in CHOSEN_GROUPS:
            for what in whats[treatment]:
                yield from _found(values, treatment, group, what)
    for layer in _LAYERS:
        for what in {what_of(name) for name in written if name.startswith(f"{layer}.")}:
            for group in CHOSEN_GROUPS:
                found = values.dated(*(f"{layer}.{who}.{what}" for who in group_chain(group)))
                if found is not None:
                    yield found


def _found(values: Values, treatment: str, group: str, what: str) -> Iterator[Dated]:
    whats = _LADDER if what in _LADDER else (what,)
    for level in LEVELS if what in _BY_LEVEL else ("",):
        every = what == "deductible" and treatment != "inpatient"
        found = values.dated(*names(treatment, group, *whats, level=level, for_all_levels=every))
        if found is not None:
            yield found
