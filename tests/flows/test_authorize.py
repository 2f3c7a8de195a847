"""authorize() finds the basis itself; what was revoked stops the very next call."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from qinji.access.authorize import authorize
from qinji.access.model import OWN_ACTIONS, Action, Actor, Basis, PersonActor, Right, actor_text
from qinji.kernel.actor import StaffActor, StaffRole
from qinji.kernel.ids import from_wire
from qinji.kernel.refusal import RefusalCode, Refused
from qinji.platform.database import Address
from tests.bureau import open_bureau
from tests.door import Door, open_door

DAUGHTER, MOTHER, STRANGER = "9902000000010001", "9902000000010002", "9901000000020002"
CLERK = StaffActor("C001", "程晓岚")
CASHIER = StaffActor("T001", "收费员", StaffRole.CASHIER, "P99010000001")


@pytest.fixture
async def door(address: Address, tmp_path: Path) -> AsyncIterator[Door]:
    """The door, with the sandbox world behind it."""
    async with open_bureau(address, tmp_path) as bureau, open_door(bureau) as opened:
        yield opened


async def asked(door: Door, actor: Actor, subject: str, action: Action) -> Basis | RefusalCode:
    """What is found, or why nothing is."""
    person = await door.bureau.person_id(subject)
    async with door.bureau.runtime.database.reading() as connection:
        found = await authorize(connection, actor, person, action)
    return found.code if isinstance(found, Refused) else found


async def person(door: Door, number: str) -> PersonActor:
    """Somebody who is signed in."""
    return PersonActor(await door.bureau.person_id(number))


@pytest.mark.parametrize("action", sorted(OWN_ACTIONS))
async def test_ones_own_things_are_ones_own(door: Door, action: Action) -> None:
    assert await asked(door, await person(door, MOTHER), MOTHER, action) == Basis(Right.OWN)


@pytest.mark.parametrize("action", sorted(Action))
async def test_a_stranger_finds_nobody(door: Door, action: Action) -> None:
    assert await asked(door, await person(door, STRANGER), MOTHER, action) is RefusalCode.NOT_FOUND


async def test_a_binding_gives_exactly_its_powers_until_it_ends(door: Door) -> None:
    bound = await door.bound(DAUGHTER, MOTHER, "parent", powers=["show_code"])
    daughter = await person(door, DAUGHTER)
    basis = Basis(Right.BINDING, from_wire(bound["id"]))
    assert await asked(door, daughter, MOTHER, Action.SHOW_CODE) == basis
    assert await asked(door, daughter, MOTHER, Action.SEE_COSTS) is RefusalCode.POWER_NOT_GIVEN
    assert await asked(door, daughter, MOTHER, Action.FREEZE_CODE) is RefusalCode.NOT_FOUND
    mother = await person(door, MOTHER)
    assert await asked(door, mother, DAUGHTER, Action.SHOW_CODE) is RefusalCode.NOT_FOUND
    await (await door.sign_in(MOTHER)).ok("DELETE", f"/family/bindings/{bound['id']}")
    assert await asked(door, daughter, MOTHER, Action.SHOW_CODE) is RefusalCode.NOT_FOUND


async def test_a_grant_shows_amounts_and_nothing_else_also_after_it_has_ended(door: Door) -> None:
    caller = await door.sign_in(DAUGHTER)
    granted = await caller.grant(MOTHER, "parent")
    daughter, basis = await person(door, DAUGHTER), Basis(Right.GRANT, from_wire(granted["id"]))
    assert await asked(door, daughter, MOTHER, Action.SEE_SHARED_AMOUNTS) == basis
    assert await asked(door, daughter, MOTHER, Action.SEE_COSTS) is RefusalCode.NOT_FOUND
    assert await asked(door, daughter, MOTHER, Action.SHOW_CODE) is RefusalCode.NOT_FOUND
    await caller.ok("DELETE", f"/mutual-aid/grants/{granted['id']}")
    assert await asked(door, daughter, MOTHER, Action.SEE_SHARED_AMOUNTS) == basis


AT_THE_WINDOW = {
    Action.HANDLE_BINDINGS,
    Action.HANDLE_FILINGS,
    Action.SEE_EVIDENCE,
    Action.ACT_AT_WINDOW,
    Action.LOOK_UP_PERSON,
    Action.HANDLE_COMPLAINTS,
    Action.CLAW_BACK_CREDITS,
    Action.HANDLE_FILES,
}


async def test_staff_of_the_bureau_do_their_office_and_show_nobodys_code(door: Door) -> None:
    for action in Action:
        expected = Basis(Right.STAFF) if action in AT_THE_WINDOW else RefusalCode.NOT_ALLOWED
        assert await asked(door, CLERK, MOTHER, action) == expected
    assert actor_text(CLERK) == "staff:C001"


async def test_a_cashier_may_nothing_about_anybodys_account(door: Door) -> None:
    for action in Action:
        assert await asked(door, CASHIER, MOTHER, action) is RefusalCode.NOT_ALLOWED
