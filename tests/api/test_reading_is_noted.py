"""A holder's look at a member's bills and status is noted in the member's trail; a look at one's own is not."""

from __future__ import annotations

import pytest

from qinji.access.lookup import by_number
from qinji.insured import queries as insured
from qinji.insured.model import AuditEntry
from tests.api.purchase import buy
from tests.bureau import Bureau
from tests.door import Door

DAUGHTER, MOTHER = "9902000000010001", "9902000000010002"
LOOKS = {
    f"/family/members/{MOTHER}": "see_status",
    f"/settlements?psn_no={MOTHER}": "see_costs",
}
TRAIL_MAX = 100


async def trail(bureau: Bureau, number: str) -> list[AuditEntry]:
    """Who looked at this person."""
    async with bureau.runtime.database.reading() as connection:
        person = await by_number(connection, number, bureau.runtime.vault)
        assert person is not None
        rows = await insured.audit_trail(connection, person, TRAIL_MAX)
    return [row for row in rows if row.action in LOOKS.values()]


@pytest.mark.parametrize("path", LOOKS)
async def test_a_holders_look_at_a_member_leaves_one_row_in_the_members_trail(door: Door, path: str) -> None:
    await door.bound(DAUGHTER, MOTHER, "parent", powers=["query_status", "query_cost"])
    daughter = await door.sign_in(DAUGHTER)
    await daughter.ok("GET", path)
    (row,) = await trail(door.bureau, MOTHER)
    assert row.action == LOOKS[path]
    assert row.basis.startswith("binding:")
    assert row.actor != f"person:{row.person_id}"
    assert await trail(door.bureau, DAUGHTER) == []


async def test_a_look_at_one_bill_of_a_member_leaves_a_row_of_its_own(door: Door) -> None:
    await door.bound(DAUGHTER, MOTHER, "parent", powers=["query_cost"])
    await buy(door.bureau, MOTHER)
    daughter = await door.sign_in(DAUGHTER)
    (bill,) = (await daughter.ok("GET", f"/settlements?psn_no={MOTHER}"))["items"]
    await daughter.ok("GET", f"/settlements/{bill['id']}?psn_no={MOTHER}")
    assert [row.action for row in await trail(door.bureau, MOTHER)] == ["see_costs", "see_costs"]


async def test_a_look_at_ones_own_leaves_none(door: Door) -> None:
    await buy(door.bureau, MOTHER)
    mother = await door.sign_in(MOTHER)
    (bill,) = (await mother.ok("GET", "/settlements"))["items"]
    for path in ("/me", *LOOKS, f"/settlements/{bill['id']}", "/settlements?as=grantor"):
        await mother.ok("GET", path)
    assert await trail(door.bureau, MOTHER) == []


async def test_a_look_that_is_refused_leaves_none_and_shows_nothing(door: Door) -> None:
    await door.bound(DAUGHTER, MOTHER, "parent", powers=["show_code"])
    daughter = await door.sign_in(DAUGHTER)
    for path in LOOKS:
        assert await daughter.refused("GET", path) == "POWER_NOT_GIVEN"
    assert await trail(door.bureau, MOTHER) == []
