"""A bill of account and wallet is corrected, then cancelled: each part goes back once, by its own way (0037, 0038).

By hand: the mother's bill of 150.00 is 46.00 of her account, all that was there, and 104.00 of her wallet, of which
50.00 came first and 250.00 later: all of the first and 54.00 of the second. 250.00 - 54.00 leaves 196.00.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from qinji.platform.database import Address
from qinji.policy.load import load
from qinji.wallet import queries as wallets
from tests.bureau import open_bureau
from tests.complaints import REVIEWER, Doubt
from tests.household import Town, open_town, packs_with
from tests.till import Bill, line, paid
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


async def bought(pair: Pair, town: Town) -> Bill:
    """The bill, as it is worked out above."""
    bill = await town.purchase(pair.mother.person, [line("A", "150.00")])
    assert bill.paid == paid(account="150.00")
    assert await town.balance(pair.mother.person) == 0
    assert await pair.money() == (500_00, 0, 196_00)
    return bill


async def corrected(pair: Pair, town: Town, bill: Bill) -> Doubt:
    """The mother complains, two members of staff give her account back what it paid; the wallet stays as it is."""
    doubt = Doubt(town, pair.daughter, pair.mother, {}, {}, bill)
    case = await doubt.opened(pair.mother)
    measure = (await doubt.work(case, "corrections", reason="经核实不应支付")).done
    assert measure["amount_fen"] == 46_00
    assert (await doubt.approved(measure, REVIEWER)).done
    assert await town.balance(pair.mother.person) == 46_00
    assert await pair.money() == (500_00, 0, 196_00)
    again = await doubt.work(case, "corrections", reason="再退一次试试看")
    assert again.refused == "CORRECTION_NOTHING"
    return doubt


async def lots(pair: Pair) -> list[int]:
    """What is left in the mother's wallet of each transfer, the first one first, in fen."""
    mother = await pair.town.bureau.person_id(pair.mother.person.number)
    async with pair.town.bureau.runtime.database.reading() as connection:
        found = await wallets.lots(connection, [mother])
    return [lot.left_fen for lot in found.get(mother, [])]


async def test_a_cancel_after_a_correction_fills_the_wallet_and_leaves_the_account_alone(
    pair: Pair, town: Town
) -> None:
    bill = await bought(pair, town)
    assert await lots(pair) == [196_00]
    doubt = await corrected(pair, town, bill)
    info = await town.cancel(bill)
    assert str(info["balc"]) == "46.00"
    assert await doubt.money() == (500_00, 46_00)
    assert await lots(pair) == [50_00, 250_00]
    assert await pair.money() == (500_00, 0, 300_00)


async def test_where_refunds_go_to_their_source_a_cancel_after_a_correction_sends_on_the_wallets_part_alone(
    pair: Pair, tmp_path: Path
) -> None:
    packs = load(packs_with(tmp_path, "420100-wuhan", "wallet.refund_to", "source"))
    async with pair.town.under(packs) as there:
        bill = await bought(pair, there)
        doubt = await corrected(pair, there, bill)
        info = await there.cancel(bill)
        assert str(info["balc"]) == "46.00"
    assert await doubt.money() == (604_00, 46_00)
    assert await lots(pair) == [196_00]
    assert await pair.money() == (604_00, 0, 196_00)


async def test_a_bill_of_account_and_wallet_that_was_corrected_and_cancelled_is_settled_anew_at_the_same_figures(
    pair: Pair, town: Town
) -> None:
    bill = await bought(pair, town)
    await corrected(pair, town, bill)
    await town.cancel(bill)
    await bought(pair, town)
    assert await lots(pair) == [196_00]
