"""The homes of the two functions: all that their pages need in a handful of statements, and never one in the other."""

from __future__ import annotations

from typing import Any

import pytest

from qinji.access.model import PersonActor
from qinji.flows import list_bindings, list_grants, tell_payers
from tests.api.purchase import buy
from tests.counting import counted
from tests.door import Door

DAUGHTER, MOTHER = "9902000000010001", "9902000000010002"
CHILD, FATHER = "9901000000020001", "9901000000020002"
STATEMENTS_MAX = 6


async def family(door: Door, number: str) -> dict[str, Any]:
    """The home of 亲情账户 on this person's phone."""
    found: dict[str, Any] = await (await door.sign_in(number)).ok("GET", "/family/home")
    return found


async def sharing(door: Door, number: str) -> dict[str, Any]:
    """The home of 家庭共济 on this person's phone."""
    found: dict[str, Any] = await (await door.sign_in(number)).ok("GET", "/mutual-aid/home")
    return found


async def test_an_empty_home_says_how_many_may_be_bound(door: Door) -> None:
    assert await family(door, DAUGHTER) == {"held": [], "member_of": [], "past": [], "places_left": 5}
    assert (await sharing(door, DAUGHTER))["may_give"] is True
    child = await sharing(door, CHILD)
    assert (child["has_account"], child["may_give"], child["balance_fen"]) == (False, False, 0)


async def test_a_request_waits_on_both_phones_and_each_side_sees_what_it_may_do(door: Door) -> None:
    daughter, mother = await door.sign_in(DAUGHTER), await door.sign_in(MOTHER)
    asked = await daughter.bind(MOTHER, "parent", powers=["show_code"])
    (mine,) = (await family(door, DAUGHTER))["held"]
    assert (mine["waits_for"], mine["state_text"], mine["acts"]) == ("member", "待本人确认", ["end"])
    assert mine["other"]["relation"] == "母亲"
    (hers,) = (await family(door, MOTHER))["member_of"]
    assert hers["acts"] == ["confirm", "decline", "end"]
    assert hers["other"]["relation"] == "女儿"
    assert "*" in hers["other"]["name"]

    await mother.ok("POST", f"/family/bindings/{asked['id']}/confirm")
    (mine,), (hers,) = (await family(door, DAUGHTER))["held"], (await family(door, MOTHER))["member_of"]
    assert (mine["state"], mine["powers"], mine["acts"]) == ("active", ["show_code"], ["drop_powers", "end"])
    assert hers["acts"] == ["drop_powers", "end", "give_powers"]

    await mother.ok("DELETE", f"/family/bindings/{asked['id']}")
    home = await family(door, DAUGHTER)
    assert (home["held"], home["places_left"]) == ([], 5)
    assert [(one["state_text"], one["acts"]) for one in home["past"]] == [("已解绑", [])]


async def test_a_childs_binding_waits_for_the_window_and_nobody_confirms_it_on_a_phone(door: Door) -> None:
    father = await door.sign_in(FATHER)
    await father.bind(CHILD, "child", evidence_reference="户口本 0001")
    (asked,) = (await family(door, FATHER))["held"]
    assert (asked["minor"], asked["waits_for"], asked["acts"]) == (True, "entry", ["end"])
    assert asked["promised_day"] == "2026-03-20"
    (told,) = (await family(door, CHILD))["member_of"]
    assert "confirm" not in told["acts"]


async def test_each_home_tells_the_other_function_apart(door: Door) -> None:
    daughter = await door.sign_in(DAUGHTER)
    await daughter.grant(MOTHER, "parent")
    assert (await family(door, DAUGHTER))["held"] == []
    await door.bound(DAUGHTER, MOTHER, "parent")
    (mine,), (hers,) = (await family(door, DAUGHTER))["held"], (await family(door, MOTHER))["member_of"]
    assert (mine["paid_by_me"], mine["pays_for_me"]) == (True, False)
    assert (hers["paid_by_me"], hers["pays_for_me"]) == (False, True)


async def test_a_grant_shows_used_and_left_on_both_sides_and_balance_on_neither(door: Door) -> None:
    daughter = await door.sign_in(DAUGHTER)
    grant = await daughter.grant(MOTHER, "parent", per_day_fen=30_00, per_year_fen=100_00)
    await buy(door.bureau, MOTHER, units=5)
    given, served = await sharing(door, DAUGHTER), await sharing(door, MOTHER)
    (mine,), (hers,) = given["giving"], served["receiving"]
    for one in (mine, hers):
        assert (one["used_day_fen"], one["day_left_fen"], one["year_left_fen"]) == (28_00, 2_00, 72_00)
        assert one["standing"] == "pays"
        assert "balance_fen" not in one
    assert (mine["other"]["relation"], hers["other"]["relation"]) == ("母亲", "女儿")
    assert mine["acts"] == ["change", "end", "pause"]
    assert hers["acts"] == ["end"]
    assert given["balance_fen"] == 472_00

    await daughter.ok("PATCH", f"/mutual-aid/grants/{grant['id']}", {"paused": True})
    (mine,) = (await sharing(door, DAUGHTER))["giving"]
    assert (mine["state_text"], mine["standing"], mine["acts"]) == (
        "已暂停",
        "paused",
        ["change", "end", "resume"],
    )

    await daughter.ok("DELETE", f"/mutual-aid/grants/{grant['id']}")
    (over,) = (await sharing(door, MOTHER))["past"]
    assert (over["state_text"], over["acts"]) == ("已结束", [])


async def test_a_region_that_keeps_grants_says_until_when_and_offers_a_pause(door: Door) -> None:
    daughter, father = door.bureau.family("刚授权就后悔的女儿")
    await (await door.sign_in(daughter.number)).grant(father.number, "parent")
    (mine,) = (await sharing(door, daughter.number))["giving"]
    assert (mine["locked_until"], mine["acts"]) == ("2026-06-15", ["change", "pause"])
    (his,) = (await sharing(door, father.number))["receiving"]
    assert his["acts"] == ["end"]


@pytest.mark.parametrize("people", [2, 4])
async def test_a_home_costs_no_more_statements_for_a_larger_family(door: Door, people: int) -> None:
    grandfather, grandmother, father, mother, *_ = door.bureau.family("三代同堂的一家六口")
    others = (grandfather, grandmother, mother)[: people - 1]
    for other in others:
        relation = "spouse" if other is mother else "parent"
        back = "spouse" if other is mother else "child"
        await door.bound(father.number, other.number, relation)
        await (await door.sign_in(other.number)).grant(father.number, back)
    runtime = door.bureau.runtime
    actor = PersonActor(await door.bureau.person_id(father.number))
    with counted(runtime.database) as sent:
        assert len((await list_bindings.run(actor, runtime)).held) == people - 1
    assert 0 < len(sent) <= STATEMENTS_MAX
    with counted(runtime.database) as sent:
        assert len((await list_grants.run(actor, runtime)).receiving) == people - 1
    assert 0 < len(sent) <= STATEMENTS_MAX
    with counted(runtime.database) as sent:
        await tell_payers.run(tell_payers.TellPayers(actor), runtime)
    assert 0 < len(sent) <= STATEMENTS_MAX
