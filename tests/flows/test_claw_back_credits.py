"""Taking back what was credited too much: by two, never more than the credit, never twice, never below zero."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from qinji.entry import clawing as entry_clawing
from qinji.flows import claw_back_credits, settle
from qinji.flows.claw_back_credits import ClawBack, DecideClawback, EnterClawback
from qinji.flows.parts.clawing import ClawbackFile
from qinji.insured import queries as insured
from qinji.kernel.refusal import RefusalCode, Refused
from qinji.ledger.model import Clawback
from qinji.notice import queries as notices
from qinji.notice.model import NoticeKind
from qinji.platform.database import Address
from tests.bureau import open_bureau
from tests.clawing import CASHIER, CLERK, REVIEWER, WHY, Office, told
from tests.simulation.scene import open_scene


@pytest.fixture
async def office(address: Address, tmp_path: Path) -> AsyncIterator[Office]:
    async with open_bureau(address, tmp_path) as bureau:
        yield Office(bureau, bureau.runtime, tmp_path)


async def test_two_people_take_back_what_was_too_much_and_the_person_is_told_how_much_and_why(
    office: Office,
) -> None:
    one, other = office.numbers[:2]
    before = await office.balance(one), await office.balance(other)
    run = await office.credited(f"{one},2026-03,500,在职", f"{other},2026-03,80,在职")
    claim = office.claim(run, f"{one},2,2026-03,450.00")
    preview = claim.work()
    await preview.preview(await claim.state(), office.deps, lambda _: None)
    assert told(preview.totals) == (1, 45_000, 0, 0, 0)
    await claim.entered()
    assert (await office.balance(one), await office.balance(other)) == (
        before[0] + 50_000,
        before[1] + 8_000,
    )
    assert told((await claim.carried_out()).totals) == (1, 45_000, 0, 0, 0)
    assert (await office.balance(one), await office.balance(other)) == (before[0] + 5_000, before[1] + 8_000)
    state = await claim.state()
    assert (state.entered_by, state.decided_by, state.taken_fen, state.missing_fen) == (
        *("C001", "R001"),
        *(45_000, 0),
    )
    person = await office.bureau.person_id(one)
    async with office.deps.database.reading() as connection:
        trail = await insured.audit_trail(connection, person, 10)
        (row,) = [entry for entry in trail if entry.action == "account.claw_back"]
        notice = await notices.one(connection, person, row.audit_id)
    assert (row.actor, row.entered_by, row.reason) == ("staff:R001", "C001", WHY)
    assert notice is not None
    assert (notice.kind, notice.amount_fen) == (NoticeKind.CLAWED_BACK, 45_000)
    assert (notice.facts.said, notice.facts.reason) == ("2026年3月", WHY)
    assert await office.findings() == []


async def test_who_entered_it_does_not_approve_it_and_a_cashier_does_neither(office: Office) -> None:
    run = await office.credited(f"{office.numbers[0]},2026-03,500,在职")
    claim = office.claim(run, f"{office.numbers[0]},2,2026-03,450")
    deps = office.deps

    async def refusal(answer: object) -> RefusalCode:
        assert isinstance(answer, Refused), answer
        return answer.code

    approve = DecideClawback(REVIEWER, claim.file, True)
    settle_round, enter = claw_back_credits.settle_round, claw_back_credits.enter
    assert await refusal(await settle_round(approve, deps)) is RefusalCode.CLAWBACK_STATE
    by_cashier = EnterClawback(CASHIER, claim.file, WHY)
    assert await refusal(await enter(by_cashier, deps)) is RefusalCode.NOT_ALLOWED
    for words in ("错", "某人 11010519491231002X 多划了"):
        said = EnterClawback(CLERK, claim.file, words)
        assert await refusal(await enter(said, deps)) is RefusalCode.REQUEST_INVALID
    elsewhere = ClawbackFile(claim.file.digest, "crediting/none")
    asked = EnterClawback(CLERK, elsewhere, WHY)
    assert await refusal(await enter(asked, deps)) is RefusalCode.CLAWBACK_STATE
    assert await refusal(await claw_back_credits.known(elsewhere, deps)) is RefusalCode.CLAWBACK_STATE
    entered = await claim.entered()
    assert await claim.entered() == entered, "entered twice is entered once"
    with pytest.raises(ValueError, match="waiting"):
        await claw_back_credits.run(ClawBack(entered, []), deps)
    own = DecideClawback(CLERK, claim.file, True)
    assert await refusal(await settle_round(own, deps)) is RefusalCode.SAME_CLERK
    for_cashier = DecideClawback(CASHIER, claim.file, True)
    assert await refusal(await settle_round(for_cashier, deps)) is RefusalCode.NOT_ALLOWED
    silent = DecideClawback(REVIEWER, claim.file, False)
    assert await refusal(await settle_round(silent, deps)) is RefusalCode.REQUEST_INVALID
    assert isinstance(await settle_round(replace(silent, reason="金额与单位来函不符"), deps), Clawback)
    assert await refusal(await settle_round(approve, deps)) is RefusalCode.CLAWBACK_STATE
    assert (await claim.entered()).round == 2, "what was refused may be entered anew"
    assert told((await claim.carried_out()).totals) == (1, 45_000, 0, 0, 0)


async def test_what_is_not_there_any_more_is_told_as_missing_and_asked_for_again_later(
    office: Office,
) -> None:
    one, other = office.numbers[:2]
    run = await office.credited(f"{one},2026-03,500,在职", f"{other},2026-03,500,在职")
    await office.empty(one, 10_000)
    await office.empty(other, 0)
    claim = office.claim(run, f"{one},2,2026-03,450", f"{other},3,2026-03,450")
    work = await claim.done()
    assert told(work.totals) == (1, 10_000, 0, 80_000, 0)
    assert (await office.balance(one), await office.balance(other)) == (0, 0)
    report = claim.path.with_suffix(".report.csv").read_text(encoding="utf-8-sig")
    assert "要扣回 450.00 元,已扣 100.00 元,还差 350.00 元" in report
    assert "要扣回 450.00 元,已扣 0.00 元,还差 450.00 元" in report
    again = EnterClawback(CLERK, claim.file, WHY)
    refused = await claw_back_credits.enter(again, office.deps)
    assert isinstance(refused, Refused)
    assert "--again" in refused.text
    await office.credited(f"{one},2026-02,1000,在职", f"{other},2026-02,20,在职")
    assert told((await claim.carried_out()).totals) == (0, 0, 10_000, 80_000, 0), "the round is over"
    work = await claim.done(again=True)
    assert told(work.totals) == (2, 37_000, 10_000, 43_000, 0)
    assert (await office.balance(one), await office.balance(other)) == (65_000, 0)
    await office.credited(f"{other},2026-01,1000,在职")
    assert told((await claim.done(again=True)).totals) == (1, 43_000, 47_000, 0, 0)
    refused = await claw_back_credits.enter(replace(again, again=True), office.deps)
    assert isinstance(refused, Refused), "nothing is missing any more"
    assert await office.findings() == []


async def test_a_file_that_is_carried_out_twice_takes_once(office: Office) -> None:
    one = office.numbers[0]
    run = await office.credited(f"{one},2026-03,500,在职")
    claim = office.claim(run, f"{one},2,2026-03,250")
    await claim.done()
    after = await office.balance(one)
    assert told((await claim.carried_out()).totals) == (0, 0, 25_000, 0, 0)
    assert await office.balance(one) == after


async def test_another_file_takes_of_the_same_credit_only_further_and_within_it(office: Office) -> None:
    one = office.numbers[0]
    run = await office.credited(f"{one},2026-03,500,在职")
    await office.claim(run, f"{one},2,2026-03,300").done()
    after = await office.balance(one)
    more = office.claim(run, f"{one},2,2026-03,200.01", f"{one},3,2026-03,1")
    assert told((await more.done()).totals) == (0, 0, 0, 0, 2)
    report = more.path.with_suffix(".report.csv").read_text(encoding="utf-8-sig")
    assert "已由另一个文件扣回 300.00 元" in report
    assert "划入文件第 3 行没有给此人入过账" in report
    further = replace(more, file=replace(more.file, further=True))
    assert told((await further.done(again=True)).totals) == (0, 0, 0, 0, 2), "refused rows may be asked again"
    assert "最多还能扣 200.00 元" in more.path.with_suffix(".report.csv").read_text(encoding="utf-8-sig")
    rest = office.claim(run, f"{one},2,2026-03,200", further=True)
    assert told((await rest.done()).totals) == (1, 20_000, 0, 0, 0)
    assert await office.balance(one) == after - 20_000
    assert await office.findings() == []


async def test_every_refused_row_says_where_what_and_what_to_do(office: Office) -> None:
    one, other = office.numbers[:2]
    run = await office.credited(f"{one},2026-03,500,在职")
    claim = office.claim(
        run,
        f"{one},2,2026-03,1",
        f"{one},2,2026-03,2",
        f"{other},2,2026-03,1",
        f"{one},2,2026-02,1",
        "9999999999999999,2,2026-03,1",
        f"{one},x,2026-03,1",
        f"{one},4,三月,1",
        f"{one},5,2026-03,-1",
        f"{one},2026-03,1",
        ",6,2026-03,1",
    )
    assert told((await claim.done()).totals) == (1, 100, 0, 0, 9)
    report = claim.path.with_suffix(".report.csv").read_text(encoding="utf-8-sig")
    for words in (
        *("与第 2 行扣的是同一行划入", "第 2 行没有给此人入过账", "没有人员编号为 9999999999999999"),
        *("原文件行号“x”看不懂", "月份“三月”看不懂", "金额不大于零", "列数", "没有人员编号,"),
    ):
        assert words in report, words


async def test_a_pass_that_is_stopped_half_way_goes_on_where_it_was(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entry_clawing, "ROWS_MAX", 2)
    numbers = office.numbers[:7]
    run = await office.credited(*(f"{number},2026-03,10,在职" for number in numbers))
    before = [await office.balance(number) for number in numbers]
    claim = office.claim(run, *(f"{number},{line},2026-03,4" for line, number in enumerate(numbers, 2)))
    await claim.entered()
    stopped = claim.work()

    def stop(rows: int) -> None:
        if rows >= 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await stopped.carry_out(await claim.approved(), office.deps, stop)
    assert told((await claim.carried_out()).totals) == (3, 1_200, 1_600, 0, 0)
    assert [await office.balance(number) for number in numbers] == [fen - 400 for fen in before]
    state = await claim.state()
    assert (state.taken_fen, state.missing_fen) == (2_800, 0)
    assert await office.findings() == []


async def test_two_who_carry_out_the_same_file_at_once_take_once(address: Address, tmp_path: Path) -> None:
    async with (
        open_bureau(address, tmp_path) as one,
        open_bureau(address, tmp_path, process="other") as other,
    ):
        office = Office(one, one.runtime, tmp_path)
        numbers = office.numbers
        run = await office.credited(*(f"{number},2026-03,10,在职" for number in numbers))
        claim = office.claim(run, *(f"{number},{line},2026-03,4" for line, number in enumerate(numbers, 2)))
        await claim.entered()
        await claim.approved()
        done = await asyncio.gather(
            *(replace(claim, deps=bureau.runtime).carried_out() for bureau in (one, other, one))
        )
        assert sum(work.totals.taken_fen for work in done) == 400 * len(numbers)
        assert await office.findings() == []


async def test_a_settlement_of_the_same_person_meanwhile_loses_no_fen_and_nothing_goes_below_zero(
    address: Address, tmp_path: Path
) -> None:
    async with open_scene(address, tmp_path) as scene:
        (grantor, patient), *_ = await scene.pairs(1)
        await scene.grant(grantor, patient)
        office = Office(scene.bureau, scene.bureau.runtime, tmp_path)
        number = scene.cast.people[grantor].number
        await office.empty(number, 0)
        months = [f"{2010 + place // 12}-{place % 12 + 1:02d}" for place in range(12)]
        runs = [await office.credited(f"{number},{month},3,在职") for month in months]
        claims = [
            office.claim(run, f"{number},2,{month},2.5") for run, month in zip(runs, months, strict=True)
        ]
        for claim in claims:
            await claim.entered()
        items = [await scene.ready(scene.bill(patient)) for _ in months]
        done, replies = await asyncio.gather(
            asyncio.gather(*(claim.carried_out() for claim in claims)),
            asyncio.gather(*(settle.run([item], office.deps) for item in items)),
        )
        paid = sum(json.loads(reply)["amounts"][3] for (reply,) in replies)
        taken = sum(work.totals.taken_fen for work in done)
        missing = sum(work.totals.missing_fen for work in done)
        assert paid > 0, "the account was used meanwhile"
        assert taken + missing == 250 * len(months)
        assert await scene.balance(grantor) == 300 * len(months) - paid - taken
        assert await scene.audit() == []
