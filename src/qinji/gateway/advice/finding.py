"""One thing to tell the sender of a message, and the message as the rules look at it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from qinji.gateway.fields import Message, Node
from qinji.gateway.observed import Outcome
from qinji.gateway.wire import Json, as_text
from qinji.kernel.refusal import RefusalCode

_INDEX = re.compile(r"\[\d+\]")

ROOT = "$"
"""The place of the whole message."""


class Severity(StrEnum):
    """``error``: for this the message was refused, or would be. ``advice``: it was accepted all the same."""

    ERROR = "error"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class Finding:
    """``place`` is a path such as ``$.input.feedetail[0].cnt``; ``rule`` the stable name of what was found.

    ``chinese`` may quote what the message held: mask it together with the message before it is kept. ``page`` and
    ``anchor`` say where to read on: the number of a message ("" for the envelope) and the field on its page.
    """

    place: str
    severity: Severity
    rule: str
    chinese: str
    page: str = ""
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One object of a node: where it stands in the message, and what it holds."""

    node: Node
    place: str
    values: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Subject:
    """A message as the rules look at it. ``input`` is the decoded input, empty where it cannot be read."""

    at: datetime
    content_type: str
    text: str
    document: Mapping[str, Json]
    input: Mapping[str, Json]
    message: Message | None
    outcome: Outcome
    refused: RefusalCode | None
    error: str

    @property
    def number(self) -> str:
        """The number of the message's page; "" when we have none."""
        return self.message.number if self.message is not None else ""

    def entries(self) -> Iterator[Entry]:
        """The objects of every node, under whichever of its names they came."""
        for node in self.message.nodes_in if self.message is not None else ():
            name, value = found_node(node, self.input)
            place = f"{ROOT}.input.{name}" if name else f"{ROOT}.input"
            listed = isinstance(value, list | tuple)
            items = value if isinstance(value, list | tuple) else [value]
            for index, item in enumerate(items):
                if isinstance(item, Mapping):
                    yield Entry(node, f"{place}[{index}]" if listed else place, item)

    def text_of(self, name: str) -> str:
        """The text of a field of the envelope."""
        return as_text(self.document.get(name)) or ""


def anchor_of(place: str) -> str:
    """Where on its page a field stands: ``data.psn_no`` for one of the input, its name for one of the envelope."""
    inner = place.removeprefix(ROOT).removeprefix(".")
    return _INDEX.sub("", inner.removeprefix("input.") if inner.startswith("input.") else inner)


def found_node(node: Node, content: Mapping[str, Json]) -> tuple[str, Json]:
    """The name under which a node came, and its value; its first name and nothing where it did not come."""
    for name in (node.name, *node.aliases):
        value: Json = content if name == "" else content.get(name)
        if as_text(value) != "":
            return name, value
    return node.name, None


def places_of(value: Json, name: str, place: str = ROOT) -> Iterator[tuple[str, Json]]:
    """Every field of this name in a document, with its place."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            here = f"{place}.{key}"
            if key == name:
                yield here, inner
            yield from places_of(inner, name, here)
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from places_of(inner, name, f"{place}[{index}]")
