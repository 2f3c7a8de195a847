"""What people see of bindings, grants and bills, and what they do not."""

from __future__ import annotations

import pytest

from tests.household import Town
from tests.till import line

pytestmark = pytest.mark.asyncio(loop_scope="module")

OWN_PAGES = ("/me", "/family/bindings", "/mutual-aid/grants", "/settlements")


async def test_r055_bindings_and_grants_are_listed_in_both_directions_with_state_and_dates(
    town: Town,
) -> None:
    """Daughter and mother see the same binding and the same grant: asked, active, ended, each with its moment."""
    daughter, mother = town.family("女儿与不用智能手机的母亲")
    asked = (await (await town.phone(daughter, "national_app")).bind(mother)).done
    for who in (daughter, mother):
        (one,) = await (await town.phone(who)).items("/family/bindings")
        assert (one["holder"]["name"], one["member"]["name"]) == (daughter.name, mother.name)
        assert (one["relation_text"], one["state_text"], one["active_at"]) == ("父母", "待本人确认", None)

    with town.later(hours=1):
        await (await town.phone(mother)).confirm(asked)
        await town.granted(daughter, mother, per_year_fen=1000_00)
    with town.later(hours=2):
        phones = [await town.phone(who) for who in (daughter, mother)]
        for phone in phones:
            (binding,) = await phone.items("/family/bindings")
            assert binding["state_text"] == "已绑定"
            assert binding["requested_at"] < binding["active_at"]
            (grant,) = await phone.items("/mutual-aid/grants")
            assert (grant["grantor"]["name"], grant["beneficiary"]["name"]) == (daughter.name, mother.name)
            assert (grant["state_text"], grant["per_year_fen"]) == ("生效中", 1000_00)
        await phones[1].unbind(asked)
        await phones[0].revoke(grant)
        for phone in phones:
            (binding,) = await phone.items("/family/bindings")
            (grant,) = await phone.items("/mutual-aid/grants")
            assert (binding["state_text"], grant["state_text"]) == ("已解绑", "已结束")
            assert binding["ended_at"] == grant["ended_at"] > binding["active_at"]


async def test_r056_who_is_not_signed_in_sees_nothing_and_who_is_sees_what_is_theirs(town: Town) -> None:
    """No token, a wrong code or fifteen idle minutes: nothing. A neighbour's binding and bill are like missing ones."""
    daughter, mother = town.family("刚授权就后悔的女儿")[0], town.family("刚授权就后悔的女儿")[1]
    neighbour = town.family("儿媳与婆婆")[0]
    nobody = town.nobody()
    for page in OWN_PAGES:
        assert (await nobody.call("GET", page)).refused == "NOT_SIGNED_IN"
    begun = (await nobody.call("POST", "/sign-ins", {"psn_no": mother.number})).done
    wrong = f"{(int(begun['sandbox_code']) + 1) % 1_000_000:06d}"
    assert (await nobody.call("POST", f"/sign-ins/{begun['id']}", {"code": wrong})).refused == "SIGN_IN_WRONG"

    binding = await town.bound(daughter, mother)
    bill = await town.visit(mother, [line("A", "100.00")])
    hers, other = await town.phone(mother), await town.phone(neighbour)
    assert [one["id"] for one in await hers.items("/settlements")] == [bill.number]
    assert [one["id"] for one in await hers.items("/family/bindings")] == [binding["id"]]
    for page in OWN_PAGES[1:]:
        assert await other.items(page) == []
    foreign = await other.call("GET", f"/settlements/{bill.number}")
    missing = await other.call("GET", f"/settlements/{'0' * 26}")
    assert (foreign.status, foreign.body) == (missing.status, missing.body)
    assert foreign.refused == "NOT_FOUND"
    assert (await other.unbind(binding)).refused == "NOT_FOUND"
    assert (await other.call("GET", "/settlements", query={"psn_no": mother.number})).refused == "NOT_FOUND"

    with town.later(minutes=16):
        assert (await hers.call("GET", "/me")).refused == "NOT_SIGNED_IN"
