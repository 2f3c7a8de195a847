"""A correction by two gives accounts back what they paid of a bill: whole rows, once, and the books are right."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from qinji.insured import queries as insured
from qinji.platform.database import Address
from tests.bureau import open_bureau
from tests.complaints import AMOUNTS, REVIEWER, Doubt, doubted
from tests.household import Town, open_town
from tests.till import line, paid


@pytest.fixture
async def town(address: Address, tmp_path: Path) -> AsyncIterator[Town]:
    """A bureau of its own with both doors open."""
    async with open_bureau(address, tmp_path) as bureau, open_town(bureau) as opened:
        yield opened


@pytest.fixture
async def doubt(town: Town) -> Doubt:
    """A bill of the mother's, partly paid by the daughter."""
    return await doubted(town)


async def corrected(doubt: Doubt, case: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A correction that two members of staff made."""
    measure = (await doubt.work(case, "corrections", reason="经核实不应支付", **more)).done
    assert (await doubt.approved(measure)).done
    return measure


async def test_a_grantors_correction_gives_back_their_part_once_and_frees_their_limits(town: Town) -> None:
    doubt = await doubted(town)
    assert (await doubt.daughter.change(doubt.grant, per_month_fen=80_00)).done
    case = await doubt.opened(doubt.daughter)
    assert (await corrected(doubt, case))["amount_fen"] == 80_00
    assert await doubt.money() == (500_00, 0)
    again = await doubt.work(case, "corrections", reason="再退一次试试看")
    assert again.refused == "CORRECTION_NOTHING"
    next_bill = await town.purchase(doubt.mother.person, [line("A", "80.00")], flag="2")
    assert next_bill.paid == paid(mutual_aid="80.00")


async def test_a_grantor_gets_nothing_of_others_corrected(doubt: Doubt) -> None:
    case = await doubt.opened(doubt.daughter)
    refused = await doubt.work(
        case, "corrections", reason="退母亲账户的钱", payers=[doubt.mother.person.number]
    )
    assert refused.refused == "CORRECTION_NOTHING"
    assert await doubt.money() == AMOUNTS


async def test_a_bill_that_was_corrected_can_still_be_cancelled_for_the_rest(doubt: Doubt) -> None:
    case = await doubt.opened(doubt.mother)
    await corrected(doubt, case, payers=[doubt.daughter.person.number])
    assert await doubt.money() == (500_00, 0)
    info = await doubt.town.cancel(doubt.bill)
    assert await doubt.money() == (500_00, 20_00)
    assert str(info["balc"]) == "20.00"


async def test_a_cancelled_bill_cannot_be_corrected_also_by_a_measure_that_waited(doubt: Doubt) -> None:
    case = await doubt.opened(doubt.mother)
    measure = (await doubt.work(case, "corrections", reason="经核实不应支付")).done
    await doubt.town.cancel(doubt.bill)
    assert (await doubt.approved(measure)).refused == "CORRECTION_NOTHING"
    assert await doubt.money() == (500_00, 20_00)


async def test_of_cases_of_both_sides_the_second_correction_finds_what_is_left(doubt: Doubt) -> None:
    mothers, daughters = await doubt.opened(doubt.mother), await doubt.opened(doubt.daughter)
    waiting = (await doubt.work(mothers, "corrections", reason="经核实不应支付")).done
    await corrected(doubt, daughters)
    assert (await doubt.approved(waiting)).refused == "CORRECTION_CHANGED"
    reviewer = await doubt.town.clerk(REVIEWER)
    path = f"/staff/complaints/measures/{waiting['id']}/refuse"
    assert (await reviewer.call("POST", path, {"reason": "账单已变,请重新录入"})).done
    assert (await corrected(doubt, mothers))["amount_fen"] == 20_00
    assert await doubt.money() == (500_00, 20_00)


async def test_of_approval_and_cancellation_at_once_every_fen_goes_back_once(doubt: Doubt) -> None:
    case = await doubt.opened(doubt.mother)
    measure = (await doubt.work(case, "corrections", reason="经核实不应支付")).done
    await asyncio.gather(doubt.approved(measure), doubt.town.cancel(doubt.bill))
    assert await doubt.money() == (500_00, 20_00)


async def test_both_whose_accounts_get_money_back_read_it_in_their_trails(doubt: Doubt) -> None:
    case = await doubt.opened(doubt.mother)
    await corrected(doubt, case)
    bureau = doubt.town.bureau
    async with bureau.runtime.database.reading() as connection:
        for person in (doubt.mother.person, doubt.daughter.person):
            identifier = await bureau.person_id(person.number)
            rows = await insured.audit_trail(connection, identifier, 50)
            (row,) = [one for one in rows if one.action == "complaint.correct"]
            assert (row.actor, row.entered_by) == ("staff:R001", "C001")
