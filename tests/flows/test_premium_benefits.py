"""What a premium brings: who is enrolled, who waits, who repairs; and that no fund pays before or without it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from qinji.flows import note_spared
from qinji.kernel.purpose import SparedGround
from qinji.kernel.refusal import RefusalCode, Refused
from qinji.platform.database import Address
from tests.bureau import TODAY, open_bureau
from tests.household import open_town
from tests.premium import BROTHER, MOTHER_AND_SON, Counter, identity_number
from tests.till import BillRefused, line


@pytest.fixture
async def counter(address: Address, tmp_path: Path) -> AsyncIterator[Counter]:
    """A bureau of its own with both doors open."""
    async with open_bureau(address, tmp_path) as bureau, open_town(bureau) as town:
        yield Counter(town)


async def test_a_newborn_is_enrolled_by_a_parent_and_covered_from_birth_once_paid(counter: Counter) -> None:
    town = counter.town
    mother, _ = town.family(MOTHER_AND_SON)
    phone = await town.phone(mother)
    born = TODAY - timedelta(days=90)
    body = {"kind": "newborn", "name": "周小满", "identity_number": identity_number(born)}
    child = (await phone.call("POST", "/premiums/enrolments", body)).done
    assert child["status_text"] == "停保"
    assert (await phone.call("POST", "/premiums/enrolments", body)).refused == "ENROL_KNOWN"
    quote = (await counter.preview(phone, child["psn_no"])).done["quotes"]
    assert {one["year"]: (one["amount_fen"], one["wait_months"], one["covered_from"]) for one in quote}[
        2026
    ] == (
        330_00,
        0,
        "2026-01-01",
    )
    order = (await counter.order(phone, child["psn_no"], 2026, 330_00, "own_account")).done
    await counter.send()
    assert await counter.state(phone, order) == "paid"
    assert await counter.money(mother) == (0, 0)


async def test_a_newborn_of_91_days_is_a_child_and_an_adult_is_neither(counter: Counter) -> None:
    mother, _ = counter.town.family(MOTHER_AND_SON)
    phone = await counter.town.phone(mother)

    async def enrol(kind: str, birth: date) -> str:
        body = {"kind": kind, "name": "周小满", "identity_number": identity_number(birth)}
        answer = await phone.call("POST", "/premiums/enrolments", body)
        return "" if answer.status < 400 else answer.refused

    assert await enrol("newborn", TODAY - timedelta(days=91)) == "ENROL_NEWBORN_LATE"
    assert await enrol("child", date(2008, 3, 17)) == "ENROL_NOT_CHILD"
    assert await enrol("child", date(2008, 3, 18)) == ""
    assert await enrol("newborn", TODAY + timedelta(days=1)) == "ENROL_NOT_CHILD"


async def test_whoever_returns_late_waits_and_no_fund_pays_before_the_wait_is_over(counter: Counter) -> None:
    """Missed 2024 and 2025, pays 2026 in March: 3 months and one for each missed year, in the national reading."""
    town = counter.town
    brother, _, _ = town.family(BROTHER)
    await counter.stopped(brother, date(2024, 1, 1))
    phone = await town.phone(brother)
    with pytest.raises(BillRefused, match="停保"):
        await town.visit(brother, [line("A", "100.00")])
    quotes = {one["year"]: one for one in (await counter.preview(phone)).done["quotes"]}
    assert {year: one["repair"] for year, one in quotes.items()} == {2024: True, 2025: True, 2026: False}
    assert {year: one["amount_fen"] for year, one in quotes.items()} == {
        2024: 380_00,
        2025: 400_00,
        2026: 400_00,
    }
    assert (quotes[2026]["wait_months"], quotes[2026]["covered_from"]) == (5, "2026-08-17")
    order = (await counter.order(phone, None, 2026, 400_00, "cash")).done
    await counter.send()
    assert await counter.state(phone, order) == "paid"
    with pytest.raises(BillRefused, match="待遇自 2026-08-17 起"):
        await town.visit(brother, [line("A", "100.00")])
    # Paying for one missed year takes a month off the wait.
    phone = await town.phone(brother)
    assert (await counter.order(phone, None, 2025, 400_00, "cash")).done["repair"] is True
    await counter.send()
    with pytest.raises(BillRefused, match="待遇自 2026-07-17 起"):
        await town.visit(brother, [line("A", "100.00")])
    await counter.at(date(2026, 7, 17))
    assert (await town.visit(brother, [line("A", "100.00")])).paid.cash > 0
    await counter.at(date(2027, 1, 1))
    with pytest.raises(BillRefused, match="只到 2026-12-31"):
        await town.visit(brother, [line("A", "100.00")])


@pytest.mark.parametrize("ground", SparedGround)
async def test_papers_seen_at_the_window_spare_the_wait_and_stand_in_the_trail(
    counter: Counter, ground: SparedGround
) -> None:
    town = counter.town
    grandmother, *_ = town.family("停保的外祖母")
    phone = await town.phone(grandmother)

    async def waits() -> int:
        quotes = (await counter.preview(phone)).done["quotes"]
        return next(int(one["wait_months"]) for one in quotes if one["year"] == 2026)

    assert await waits() >= 3
    for _ in range(2):
        noted = note_spared.NoteSpared("os:test", grandmother.number, ground)
        assert await note_spared.run(noted, town.bureau.runtime) is None
    assert await waits() == 0
    told = [one["what"] for one in await phone.items("/me/trail")]
    assert told.count("按您出示的材料登记免等待期身份") == 1
    for number, code in (
        ("0", RefusalCode.NOT_FOUND),
        (town.family(MOTHER_AND_SON)[0].number, RefusalCode.ENROL_STATE),
    ):
        refused = await note_spared.run(
            note_spared.NoteSpared("os:test", number, ground), town.bureau.runtime
        )
        assert isinstance(refused, Refused)
        assert refused.code is code
