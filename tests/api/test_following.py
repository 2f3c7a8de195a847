"""A code that was shown is followed by who showed it: waits, scanned where, paid what from whose account, ended."""

from __future__ import annotations

from typing import Any

import pytest

from qinji.access.lookup import by_number
from qinji.insured import queries as insured
from tests.api.purchase import buy, decode, error, pharmacy
from tests.bureau import Bureau
from tests.door import Caller, Door

DAUGHTER, MOTHER, STRANGER = "9902000000010001", "9902000000010002", "9901000000020002"
CODES = "/credential/codes"


async def shown(caller: Caller, number: str | None = None) -> dict[str, Any]:
    """A code with its id."""
    told: dict[str, Any] = await caller.ok("POST", CODES, {"psn_no": number})
    return told


async def followed(caller: Caller, code: dict[str, Any]) -> dict[str, Any]:
    """What became of it."""
    told: dict[str, Any] = await caller.ok("GET", f"{CODES}/{code['id']}")
    return told


async def looks(bureau: Bureau, number: str) -> list[str]:
    """By what right somebody saw this person's costs."""
    async with bureau.runtime.database.reading() as connection:
        person = await by_number(connection, number, bureau.runtime.vault)
        assert person is not None
        rows = await insured.audit_trail(connection, person, 100)
    return [row.basis.partition(":")[0] for row in rows if row.action == "see_costs"]


async def test_the_patient_sees_the_code_wait_be_scanned_and_pay_with_before_and_after(door: Door) -> None:
    await (await door.sign_in(DAUGHTER)).grant(MOTHER, "parent")
    mother, bureau = await door.sign_in(MOTHER), door.bureau
    code = await shown(mother)
    assert code["id"] not in code["code"]
    waiting = await followed(mother, code)
    assert (waiting["stage"], waiting["institution_name"], waiting["bill"]) == ("waiting", None, None)

    place = pharmacy(bureau, MOTHER)
    token = (await decode(bureau, code["code"], place))["data"]["ecToken"]
    scanned = await followed(mother, code)
    name = next(one.name for one in bureau.world.institutions if one.code == place)
    assert (scanned["stage"], scanned["institution_name"]) == ("scanned", name)

    paid = await buy(bureau, MOTHER, token, units=5)
    used = await followed(mother, code)
    assert (used["stage"], used["stage_text"], used["bill"]["id"]) == ("used", "已结算", paid.settlement)
    own, shared = used["bill"]["parts"]
    assert (own["who"]["text"], own["amount_fen"], own["before_fen"], own["after_fen"]) == (
        "您",
        2000,
        2000,
        0,
    )
    assert shared["who"]["relation"] == "女儿"
    assert "*" in shared["who"]["name"]
    assert (shared["amount_fen"], shared["before_fen"], shared["after_fen"]) == (2800, None, None)
    assert used["bill"]["cash_fen"] == 0
    assert await looks(bureau, MOTHER) == []


async def test_a_code_nobody_scans_expires(door: Door) -> None:
    mother = await door.sign_in(MOTHER)
    code = await shown(mother)
    door.bureau.later(seconds=61)
    assert (await followed(mother, code))["stage"] == "expired"


async def test_a_holder_without_the_power_to_see_costs_learns_that_it_was_used_and_no_amount(
    door: Door,
) -> None:
    await door.bound(DAUGHTER, MOTHER, "parent", powers=["show_code"])
    daughter = await door.sign_in(DAUGHTER)
    code = await shown(daughter, MOTHER)
    await buy(door.bureau, MOTHER, code["code"])
    used = await followed(daughter, code)
    assert (used["stage"], used["bill"], used["bill_hidden"]) == ("used", None, True)
    assert used["patient"]["relation"] == "母亲"
    assert await looks(door.bureau, MOTHER) == []
    assert (await followed(await door.sign_in(MOTHER), code))["bill"]["parts"]


