"""The end of an account year: balances go to the history once, new money stays, and interest is data."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from qinji.entry.wiring import Runtime
from qinji.entry.worker import ROUNDS_OF_YEARS, Timer, Worker
from qinji.flows import audit_books, credit_accounts, roll_over_balances
from qinji.flows.credit_accounts import CreditAccounts
from qinji.flows.parts.crediting import CreditFile, CreditRow
from qinji.flows.parts.rolling import YearEnd, year_end
from qinji.kernel.dates import CHINA
from qinji.ledger import queries as ledger
from qinji.ledger.model import CURRENT_POCKET, ONLY_POCKET, LineKind
from qinji.platform.database import Address
from qinji.policy.book import Book
from qinji.policy.load import load
from tests.bureau import Bureau, open_bureau
from tests.household import packs_saying

TOWN = "990100"
TWO = {"balance.kinds": "current_and_history", "balance.rollover_day": '"01-01"'}


@dataclass(frozen=True)
class Town:
    """A bureau whose seed regions keep two balances, and three employees of its first town."""

    bureau: Bureau
    deps: Runtime
    numbers: tuple[str, ...]

    def on(self, day: date) -> None:
        """It is ten on this day."""
        self.bureau.clock.set(datetime.combine(day, time(10), CHINA))

    async def credit(self, number: str, month: date, amount_fen: int) -> None:
        """A month's crediting."""
        file = CreditFile(f"{number}{month}", "os:test", supplement=False)
        run = await credit_accounts.begin(file, self.deps)
        row = CreditRow(2, number, month, amount_fen, LineKind.CONTRIBUTION)
        made = await credit_accounts.run(CreditAccounts(run, file, [row]), self.deps)
        assert len(made.booked) == 1

    async def pockets(self, number: str) -> tuple[int, int]:
        """This year's balance and the history, in fen."""
        person = await self.bureau.person_id(number)
        async with self.deps.database.reading() as connection:
            found = (await ledger.balances(connection, [person]))[person]
        return found.get(CURRENT_POCKET, 0), found[ONLY_POCKET]

    async def through(self) -> None:
        """Call the timer's flow until nothing is left."""
        while await roll_over_balances.run(self.deps):
            pass

    async def findings(self) -> list[object]:
        """What the audit finds."""
        async with self.deps.database.reading() as connection:
            return [*await audit_books.run(connection)]


def town(bureau: Bureau, book: Book) -> Town:
    """A town under these packs."""
    own = [p.number for p in bureau.world.people if p.insurance == "employee" and p.region == TOWN]
    return Town(bureau, replace(bureau.runtime, book=book), tuple(own[:3]))


@pytest.fixture
async def two(address: Address, tmp_path: Path) -> AsyncIterator[Town]:
    async with open_bureau(address, tmp_path / "home") as bureau:
        yield town(bureau, load(packs_saying(tmp_path, "990000-seed", TWO)))


async def test_on_the_day_everything_goes_to_the_history_once(two: Town) -> None:
    one, other, third = two.numbers
    histories = [(await two.pockets(number))[1] for number in two.numbers]
    await two.credit(one, date(2026, 3, 1), 5_000)
    await two.credit(other, date(2026, 1, 1), 7_000)
    two.on(date(2026, 12, 31))
    await two.through()
    assert (await two.pockets(one))[0] == 5_000
    two.on(date(2027, 1, 1))
    await two.through()
    assert await two.pockets(one) == (0, histories[0] + 5_000)
    assert await two.pockets(other) == (0, histories[1] + 7_000)
    assert await two.pockets(third) == (0, histories[2])
    await two.through()
    assert await two.pockets(one) == (0, histories[0] + 5_000)
    assert await two.findings() == []


async def test_money_of_the_new_year_stays_though_the_roll_over_comes_late(two: Town) -> None:
    one = two.numbers[0]
    history = (await two.pockets(one))[1]
    await two.credit(one, date(2026, 3, 1), 5_000)
    two.on(date(2027, 2, 3))
    await two.credit(one, date(2027, 1, 1), 900)
    await two.credit(one, date(2026, 12, 1), 40)
    await two.through()
    assert await two.pockets(one) == (900, history + 5_040)
    assert await two.findings() == []


async def test_a_year_that_was_begun_and_not_finished_goes_on(
    two: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roll_over_balances, "PERSONS_MAX", 1)
    for number in two.numbers:
        await two.credit(number, date(2026, 3, 1), 100)
    two.on(date(2027, 1, 1))
    end = roll_over_balances.of_year(TOWN, 2026, two.deps)
    assert isinstance(end, YearEnd)
    first = await roll_over_balances.go_on(end, "os:test", two.deps)
    assert (first.looked_at, first.finished, first.rolled_fen) == (1, False, 100)
    left = [(await two.pockets(number))[0] for number in two.numbers]
    assert sorted(left) == [0, 100, 100]
    await two.through()
    assert [(await two.pockets(number))[0] for number in two.numbers] == [0, 0, 0]
    assert await two.findings() == []


