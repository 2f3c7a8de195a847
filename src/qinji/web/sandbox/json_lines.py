"""A JSON document as the lines of a page, each with its path, so that a remark can stand where it belongs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

INDENT = 2
LINES_MAX = 4000
"""Lines of one document that a page shows."""


@dataclass(frozen=True, slots=True)
class Remark:
    """What is said of a place; ``link`` is where to read on, "" where nowhere."""

    place: str
    error: bool
    text: str
    link: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its name with quotes and colon, its value or bracket, how far in it stands, what is said of it."""

    place: str
    depth: int
    name: str
    value: str
    remarks: tuple[Remark, ...] = ()


def lines_of(text: str) -> list[Line]:
    """The lines of a JSON text; a text that is no JSON in its own lines."""
    try:
        found: object = json.loads(text, parse_float=_Written, parse_int=_Written)
    except (ValueError, RecursionError):
        return [Line("$", 0, "", line) for line in text.splitlines()[:LINES_MAX]]
    return [line for line, _ in zip(_lines(found, "$", 0, "", ""), range(LINES_MAX), strict=False)]


class _Written(str):
    """A number as it was written."""

    __slots__ = ()


def _lines(value: object, place: str, depth: int, name: str, comma: str) -> Iterator[Line]:
    parts: Sequence[tuple[str, str, object]]
    if isinstance(value, Mapping) and value:
        brackets = "{}"
        parts = [
            (f"{place}.{key}", f"{json.dumps(key, ensure_ascii=False)}: ", v) for key, v in value.items()
        ]
    elif isinstance(value, list) and value:
        brackets = "[]"
        parts = [(f"{place}[{index}]", "", v) for index, v in enumerate(value)]
    else:
        yield Line(place, depth, name, _plain(value) + comma)
        return
    yield Line(place, depth, name, brackets[0])
    for index, (inner_place, inner_name, inner) in enumerate(parts, start=1):
        yield from _lines(inner, inner_place, depth + 1, inner_name, "," if index < len(parts) else "")
    yield Line("", depth, "", brackets[1] + comma)


def _plain(value: object) -> str:
    return str(value) if isinstance(value, _Written) else json.dumps(value, ensure_ascii=False)


def with_remarks(lines: Sequence[Line], remarks: Sequence[Remark]) -> tuple[list[Line], list[Remark]]:
    """The lines with each remark at its place or at the nearest object around it, and the remarks on the whole."""
    at = {
        line.place: index for index, line in reversed(list(enumerate(lines))) if line.place not in {"", "$"}
    }
    placed: dict[int, list[Remark]] = {}
    whole = []
    for remark in remarks:
        index = next((at[place] for place in _outward(remark.place) if place in at), None)
        if index is None:
            whole.append(remark)
        else:
            placed.setdefault(index, []).append(remark)
    return [replace(line, remarks=tuple(placed.get(index, ()))) for index, line in enumerate(lines)], whole


def _outward(place: str) -> Iterator[str]:
    """A place, and the places around it from the inside out."""
    while len(place) > 1:
        yield place
        place = place.rpartition("[" if place.endswith("]") else ".")[0]
