"""Time and chance are injected, and can be repeated."""

from datetime import UTC, datetime, timedelta

import pytest

from qinji.platform.clock import FixedClock, system_clock
from qinji.platform.entropy import SeededEntropy, system_entropy


def test_the_systems_clock_is_aware() -> None:
    assert system_clock().utcoffset() == timedelta(0)


def test_a_fixed_clock_stands_until_it_is_moved() -> None:
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    clock = FixedClock(noon)
    assert clock() == clock() == noon
    clock.move(timedelta(seconds=1))
    assert clock() == noon + timedelta(seconds=1)
    clock.set(noon)
    assert clock() == noon


def test_a_clock_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        FixedClock(datetime(2026, 1, 1))  # noqa: DTZ001


def test_the_same_seed_gives_the_same_bytes_and_another_one_others() -> None:
    first, second, other = SeededEntropy("a"), SeededEntropy("a"), SeededEntropy("b")
    drawn = [first(10), first(10)]
    assert drawn == [second(10), second(10)]
    assert drawn[0] != drawn[1]
    assert other(10) not in drawn


def test_chance_has_the_length_that_was_asked_for() -> None:
    assert len(system_entropy(16)) == 16
