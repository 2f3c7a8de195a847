"""本次不用家人的钱: one code for which no relative's account pays, whatever the institution asks."""

from __future__ import annotations

import pytest

from tests.household import Town
from tests.till import line, paid, scanned

pytestmark = pytest.mark.asyncio(loop_scope="module")

WISH = "出示医保码时选择了“本次不用家人的钱”"


async def test_a_mother_spares_her_daughters_money_for_one_scan_and_not_for_the_next(town: Town) -> None:
    """Her own 20 yuan and cash pay; the bill says why the daughter's account did not; the next code is as usual."""
    daughter, mother = town.family("女儿与不用智能手机的母亲")
    await town.granted(daughter, mother)
    phone = await town.phone(mother)

    wish = (await phone.code(own_money_only=True)).done
    assert wish["own_money_only"] is True
    bill = await town.visit(mother, [line("A", "300.00")], shown=scanned(wish), flag="2")

    assert bill.previewed == bill.paid == paid(fund="160.00", account="20.00", cash="120.00")
    assert bill.told.warning.startswith(WISH)
    assert await town.balance(daughter) == daughter.balance_fen
    assert await (await town.phone(daughter)).items("/settlements", **{"as": "grantor"}) == []
    told = await phone.bill(bill)
    assert told["own_money_only"] is True
    assert f"没有支付:{WISH}" in " ".join(step["text"] for step in told["trace"])

    await town.cancel(bill)
    usual = (await phone.code()).done
    bill = await town.visit(mother, [line("A", "300.00")], shown=scanned(usual))
    assert bill.paid == paid(fund="160.00", account="20.00", mutual_aid="120.00")
    assert bill.told.warning == ""
    assert (await phone.bill(bill))["own_money_only"] is False


async def test_a_holder_may_show_a_members_code_with_the_wish(town: Town) -> None:
    """The mother shows her son's code; his account is empty, so he pays cash although both parents granted."""
    son, father, mother = town.family("甲乙丙三类都有的账单")
    for parent in (father, mother):
        await town.granted(parent, son)
    await town.bound(mother, son)
    code = (await (await town.phone(mother)).code(son, own_money_only=True)).done

    bill = await town.purchase(son, [line("A", "60.00")], shown=scanned(code))

    assert bill.paid == paid(account="20.00", cash="40.00")
    assert [await town.balance(one) for one in (father, mother)] == [50_00, 100_00]


async def test_the_wish_gives_an_institution_no_account_that_it_did_not_ask_for(town: Town) -> None:
    """Account use 0 stays 0: everything that the fund does not pay is cash."""
    wife, husband, _ = town.family("设了限额的丈夫与儿子")
    code = (await (await town.phone(husband)).code(own_money_only=True)).done
    bill = await town.purchase(husband, [line("A", "50.00")], shown=scanned(code), flag="0")
    assert bill.paid == paid(cash="50.00")
    assert await town.balance(husband) == husband.balance_fen
    assert await town.balance(wife) == wife.balance_fen
