"""Time. The only place that asks the operating system for it; everything else is given a clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


def system_clock() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until it is moved; for tests and for replaying what happened."""

    def __init__(self, at: datetime) -> None:
        if at.tzinfo is None:
            raise ValueError("a clock needs an aware time")
        self._at = at

    def __call__(self) -> datetime:
        """The instant at which the clock stands."""
        return self._at

    def move(self, by: timedelta) -> None:
        """Moves the clock; backwards too, as real clocks do."""
        self._at += by

    def set(self, at: datetime) -> None:
        """Sets the clock to an aware instant."""
        if at.tzinfo is None:
            raise ValueError("a clock needs an aware time")
        self._at = at
