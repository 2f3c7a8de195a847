"""What was credited too much, beside the end of an account year: taken from where it is, and nothing else moves."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path

import pytest

from qinji.flows import roll_over_balances
from qinji.kernel.dates import CHINA
from qinji.ledger.model import CURRENT_POCKET, ONLY_POCKET
from qinji.platform.database import Address
from qinji.policy.load import load
from tests.bureau import open_bureau
from tests.clawing import Office, told
from tests.household import packs_saying


@pytest.fixture
async def two(address: Address, tmp_path: Path) -> AsyncIterator[Office]:
    """Where two balances are kept, on the second of January."""
    says = {"balance.kinds": "current_and_history", "balance.rollover_day": '"01-01"'}
    book = load(packs_saying(tmp_path, "990000-seed", says))
    async with open_bureau(address, tmp_path / "home") as bureau:
        bureau.clock.set(datetime.combine(date(2026, 12, 20), time(10), CHINA))
        yield Office(bureau, replace(bureau.runtime, book=book), tmp_path)


async def test_what_a_roll_over_has_moved_is_taken_from_where_it_is(two: Office) -> None:
    one = two.numbers[0]
    await two.empty(one, 700)
    run = await two.credited(f"{one},2026-12,50,在职")
    two.bureau.clock.set(datetime.combine(date(2027, 1, 2), time(10), CHINA))
    while await roll_over_balances.run(two.deps):
        pass
    assert await two.pockets(one) == {ONLY_POCKET: 5_700, CURRENT_POCKET: 0}
    await two.credited(f"{one},2027-01,3,在职")
    work = await two.claim(run, f"{one},2,2026-12,50").done()
    assert told(work.totals) == (1, 5_000, 0, 0, 0)
    assert await two.pockets(one) == {ONLY_POCKET: 1_000, CURRENT_POCKET: 0}
    assert await two.findings() == []


async def test_a_roll_over_that_comes_late_moves_nothing_of_the_new_year_whatever_was_taken_back(
    two: Office,
) -> None:
    one = two.numbers[0]
    await two.empty(one, 0)
    await two.credited(f"{one},2026-12,50,在职")
    two.bureau.clock.set(datetime.combine(date(2027, 1, 2), time(10), CHINA))
    run = await two.credited(f"{one},2027-01,400,在职")
    await two.claim(run, f"{one},2,2027-01,360").done()
    while await roll_over_balances.run(two.deps):
        pass
    assert await two.pockets(one) == {ONLY_POCKET: 5_000, CURRENT_POCKET: 4_000}
    assert await two.findings() == []
