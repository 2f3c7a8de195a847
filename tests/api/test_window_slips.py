"""What goes home from the window, and how its clerks find it again."""

from __future__ import annotations

from tests.door import Door
from tests.window import PAPER, REASON, cashier, done, entered

DAUGHTER, MOTHER = "9902000000010001", "9902000000010002"
BOY, FATHER = "9901000000020001", "9901000000020002"


async def test_the_slip_says_what_from_when_by_whom_on_which_paper_and_what_to_do(door: Door) -> None:
    act = await entered(door, FATHER, "grant", beneficiary_psn_no=BOY, relation="child", per_day_fen=10_00)
    path = f"/staff/window-acts/{act['id']}"
    assert await (await door.staff(0)).refused("GET", f"{path}/slip") == "WINDOW_ACT_STATE"
    await (await door.staff(1)).ok("POST", f"{path}/approve")
    slip = await (await door.staff(0)).ok("GET", f"{path}/slip")
    father, boy = (door.bureau.world.person(number) for number in (FATHER, BOY))
    assert (slip["title"], slip["person_name"], slip["number"]) == ("开通家庭共济", father.name, act["id"])
    assert slip["what"] == f"授权儿子 {boy.name[:1]}{'*' * (len(boy.name) - 1)}使用本人的个人账户"
    assert slip["holds_from"] == "2026年3月17日 12:00"
    assert (slip["entered_by"], slip["decided_by"]) == ("C001", "C002")
    assert (slip["paper_reference"], slip["reason"]) == (PAPER, REASON)
    assert (slip["recognised_by"], slip["standing"]) == ("社会保障卡", "已办结")
    assert any("带本凭条和证件到任一经办窗口更正" in line for line in slip["if_wrong"])
    assert {"label": "每日限额", "before": "无", "after": "10.00 元"} in slip["changes"]


async def test_the_slip_of_a_freeze_is_there_at_once(door: Door) -> None:
    act = await entered(door, MOTHER, "report_lost")
    slip = await (await door.staff(0)).ok("GET", f"/staff/window-acts/{act['id']}/slip")
    assert (slip["standing"], slip["decided_by"]) == ("已生效,待复核", None)
    assert any("社会保障卡不受影响" in line for line in slip["if_wrong"])


async def test_a_binding_by_two_clerks_has_a_slip_for_those_two(door: Door) -> None:
    body = {"holder_psn_no": DAUGHTER, "member_psn_no": MOTHER, "relation": "parent", "reason": REASON}
    bound = await (await door.staff(0)).ok("POST", "/staff/bindings", body | {"evidence_reference": PAPER})
    path = f"/staff/bindings/{bound['id']}/slip"
    assert await (await door.staff(0)).refused("GET", path) == "NOT_FOUND"
    await (await door.staff(1)).ok("POST", f"/staff/reviews/{bound['id']}/approve")
    slip = await (await door.staff(1)).ok("GET", path)
    assert (slip["title"], slip["paper_reference"]) == ("亲情账户绑定", PAPER)
    assert (slip["entered_by"], slip["decided_by"]) == ("C001", "C002")
    assert slip["what"].startswith("加入女儿 ")
    assert await (await door.staff(2)).refused("GET", path) == "NOT_FOUND"


async def test_waiting_acts_come_in_pages_oldest_first(door: Door) -> None:
    made = []
    for kind in ("freeze_code", "report_lost"):
        made.append((await entered(door, MOTHER, kind))["id"])
        door.bureau.later(seconds=1)
    second = await door.staff(1)
    first = await second.ok("GET", "/staff/window-acts?limit=1")
    rest = await second.ok("GET", f"/staff/window-acts?limit=1&after={first['next']}")
    assert [one["id"] for one in first["items"] + rest["items"]] == made
    assert await second.refused("GET", "/staff/window-acts?limit=101") == "REQUEST_INVALID"


async def test_a_clerk_finds_again_what_they_entered_or_decided_newest_first(door: Door) -> None:
    first = await done(door, FATHER, "grant", beneficiary_psn_no=BOY, relation="child")
    door.bureau.later(seconds=1)
    second = await entered(door, MOTHER, "freeze_code")
    listed = [
        [
            one["id"]
            for one in (await (await door.staff(place)).ok("GET", "/staff/window-acts?mine=true"))["items"]
        ]
        for place in (0, 1, 2)
    ]
    assert listed == [[second["id"], first["id"]], [first["id"]], []]
    assert await (await cashier(door)).refused("GET", "/staff/window-acts?mine=true") == "NOT_ALLOWED"
