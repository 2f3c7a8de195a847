"""What the packs of the regions say, met at the till."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from qinji.policy.load import load
from qinji.policy.written import PackInvalid
from tests.household import Town, packs_with
from tests.till import line, paid

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_r036_the_patients_credential_is_enough_and_a_pack_that_wants_the_grantor_does_not_load(
    town: Town, tmp_path: Path
) -> None:
    """No message has a place for a second credential; a rule that asks for one is refused with the reason."""
    father, _, child = town.family("离婚的父母与共同的孩子")
    await town.granted(father, child)
    bill = await town.visit(child, [line("A", "100.00")])
    assert bill.paid == paid(fund="60.00", mutual_aid="40.00")

    packs = packs_with(tmp_path, "990200-xilan", "mutual_aid.grantor_presence_required", "true")
    with pytest.raises(PackInvalid, match=r"不支持要求授权人到场:使用人出示本人凭证即可\(R-036\)") as raised:
        load(packs)
    assert "990200-xilan" in str(raised.value)
    assert "mutual_aid.grantor_presence_required" in str(raised.value)


async def test_r045_wuhan_retired_at_a_community_hospital(town: Town) -> None:
    """WE-13 and the rest of the year: deductible 500 once, 84 per cent, and the fund's 4000 are the end of it."""
    husband, wife = town.family("在社区看病的退休夫妇")
    with town.on(date(2024, 2, 20)):
        await town.granted(wife, husband)
        first = await town.visit(husband, [line("A", "1200.00")])
    assert first.fen("act_pay_dedc") == 500_00
    assert first.paid == paid(fund="588.00", account="200.00", mutual_aid="300.00", cash="112.00")

    with town.on(date(2024, 6, 3)):
        second = await town.visit(husband, [line("A", "4000.00")])
        third = await town.visit(husband, [line("A", "100.00")])
    assert second.fen("act_pay_dedc") == 0
    assert second.paid == paid(fund="3360.00", cash="640.00")
    assert third.paid == paid(fund="52.00", cash="48.00")

    with town.on(date(2025, 1, 2)):
        new_year = await town.visit(husband, [line("A", "600.00")])
    assert new_year.paid == paid(fund="84.00", cash="516.00")


async def test_r071_the_seed_packs_deductible_ratios_and_caps(town: Town) -> None:
    """WE-01 and WE-02; at each level the fund stops at its cap of the day and pays again on the next."""
    husband, wife = town.family("WE-01")
    await town.granted(wife, husband)
    bill = await town.visit(husband, [line("A", "350.00")], "1")
    assert bill.paid == paid(fund="200.00", account="80.00", mutual_aid="70.00")
    rest = await town.visit(husband, [line("A", "150.00")], "1")
    assert rest.paid == paid(fund="100.00", mutual_aid="50.00")
    with town.later(days=1):
        assert (await town.visit(husband, [line("A", "100.00")], "1")).paid.fund == 80_00

    father, mother, daughter = town.family("WE-02")
    for relative in (mother, daughter):
        await town.granted(relative, father)
    await town.deductible_used(father, "100.00", "3")
    bill = await town.visit(father, [line("A", "3000.00")], "3")
    assert bill.paid == paid(fund="1300.00", account="1000.00", mutual_aid="500.00", cash="200.00")
    assert (await town.visit(father, [line("A", "100.00")], "3")).paid == paid(cash="100.00")

    teacher = town.family("外祖母带大的外孙女")[1]
    bill = await town.visit(teacher, [line("A", "1000.00")], "2", flag="0")
    assert bill.paid == paid(fund="630.00", cash="370.00")
    rest = await town.visit(teacher, [line("A", "1000.00")], "2", flag="0")
    assert rest.paid == paid(fund="170.00", cash="830.00")
