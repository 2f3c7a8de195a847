"""Staff look a person up only with a reason, and the person reads it."""

from __future__ import annotations

from typing import Any

import pytest

from qinji.flows.look_up_person import BILLS_MAX, LOOK_UP_RATE
from qinji.insured import queries as insured
from qinji.insured.model import AuditEntry
from tests.api.purchase import buy
from tests.door import Door
from tests.window import cashier, entered

DAUGHTER, MOTHER = "9902000000010001", "9902000000010002"
REASON = "本人来电询问共济扣款"


def look(number: str, reason: str = REASON, found_by: str = "person_number") -> dict[str, Any]:
    """The body of a look."""
    return {"found_by": found_by, "number": number, "reason": reason}


async def looks(door: Door, number: str) -> list[AuditEntry]:
    """The looks of staff in this person's trail."""
    person = await door.bureau.person_id(number)
    async with door.bureau.runtime.database.reading() as connection:
        rows = await insured.audit_trail(connection, person, 100)
    return [row for row in rows if row.action == "look_up_person"]


async def test_a_look_shows_links_in_both_directions_the_code_and_the_latest_bills_and_leaves_its_reason(
    door: Door,
) -> None:
    bound = await door.bound(DAUGHTER, MOTHER, "parent")
    granted = await (await door.sign_in(DAUGHTER)).grant(MOTHER, "parent")
    paid = await buy(door.bureau, MOTHER)
    waiting = await entered(door, MOTHER, "unbind", binding=bound["id"])
    answer = await (await door.staff()).call("POST", "/staff/look-ups", look(MOTHER))
    file, person = answer.json(), door.bureau.world.person(MOTHER)
    assert (file["psn_no"], file["status_text"], file["code_state_text"]) == (MOTHER, "正常参保", "正常使用")
    assert [one["id"] for one in file["bindings"]] == [bound["id"]]
    assert [one["id"] for one in file["grants"]] == [granted["id"]]
    assert [one["id"] for one in file["settlements"]] == [paid.settlement]
    assert [one["id"] for one in file["waiting"]] == [waiting["id"]]
    assert person.certificate_number not in answer.text
    assert "balance" not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    (row,) = await looks(door, MOTHER)
    assert (row.actor, row.basis, row.reason) == ("staff:C001", "staff", REASON)
    assert await looks(door, DAUGHTER) == []


@pytest.mark.parametrize("found_by", ["person_number", "identity_number", "card"])
async def test_each_number_finds_the_person_and_none_of_them_finds_by_another(
    door: Door, found_by: str
) -> None:
    person = door.bureau.world.person(MOTHER)
    numbers = {
        "person_number": MOTHER,
        "identity_number": person.certificate_number,
        "card": person.card_number,
    }
    clerk = await door.staff()
    found = await clerk.ok("POST", "/staff/look-ups", look(numbers.pop(found_by), found_by=found_by))
    assert found["psn_no"] == MOTHER
    for other in numbers.values():
        assert await clerk.refused("POST", "/staff/look-ups", look(other, found_by=found_by)) == "NOT_FOUND"
    assert len(await looks(door, MOTHER)) == 1


@pytest.mark.parametrize("reason", ["", "短", "      ", "字" * 201])
async def test_without_a_reason_nothing_is_seen_and_nothing_noted(door: Door, reason: str) -> None:
    clerk = await door.staff()
    assert await clerk.refused("POST", "/staff/look-ups", look(MOTHER, reason)) == "REQUEST_INVALID"
    assert await looks(door, MOTHER) == []


async def test_cashiers_and_insured_persons_look_nobody_up(door: Door) -> None:
    for caller in (await cashier(door), await door.sign_in(DAUGHTER)):
        assert await caller.refused("POST", "/staff/look-ups", look(MOTHER)) == "NOT_ALLOWED"
    assert await looks(door, MOTHER) == []


async def test_every_look_is_noted_anew_whatever_key_it_brings(door: Door) -> None:
    clerk = await door.staff()
    for _ in range(2):
        await clerk.ok("POST", "/staff/look-ups", look(MOTHER), **{"Idempotency-Key": "same"})
    assert len(await looks(door, MOTHER)) == 2


async def test_looks_are_limited_in_an_hour_for_each_member_of_staff(door: Door) -> None:
    clerk = await door.staff()
    for _ in range(LOOK_UP_RATE.times):
        assert await clerk.refused("POST", "/staff/look-ups", look("nobody")) == "NOT_FOUND"
    assert await clerk.refused("POST", "/staff/look-ups", look(MOTHER)) == "TOO_MANY_TRIES"
    await (await door.staff(1)).ok("POST", "/staff/look-ups", look(MOTHER))


async def test_a_look_shows_the_latest_bills_and_no_more(door: Door) -> None:
    for _ in range(BILLS_MAX + 1):
        await buy(door.bureau, MOTHER)
    found = await (await door.staff()).ok("POST", "/staff/look-ups", look(MOTHER))
    assert len(found["settlements"]) == BILLS_MAX
