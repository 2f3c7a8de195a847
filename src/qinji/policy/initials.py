"""By which letters a Chinese name is found when only the first letter of each character's pinyin is typed."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

_TABLE = Path(__file__).with_name("initials.txt")
"""Made by tools/generate_initials.py from the readings of pypinyin, MIT licence."""

Initials = tuple[str, ...]
"""For each character of a name the letters that stand for it: one, or several where it is read in several ways."""


@lru_cache(maxsize=1)
def _letters() -> dict[str, str]:
    rows = (row.split(" ", 1) for row in _TABLE.read_text(encoding="utf-8").splitlines())
    return {character: letters for letters, characters in rows for character in characters}


def initials_of(name: str) -> Initials:
    """The letters of each character; a Latin letter or digit stands for itself, punctuation for nothing."""
    table = _letters()
    found = (table.get(one) or (one if one.isascii() and one.isalnum() else "") for one in name.casefold())
    return tuple(letters for letters in found if letters)


def place_of(typed: str, initials: Initials) -> int | None:
    """Where the typed letters stand in a name, 0 at its beginning; None where they do not."""
    first, rest = typed[0], typed[1:]
    for start in range(len(initials) - len(rest)):
        if first in initials[start] and all(
            letter in initials[place] for place, letter in enumerate(rest, start + 1)
        ):
            return start
    return None