async def test_a_holder_who_may_see_costs_sees_them_and_the_look_is_noted(door: Door) -> None:
    await door.bound(DAUGHTER, MOTHER, "parent", powers=["show_code", "query_cost"])
    daughter = await door.sign_in(DAUGHTER)
    code = await shown(daughter, MOTHER)
    await followed(daughter, code)
    assert await looks(door.bureau, MOTHER) == []
    await buy(door.bureau, MOTHER, code["code"])
    (own,) = (await followed(daughter, code))["bill"]["parts"]
    assert own["who"]["relation"] == "母亲"
    assert (own["amount_fen"], own["before_fen"]) == (960, None)
    assert await looks(door.bureau, MOTHER) == ["binding"]


async def test_a_cancelled_bill_is_told_as_returned(door: Door) -> None:
    mother = await door.sign_in(MOTHER)
    code = await shown(mother)
    paid = await buy(door.bureau, MOTHER, code["code"])
    bill = await mother.ok("GET", f"/settlements/{paid.settlement}")
    undo = {"data": {"psn_no": MOTHER, "setl_id": paid.settlement, "mdtrt_id": bill["visit"]}}
    assert (await door.bureau.send("2103", pharmacy(door.bureau, MOTHER), undo))["infcode"] == 0
    told = await followed(mother, code)
    assert (told["stage"], told["stage_text"]) == ("used", "已退回")
    assert told["bill"]["returned_at"] is not None


async def test_nobody_else_learns_anything_and_unbinding_stops_the_very_next_look(door: Door) -> None:
    bound = await door.bound(DAUGHTER, MOTHER, "parent")
    daughter, mother = await door.sign_in(DAUGHTER), await door.sign_in(MOTHER)
    code, own = await shown(daughter, MOTHER), await shown(mother)
    stranger = await door.sign_in(STRANGER)
    assert await stranger.refused("GET", f"{CODES}/{code['id']}") == "NOT_FOUND"
    assert await daughter.refused("GET", f"{CODES}/{own['id']}") == "NOT_FOUND"
    await mother.ok("DELETE", f"/family/bindings/{bound['id']}")
    assert await daughter.refused("GET", f"{CODES}/{code['id']}") == "NOT_FOUND"
    assert (await followed(mother, code))["stage"] == "ended"


@pytest.mark.parametrize("wrong", ["0" * 28, "0" * 64, "zz" * 32, "1"])
async def test_what_is_no_id_of_a_code_is_not_found(door: Door, wrong: str) -> None:
    assert await (await door.sign_in(MOTHER)).refused("GET", f"{CODES}/{wrong}") == "NOT_FOUND"


@pytest.mark.parametrize("lost", [False, True], ids=["frozen", "lost"])
async def test_after_a_use_that_was_not_mine_one_tap_ends_every_open_session(door: Door, lost: bool) -> None:
    """不是我操作: the bill stays as it was booked, whatever else was scanned pays nothing any more."""
    await door.bound(DAUGHTER, MOTHER, "parent")
    daughter, mother = await door.sign_in(DAUGHTER), await door.sign_in(MOTHER)
    place = pharmacy(door.bureau, MOTHER)
    code = await shown(daughter, MOTHER)
    await buy(door.bureau, MOTHER, code["code"])
    open_one = await shown(daughter, MOTHER)
    token = (await decode(door.bureau, open_one["code"], place))["data"]["ecToken"]
    mine = await shown(mother)

    await mother.ok("POST", "/credential/freeze", {"lost": lost, "reason": "不是我操作"})

    assert "该医保码已失效" in await error(door.bureau, MOTHER, token)
    assert [(await followed(mother, one))["stage"] for one in (code, open_one, mine)] == [
        "used",
        "ended",
        "ended",
    ]
    patient = await door.bureau.person_id(MOTHER)
    async with door.bureau.runtime.database.reading() as connection:
        consents = await insured.consents(connection, patient, patient)
    assert consents[-1].act == ("code.lost" if lost else "code.frozen")
    assert consents[-1].reason == "不是我操作"
