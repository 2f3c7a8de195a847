"""亲情账户 and 家庭共济 are two things: the first shows codes, the second lets an account pay."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from qinji.client import Credential
from tests.household import Town
from tests.till import Bill, card, line, paid, scanned

pytestmark = pytest.mark.asyncio(loop_scope="module")

OF_THE_MESSAGE = ("setl_id", "mdtrt_id", "setl_time", "medins_setl_id")


def _same(bill: Bill) -> Mapping[str, Any]:
    """Everything a cashier reads of a bill but what names this one message."""
    return {name: value for name, value in bill.info.items() if name not in OF_THE_MESSAGE}


async def test_r001_the_two_functions_have_own_records_and_neither_follows_from_the_other(town: Town) -> None:
    """Bind, then grant, then unbind, then bind again and revoke: each time the other one stays as it was."""
    daughter, mother = town.family("女儿与不用智能手机的母亲")
    phone = await town.phone(daughter)
    binding = await town.bound_at_window(daughter, mother)
    assert await phone.items("/mutual-aid/grants") == []

    grant = (await phone.grant(mother)).done
    assert len(await phone.items("/family/bindings")) == 1
    assert set(await town.consents(binding["id"])) == {"bind.enter", "bind.confirm"}
    given = await town.consents(grant["id"])
    assert set(given) == {"grant"}
    entered = (await town.consents(binding["id"]))["bind.enter"]
    assert given["grant"]["text_hash"] != entered["text_hash"]

    await phone.unbind(binding)
    assert [one["state"] for one in await phone.items("/mutual-aid/grants")] == ["active"]
    again = await town.bound_at_window(daughter, mother)
    await phone.revoke(grant)
    states = {one["id"]: one["state"] for one in await phone.items("/family/bindings")}
    assert states == {binding["id"]: "ended", again["id"]: "active"}


async def test_r004_a_binding_moves_no_money_and_gives_no_right_to_money(town: Town) -> None:
    """The son's own account is empty. His mother shows his code; his bill is cash and her account is not touched."""
    son, mother = town.family("账户已空的儿子与母亲的账户")
    await town.bound(mother, son)
    phone = await town.phone(mother)
    for flag in ("1", "2"):
        code = (await phone.code(son)).done
        bill = await town.purchase(son, [line("C", "60.00")], shown=scanned(code), flag=flag)
        assert bill.paid == paid(cash="60.00")
    assert await town.balance(mother) == 500_00
    assert await phone.items("/settlements", **{"as": "grantor"}) == []


async def test_r062_a_family_account_alone_makes_nobody_elses_balance_usable(town: Town) -> None:
    """The mother has no account of her own; bound to her daughter she pays cash, granted to she does not.

    A grant that is revoked is over with the very next bill.
    """
    daughter, mother = town.family("在两座城市参保的母女")
    await town.bound(daughter, mother)
    bound = await town.purchase(mother, [line("A", "50.00")])
    assert bound.paid == paid(cash="50.00")
    assert await town.balance(daughter) == 730_00

    grant = await town.granted(daughter, mother)
    granted = await town.purchase(mother, [line("A", "50.00")])
    assert granted.paid == paid(mutual_aid="50.00")
    assert await town.balance(daughter) == 680_00

    await town.revoked(daughter, grant)
    assert (await town.purchase(mother, [line("A", "50.00")])).paid == paid(cash="50.00")
    assert await town.balance(daughter) == 680_00


async def test_r068_the_two_functions_are_opened_separately(town: Town) -> None:
    """Two requests, two texts; a limit has no place in a binding, and a grant shows no code."""
    _, brother, sister = town.family("互相照应的兄妹")
    phone = await town.phone(brother)
    texts = [(await phone.call("GET", f"/consent-texts/{kind}")).done for kind in ("bind", "grant")]
    assert "不动用任何人的个人账户资金" in texts[0]["text"]
    assert "不能出示对方的医保码" in texts[1]["text"]
    assert (await phone.bind(sister, per_year_fen=100_00)).refused == "REQUEST_INVALID"

    await phone.grant(sister)
    assert (await phone.code(sister)).refused == "NOT_FOUND"
    bill = await town.visit(sister, [line("A", "100.00")])
    assert bill.paid == paid(account="60.00", mutual_aid="40.00")

    await town.bound(brother, sister)
    assert (await phone.code(sister)).done["name"] == sister.name


async def test_r070_a_family_account_shares_convenience_not_money(town: Town) -> None:
    """With every power that there is the son shows the code and sees the costs; the father's account pays alone."""
    son, father = town.family("在西澜工作的儿子与东澜的父亲")
    powers = ["activate_code", "show_code", "pay_premium", "query_cost", "query_status"]
    binding = await town.bound(son, father, powers=powers)
    assert set(binding["powers"]) == set(powers)
    phone = await town.phone(son)

    code = (await phone.code(father)).done
    bill = await town.visit(father, [line("A", "400.00")], shown=scanned(code))

    assert bill.paid == paid(fund="240.00", account="120.00", cash="40.00")
    seen = await phone.items("/settlements", psn_no=father.number)
    assert [one["id"] for one in seen] == [bill.number]
    assert (await phone.call("GET", "/me")).done["balance_fen"] == 440_00


async def test_r095_to_have_a_family_account_is_not_to_have_mutual_aid(town: Town) -> None:
    """In 东澜 a sister may be bound and shown; her brother's money is closed to her by the region's rule."""
    _, brother, sister = town.family("东澜的哥哥与居民妹妹")
    await town.bound(brother, sister)
    refused = await (await town.phone(brother)).grant(sister)
    assert refused.refused == "GRANT_RELATION_NOT_ALLOWED"
    assert "东澜市的规定" in refused.says
    assert "不包括兄弟姐妹" in refused.says

    code = (await (await town.phone(brother)).code(sister)).done
    bill = await town.visit(sister, [line("A", "100.00")], shown=scanned(code))
    assert bill.paid == paid(fund="60.00", cash="40.00")


@pytest.mark.parametrize(
    ("level", "lines"),
    [
        ("1", [line("A", "350.00")]),
        ("1", [line("A", "120.00"), line("B", "80.00"), line("C", "35.50")]),
        ("3", [line("A", "3000.00")]),
        ("pharmacy", [line("C", "212.40")]),
    ],
    ids=["level 1", "A, B and C", "level 3", "pharmacy"],
)
async def test_r096_binding_alone_changes_no_bill(town: Town, level: str, lines: list[Any]) -> None:
    """The same bill before and after both parents are bound, by card and by a parent's phone: not a field differs."""
    son, father, mother = town.family("甲乙丙三类都有的账单")

    async def bill(shown: Credential) -> Bill:
        if level == "pharmacy":
            settled = await town.purchase(son, lines, shown=shown)
        else:
            settled = await town.visit(son, lines, level, shown=shown)
        await town.cancel(settled)
        return settled

    before = await bill(card(son))
    bindings = [await town.bound(parent, son) for parent in (father, mother)]
    after = await bill(card(son))
    code = (await (await town.phone(mother)).code(son)).done
    by_phone = await bill(scanned(code))

    assert _same(after) == _same(before)
    assert _same(by_phone) == {**_same(before), "mdtrt_cert_type": "01"}
    assert [await town.balance(one) for one in (son, father, mother)] == [20_00, 50_00, 100_00]
    for parent, binding in zip((father, mother), bindings, strict=True):
        await (await town.phone(parent)).unbind(binding)
