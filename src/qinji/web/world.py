"""Who can be picked in the sandbox's sign-in pages; in production there is no such list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PickPerson:
    """Somebody of the sandbox: person number, name, what to know of them in a few words, invented identity number."""

    number: str
    name: str
    words: str
    certificate: str


@dataclass(frozen=True, slots=True)
class PickFamily:
    """A family of the sandbox and its story."""

    title: str
    story: str
    people: Sequence[PickPerson]


@dataclass(frozen=True, slots=True)
class PickStaff:
    """A member of staff of the sandbox: staff id, name, and where they work."""

    staff_id: str
    name: str
    words: str
    cashier: bool


@dataclass(frozen=True, slots=True)
class PickWorld:
    """Everybody who can be picked."""

    families: Sequence[PickFamily]
    staff: Sequence[PickStaff]
