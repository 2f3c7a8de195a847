"""登记免等待期身份 at the JSON door: what it takes, and where it says what the papers say."""

from __future__ import annotations

from qinji.kernel.purpose import SPARED_CHINESE, SparedGround
from tests.door import Door
from tests.window import asked, cashier, entered

ACTS = "/staff/window-acts"


def resident(door: Door) -> str:
    """A grandmother whose residents' insurance has stopped."""
    return door.bureau.family("停保的外祖母")[0].number


async def test_the_ground_is_one_of_two_and_has_to_be_said(door: Door) -> None:
    clerk = await door.staff(0)
    for ground in ({}, {"ground": "newborn"}, {"ground": "released", "note": "更多"}):
        body = asked(door, resident(door), "note_spared", **ground)
        assert await clerk.refused("POST", ACTS, body) == "REQUEST_INVALID"
    body = asked(door, resident(door), "note_spared", ground="released")
    assert await (await cashier(door)).refused("POST", ACTS, body) == "NOT_ALLOWED"


async def test_one_act_says_what_the_papers_say_and_a_list_does_not(door: Door) -> None:
    ground = SparedGround.EX_SERVICEMAN
    act = await entered(door, resident(door), "note_spared", ground=ground)
    told = (ground, SPARED_CHINESE[ground])
    assert (act["kind_text"], act["spared_ground"], act["spared_ground_text"]) == ("登记免等待期身份", *told)
    second = await door.staff(1)
    one = await second.ok("GET", f"{ACTS}/{act['id']}")
    (listed,) = (await second.ok("GET", ACTS))["items"]
    assert (one["spared_ground"], one["spared_ground_text"]) == told
    assert (listed["spared_ground"], listed["spared_ground_text"]) == (None, None)
    assert {**one, "spared_ground": None, "spared_ground_text": None} == listed


async def test_an_act_about_something_else_has_no_ground(door: Door) -> None:
    act = await entered(door, resident(door), "freeze_code")
    assert (act["spared_ground"], act["spared_ground_text"]) == (None, None)
