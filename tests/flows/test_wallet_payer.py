"""医保钱包 at the till: own money, in the place that the patient's region gives it, and back when the bill is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from qinji.flows import audit_books
from qinji.ledger import queries as ledger
from qinji.ledger.model import HELD_POCKET
from qinji.platform.database import Address
from qinji.policy.load import load
from tests.bureau import open_bureau
from tests.household import Town, open_town, packs_with
from tests.till import line, paid
from tests.wallet import APART, Pair, funded, pair_of


@pytest.fixture
async def town(address: Address, tmp_path: Path) -> AsyncIterator[Town]:
    """A bureau of its own with both doors open."""
    async with open_bureau(address, tmp_path) as bureau, open_town(bureau) as opened:
        yield opened


@pytest.fixture
async def pair(town: Town) -> Pair:
    """The daughter and the mother in another province, both with a wallet."""
    daughter, mother, _ = town.family(APART)
    return await pair_of(town, daughter, mother)


async def test_the_wallet_pays_after_the_own_account_and_a_cancelled_bill_fills_it_again(pair: Pair) -> None:
    await funded(pair, 300_00)
    mother = pair.mother.person
    bill = await pair.town.purchase(mother, [line("A", "100.00")])
    assert (bill.paid.account, bill.paid.mutual_aid, bill.paid.cash) == (100_00 - bill.paid.fund, 0, 0)
    spent = 100_00 - bill.paid.fund - 46_00
    assert bill.fen("balc") == 0
    assert bill.fen("acct_pay") == 46_00 + spent
    assert bill.fen("acct_mulaid_pay") == 0
    assert (await pair.money())[2] == 300_00 - spent
    told = await pair.mother.bill(bill)
    assert [one["right"].split(",")[0] for one in told["payers"]] == ["本人个人账户", "本人医保钱包"]
    assert any(
        f"本人医保钱包 支付 {spent // 100}.00 元,付前余额 300.00 元" in one["text"] for one in told["trace"]
    )
    back = await pair.town.cancel(bill)
    assert float(back["balc"]) == 46.0
    assert await pair.town.balance(mother) == 46_00
    assert await pair.money() == (500_00, 0, 300_00)


@pytest.mark.parametrize(
    ("position", "left"),
    [("before_account", (46_00, 200_00)), ("after_own", (0, 246_00)), ("after_all", (0, 300_00))],
)
async def test_the_wallet_stands_where_the_region_puts_it(
    pair: Pair, tmp_path: Path, position: str, left: tuple[int, int]
) -> None:
    """A bill of 100.00; the sister shares her account with the mother."""
    _, mother, sister = pair.town.family(APART)
    await pair.town.granted(sister, mother)
    await funded(pair, 300_00)
    async with pair.town.under(
        load(packs_with(tmp_path, "420100-wuhan", "order.wallet_position", position))
    ) as there:
        bill = await there.purchase(mother, [line("A", "100.00")])
        assert bill.paid.cash == 0
        phone = await there.phone(mother)
        state = (await phone.call("GET", "/wallet")).done
        assert (await there.balance(mother), state["balance_fen"]) == left
    async with pair.town.bureau.runtime.database.reading() as connection:
        assert await audit_books.run(connection) == []


async def test_a_resident_without_an_account_pays_from_the_wallet(town: Town) -> None:
    daughter, mother = town.family("在两座城市参保的母女")
    pair = await pair_of(town, daughter, mother)
    await funded(pair, 200_00)
    bill = await town.purchase(mother, [line("A", "50.00")])
    assert bill.paid == paid(account="50.00")
    assert (await pair.money())[2] == 150_00
    assert (await pair.mother.call("GET", "/me")).done["balance_fen"] == 0


async def test_held_money_pays_no_bill_of_its_sender(pair: Pair) -> None:
    assert (await pair.send(800_00)).done
    daughter = pair.daughter.person
    bill = await pair.town.purchase(daughter, [line("A", "50.00")])
    assert bill.paid == paid(cash="50.00")
    identifier = await pair.town.bureau.person_id(daughter.number)
    async with pair.town.bureau.runtime.database.reading() as connection:
        assert (await ledger.balances(connection, [identifier]))[identifier][HELD_POCKET] == 800_00