async def test_two_processes_at_once_roll_each_balance_over_once(address: Address, tmp_path: Path) -> None:
    book = load(packs_saying(tmp_path, "990000-seed", TWO))
    async with AsyncExitStack() as stack:
        home = tmp_path / "home"
        one = town(await stack.enter_async_context(open_bureau(address, home)), book)
        other = town(await stack.enter_async_context(open_bureau(address, home, process="other")), book)
        history = (await one.pockets(one.numbers[0]))[1]
        await one.credit(one.numbers[0], date(2026, 3, 1), 5_000)
        for place in (one, other):
            place.on(date(2027, 1, 1))
        end = roll_over_balances.of_year(TOWN, 2026, one.deps)
        assert isinstance(end, YearEnd)
        done = await asyncio.gather(
            *(
                roll_over_balances.go_on(end, "os:test", place.deps)
                for place in (one, other)
                for _ in range(4)
            )
        )
        assert sum(each.rolled for each in done) == 1
        assert await one.pockets(one.numbers[0]) == (0, history + 5_000)
        assert await one.findings() == []


@pytest.mark.parametrize("at_once", [1, 3, 1_000])
async def test_one_look_of_the_worker_goes_through_every_area_that_is_due(
    two: Town, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(roll_over_balances, "PERSONS_MAX", at_once)
    areas = sorted({p.region for p in two.bureau.world.people if p.insurance == "employee"})
    everybody = [
        next(p.number for p in two.bureau.world.people if (p.region, p.insurance) == (area, "employee"))
        for area in areas
    ]
    assert len(everybody) > 1
    for number in everybody:
        await two.credit(number, date(2026, 3, 1), 5_000)
    two.on(date(2027, 1, 1))
    due = roll_over_balances.due(two.deps)
    assert len(due) > len({area[:4] for area in areas}) > 1, "the seed's areas and some of the packs"
    timer = Timer("roll_over", timedelta(minutes=1), roll_over_balances.run, at_once, ROUNDS_OF_YEARS)
    await Worker(two.deps, (timer,)).look()
    assert [(await two.pockets(number))[0] for number in everybody] == [0] * len(everybody)
    states = [await roll_over_balances.state(end, two.deps) for end in due]
    assert all(one is not None and one.finished_at is not None for one in states)
    assert await two.findings() == []


async def test_interest_is_booked_where_a_rate_is_written_on_what_lay_there_day_by_day(
    address: Address, tmp_path: Path
) -> None:
    rate = {"balance.rollover_day": '"01-01"', "balance.interest_rate": '"0.0365"'}
    async with open_bureau(address, tmp_path / "home") as bureau:
        place = town(bureau, load(packs_saying(tmp_path, "990000-seed", rate)))
        one = place.numbers[0]
        opened = (await place.pockets(one))[1]
        place.on(date(2026, 12, 22))
        await place.credit(one, date(2026, 12, 1), 1_000_000)
        place.on(date(2027, 1, 5))
        await place.credit(one, date(2027, 1, 1), 500_000)
        await place.through()
        # The opening balance lay there from 17 March (290 days), the credit of 22 December for 10 days: 0.01 % a day.
        earned = (opened * 290 + 1_000_000 * 10 + 5_000) // 10_000
        assert await place.pockets(one) == (0, opened + 1_500_000 + earned)
        await place.through()
        assert (await place.pockets(one))[1] == opened + 1_500_000 + earned
        assert await place.findings() == []


async def test_where_no_rate_is_written_nothing_is_booked(two: Town) -> None:
    two.on(date(2027, 1, 1))
    await two.through()
    async with two.deps.database.reading() as connection:
        booked = await connection.fetchval("select count(*) from account_run_line where kind = 'interest'")
    assert booked == 0


@pytest.mark.parametrize(
    ("city", "day", "ends"),
    [
        ("310100", date(2026, 6, 30), date(2025, 7, 1)),
        ("310100", date(2026, 7, 1), date(2026, 7, 1)),
        ("330100", date(2026, 7, 1), date(2026, 1, 1)),
    ],
)
async def test_the_year_of_shanghai_ends_in_july_and_that_of_hangzhou_in_january(
    two: Town, city: str, day: date, ends: date
) -> None:
    end = year_end(city, day, two.deps.book)
    assert isinstance(end, YearEnd)
    assert (end.ends, end.days) == (ends, 365)


async def test_a_region_with_one_balance_and_no_rate_has_nothing_to_roll_over(two: Town) -> None:
    assert isinstance(year_end("420100", date(2026, 7, 1), two.deps.book), str)
