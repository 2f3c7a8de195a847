"""批量办理 at the JSON door: one brings a file, another approves it, the service carries it out, everybody can follow."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from qinji.bulk.model import FileKind
from qinji.bulk.rules import QUIET
from qinji.flows import audit_books, roll_over_balances, work_files
from qinji.flows.acts import crediting
from tests.api.bringing import WHY, brought, done, employees, sent, table, worked
from tests.door import Door
from tests.filing import text_of
from tests.premium import identity_number
from tests.window import cashier

CREDIT, CLAW_BACK, ENROL = FileKind.CREDIT, FileKind.CLAW_BACK, FileKind.ENROL
FATHER = "9901000000020002"
NUMBER = identity_number(date(1990, 1, 1), 77)


async def test_a_crediting_by_two_from_the_file_to_the_accounts(door: Door) -> None:
    one, other = employees(door)[:2]
    before = await door.bureau.balance(one), await door.bureau.balance(other)
    clerk, reviewer = await door.staff(0), await door.staff(4)
    file = await brought(clerk, CREDIT, f"{one},2026-03,500.00,在职", f"{other},2026-03,80,退休")
    path = f"/staff/files/{file}"
    checking = await clerk.ok("GET", path)
    assert (checking["state_text"], checking["percent"], checking["entered_by"]) == ("正在核对", 0, None)
    await worked(door)
    checked = await reviewer.ok("GET", path)
    assert (checked["state"], checked["percent"], checked["rows"]) == ("checked", 100, 2)
    assert (checked["checked"]["done"], checked["checked"]["done_fen"]) == (2, 58_000)
    assert {"name": "在职", "rows": 1, "amount_fen": 50_000} in checked["checked"]["groups"]
    entered = await clerk.ok("POST", f"{path}/enter", {"reason": WHY})
    assert (entered["state"], entered["entered_by"], entered["reason"]) == ("waiting", "C001", WHY)
    await worked(door)
    assert (await door.bureau.balance(one), await door.bureau.balance(other)) == before
    assert await clerk.refused("POST", f"{path}/approve") == "SAME_CLERK"
    approved = await reviewer.ok("POST", f"{path}/approve")
    assert (approved["state"], approved["decided_by"]) == ("running", "R001")
    await worked(door)
    over = await clerk.ok("GET", path)
    assert (over["state"], over["carried"], over["first_refused"]) == ("done", over["checked"], [])
    assert (over["percent"], over["finished_at"] is not None) == (100, True)
    assert (over["met_fault"], over["seems_stuck"], over["takes_back_of"]) == (False, False, None)
    now = await door.bureau.balance(one), await door.bureau.balance(other)
    assert now == (before[0] + 50_000, before[1] + 8_000)
    async with door.bureau.runtime.database.reading() as connection:
        assert await audit_books.run(connection) == []


async def test_what_was_credited_too_much_is_taken_back_of_the_file_that_the_list_names(door: Door) -> None:
    number = employees(door)[0]
    before = await door.bureau.balance(number)
    await done(door, CREDIT, f"{number},2026-03,500,在职")
    clerk = await door.staff(0)
    (run,) = (await clerk.ok("GET", "/staff/credit-runs"))["items"]
    assert (run["file_name"], run["booked"], run["amount_fen"]) == ("2026-03.csv", 1, 50_000)
    over = await done(door, CLAW_BACK, f"{number},2,2026-03,450", credit_run=run["credit_run"])
    assert (over["state"], over["carried"]["done_fen"]) == ("done", 45_000)
    assert over["takes_back_of"] == run
    assert await door.bureau.balance(number) == before + 5_000


async def test_refused_rows_come_as_a_table_in_which_no_cell_is_a_formula(door: Door) -> None:
    number = employees(door)[0]
    clerk = await door.staff(0)
    rows = [
        '"=HYPERLINK(""http://x"")",2026-03,1,在职',
        f"{number},2026-03,-1,在职",
        f"{number},2026-03,1,在职",
    ]
    file = await brought(clerk, CREDIT, *rows)
    await worked(door)
    head, formula, negative = await table(clerk, file)
    assert head == ["行号", "人员编号", "月份", "金额", "类别", "问题", "怎么办"]
    assert formula[:5] == ["2", '\'=HYPERLINK("http://x")', "2026-03", "1", "在职"]
    assert negative[:5] == ["3", number, "2026-03", "'-1", "在职"]
    for row in (formula, negative):
        assert all(row[5:])
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row)
    shown = (await clerk.ok("GET", f"/staff/files/{file}"))["first_refused"]
    assert [row["line"] for row in shown] == [2, 3]
    assert shown[1]["what"] == negative[5]


async def test_a_report_has_every_refused_row_of_every_part_and_none_where_none_was_refused(
    door: Door,
) -> None:
    clerk = await door.staff(0)
    some = await brought(clerk, CREDIT, *(f"无{place},2026-03,1,在职" for place in range(2_100)))
    none = await brought(clerk, CREDIT, f"{employees(door)[0]},2026-03,1,在职")
    await worked(door)
    assert [row[0] for row in await table(clerk, some)] == ["行号", *map(str, range(2, 2_102))]
    assert len((await clerk.ok("GET", f"/staff/files/{some}"))["first_refused"]) == 10
    assert len(await table(clerk, none)) == 1


async def test_identity_numbers_of_refused_rows_are_masked(door: Door) -> None:
    clerk = await door.staff(0)
    row = f"9901000000990001,新来的人,{NUMBER[:-2]}00,K990001,990100,职工,在职,2020-01-01,,,,"
    file = await brought(clerk, ENROL, row)
    await worked(door)
    (_, told) = await table(clerk, file)
    assert NUMBER[6:14] not in ",".join(told)


async def test_a_file_is_stopped_and_ended_by_anybody_of_the_bureau_and_goes_on_by_another_than_brought_it(
    door: Door,
) -> None:
    clerk, other = await door.staff(0), await door.staff(4)
    months = [f"{year}-{month:02}" for year in range(2007, 2026) for month in range(1, 13)]
    rows = [f"{number},{month},1,在职" for month in months for number in employees(door)[:10]]
    file = await brought(clerk, CREDIT, *rows[:2_100])
    path = f"/staff/files/{file}"
    await worked(door)
    assert await other.refused("POST", f"{path}/enter", {"reason": WHY}) == "NOT_ALLOWED"
    assert (await clerk.ok("POST", f"{path}/check-again"))["state"] == "checking"
    await worked(door)
    await clerk.ok("POST", f"{path}/enter", {"reason": WHY})
    await other.ok("POST", f"{path}/approve")
    await work_files.run(door.bureau.runtime)
    stopped = await other.ok("POST", f"{path}/stop")
    assert (stopped["state"], stopped["percent"], stopped["carried"]["done"]) == ("stopped", 47, 1_000)
    await worked(door)
    assert await clerk.refused("POST", f"{path}/go-on") == "SAME_CLERK"
    assert (await other.ok("POST", f"{path}/go-on"))["state"] == "running"
    await work_files.run(door.bureau.runtime)
    assert await clerk.refused("POST", f"{path}/end") == "BULK_STATE"
    await clerk.ok("POST", f"{path}/stop")
    ended = await clerk.ok("POST", f"{path}/end")
    assert (ended["state"], ended["carried"]["done"], ended["percent"]) == ("ended", 2_000, 95)


async def test_a_file_is_withdrawn_before_it_is_entered_and_refused_by_another_with_a_reason(
    door: Door,
) -> None:
    clerk, other = await door.staff(0), await door.staff(4)
    row = f"{employees(door)[0]},2026-03,1,在职"
    path = f"/staff/files/{await brought(clerk, CREDIT, row)}"
    assert (await other.ok("POST", f"{path}/withdraw"))["state"] == "withdrawn"
    acts = (await clerk.ok("GET", path))["acts"]
    assert sorted(one["what"] for one in acts) == ["brought", "withdraw"]
    path = f"/staff/files/{await brought(clerk, CREDIT, row)}"
    await worked(door)
    for verb, who in (("enter", clerk), ("refuse", other)):
        for body in (None, {}, {"reason": "短"}, {"reason": "      "}, {"reason": f"见 {NUMBER}"}):
            assert await who.refused("POST", f"{path}/{verb}", body) == "REQUEST_INVALID"
        await who.ok("POST", f"{path}/{verb}", {"reason": WHY})
    refused = await clerk.ok("GET", path)
    assert (refused["state"], refused["decision_reason"]) == ("refused", WHY)
    assert await other.refused("POST", f"{path}/approve") == "BULK_STATE"


async def test_the_list_goes_on_page_by_page_and_may_leave_out_what_is_over(door: Door) -> None:
    clerk = await door.staff(0)
    row = f"{employees(door)[0]},2026-03,1,在职"
    files = []
    for place in range(3):
        files.append(await brought(clerk, CREDIT, *[row] * (place + 1)))
        door.bureau.later(seconds=1)
    await clerk.ok("POST", f"/staff/files/{files[1]}/withdraw")
    first = await clerk.ok("GET", "/staff/files?limit=2")
    assert [one["id"] for one in first["items"]] == [files[2], files[1]]
    rest = await clerk.ok("GET", f"/staff/files?limit=2&after={first['next']}")
    assert ([one["id"] for one in rest["items"]], rest["next"]) == ([files[0]], None)
    open_ones = await clerk.ok("GET", "/staff/files?open=true")
    assert [one["id"] for one in open_ones["items"]] == [files[2], files[0]]


async def test_a_file_that_broke_or_stands_still_says_so(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk = await door.staff(0)
    file = await brought(clerk, CREDIT, f"{employees(door)[0]},2026-03,1,在职")
    door.bureau.clock.move(QUIET * 1.01)
    assert (await clerk.ok("GET", f"/staff/files/{file}"))["seems_stuck"]

    async def breaks(*_: object) -> object:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(crediting, "would_credit", breaks)
    with pytest.raises(RuntimeError):
        await work_files.run(door.bureau.runtime)
    seen = await clerk.call("GET", f"/staff/files/{file}")
    assert (seen.json()["met_fault"], seen.json()["seems_stuck"]) == (True, False)
    assert "RuntimeError" not in seen.text


CALLS = [
    ("GET", ""),
    ("GET", "/{file}"),
    ("GET", "/{file}/refused"),
    *(
        ("POST", f"/{{file}}/{verb}")
        for verb in ("check-again", "withdraw", "approve", "stop", "go-on", "end")
    ),
]


async def test_cashiers_and_insured_persons_handle_no_files(door: Door) -> None:
    clerk = await door.staff(0)
    file = await brought(clerk, CREDIT, f"{employees(door)[0]},2026-03,1,在职")
    for caller in (await cashier(door), await door.sign_in(FATHER)):
        for method, path in CALLS:
            assert await caller.refused(method, "/staff/files" + path.format(file=file)) == "NOT_ALLOWED"
        for verb in ("enter", "refuse"):
            body = {"reason": WHY}
            assert await caller.refused("POST", f"/staff/files/{file}/{verb}", body) == "NOT_ALLOWED"
        for path in ("/staff/credit-runs", "/staff/account-years"):
            assert await caller.refused("GET", path) == "NOT_ALLOWED"
        content = text_of(CREDIT, [])
        assert (await sent(caller, CREDIT, content)).json()["code"] == "NOT_ALLOWED"


async def test_what_is_no_file_is_not_found(door: Door) -> None:
    clerk = await door.staff(0)
    for file in ("0" * 26, "x", "%00"):
        for method, path in CALLS[1:]:
            assert await clerk.refused(method, "/staff/files" + path.format(file=file)) == "NOT_FOUND"


async def test_account_years_tell_how_far_each_pooling_area_is_or_why_there_is_none(door: Door) -> None:
    clerk = await door.staff(0)

    async def hangzhou() -> Any:
        years = (await clerk.ok("GET", "/staff/account-years"))["items"]
        by_region = {one["region"]: one for one in years}
        town = by_region["990100"]
        assert town["why"]
        assert (town["last_day"], town["begun_at"], town["booked"], town["amount_fen"]) == (None, None, 0, 0)
        return by_region["330100"]

    before = await hangzhou()
    assert (before["region_name"], before["why"]) == ("杭州市", None)
    assert (before["first_day"], before["last_day"], before["days"]) == ("2025-01-01", "2025-12-31", 365)
    assert (before["two_balances"], before["begun_at"], before["finished_at"]) == (True, None, None)
    while await roll_over_balances.run(door.bureau.runtime):
        pass
    after = await hangzhou()
    assert after["begun_at"] is not None
    assert after["finished_at"] is not None
