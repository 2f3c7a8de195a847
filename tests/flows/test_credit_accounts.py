"""Crediting from a file: each row once, however often it is run, stopped half way, or beside a settlement."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from qinji.entry import crediting
from qinji.entry.crediting import Pass, Totals
from qinji.entry.sheets import Report, read_file
from qinji.entry.wiring import Runtime
from qinji.flows import audit_books, settle
from qinji.flows.parts.crediting import COLUMNS, CreditFile
from qinji.ledger import queries as ledger
from qinji.ledger.model import CURRENT_POCKET, ONLY_POCKET
from qinji.platform.database import Address
from qinji.policy.load import load
from tests.bureau import Bureau, open_bureau
from tests.household import packs_saying
from tests.simulation.scene import open_scene

BOY = "9901000000020001"
HEADER = ",".join(COLUMNS)


@pytest.fixture
async def bureau(address: Address, tmp_path: Path) -> AsyncIterator[Bureau]:
    async with open_bureau(address, tmp_path) as opened:
        yield opened


def employees(bureau: Bureau) -> list[str]:
    """Person numbers of employees of the seed's first town."""
    return [p.number for p in bureau.world.people if p.insurance == "employee" and p.region == "990100"]


def written(folder: Path, *rows: str, name: str = "credit.csv") -> Path:
    """A crediting file."""
    path = folder / name
    path.write_text("\n".join((HEADER, *rows)) + "\n", encoding="utf-8")
    return path


def passing(path: Path, *, supplement: bool = False) -> Pass:
    """A pass over this file."""
    sheet = read_file(path, COLUMNS)
    report = Report(path.with_suffix(".refused.csv"), COLUMNS)
    return Pass(sheet, CreditFile(sheet.digest, "os:test", supplement), report)


async def book(path: Path, deps: Runtime, *, supplement: bool = False) -> Pass:
    """Book this file; the whole pass."""
    work = passing(path, supplement=supplement)
    await work.book(deps, lambda _: None)
    work.report.close()
    return work


async def pockets(deps: Runtime, bureau: Bureau, number: str) -> dict[int, int]:
    """Balances by pocket."""
    person = await bureau.person_id(number)
    async with deps.database.reading() as connection:
        return dict((await ledger.balances(connection, [person]))[person])


async def findings(bureau: Bureau) -> list[object]:
    async with bureau.runtime.database.reading() as connection:
        return [*await audit_books.run(connection)]


def counts(totals: Totals) -> tuple[int, int, int]:
    """Booked, booked before, refused."""
    return totals.booked, totals.before, totals.refused


async def test_the_same_file_books_each_row_once(bureau: Bureau, tmp_path: Path) -> None:
    one, other = employees(bureau)[:2]
    before = await bureau.balance(one)
    path = written(
        tmp_path, f"{one},2026-02,120.50,在职", f"{one},2026-03,80,退休", f"{other},2026-03,1,在职"
    )
    preview = passing(path)
    await preview.preview(bureau.runtime, lambda _: None)
    assert (counts(preview.totals), preview.totals.booked_fen) == ((3, 0, 0), 20_150)
    assert await bureau.balance(one) == before
    assert counts((await book(path, bureau.runtime)).totals) == (3, 0, 0)
    assert await bureau.balance(one) == before + 20_050
    again = (await book(path, bureau.runtime)).totals
    assert (counts(again), again.before_fen) == ((0, 3, 0), 20_150)
    assert await bureau.balance(one) == before + 20_050
    assert await findings(bureau) == []


async def test_another_file_credits_a_month_again_only_as_a_supplement(
    bureau: Bureau, tmp_path: Path
) -> None:
    one = employees(bureau)[0]
    before = await bureau.balance(one)
    await book(written(tmp_path, f"{one},2026-03,100,在职"), bureau.runtime)
    resent = await book(written(tmp_path, f"{one},2026-03,110,在职", name="again.csv"), bureau.runtime)
    assert counts(resent.totals) == (0, 0, 1)
    (_, what, advice) = resent.report.first[0]
    assert what == "此人 2026-03 的在职已由另一个文件划入 100.00 元"
    assert "--supplement" in advice
    more = written(tmp_path, f"{one},2026-03,10,在职", name="more.csv")
    assert counts((await book(more, bureau.runtime, supplement=True)).totals) == (1, 0, 0)
    assert counts((await book(more, bureau.runtime, supplement=True)).totals) == (0, 1, 0)
    assert await bureau.balance(one) == before + 11_000


