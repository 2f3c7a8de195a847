"""Files of many rows: checked first, by two, carried out part by part, and nothing twice however it is stopped."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from qinji.bulk import queries
from qinji.bulk.model import FileKind, FileState, FileTerms, Tally
from qinji.flows import read_files
from qinji.flows.decide_file import FileVerdict
from qinji.flows.parts import crediting as crediting_rows
from qinji.insured import queries as insured
from qinji.kernel.refusal import Refused
from qinji.platform.database import Address
from qinji.platform.workbook import Sheet, workbook
from tests.bureau import open_bureau
from tests.clawing import CASHIER, CLERK, REVIEWER, WHY, Office
from tests.filing import Desk, text_of
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


async def test_a_file_moves_no_money_until_another_has_approved_what_would_come_of_it(
    office: Office, desk: Desk
) -> None:
    one, other = office.numbers[:2]
    before = await office.balance(one), await office.balance(other)
    file = await desk.checked(
        CREDIT, f"{one},2026-03,500.00,在职", f"{other},2026-03,80,退休", "无,2026-03,1,在职"
    )
    assert file.state is FileState.CHECKED
    assert (file.checked.rows, file.checked.done, file.checked.done_fen, file.checked.refused) == (
        *(3, 2),
        *(58_000, 1),
    )
    groups = [(one.name, one.count, one.fen) for one in file.checked.groups]
    assert groups == [("2026-03", 2, 58_000), ("在职", 1, 50_000), ("退休", 1, 8_000)]
    assert await desk.said(FileVerdict.ENTER, file.file_id, CLERK, WHY) == ""
    assert await desk.worked() == 0
    assert (await office.balance(one), await office.balance(other)) == before
    assert await desk.said(FileVerdict.APPROVE, file.file_id, CLERK) == "SAME_CLERK"
    assert await desk.said(FileVerdict.APPROVE, file.file_id, REVIEWER) == ""
    assert await desk.worked() == 1
    done = await desk.file(file.file_id)
    assert (done.state, done.carried) == (FileState.DONE, file.checked)
    assert (await office.balance(one), await office.balance(other)) == (before[0] + 50_000, before[1] + 8_000)
    (row,) = await desk.refused(file.file_id)
    assert (row.line, row.cells, row.what) == (
        4,
        ["无", "2026-03", "1", "在职"],
        "没有人员编号为 无 的参保人",
    )
    assert await office.findings() == []


async def test_the_ledger_knows_the_file_as_the_command_does_so_that_neither_books_it_again(
    office: Office, desk: Desk
) -> None:
    number = office.numbers[0]
    await office.credited(f"{number},2026-03,500,在职")
    before = await office.balance(number)
    path = office.folder / f"{office.files}.csv"
    answered = await desk.sent(CREDIT, path.read_bytes())
    await desk.worked()
    async with office.deps.database.reading() as connection:
        (file,) = await queries.listed(connection, 2)
    assert str(file.file_id) == answered["id"]
    assert (file.checked.done, file.checked.before, file.checked.before_fen) == (0, 1, 50_000)
    assert await desk.said(FileVerdict.ENTER, file.file_id, CLERK, WHY) == "BULK_STATE"
    assert await office.balance(number) == before


async def test_what_was_credited_too_much_is_taken_back_without_the_old_file_at_hand(
    office: Office, desk: Desk
) -> None:
    number = office.numbers[0]
    before = await office.balance(number)
    await desk.done(CREDIT, f"{number},2026-03,500,在职")
    runs = await read_files.credit_runs(CLERK, office.deps)
    assert not isinstance(runs, Refused)
    (credit,) = runs
    assert (credit.file_name, credit.run.booked, credit.run.amount_fen) == ("名单.csv", 1, 50_000)
    terms = FileTerms(credit_name=credit.run.name)
    file = await desk.done(CLAW_BACK, f"{number},2,2026-03,450", terms=terms)
    assert (file.state, file.carried.done, file.carried.done_fen) == (FileState.DONE, 1, 45_000)
    assert await office.balance(number) == before + 5_000
    person = await office.bureau.person_id(number)
    async with office.deps.database.reading() as connection:
        trail = await insured.audit_trail(connection, person, 10)
    (row,) = [entry for entry in trail if entry.action == "account.claw_back"]
    assert (row.actor, row.entered_by, row.reason) == ("staff:R001", "C001", WHY)
    assert await office.findings() == []


async def test_what_was_not_there_is_told_row_by_row_and_asked_for_again_by_two(
    office: Office, desk: Desk
) -> None:
    number = office.numbers[0]
    await desk.done(CREDIT, f"{number},2026-03,500,在职")
    async with office.deps.database.reading() as connection:
        name = (await queries.listed(connection, 1))[0].digest
    terms = FileTerms(credit_name=f"crediting/{name}")
    await office.empty(number, 10_000)
    row = f"{number},2,2026-03,450"
    first = await desk.done(CLAW_BACK, row, terms=terms)
    assert first.carried == Tally(rows=1, done=1, done_fen=10_000, short=1, missing_fen=35_000)
    (told,) = await desk.refused(first.file_id)
    assert "还差 350.00 元" in told.what
    await desk.done(CREDIT, f"{number},2026-02,200,在职")
    second = await desk.checked(CLAW_BACK, row, terms=terms)
    assert (second.checked.done, second.checked.before_fen) == (0, 10_000)
    assert await desk.said(FileVerdict.ENTER, second.file_id, CLERK, WHY) == "BULK_STATE"
    assert await desk.said(FileVerdict.WITHDRAW, second.file_id, CLERK) == ""
    again = FileTerms(credit_name=terms.credit_name, again=True)
    third = await desk.done(CLAW_BACK, row, terms=again)
    assert (third.carried.done_fen, third.carried.earlier_fen, third.carried.missing_fen) == (
        *(20_000, 10_000),
        15_000,
    )
    assert (third.carried.before, third.carried.before_fen) == (0, 0)
    assert await office.findings() == []


async def test_people_are_enrolled_by_two_and_their_trail_names_both(office: Office, desk: Desk) -> None:
    file = await desk.done(ENROL, NEWCOMER)
    assert (file.carried.done, file.carried.refused) == (1, 0)
    assert [one.name for one in file.carried.groups] == ["990100 职工"]
    person = await office.bureau.person_id("9901000000990001")
    async with office.deps.database.reading() as connection:
        (entry,) = await insured.audit_trail(connection, person, 10)
    assert (entry.actor, entry.entered_by) == ("staff:R001", "C001")
    assert await office.balance("9901000000990001") == 0


async def test_identity_numbers_of_refused_rows_are_masked(desk: Desk) -> None:
    file = await desk.checked(ENROL, NEWCOMER.replace(NUMBER, f"{NUMBER[:-2]}00"))
    (told,) = await desk.refused(file.file_id)
    assert "证件号码不对" in told.what
    assert NUMBER[6:14] not in "".join(told.cells)


async def test_an_excel_file_is_read_as_a_csv_is(office: Office, desk: Desk) -> None:
    sheet = Sheet(
        "表", ("人员编号", "月份", "金额", "类别"), [(office.numbers[0], "2026-03", "12.30", "在职")]
    )
    content = workbook([sheet], office.deps.clock(), "划入")
    assert "id" in await desk.sent(CREDIT, content, name="三月.XLSX")
    await desk.worked()
    async with office.deps.database.reading() as connection:
        (file,) = await queries.listed(connection, 1)
    assert (file.checked.done, file.checked.done_fen) == (1, 1_230)


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (b"a,b\n1,2\n", "x.csv", "表头缺少这些列"),
        (b"\xff\xfe\x00\x00", "x.csv", "文件不是 CSV 文本"),
        (b"PK\x03\x04nonsense", "x.xlsx", "这个 Excel 文件打不开"),
        (b"", "x.csv", "表头缺少这些列"),
        ("人员编号,月份,金额,类别\n".encode(), "x.csv", "一行也没有"),
    ],
)
async def test_what_cannot_be_read_is_refused_in_plain_words_and_nothing_is_kept(
    desk: Desk, content: bytes, name: str, told: str
) -> None:
    answered = await desk.sent(CREDIT, content, name=name)
    assert answered["code"] == "REQUEST_INVALID"
    assert told in answered["text"]
    assert "没有任何变动" in answered["text"]
    async with desk.deps.database.reading() as connection:
        assert await queries.listed(connection, 1) == []


async def test_a_file_that_is_open_is_not_brought_twice_and_a_repeated_call_is_answered_alike(
    office: Office, desk: Desk
) -> None:
    content = text_of(CREDIT, [f"{office.numbers[0]},2026-03,1,在职"])
    first = await desk.sent(CREDIT, content, key="same")
    assert await desk.sent(CREDIT, content, key="same") == first
    assert (await desk.sent(CREDIT, content))["code"] == "BULK_STATE"
    beside = await desk.sent(CREDIT, content, FileTerms(beside=True))
    assert "id" in beside


async def test_a_cashier_brings_and_decides_nothing(office: Office, desk: Desk) -> None:
    content = text_of(CREDIT, [f"{office.numbers[0]},2026-03,1,在职"])
    assert (await desk.sent(CREDIT, content, actor=CASHIER))["code"] == "NOT_ALLOWED"
    file = await desk.checked(CREDIT, f"{office.numbers[0]},2026-03,1,在职")
    for verdict in FileVerdict:
        assert await desk.said(verdict, file.file_id, CASHIER, WHY) == "NOT_ALLOWED"
    for found in (
        await read_files.one(CASHIER, file.file_id, desk.deps),
        await read_files.listing(CASHIER, 1, None, desk.deps),
        await read_files.report(CASHIER, file.file_id, desk.deps),
        await read_files.credit_runs(CASHIER, desk.deps),
    ):
        assert isinstance(found, Refused)


async def test_only_who_brought_it_enters_it_or_has_it_checked_again(office: Office, desk: Desk) -> None:
    file = await desk.checked(CREDIT, f"{office.numbers[0]},2026-03,1,在职")
    for verdict in (FileVerdict.ENTER, FileVerdict.CHECK_AGAIN):
        assert await desk.said(verdict, file.file_id, REVIEWER, WHY) == "NOT_ALLOWED"
    assert await desk.said(FileVerdict.ENTER, file.file_id, CLERK, "短") == "REQUEST_INVALID"
    assert await desk.said(FileVerdict.ENTER, file.file_id, CLERK, f"见 {NUMBER}") == "REQUEST_INVALID"
    assert await desk.said(FileVerdict.ENTER, file.file_id, CLERK, WHY) == ""
    assert await desk.said(FileVerdict.WITHDRAW, file.file_id, REVIEWER) == "NOT_ALLOWED"
    assert await desk.said(FileVerdict.WITHDRAW, file.file_id, CLERK) == ""
    assert (await desk.file(file.file_id)).state is FileState.WITHDRAWN


async def test_a_file_of_somebody_who_is_away_is_withdrawn_by_a_colleague_and_that_is_kept(
    office: Office, desk: Desk
) -> None:
    file = await desk.checked(CREDIT, f"{office.numbers[0]},2026-03,1,在职")
    assert await desk.said(FileVerdict.WITHDRAW, file.file_id, REVIEWER) == ""
    assert await desk.history(file.file_id) == [("C001", "brought"), ("R001", "withdraw")]
    assert (
        await desk.sent(CREDIT, text_of(CREDIT, [f"{office.numbers[0]},2026-03,1,在职"]), actor=REVIEWER)
    )["id"]


async def test_what_a_row_lacked_may_be_put_right_and_the_file_checked_again(
    office: Office, desk: Desk
) -> None:
    file = await desk.checked(
        CREDIT, "9901000000990001,2026-03,1,在职", f"{office.numbers[0]},2026-03,1,在职"
    )
    assert (file.checked.done, file.checked.refused) == (1, 1)
    await desk.done(ENROL, NEWCOMER)
    assert await desk.said(FileVerdict.CHECK_AGAIN, file.file_id, CLERK) == ""
    await desk.worked()
    again = await desk.file(file.file_id)
    assert (again.state, again.checked.rows, again.checked.done, again.checked.refused) == (
        *(FileState.CHECKED, 2),
        *(2, 0),
    )
    assert await desk.refused(file.file_id) == []


async def test_a_refusal_has_a_reason_and_nothing_is_carried_out(office: Office, desk: Desk) -> None:
    number = office.numbers[0]
    before = await office.balance(number)
    file = await desk.checked(CREDIT, f"{number},2026-03,1,在职")
    assert await desk.said(FileVerdict.ENTER, file.file_id, CLERK, WHY) == ""
    assert await desk.said(FileVerdict.REFUSE, file.file_id, REVIEWER) == "REQUEST_INVALID"
    assert await desk.said(FileVerdict.REFUSE, file.file_id, REVIEWER, "金额与报盘不符") == ""
    assert await desk.said(FileVerdict.APPROVE, file.file_id, REVIEWER) == "BULK_STATE"
    assert await desk.worked() == 0
    refused = await desk.file(file.file_id)
    assert (refused.state, refused.decision_reason) == (FileState.REFUSED, "金额与报盘不符")
    assert await office.balance(number) == before


async def test_a_sign_that_nobody_sees_is_refused_at_the_check_and_harms_no_neighbour(
    office: Office, desk: Desk
) -> None:
    sheet = Sheet(
        "表",
        crediting_rows.COLUMNS,
        [(office.numbers[0], "2026-03", "1.00", "在职"), ("9\x00", "2026-03", "1.00", "在职")],
    )
    await desk.sent(CREDIT, workbook([sheet], office.deps.clock(), "划入"), name="x.xlsx")
    await desk.worked()
    async with office.deps.database.reading() as connection:
        (file,) = await queries.listed(connection, 1)
    assert (file.checked.done, file.checked.refused) == (1, 1)
    (told,) = await desk.refused(file.file_id)
    assert told.what == "有看不见的控制字符"


async def test_no_identity_number_stands_in_clear_wherever_it_was_written(office: Office, desk: Desk) -> None:
    swapped = NEWCOMER.replace(NUMBER, "K990001", 1).replace("K990001,990100", f"{NUMBER},990100")
    wrong_day = NEWCOMER.replace("2020-01-01", NUMBER).replace("9901000000990001", "9901000000990002")
    file = await desk.checked(ENROL, swapped, wrong_day)
    told = await desk.refused(file.file_id)
    assert len(told) == 2
    assert not any(NUMBER in text for row in told for text in (*row.cells, row.what, row.advice))
    credit = await desk.checked(CREDIT, f"{NUMBER},2026-03,1,在职", f"{office.numbers[0]},2026-03,1,在职")
    assert all(NUMBER not in f"{row.cells}{row.what}" for row in await desk.refused(credit.file_id))
    assert await desk.said(FileVerdict.ENTER, credit.file_id, CLERK, WHY) == ""
    assert (
        await desk.said(FileVerdict.APPROVE, credit.file_id, REVIEWER, f"核对 {NUMBER}") == "REQUEST_INVALID"
    )
    content = text_of(CREDIT, [f"{office.numbers[1]},2026-03,1,在职"])
    assert (await desk.sent(CREDIT, content, name=f"{NUMBER}.csv"))["code"] == "REQUEST_INVALID"
