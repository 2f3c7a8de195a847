"""消费查询: both sides look up what was spent by mutual aid, each through their own channel and in their own words."""

from __future__ import annotations

import pytest

from qinji.entry.sandbox.model import Person
from tests.household import Town
from tests.till import Bill, line

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def spent(town: Town, grantor: Person, patient: Person, *yuan: str) -> list[Bill]:
    """The grantor shares, and the patient buys so much, minute after minute."""
    await town.granted(grantor, patient)
    made = []
    for one in yuan:
        town.bureau.later(minutes=2)
        made.append(await town.purchase(patient, [line("A", one)]))
    town.bureau.later(minutes=2)
    return made


async def test_r038_both_sides_look_up_what_was_spent_in_a_mini_program(town: Town) -> None:
    """The mother reads her bills with each payer; the daughter what her account paid, and nothing that was bought."""
    daughter, mother = town.family("女儿与不用智能手机的母亲")
    await spent(town, daughter, mother, "100.00", "40.00")

    hers = await (await town.phone(mother, "mini_program")).items("/records/uses")
    assert [one["total_fen"] for one in hers] == [40_00, 100_00]
    assert [part["who"]["text"] for part in hers[1]["relatives"]] == ["李*(您的女儿)"]

    mine = await (await town.phone(daughter, "mini_program")).items("/records/uses", **{"as": "grantor"})
    assert [one["amount_fen"] for one in mine] == [40_00, 80_00]
    assert mine[0]["who"]["text"] == "杨**(您的母亲)"
    assert "institution_name" not in mine[0]


async def test_r039_what_was_spent_is_found_again_after_the_grant_has_ended(town: Town) -> None:
    """By relative, day, amount and state; a use that was taken back says so on both sides."""
    son, parent = town.family("账户已空的儿子与母亲的账户")
    first, second = await spent(town, parent, son, "30.00", "50.00")
    await town.cancel(first)
    town.bureau.later(minutes=2)

    payer = await town.phone(parent, "mini_program")
    grant = (await payer.items("/mutual-aid/grants"))[0]
    assert (await payer.revoke(grant)).status < 500
    found = await payer.items("/records/uses", **{"as": "grantor", "psn_no": son.number})
    assert [(one["amount_fen"], one["state_text"]) for one in found] == [(50_00, "已扣款"), (30_00, "已退回")]
    narrowed = {"as": "grantor", "from": "2026-03-17", "to": "2026-03-17", "least_fen": "4000"}
    assert [one["amount_fen"] for one in await payer.items("/records/uses", **narrowed)] == [50_00]

    user = await town.phone(son, "mini_program")
    returned = await user.items("/records/uses", returned="true", paid_by=parent.number)
    assert [one["settlement_id"] for one in returned] == [first.number]
    assert [one["settlement_id"] for one in await user.items("/records/uses", returned="false")] == [
        second.number
    ]


async def test_r040_a_month_of_both_sides_agrees_to_the_fen(town: Town) -> None:
    """In the app each side opens the month: what the wife's account paid for him is what he was paid by her."""
    husband, wife = town.family("今年第一次看病的丈夫")
    await spent(town, wife, husband, "120.00", "75.50")

    payer, user = await town.phone(wife, "national_app"), await town.phone(husband, "national_app")
    told = (await payer.call("GET", "/records/statements/2026-03")).done
    got = (await user.call("GET", "/records/statements/2026-03")).done
    (paid_for,) = told["paid_for"]
    (paid_by,) = [one for one in got["paid_by"] if "家庭共济" in one["label"]]
    assert paid_for["amount_fen"] == paid_by["amount_fen"] > 0
    (account,) = told["balances"]
    assert account["opening_fen"] + account["in_fen"] - account["out_fen"] == account["closing_fen"]
    assert account["closing_fen"] == await town.balance(wife)
