"""The machine on which the client runs: which counter it is, and what it has of time and chance."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

NONCE_BYTES = 16
TICKS_PER_SECOND = 10_000
"""What the four digits of a message id can tell apart in one second."""


def system_clock() -> datetime:
    """The present instant."""
    return datetime.now(UTC)


def system_nonce() -> str:
    """A text that nobody used before."""
    return secrets.token_hex(NONCE_BYTES)


@dataclass(frozen=True, slots=True)
class Terminal:
    """One program of an institution. Where several send at the same time, each has its own ``counter`` of ``counters``.

    They are counted from 0; a fleet leaves at most 10,000 ÷ ``counters`` messages a second to each. ``clock`` answers
    aware times; ``nonce`` a text that is used once (scheme B).
    """

    counter: int = 0
    counters: int = 1
    clock: Callable[[], datetime] = system_clock
    nonce: Callable[[], str] = system_nonce

    def __post_init__(self) -> None:
        if not 0 <= self.counter < self.counters <= TICKS_PER_SECOND:
            raise ValueError(
                f"窗口号 {self.counter} 应小于窗口数 {self.counters},且不为负 (counter of counters)"
            )
