"""How the pure core speaks with the world: it yields what to do, and is sent what came of it.

A conversation is a generator, so that one telling of it serves the sync and the async client alike.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Post:
    """Send these bytes by HTTP POST."""

    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait so long."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Replied:
    """An HTTP reply came."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class NoReply:
    """None came. ``sent`` False: there was no connection, so nothing can have arrived."""

    reason: str
    sent: bool


@dataclass(frozen=True, slots=True)
class Finished(Generic[T]):
    """The conversation is over."""

    result: T


Outcome: TypeAlias = Replied | NoReply
Conversation: TypeAlias = Generator[Post | Pause, Outcome | None, T]


def proceed(conversation: Conversation[T], outcome: Outcome | None = None) -> Post | Pause | Finished[T]:
    """Goes on to the next thing to do; without an outcome after a Pause and at the very beginning."""
    try:
        return conversation.send(outcome)
    except StopIteration as end:
        return Finished(end.value)
