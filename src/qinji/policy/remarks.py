"""Pure: what a check of packs tells: where it is, what it is, and whether it keeps the packs from being right."""

from __future__ import annotations

from dataclasses import dataclass

from qinji.policy.pack import Dated
from qinji.policy.parameters import PARAMETERS

AS_WRITTEN = "原文如此"
"""In the ``note`` of a value: its document really says so, however unlikely it looks."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something found in a pack; an ``error`` is wrong and has to be put right, else it is a reminder."""

    place: str
    text: str
    error: bool = False


def suspected(dated: Dated, text: str, right: str) -> Finding:
    """A value that cannot well be so: an error, or a reminder where its note says that it is."""
    if AS_WRITTEN in dated.note:
        return Finding(dated.place, f"{text}(note 已注明{AS_WRITTEN})")
    return Finding(dated.place, f"{text}。{right};文件确实这样写的,在 note 中注明“{AS_WRITTEN}”", error=True)


def titled(dated: Dated) -> str:
    """The Chinese title of a value with its amount, as a person speaks of it."""
    name = dated.source.parameter
    return f"{PARAMETERS[name].title} {dated.source.value}({dated.since} 起)"
