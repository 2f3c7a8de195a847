"""Pure: items of the catalogue by what somebody types: a code, a part of the name, or first letters of its pinyin."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from qinji.policy.initials import Initials, initials_of, place_of
from qinji.policy.model import CatalogueItem

FOUND_MAX = 20
TYPED_MAX = 60
"""Characters that are looked at; no code and no name is found by more."""

_WHOLE_CODE, _CODE_BEGINS, _NAME_BEGINS, _INITIALS_BEGIN, _IN_NAME, _IN_INITIALS, _IN_CODE = range(7)


@dataclass(frozen=True, slots=True)
class _Row:
    """An item as it is looked for."""

    code: str
    name: str
    initials: Initials
    item: CatalogueItem

    def rank(self, wanted: str, *, spelled: bool) -> int | None:
        """How near the item is to what is wanted, 0 the nearest; None where it does not fit."""
        if self.code.startswith(wanted):
            return _WHOLE_CODE if self.code == wanted else _CODE_BEGINS
        if wanted in self.name:
            return _NAME_BEGINS if self.name.startswith(wanted) else _IN_NAME
        place = place_of(wanted, self.initials) if spelled else None
        if place is not None:
            return _INITIALS_BEGIN if place == 0 else _IN_INITIALS
        return _IN_CODE if wanted in self.code else None


class Finder:
    """A catalogue made ready to be searched, once."""

    def __init__(self, items: Iterable[CatalogueItem]) -> None:
        self._rows = [_Row(_plain(i.code), _plain(i.name), initials_of(i.name), i) for i in items]

    def find(self, typed: str, limit: int = FOUND_MAX) -> list[CatalogueItem]:
        """The items that fit, the nearest first; none for an empty text. Wide letters, case and spaces do not count."""
        wanted = _plain(typed)
        if not wanted:
            return []
        spelled = wanted.isascii() and wanted.isalnum()
        fitting = [
            (rank, row.name, row.code, row.item)
            for row in self._rows
            if (rank := row.rank(wanted, spelled=spelled)) is not None
        ]
        return [item for *_, item in sorted(fitting, key=lambda one: one[:3])[:limit]]


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text[: TYPED_MAX * 4]).casefold().split())[:TYPED_MAX]
