"""职工断缴: what a break costs follows from the region's rule and holds at the till (R-076 to R-079)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from qinji.entry.sandbox.model import Person
from qinji.flows import note_arrears
from qinji.insured.model import Status
from qinji.kernel.refusal import RefusalCode, Refused
from qinji.platform.database import Address
from qinji.policy.arrears import Resumed
from qinji.policy.load import load
from tests.bureau import open_bureau
from tests.household import Town, open_town, packs_with
from tests.premium import BROTHER, MOTHER_AND_SON, Counter
from tests.till import BillRefused, line, paid


@pytest.fixture
async def counter(address: Address, tmp_path: Path) -> AsyncIterator[Counter]:
    """A bureau of its own with both doors open."""
    async with open_bureau(address, tmp_path) as bureau, open_town(bureau) as town:
        yield Counter(town)


async def stopped(town: Town, person: Person, last_paid: date) -> None:
    """The employer stopped paying after this month."""
    command = note_arrears.NoteArrears("os:test", person.number, last_paid)
    assert await note_arrears.stop(command, town.bureau.runtime) is None


async def resumed(town: Town, person: Person, paid_on: date, *, paid_back: bool) -> Resumed:
    """Paid again."""
    command = note_arrears.NoteResumed("os:test", person.number, paid_on, paid_back)
    found = await note_arrears.go_on(command, town.bureau.runtime)
    assert isinstance(found, Resumed)
    return found


async def test_r076_a_break_over_three_months_is_waited_for_and_the_years_stay(counter: Counter) -> None:
    """Meanwhile no fund pays; the old balance of 500.00 does, as the region lets it."""
    town = counter.town
    mother, _ = town.family(MOTHER_AND_SON)
    before = await town.balance(mother)
    await stopped(town, mother, date(2025, 10, 31))
    assert (await town.visit(mother, [line("A", "100.00")])).paid == paid(account="100.00")
    assert await town.balance(mother) == before - 100_00
    found = await resumed(town, mother, date(2026, 3, 17), paid_back=True)
    assert found == Resumed(3, date(2026, 6, 1), None)
    with pytest.raises(BillRefused, match="待遇自 2026-06-01 起"):
        await town.visit(mother, [line("A", "100.00")])
    await counter.at(date(2026, 6, 1))
    assert (await town.visit(mother, [line("A", "1000.00")])).paid.fund > 0


async def test_r077_a_break_of_three_months_that_is_paid_back_is_bridged_without_waiting(
    counter: Counter,
) -> None:
    town = counter.town
    mother, _ = town.family(MOTHER_AND_SON)
    await stopped(town, mother, date(2025, 11, 30))
    found = await resumed(town, mother, date(2026, 3, 17), paid_back=True)
    assert found == Resumed(0, date(2026, 3, 1), date(2025, 12, 1))
    assert (await town.visit(mother, [line("A", "1000.00")])).paid.fund > 0


async def test_r078_bills_of_the_gap_are_paid_only_where_the_region_says_so(
    counter: Counter, tmp_path: Path
) -> None:
    """Paid back for three months; 西澜 or 东澜 say yes, and a pack that says no leaves the gap uncovered."""
    town = counter.town
    mother, _ = town.family(MOTHER_AND_SON)
    await stopped(town, mother, date(2025, 11, 30))
    rule = packs_with(tmp_path, "990000-seed", "employee_gap.retroactive", "false")
    async with town.under(load(rule)) as there:
        found = await resumed(there, mother, date(2026, 3, 17), paid_back=True)
    assert found == Resumed(0, date(2026, 3, 1), None)


async def test_r079_in_arrears_account_and_grants_pay_as_the_region_says(
    counter: Counter, tmp_path: Path
) -> None:
    """The own balance pays a child's premium, where the region lets it; what was granted rests, where it says so."""
    town = counter.town
    mother, son = town.family(MOTHER_AND_SON)
    await town.granted(mother, son)
    await stopped(town, mother, date(2026, 1, 31))
    bill = await town.purchase(son, [line("A", "30.00")])
    assert bill.paid.mutual_aid == 0
    grants = packs_with(tmp_path / "grants", "990000-seed", "employee_gap.grant_usable", "true")
    async with town.under(load(grants)) as there:
        assert (await there.purchase(son, [line("A", "20.00")])).paid.mutual_aid == 20_00
    frozen = packs_with(tmp_path / "frozen", "990000-seed", "employee_gap.account_usable", "false")
    async with town.under(load(frozen)) as there:
        hers = await there.phone(mother)
        offered = (await Counter(there).preview(hers, son)).done["payers"]
        assert [one["usable"] for one in offered if one["payer"] == "own_account"] == [False]
    hers = await town.phone(mother)
    offered = (await counter.preview(hers, son)).done["payers"]
    assert [one["usable"] for one in offered if one["payer"] == "own_account"] == [True]


