"""Files of many rows before the sweep looks: one in each state, brought by the clerk."""

from __future__ import annotations

from uuid import UUID

from qinji.bulk.model import FileKind
from qinji.flows import work_files
from qinji.flows.decide_file import FileVerdict
from qinji.kernel.ids import to_wire
from tests.bureau import Bureau
from tests.clawing import CLERK, REVIEWER
from tests.filing import Desk

WHY = "2026年3月单位缴费划入,报盘第 12 号"
CREDIT = FileKind.CREDIT


async def files_of(bureau: Bureau) -> dict[str, str]:
    """Files to look at, by their states."""
    desk = Desk(bureau.runtime, why=WHY, passes=lambda: bureau.later(minutes=1))
    # The last ones of the world: nobody else on the stage shall find a hundred months of notices.
    numbers = [one.number for one in bureau.world.people if one.insurance == "employee"][-12:]
    wrong = (
        "无此人,2026-01,100.00,在职",
        f"{numbers[0]},2026年一月,12.5,在职",
        f"{numbers[1]},2026-01,-3,退休",
    )

    async def checked(month: str, *more: str) -> UUID:
        desk.name = f"{month} 划入.csv"
        rows = [f"{number},{month},{120 + place}.50,在职" for place, number in enumerate(numbers)]
        return (await desk.checked(CREDIT, *rows, *more)).file_id

    async def entered(month: str) -> UUID:
        file_id = await checked(month, wrong[0])
        assert await desk.said(FileVerdict.ENTER, file_id, CLERK, WHY) == ""
        return file_id

    done = await checked("2025-12", wrong[0])
    await desk.approved(done)
    await desk.worked()
    desk.name = "2011 至 2014 年补缴.csv"
    stopped = await long_one(desk, numbers, 2014)
    await work_files.run(desk.deps)
    assert await desk.said(FileVerdict.STOP, stopped, REVIEWER) == ""
    checked_one, waiting = await checked("2026-01", *wrong), await entered("2026-02")
    desk.name = "二月(旧表).csv"
    nothing = (await desk.checked(CREDIT, *wrong)).file_id
    desk.name = "2007 至 2010 年补缴.csv"
    running = await long_one(desk, numbers, 2010)
    await work_files.run(desk.deps)
    checking = await desk.brought(CREDIT, f"{numbers[0]},2026-03,1.00,退休")
    credited = await desk.file(done)
    ids = {
        "file_done": done,
        "file_stopped": stopped,
        "file_checked": checked_one,
        "file_nothing": nothing,
        "file_waiting": waiting,
        "file_running": running,
        "file_checking": checking,
    }
    return {name: to_wire(file_id) for name, file_id in ids.items()} | {
        "credit": f"crediting/{credited.digest}"
    }


async def long_one(desk: Desk, numbers: list[str], year: int) -> UUID:
    """More rows than a part has, approved."""
    months = [f"{year - back}-{month:02}" for back in range(4) for month in range(1, 13)]
    rows = [
        f"{number},{month},10.00,{kind}"
        for kind in ("在职", "退休")
        for month in months
        for number in numbers
    ]
    file_id = (await desk.checked(CREDIT, *rows)).file_id
    await desk.approved(file_id)
    return file_id
