"""Where the fund has a cap of the month, or each level its own deductible, earlier bills are summed up."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from qinji.platform.database import Address, Connection
from qinji.policy.forms import Value
from qinji.settlement import queries as settlements
from tests.bureau import open_bureau
from tests.simulation.answers import result_of
from tests.simulation.books import Books, cast_of
from tests.simulation.changed_packs import changed
from tests.simulation.operations import Settle
from tests.simulation.scene import Scene

MONTH_CAP: dict[str, Value] = {
    "outpatient.resident.month_fund_cap": "50.00",
    "outpatient.resident.deductible": "0.00",
}
EACH_LEVEL: dict[str, Value] = {
    "outpatient.resident.deductible_merge": "each_level",
    "outpatient.resident.deductible": "100.00",
}
MUCH = 2_000_000


@asynccontextmanager
async def open_where(address: Address, home: Path, values: dict[str, Value]) -> AsyncIterator[Scene]:
    """A scene in a region whose packs say these values."""
    async with open_bureau(address, home) as bureau:
        bureau.runtime = replace(bureau.runtime, book=changed(values))
        cast = await cast_of(bureau)
        yield Scene(bureau, cast, Books(bureau, cast))


@pytest.fixture
async def capped(address: Address, tmp_path: Path) -> AsyncIterator[Scene]:
    async with open_where(address, tmp_path, MONTH_CAP) as scene:
        yield scene


@pytest.fixture
async def levelled(address: Address, tmp_path: Path) -> AsyncIterator[Scene]:
    async with open_where(address, tmp_path, EACH_LEVEL) as scene:
        yield scene


async def residents(scene: Scene, count: int = 2) -> list[UUID]:
    """Children or parents without an account."""
    return [patient for _, patient in await scene.pairs(count)]


async def fund_of(scene: Scene, bills: Sequence[Settle]) -> list[int]:
    """What the fund pays of each, settled in one batch."""
    found = []
    for result in await scene.books.settle(list(bills)):
        assert isinstance(result, tuple), result
        found.append(result[1])
    return found


async def test_the_fund_pays_no_more_than_the_months_cap_and_again_in_the_next_month(capped: Scene) -> None:
    (patient,) = await residents(capped, 1)
    first = await fund_of(capped, [capped.bill(patient, 20_000)])
    capped.bureau.later(days=1)
    more = await fund_of(capped, [capped.bill(patient, MUCH)])
    assert 0 < first[0] < 5_000
    assert first[0] + more[0] == 5_000
    capped.bureau.later(days=1)
    assert await fund_of(capped, [capped.bill(patient, MUCH)]) == [0]
    capped.bureau.later(days=14)
    assert await fund_of(capped, [capped.bill(patient, MUCH)]) == [5_000], "it is April"
    assert await capped.audit() == []


async def test_a_bill_that_is_taken_back_leaves_its_room_in_the_month(capped: Scene) -> None:
    (patient,) = await residents(capped, 1)
    assert await fund_of(capped, [capped.bill(patient, MUCH)]) == [5_000]
    assert await fund_of(capped, [capped.bill(patient, MUCH)]) == [0]
    await capped.books.cancel(capped.books.settled[0])
    assert await fund_of(capped, [capped.bill(patient, MUCH)]) == [5_000]


async def test_many_bills_in_one_batch_are_what_they_are_one_by_one(capped: Scene) -> None:
    """The second patient is the first one's equal: same region, same group, same bills."""
    people = await residents(capped, 5)
    one, other = next(
        (one, other)
        for place, one in enumerate(people)
        for other in people[place + 1 :]
        if group(capped, one) == group(capped, other)
    )
    quantities = (20_000, 50_000, 70_000, MUCH, 10_000)
    together = await fund_of(capped, [capped.bill(one, quantity) for quantity in quantities])
    apart = [(await fund_of(capped, [capped.bill(other, quantity)]))[0] for quantity in quantities]
    assert together == apart
    assert sum(together) == 5_000
    assert together[-1] == 0


def group(scene: Scene, person: UUID) -> tuple[str, str, str]:
    """What decides which rules hold for a resident."""
    known = scene.cast.people[person]
    return known.region, known.insurance, known.person_status


async def test_a_preview_knows_the_month_too(capped: Scene) -> None:
    (patient,) = await residents(capped, 1)
    await fund_of(capped, [capped.bill(patient, 20_000)])
    item = await capped.ready(capped.bill(patient, MUCH))
    shown = result_of(await capped.preview(item))
    assert shown == result_of(await capped.answer(item))


async def test_each_level_has_a_deductible_of_its_own(levelled: Scene) -> None:
    (patient,) = await residents(levelled, 1)
    low = levelled.bill(patient, MUCH)
    region = levelled.cast.people[patient].region
    high = replace(low, institution=levelled.bureau.institution(region, "3"))
    first, again, elsewhere, elsewhere_again = await fund_of(levelled, [low, low, high, high])
    assert again > first, "the deductible of level 1 is paid"
    assert elsewhere_again > elsewhere, "that of level 3 was not, until now"


async def test_where_nothing_needs_them_no_sums_are_read(
    address: Address, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[UUID] = []
    read = settlements.sums

    async def noted(
        connection: Connection, persons: Sequence[UUID], years: Sequence[int]
    ) -> tuple[dict[settlements.MonthKey, int], dict[settlements.LevelKey, int]]:
        asked.extend(persons)
        return await read(connection, persons, years)

    monkeypatch.setattr(settlements, "sums", noted)
    async with open_where(address, tmp_path, {}) as usual:
        (patient,) = await residents(usual, 1)
        await fund_of(usual, [usual.bill(patient)] * 2)
    assert asked == []