async def test_r079_in_arrears_one_pays_at_the_till_from_the_old_balance_alone_and_is_told_why(
    counter: Counter, tmp_path: Path
) -> None:
    """Own balance, then cash: no fund, and no relative, who could only share what there is a right to."""
    town = counter.town
    daughter, mother = town.family("断缴的女儿与退休的母亲")
    own = await town.balance(daughter)
    await town.set_status(daughter, Status.NORMAL)
    await town.granted(mother, daughter)
    await town.set_status(daughter, Status.ARREARS)
    bill = await town.purchase(daughter, [line("A", f"{own / 100 + 50:.2f}")])
    assert bill.paid == paid(account=f"{own / 100:.2f}", cash="50.00")
    told = (await (await town.phone(daughter)).call("GET", f"/settlements/{bill.number}")).done
    words = str(told)
    assert "断缴期间统筹基金不支付;个人账户原有的余额仍可使用" in words
    assert "断缴期间没有待遇,家人的账户不能替您支付" in words
    frozen = packs_with(tmp_path, "990000-seed", "employee_gap.account_usable", "false")
    async with town.under(load(frozen)) as there:
        with pytest.raises(BillRefused, match="欠费"):
            await there.purchase(daughter, [line("A", "1.00")])


async def test_what_was_needed_before_the_break_is_not_settled_without_the_fund(counter: Counter) -> None:
    """Stopped from April on, and a bill of March comes: it had benefits, and is claimed by hand as before."""
    town = counter.town
    mother, _ = town.family(MOTHER_AND_SON)
    before = await town.balance(mother)
    await stopped(town, mother, date(2026, 3, 31))
    with pytest.raises(BillRefused, match="欠费"):
        await town.visit(mother, [line("A", "100.00")])
    assert await town.balance(mother) == before


async def test_a_second_break_ends_what_the_first_payment_had_opened(counter: Counter) -> None:
    town = counter.town
    mother, _ = town.family(MOTHER_AND_SON)
    await stopped(town, mother, date(2025, 12, 31))
    await resumed(town, mother, date(2026, 2, 10), paid_back=True)
    await stopped(town, mother, date(2026, 2, 28))
    assert (await town.visit(mother, [line("A", "10.00")])).paid == paid(account="10.00")
    again = await resumed(town, mother, date(2026, 3, 17), paid_back=False)
    assert again == Resumed(0, date(2026, 3, 1), None)
    assert (await town.visit(mother, [line("A", "1000.00")])).paid.fund > 0


async def test_nobody_is_in_arrears_who_is_a_resident_or_resumes_who_never_stopped(counter: Counter) -> None:
    runtime = counter.town.bureau.runtime
    mother, son = counter.town.family(MOTHER_AND_SON)
    brother, _, _ = counter.town.family(BROTHER)
    for command in (
        note_arrears.NoteArrears("os:test", son.number, date(2026, 1, 1)),
        note_arrears.NoteArrears("os:test", brother.number, date(2026, 1, 1)),
    ):
        found = await note_arrears.stop(command, runtime)
        assert isinstance(found, Refused)
        assert found.code is RefusalCode.ENROL_STATE
    going_on = note_arrears.NoteResumed("os:test", mother.number, date(2026, 3, 17), True)
    never = await note_arrears.go_on(going_on, runtime)
    assert isinstance(never, Refused)
    assert never.code is RefusalCode.ENROL_STATE
    nobody = await note_arrears.stop(note_arrears.NoteArrears("os:test", "0", date(2026, 1, 1)), runtime)
    assert isinstance(nobody, Refused)
    assert nobody.code is RefusalCode.NOT_FOUND
