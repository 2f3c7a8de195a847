"""The words of one message: a table from which parser, error texts, JSON Schema and reference page are made."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

ITEMS_MAX = 500
"""Entries of one repeated node: 500 lines a bill (ARCHITECTURE 5.7)."""

KEPT_LENGTH_MAX = 4000
"""Characters of a field that is only kept; the widest text of the national interface."""


class Kind(StrEnum):
    """The form of a value. ``ANY`` is an extension that may be a text, an object or a list."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    DATETIME = "datetime"
    ANY = "any"


class Role(StrEnum):
    """The class of a field.

    Needed: without it nothing can be settled. Checked: when sent it must agree. Kept: stored or ignored.
    """

    NEEDED = "needed"
    CHECKED = "checked"
    KEPT = "kept"


class ServedTo(StrEnum):
    """Which institutions may send a message."""

    ALL = "all"
    HOSPITAL = "hospital"
    PHARMACY = "pharmacy"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a request. ``length`` counts characters, or digits of a number with so many ``decimals``.

    ``closed``: a value outside the dictionary is refused. ``unless``: not needed when this other field is filled.
    ``positive``: a number that may not be 0.
    """

    name: str
    chinese: str
    kind: Kind
    length: int
    role: Role
    decimals: int = 0
    dictionary: str = ""
    closed: bool = False
    unless: str = ""
    positive: bool = False


@dataclass(frozen=True, slots=True)
class Node:
    """A named object of a request, or a list of them. An alias ``""`` means that the fields may stand in ``input``."""

    name: str
    chinese: str
    fields: tuple[Field, ...]
    many: bool = False
    needed: bool = True
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OutField:
    """One field of our reply; ``nullable`` where it may be null."""

    name: str
    chinese: str
    kind: Kind
    nullable: bool = False
    dictionary: str = ""


@dataclass(frozen=True, slots=True)
class OutNode:
    """A named object of our reply, or a list of them. ``name`` is empty where the fields stand in ``output`` itself."""

    name: str
    chinese: str
    fields: tuple[OutField, ...]
    many: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the national interface. ``aliases`` are other numbers under which it is sent."""

    number: str
    title: str
    nodes_in: tuple[Node, ...]
    nodes_out: tuple[OutNode, ...]
    writes: bool
    served_to: ServedTo = ServedTo.ALL
    aliases: tuple[str, ...] = ()
    note: str = ""

    @property
    def numbers(self) -> frozenset[str]:
        """The names of its number fields, whose values are compared as numbers."""
        return frozenset(
            field.name for node in self.nodes_in for field in node.fields if field.kind is Kind.NUMBER
        )


def needed(name: str, chinese: str, length: int, *, unless: str = "") -> Field:
    """A text without which nothing can be settled."""
    return Field(name, chinese, Kind.TEXT, length, Role.NEEDED, unless=unless)


def checked(name: str, chinese: str, length: int, dictionary: str = "") -> Field:
    """A text that must agree when it is sent."""
    return Field(name, chinese, Kind.TEXT, length, Role.CHECKED, dictionary=dictionary)


def kept(name: str, chinese: str, length: int, dictionary: str = "") -> Field:
    """A text that is stored or ignored."""
    return Field(name, chinese, Kind.TEXT, length, Role.KEPT, dictionary=dictionary)


def closed(name: str, chinese: str, dictionary: str, role: Role, *, unless: str = "") -> Field:
    """A text from a dictionary that admits no other value."""
    return Field(name, chinese, Kind.TEXT, 6, role, dictionary=dictionary, closed=True, unless=unless)


def number(
    name: str, chinese: str, length: int, decimals: int, role: Role, *, positive: bool = False
) -> Field:
    """A decimal number, sent as a JSON number or as a text."""
    return Field(name, chinese, Kind.NUMBER, length, role, decimals=decimals, positive=positive)


def moment(name: str, chinese: str, role: Role) -> Field:
    """A date with a time, ``yyyy-MM-dd HH:mm:ss``; a bare date means its midnight."""
    return Field(name, chinese, Kind.DATETIME, 19, role)


def extension(name: str = "exp_content") -> Field:
    """The extension field: a JSON text, or an object as some clients send it."""
    return Field(name, "字段扩展", Kind.ANY, KEPT_LENGTH_MAX, Role.KEPT)
