"""A bill that a wallet paid is taken back: the wallet is filled again, or its givers get their money back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest

from qinji.client import messages
from qinji.flows import audit_books
from qinji.insured import queries as insured
from qinji.platform.database import Address
from qinji.policy.load import load
from qinji.wallet import queries as wallets
from tests.bureau import open_bureau
from tests.household import Town, open_town, packs_with
from tests.till import line
from tests.wallet import Pair, funded_twice


@pytest.fixture
async def town(address: Address, tmp_path: Path) -> AsyncIterator[Town]:
    """A bureau of its own with both doors open."""
    async with open_bureau(address, tmp_path) as bureau, open_town(bureau) as opened:
        yield opened


@pytest.fixture
async def pair(town: Town) -> Pair:
    """The daughter and the mother in another province, both with a wallet; 50.00 came first, then 250.00."""
    return await funded_twice(town)


async def mother_of(pair: Pair) -> UUID:
    """The mother's id."""
    return await pair.town.bureau.person_id(pair.mother.person.number)


async def left(pair: Pair) -> list[int]:
    """What is left in the mother's wallet of each transfer, the first one first, in fen."""
    mother = await mother_of(pair)
    async with pair.town.bureau.runtime.database.reading() as connection:
        found = await wallets.lots(connection, [mother])
    return [lot.left_fen for lot in found.get(mother, [])]


async def test_a_bill_takes_what_came_first_and_refunds_put_it_back_there(pair: Pair) -> None:
    mother = pair.mother.person
    bill = await pair.town.purchase(mother, [line("A", "150.00")])
    spent = bill.paid.account - 46_00
    assert spent > 50_00
    assert await left(pair) == [300_00 - spent]
    await pair.town.cancel(bill)
    assert await left(pair) == [50_00, 250_00]
    assert await pair.money() == (500_00, 0, 300_00)


async def test_where_the_region_refunds_to_the_source_its_givers_get_their_money_back(
    pair: Pair, tmp_path: Path
) -> None:
    mother = pair.mother.person
    async with pair.town.under(
        load(packs_with(tmp_path, "420100-wuhan", "wallet.refund_to", "source"))
    ) as there:
        bill = await there.purchase(mother, [line("A", "150.00")])
        spent = bill.paid.account - 46_00
        back = await there.cancel(bill)
        assert float(back["balc"]) == 46.0
        assert await there.balance(mother) == 46_00
    assert await left(pair) == [300_00 - spent]
    assert await pair.money() == (500_00 + spent, 0, 300_00 - spent)
    trail = await pair.daughter.items("/me/trail")
    (told,) = [one for one in trail if one["action"] == "wallet.refund"]
    assert told["what"] == "您转出的钱因对方退费,退回您的个人账户"
    assert "药" not in told["who"] + told["right"], "where the mother was is not the daughter's to know"


async def test_where_money_goes_back_is_decided_with_the_bill_not_with_its_refund(
    pair: Pair, tmp_path: Path
) -> None:
    mother = pair.mother.person
    bill = await pair.town.purchase(mother, [line("A", "150.00")])
    async with pair.town.under(
        load(packs_with(tmp_path, "420100-wuhan", "wallet.refund_to", "source"))
    ) as there:
        await there.cancel(bill)
    assert await pair.money() == (500_00, 0, 300_00)


async def test_refunded_to_their_source_twice_is_once(pair: Pair, tmp_path: Path) -> None:
    mother = pair.mother.person
    async with pair.town.under(
        load(packs_with(tmp_path, "420100-wuhan", "wallet.refund_to", "source"))
    ) as there:
        first = await there.purchase(mother, [line("A", "150.00")])
        second = await there.purchase(mother, [line("A", "80.00")])
        await there.cancel(first)
        again = await there.purchase(mother, [line("A", "30.00")])
        await there.cancel(second)
        await there.cancel(again)
    daughter, held, wallet = await pair.money()
    assert daughter + held + wallet == 800_00
    identifier = await mother_of(pair)
    async with pair.town.bureau.runtime.database.reading() as connection:
        assert await audit_books.run(connection) == []
        mine = await insured.audit_trail(connection, identifier, 50)
    assert "wallet.refund" not in {row.action for row in mine}


async def test_a_lost_bill_that_is_reversed_gives_the_wallet_s_money_back_the_same_way(
    pair: Pair, tmp_path: Path
) -> None:
    mother = pair.mother.person
    async with pair.town.under(
        load(packs_with(tmp_path, "420100-wuhan", "wallet.refund_to", "source"))
    ) as there:
        bill = await there.purchase(mother, [line("A", "150.00")])
        async with there.bureau.runtime.database.reading() as connection:
            message = await connection.fetchval(
                "select message_id from settlement where institution = $1", bill.institution
            )
        for _ in range(2):
            await there.say(bill.institution, messages.reverse(mother.number, message, "2102"))
    spent = bill.paid.account - 46_00
    assert await pair.money() == (500_00 + spent, 0, 300_00 - spent)