async def test_every_refused_row_says_where_what_and_what_to_do(bureau: Bureau, tmp_path: Path) -> None:
    one = employees(bureau)[0]
    path = written(
        tmp_path,
        f"{one},2026-03,100,在职",
        f"{one},2026-3,1,在职",
        "9999999999999999,2026-03,1,在职",
        f"{BOY},2026-03,1,在职",
        f"{one},2026-04,1,在职",
        f"{one},三月,1,在职",
        f"{one},2026-02,-1,在职",
        f"{one},2026-02,1.005,在职",
        f'{one},2026-02,"1,000",在职',
        f"{one},2026-02,100000.01,在职",
        f"{one},2026-02,1,其他",
        f"{one},2026-02,1",
        f"{one},2001-02,1,在职",
        ",2026-02,1,在职",
    )
    work = await book(path, bureau.runtime)
    assert counts(work.totals) == (1, 0, 13)
    told = path.with_suffix(".refused.csv").read_text(encoding="utf-8-sig").splitlines()
    assert told[0] == f"行号,{HEADER},问题,怎么办"
    assert len(told) == 14
    for words in ("与第 2 行重复", "没有人员编号为 9999999999999999", "居民医保,没有个人账户", "还没有到"):
        assert sum(words in line for line in told) == 1
    for words in (
        "看不懂",
        "不大于零",
        "上限 100000.00 元",
        "不认识",
        "列数",
        "早于 20 年前",
        "没有人员编号,",
    ):
        assert sum(words in line for line in told) >= 1, words


async def test_a_run_that_is_stopped_half_way_goes_on_where_it_was(
    bureau: Bureau, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crediting, "ROWS_MAX", 2)
    numbers = employees(bureau)[:7]
    before = [await bureau.balance(number) for number in numbers]
    path = written(tmp_path, *(f"{number},2026-03,10,在职" for number in numbers))
    stopped = passing(path)

    def stop(rows: int) -> None:
        if rows >= 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await stopped.book(bureau.runtime, stop)
    assert counts(stopped.totals) == (4, 0, 0)
    assert counts((await book(path, bureau.runtime)).totals) == (3, 4, 0)
    assert [await bureau.balance(number) for number in numbers] == [fen + 1_000 for fen in before]
    assert await findings(bureau) == []


async def test_two_who_run_the_same_file_at_once_book_it_once(address: Address, tmp_path: Path) -> None:
    async with (
        open_bureau(address, tmp_path) as one,
        open_bureau(address, tmp_path, process="other") as other,
    ):
        numbers = employees(one)
        path = written(tmp_path, *(f"{number},2026-03,10,在职" for number in numbers))
        done = await asyncio.gather(*(book(path, bureau.runtime) for bureau in (one, other, one)))
        assert sum(work.totals.booked for work in done) == len(numbers)
        assert await findings(one) == []


async def test_a_settlement_of_the_same_person_meanwhile_loses_no_fen(
    address: Address, tmp_path: Path
) -> None:
    async with open_scene(address, tmp_path) as scene:
        (grantor, patient), *_ = await scene.pairs(1)
        await scene.grant(grantor, patient)
        deps, number = scene.bureau.runtime, scene.cast.people[grantor].number
        before = await scene.balance(grantor)
        months = [f"{2010 + place // 12}-{place % 12 + 1:02d}" for place in range(24)]
        paths = [written(tmp_path, f"{number},{month},0.07,在职", name=f"{month}.csv") for month in months]
        items = [await scene.ready(scene.bill(patient)) for _ in months]
        done, replies = await asyncio.gather(
            asyncio.gather(*(book(path, deps) for path in paths)),
            asyncio.gather(*(settle.run([item], deps) for item in items)),
        )
        assert [counts(work.totals) for work in done] == [(1, 0, 0)] * len(months)
        paid = [json.loads(reply)["amounts"][3] for (reply,) in replies]
        assert sum(paid) > 0, "the account was used meanwhile"
        assert await scene.balance(grantor) == before + 7 * len(months) - sum(paid)
        assert await scene.audit() == []


async def test_where_two_balances_are_kept_a_past_years_month_goes_to_the_history(
    bureau: Bureau, tmp_path: Path
) -> None:
    packs = packs_saying(
        tmp_path,
        "990000-seed",
        {"balance.kinds": "current_and_history", "balance.rollover_day": '"01-01"'},
    )
    deps = replace(bureau.runtime, book=load(packs))
    one = employees(bureau)[0]
    before = await pockets(deps, bureau, one)
    assert CURRENT_POCKET not in before
    path = written(tmp_path, f"{one},2026-01,30,在职", f"{one},2025-12,20,在职")
    await book(path, deps)
    after = await pockets(deps, bureau, one)
    assert after == {ONLY_POCKET: before[ONLY_POCKET] + 2_000, CURRENT_POCKET: 3_000}
    assert await findings(bureau) == []
