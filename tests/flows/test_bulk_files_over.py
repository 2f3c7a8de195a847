"""Files of many rows that are stopped, broken, ended or left alone: nothing twice, nothing lost, nothing kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from qinji.bulk.model import FileKind, FileState, FileTerms
from qinji.bulk.rules import AFTER_FAULT, KEPT
from qinji.entry.worker import FILE_TIMERS, Worker
from qinji.flows import claw_back_credits, read_files, work_files
from qinji.flows.acts import crediting
from qinji.flows.decide_file import FileVerdict
from qinji.flows.parts import clawing
from qinji.flows.parts.bulk_rows import clawback_file
from qinji.kernel.refusal import Refused
from qinji.ledger.model import Clawback
from qinji.platform.database import Address
from tests.bureau import open_bureau
from tests.clawing import CLERK, REVIEWER, WHY, Claim, Office
from tests.filing import Desk
from tests.premium import identity_number

NUMBER = identity_number(date(1990, 1, 1), 77)
NEWCOMER = f"9901000000990001,新来的人,{NUMBER},K990001,990100,职工,在职,2020-01-01,,,,"
CREDIT, CLAW_BACK, ENROL = FileKind.CREDIT, FileKind.CLAW_BACK, FileKind.ENROL


@pytest.fixture
async def office(address: Address, tmp_path: Path) -> AsyncIterator[Office]:
    async with open_bureau(address, tmp_path) as bureau:
        yield Office(bureau, bureau.runtime, tmp_path)


@pytest.fixture
def desk(office: Office) -> Desk:
    return Desk(office.deps)


async def many(office: Office, rows: int) -> list[str]:
    """Rows of months, one a person and month, more than a part."""
    months = [f"{year}-{month:02}" for year in range(2007, 2026) for month in range(1, 13)]
    every = [f"{number},{month},1.00,在职" for month in months for number in office.numbers]
    assert len(every) >= rows
    return every[:rows]


async def test_a_file_is_stopped_between_two_parts_and_goes_on_without_booking_twice(
    office: Office, desk: Desk
) -> None:
    rows = await many(office, 1_500)
    before = sum([await office.balance(number) for number in office.numbers])
    file = await desk.checked(CREDIT, *rows)
    assert file.parts == 2
    await desk.approved(file.file_id)
    assert await work_files.run(desk.deps) == 1
    assert await desk.said(FileVerdict.STOP, file.file_id, REVIEWER) == ""
    assert await desk.worked() == 0
    stopped = await desk.file(file.file_id)
    assert (stopped.state, stopped.carried.done) == (FileState.STOPPED, 1_000)
    assert await desk.said(FileVerdict.GO_ON, file.file_id, CLERK) == "SAME_CLERK"
    assert await desk.said(FileVerdict.GO_ON, file.file_id, REVIEWER) == ""
    assert await desk.worked() == 1
    done = await desk.file(file.file_id)
    assert (done.state, done.carried.done) == (FileState.DONE, 1_500)
    assert sum([await office.balance(number) for number in office.numbers]) == before + 150_000
    assert await office.findings() == []


async def test_a_stopped_file_may_be_ended_and_the_rest_is_never_carried_out(
    office: Office, desk: Desk
) -> None:
    file = await desk.checked(CREDIT, *await many(office, 1_500))
    await desk.approved(file.file_id)
    await work_files.run(desk.deps)
    assert await desk.said(FileVerdict.END, file.file_id, CLERK) == "BULK_STATE"
    assert await desk.said(FileVerdict.STOP, file.file_id, CLERK) == ""
    assert await desk.said(FileVerdict.END, file.file_id, CLERK) == ""
    assert await desk.said(FileVerdict.GO_ON, file.file_id, CLERK) == "BULK_STATE"
    assert await desk.worked() == 0
    ended = await desk.file(file.file_id)
    assert (ended.state, ended.carried.done) == (FileState.ENDED, 1_000)
    assert [one.line for one in await desk.report(file.file_id)] == [*range(1_002, 1_502)]
    runs = await read_files.credit_runs(CLERK, desk.deps)
    assert not isinstance(runs, Refused)
    assert [(one.run.booked, one.run.refused, one.run.amount_fen) for one in runs] == [(1_000, 500, 100_000)]
    assert await desk.history(file.file_id) == sorted(
        [("C001", "brought"), ("C001", "enter"), ("R001", "approve"), ("C001", "stop"), ("C001", "end")]
    )


async def test_a_part_that_breaks_in_the_middle_leaves_nothing_of_it_and_holds_up_no_other_file(
    office: Office, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = office.numbers[:2]
    first = await desk.checked(CREDIT, f"{one},2026-03,1,在职")
    second = await desk.checked(CREDIT, f"{other},2026-03,2,在职")
    await desk.approved(first.file_id)
    office.bureau.clock.move(KEPT / 1000)
    await desk.approved(second.file_id)
    before = await office.balance(one), await office.balance(other)
    credit = crediting.credit

    async def breaks(rows: object, run: object, file: object, scene: object) -> object:
        made = await credit(rows, run, file, scene)  # type: ignore[arg-type]
        if made.booked[0].row.number == one:
            raise RuntimeError("the disk is full")
        return made

    monkeypatch.setattr(crediting, "credit", breaks)
    worker = Worker(desk.deps, FILE_TIMERS)
    office.bureau.clock.move(KEPT / 1000)
    assert await worker.look() == {}
    assert await worker.look() == {"files": 1}
    assert await worker.look() == {}
    assert (await office.balance(one), await office.balance(other)) == (before[0], before[1] + 200)
    assert (await desk.file(first.file_id)).fault == "RuntimeError"
    assert (await desk.file(second.file_id)).state is FileState.DONE
    monkeypatch.undo()
    office.bureau.clock.move(AFTER_FAULT)
    await worker.look()
    done = await desk.file(first.file_id)
    assert (done.state, done.fault) == (FileState.DONE, None)
    assert await office.balance(one) == before[0] + 100
    assert await office.findings() == []


async def test_two_processes_that_go_on_with_one_file_at_once_book_each_row_once(
    office: Office, desk: Desk
) -> None:
    rows = await many(office, 1_500)
    before = sum([await office.balance(number) for number in office.numbers])
    file = await desk.checked(CREDIT, *rows)
    await desk.approved(file.file_id)
    await asyncio.gather(*(work_files.run(desk.deps) for _ in range(4)))
    await desk.worked()
    done = await desk.file(file.file_id)
    assert (done.state, done.carried.rows, done.carried.done) == (FileState.DONE, 1_500, 1_500)
    assert sum([await office.balance(number) for number in office.numbers]) == before + 150_000


async def test_what_the_check_refused_is_not_carried_out_whatever_has_changed_since(
    office: Office, desk: Desk
) -> None:
    file = await desk.checked(
        CREDIT, "9901000000990001,2026-03,90000,在职", f"{office.numbers[0]},2026-03,1,在职"
    )
    assert (file.checked.done, file.checked.done_fen) == (1, 100)
    assert await desk.said(FileVerdict.ENTER, file.file_id, CLERK, WHY) == ""
    await desk.done(ENROL, NEWCOMER)
    assert await desk.said(FileVerdict.APPROVE, file.file_id, REVIEWER) == ""
    await desk.worked()
    done = await desk.file(file.file_id)
    assert (done.carried.done, done.carried.done_fen, done.carried.refused) == (1, 100, 1)
    assert await office.balance("9901000000990001") == 0
    (told,) = await desk.refused(file.file_id)
    assert "没有人员编号为" in told.what


async def test_what_an_earlier_pass_refused_is_told_no_more_once_the_next_has_begun(
    office: Office, desk: Desk
) -> None:
    file = await desk.checked(CREDIT, *await many(office, 1_400), "无,2026-01,1,在职")
    assert len(await desk.refused(file.file_id)) == 1
    await desk.approved(file.file_id)
    await work_files.run(desk.deps)
    assert await desk.refused(file.file_id) == []
    await desk.worked()
    assert len(await desk.refused(file.file_id)) == 1


async def test_an_ended_clawback_is_over_and_what_it_never_came_to_is_asked_for_again_by_two(
    office: Office, desk: Desk
) -> None:
    credited = await desk.done(CREDIT, *await many(office, 1_200))
    name = f"crediting/{credited.digest}"
    lines = [row.rpartition(",")[0].split(",") for row in await many(office, 1_200)]
    rows = [f"{number},{line},{month},0.50" for line, (number, month, _) in enumerate(lines, 2)]
    file = await desk.checked(CLAW_BACK, *rows, terms=FileTerms(credit_name=name))
    await desk.approved(file.file_id)
    await work_files.run(desk.deps)
    assert await desk.said(FileVerdict.STOP, file.file_id, REVIEWER) == ""
    assert await desk.said(FileVerdict.END, file.file_id, CLERK) == ""
    ended = await desk.file(file.file_id)
    known = await claw_back_credits.known(clawback_file(ended), office.deps)
    assert isinstance(known, Clawback)
    assert (known.round, known.taken, known.refused, known.taken_fen) == (1, 1_000, 200, 50_000)
    assert known.finished_at is not None
    again = await desk.done(CLAW_BACK, *rows, terms=FileTerms(credit_name=name, again=True))
    assert (again.state, again.carried.done, again.carried.before) == (FileState.DONE, 200, 1_000)
    assert await office.findings() == []


async def test_a_file_that_takes_back_belongs_to_the_round_that_its_approval_made(
    office: Office, desk: Desk
) -> None:
    credited = await desk.done(CREDIT, *await many(office, 1_200))
    name = f"crediting/{credited.digest}"
    lines = [row.rpartition(",")[0].split(",") for row in await many(office, 1_200)]
    rows = [f"{number},{line},{month},2.00" for line, (number, month, _) in enumerate(lines, 2)]
    rows[:-1] = [row.replace(",2.00", ",0.50") for row in rows[:-1]]
    file = await desk.checked(CLAW_BACK, *rows, terms=FileTerms(credit_name=name))
    await desk.approved(file.file_id)
    await work_files.run(desk.deps)
    assert await desk.said(FileVerdict.STOP, file.file_id, REVIEWER) == ""
    # The command carries the same round out to its end, and enters the next for the row that was refused.
    path = office.written(clawing.COLUMNS, rows)
    claim = Claim(office.deps, path, clawback_file(await desk.file(file.file_id)))
    await claim.carried_out()
    await claim.entered(again=True)
    assert await desk.said(FileVerdict.GO_ON, file.file_id, REVIEWER) == ""
    await desk.worked()
    done = await desk.file(file.file_id)
    assert (done.state, done.round, done.carried.done, done.carried.before) == (FileState.DONE, 1, 1_000, 199)
    assert await office.findings() == []


async def test_nothing_waits_where_no_file_is_at_work(office: Office, desk: Desk) -> None:
    assert not await work_files.waits(desk.deps)
    await desk.brought(CREDIT, f"{office.numbers[0]},2026-03,1,在职")
    assert await work_files.waits(desk.deps)
    assert await Worker(desk.deps, FILE_TIMERS).look() == {"files": 1}
    assert await Worker(desk.deps, FILE_TIMERS).look() == {}


async def test_rows_are_let_go_of_when_they_are_needed_no_more(office: Office, desk: Desk) -> None:
    done = await desk.done(CREDIT, f"{office.numbers[0]},2026-03,1,在职", "无,2026-03,1,在职")
    office.bureau.clock.move(KEPT / 1000)
    left = await desk.checked(CREDIT, f"{office.numbers[1]},2026-03,1,在职")
    office.bureau.clock.move(KEPT / 1000)
    stopped = await desk.checked(CREDIT, f"{office.numbers[2]},2026-03,1,在职")
    await desk.approved(stopped.file_id)
    assert await desk.said(FileVerdict.STOP, stopped.file_id, CLERK) == ""

    async def contents() -> list[tuple[bool, bool]]:
        async with desk.deps.database.reading() as connection:
            rows = await connection.fetch("select content, refused from bulk_part order by file_id")
        return [(row["content"] is not None, row["refused"] is not None) for row in rows]

    assert await contents() == [(False, True), (True, False), (True, False)]
    office.bureau.clock.move(KEPT * 1.01)
    assert await work_files.forget(desk.deps) == 3
    assert (await desk.file(stopped.file_id)).state is FileState.ENDED
    assert ("timer:files", "ended") in await desk.history(stopped.file_id)
    office.bureau.clock.move(KEPT * 1.01)
    assert await work_files.forget(desk.deps) == 2
    assert await contents() == [(False, False)] * 3
    assert (await desk.file(done.file_id)).forgotten_at is not None
    assert (await desk.file(left.file_id)).state is FileState.WITHDRAWN
    assert await desk.refused(done.file_id) == []
