"""The daughter who moved away: 家庭共济 ends at the border of a province, 医保钱包 goes on from there."""

from __future__ import annotations

import pytest

from tests.household import Town
from tests.till import Paid, line, paid

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_r049_across_provinces_both_need_a_wallet_and_within_one_nobody_does(town: Town) -> None:
    """In 东澜 the daughter cannot share with her mother in 武汉; when both have a wallet, her money pays the bill."""
    daughter, mother, _ = town.family("在外省的母亲与姐姐")
    phone, hers = await town.phone(daughter), await town.phone(mother)
    assert (await phone.grant(mother)).refused == "GRANT_OUT_OF_SCOPE"

    body = {"receiver_psn_no": mother.number, "amount_fen": 200_00}
    assert (await phone.call("POST", "/wallet", {})).done["name"] == daughter.name
    missing = await phone.call("POST", "/wallet/transfers", body)
    assert missing.refused == "WALLET_MISSING"
    assert missing.says.startswith("对方(郑**)还没有开通医保钱包。没有转出钱")
    assert (await hers.call("POST", "/wallet", {})).done["name"] == mother.name
    sent = (await phone.call("POST", "/wallet/transfers", body)).done
    assert await town.balance(daughter) == 600_00
    assert (await hers.call("POST", f"/wallet/transfers/{sent['id']}/accept")).done["state_text"] == "已接收"

    bill = await town.purchase(mother, [line("A", "146.00")])
    assert bill.paid == Paid(fund=bill.paid.fund, account=146_00 - bill.paid.fund, mutual_aid=0, cash=0)
    assert await town.balance(mother) == 0
    from_wallet = bill.paid.account - 46_00
    assert from_wallet > 0
    assert (await hers.call("GET", "/wallet")).done["balance_fen"] == 200_00 - from_wallet

    son, parent = town.family("账户已空的儿子与母亲的账户")
    await town.granted(parent, son)
    assert (await town.purchase(son, [line("A", "30.00")])).paid == paid(mutual_aid="30.00")
