"""职工断缴: what employers say out of turn — noted late, taken back, a second break within a wait — gives no day away."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from qinji.entry.sandbox.model import Person
from qinji.flows import note_arrears
from qinji.platform.database import Address
from qinji.policy.arrears import Resumed
from tests.bureau import open_bureau
from tests.household import open_town
from tests.premium import MOTHER_AND_SON, Counter
from tests.till import BillRefused, line


@pytest.fixture
async def counter(address: Address, tmp_path: Path) -> AsyncIterator[Counter]:
    """A bureau of its own with both doors open."""
    async with open_bureau(address, tmp_path) as bureau, open_town(bureau) as town:
        yield Counter(town)


@pytest.fixture
def mother(counter: Counter) -> Person:
    """An employee whose payments stop."""
    return counter.town.family(MOTHER_AND_SON)[0]


async def stopped(counter: Counter, person: Person, last_paid: date) -> None:
    """The employer stopped paying after this month."""
    command = note_arrears.NoteArrears("os:test", person.number, last_paid)
    assert await note_arrears.stop(command, counter.town.bureau.runtime) is None


async def resumed(counter: Counter, person: Person, paid_on: date, *, paid_back: bool = False) -> Resumed:
    """Paid again."""
    command = note_arrears.NoteResumed("os:test", person.number, paid_on, paid_back)
    found = await note_arrears.go_on(command, counter.town.bureau.runtime)
    assert isinstance(found, Resumed)
    return found


async def has_benefits(counter: Counter, person: Person) -> bool:
    """Whether the fund pays a bill of today."""
    try:
        return (await counter.town.visit(person, [line("A", "1000.00")])).paid.fund > 0
    except BillRefused:
        return False


async def test_a_stop_that_is_taken_back_within_the_last_month_paid_leaves_nothing_behind(
    counter: Counter, mother: Person
) -> None:
    await stopped(counter, mother, date(2026, 3, 1))
    assert await resumed(counter, mother, date(2026, 3, 17)) == Resumed(0, date(2026, 3, 1), None)
    assert await has_benefits(counter, mother)


async def test_who_had_paid_ahead_goes_on_without_a_day_between(counter: Counter, mother: Person) -> None:
    await stopped(counter, mother, date(2026, 5, 1))
    assert await resumed(counter, mother, date(2026, 3, 17)) == Resumed(0, date(2026, 6, 1), None)
    assert await has_benefits(counter, mother)
    for day in (date(2026, 5, 31), date(2026, 6, 1)):
        await counter.at(day)
        assert await has_benefits(counter, mother)


async def test_a_break_noted_late_ends_days_that_were_thought_to_be_paid_for(
    counter: Counter, mother: Person
) -> None:
    """First nothing is missing before April, then nothing was paid since September: days between are in the break."""
    await stopped(counter, mother, date(2026, 3, 31))
    await counter.at(date(2026, 4, 1))
    await resumed(counter, mother, date(2026, 4, 1))
    await stopped(counter, mother, date(2025, 9, 30))
    await counter.at(date(2026, 3, 31))
    assert await resumed(counter, mother, date(2026, 4, 1)) == Resumed(3, date(2026, 7, 1), None)
    assert not await has_benefits(counter, mother)
    await counter.at(date(2026, 7, 1))
    assert await has_benefits(counter, mother)


async def test_a_wait_is_served_to_its_end_whatever_is_noted_within_it(
    counter: Counter, mother: Person
) -> None:
    """A break of four months is waited for until June; one more that ends at once or is paid back changes nothing."""
    await stopped(counter, mother, date(2025, 10, 31))
    assert (await resumed(counter, mother, date(2026, 3, 17))).benefits_from == date(2026, 6, 1)
    await stopped(counter, mother, date(2026, 3, 17))
    await counter.at(date(2026, 4, 2))
    assert await resumed(counter, mother, date(2026, 4, 2)) == Resumed(0, date(2026, 6, 1), None)
    assert not await has_benefits(counter, mother)
    await stopped(counter, mother, date(2026, 4, 2))
    await counter.at(date(2026, 7, 3))
    again = await resumed(counter, mother, date(2026, 7, 3), paid_back=True)
    assert again == Resumed(0, date(2026, 7, 1), date(2026, 6, 1))
    assert await has_benefits(counter, mother)
