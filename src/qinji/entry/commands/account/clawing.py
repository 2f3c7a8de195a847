"""`qinji account claw-back`: what a crediting file booked too much is taken back from a file, by two."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qinji.entry.commands.account.files import (
    PROBLEM,
    REFUSED,
    STOPPED,
    bar,
    report_of,
    sheet_of,
    tell_refused,
)
from qinji.entry.commands.acting import run_act, unless_refused
from qinji.entry.commands.signing_in import signed_in

if TYPE_CHECKING:
    from qinji.entry.clawing import ClawPass
    from qinji.entry.wiring import Runtime
    from qinji.flows.parts.clawing import ClawbackFile
    from qinji.kernel.actor import StaffActor
    from qinji.ledger.model import Clawback

ENTER, APPROVE, REFUSE = "enter", "approve", "refuse"


def claw_back(
    file: Annotated[Path, typer.Argument(help="扣回文件:CSV 或 Excel · the correction file")],
    of: Annotated[Path, typer.Option(help="当初多划了的划入文件 · the crediting file that was booked")],
    enter: Annotated[bool, typer.Option("--enter", help="录入,等另一人复核 · ask for it")] = False,
    approve: Annotated[bool, typer.Option("--approve", help="复核通过并办理 · approve it, do it")] = False,
    refuse: Annotated[bool, typer.Option("--refuse", help="复核不通过 · refuse it")] = False,
    staff: Annotated[str, typer.Option(help="办理人的工号 · the staff id of who does this")] = "",
    reason: Annotated[str, typer.Option(help="原因,本人会看到 · why, the person reads it")] = "",
    again: Annotated[
        bool, typer.Option("--again", help="再扣上次没有扣到的 · ask again for what was missing")
    ] = False,
    further: Annotated[
        bool, typer.Option("--further", help="在另一个文件已扣之外再扣 · beside another file")
    ] = False,
    supplement: Annotated[
        bool, typer.Option("--supplement", help="当初是按补发划入的 · it was booked as a supplement")
    ] = False,
    report: Annotated[
        Path | None, typer.Option(help="未办理行的清单写到哪里 · where refused rows go")
    ] = None,
) -> None:
    """扣回多划入个人账户的钱:预览,一人 --enter 录入,另一人 --approve 复核办理 · take back what was credited too much.

    列:人员编号、原文件行号(划入文件里的行号)、月份、扣回金额。不会扣到零以下;没有扣到的列出来。中断后再运行同一命令接着做。
    """
    from qinji.entry.clawing import ClawPass
    from qinji.flows.parts import clawing, crediting
    from qinji.flows.parts.clawing import ClawbackFile
    from qinji.flows.parts.crediting import CreditFile
    from qinji.platform.sheets import NotASheet

    step = _step(enter=enter, approve=approve, refuse=refuse, staff=staff)
    sheet = sheet_of(file, clawing.COLUMNS)
    credited = CreditFile(sheet_of(of, crediting.COLUMNS).digest, "", supplement)
    named = ClawbackFile(sheet.digest, credited.name, further)
    refused = report_of(file, report, clawing.COLUMNS)
    work = ClawPass(sheet, refused)
    asked = _Asked(step, staff.strip().upper(), reason, again)
    try:
        found = run_act(lambda runtime: _work(work, named, asked, runtime))
    except KeyboardInterrupt:
        typer.echo("已停下。到此为止扣回的都已保存;再运行同一命令会接着做,不会重复扣", err=True)
        raise typer.Exit(STOPPED) from None
    except NotASheet as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(PROBLEM) from problem
    finally:
        refused.close()
    _tell(work, found, step)
    tell_refused(refused)
    raise typer.Exit(REFUSED if refused.count else 0)


class _Asked:
    """What the command line asks for, beside the files."""

    def __init__(self, step: str, staff: str, reason: str, again: bool) -> None:
        self.step, self.staff, self.reason, self.again = step, staff, reason, again


def _step(*, enter: bool, approve: bool, refuse: bool, staff: str) -> str:
    """Which of the three, or "" for the preview; ends with status 2 where it is not clear who does what."""
    chosen = [name for name, asked in ((ENTER, enter), (APPROVE, approve), (REFUSE, refuse)) if asked]
    if len(chosen) > 1:
        typer.echo("--enter、--approve、--refuse 一次只能写一个。没有任何变动", err=True)
        raise typer.Exit(PROBLEM)
    if chosen and not staff.strip():
        typer.echo("请用 --staff 写明办理人的工号。没有任何变动", err=True)
        raise typer.Exit(PROBLEM)
    return chosen[0] if chosen else ""


async def _work(work: ClawPass, file: ClawbackFile, asked: _Asked, runtime: Runtime) -> Clawback:
    from qinji.flows import claw_back_credits
    from qinji.ledger.model import ClawbackState

    known = unless_refused(await claw_back_credits.known(file, runtime))
    if asked.step:
        known = await _decided(file, asked, await signed_in(asked.staff, runtime), runtime)
    begun = known.state is ClawbackState.APPROVED and known.finished_at is None
    with bar() as progress:
        task = progress.add_task("扣回" if asked.step == APPROVE else "预览", total=work.sheet.rows_about)
        run = work.carry_out if asked.step == APPROVE and begun else work.preview
        await run(known, runtime, lambda rows: progress.update(task, completed=rows))
    return known


async def _decided(file: ClawbackFile, asked: _Asked, actor: StaffActor, runtime: Runtime) -> Clawback:
    from qinji.flows import claw_back_credits
    from qinji.flows.claw_back_credits import DecideClawback, EnterClawback

    if asked.step == ENTER:
        entry = EnterClawback(actor, file, asked.reason, asked.again)
        return unless_refused(await claw_back_credits.enter(entry, runtime))
    decision = DecideClawback(actor, file, asked.step == APPROVE, asked.reason)
    return unless_refused(await claw_back_credits.settle_round(decision, runtime))


def _tell(work: ClawPass, found: Clawback, step: str) -> None:
    from qinji.kernel.money import yuan

    totals = work.totals
    over = step == APPROVE and found.finished_at is not None
    done = "已扣回" if step == APPROVE and not over else "可扣回"
    typer.echo(f"文件 {totals.rows} 行,要扣回 {yuan(totals.asked_fen)} 元")
    typer.echo(f"{done}:{totals.taken} 行,{yuan(totals.taken_fen)} 元")
    if totals.before_fen:
        typer.echo(f"此文件以前已扣回:{yuan(totals.before_fen)} 元,不再扣")
    if totals.short:
        typer.echo(f"没有扣到:{totals.short} 行,共 {yuan(totals.missing_fen)} 元,账户里没有这么多钱")
    typer.echo(_state(found, step))


def _state(found: Clawback, step: str) -> str:
    """Where the file stands, and what comes next."""
    from qinji.ledger.model import ClawbackState

    if not found.entered_by:
        return "这是预览,没有扣款。核对后加 --enter --staff 工号 --reason 原因 录入"
    by = f"{found.entered_by} 录入,原因:{found.reason}"
    if found.further:
        by += "(在另一个文件已扣之外再扣 --further)"
    if found.state is ClawbackState.WAITING:
        return f"没有扣款。{by}。等另一名工作人员加 --approve --staff 工号 复核"
    if found.state is ClawbackState.REFUSED:
        return f"没有扣款。{by}。{found.decided_by} 复核没有通过:{found.decision_reason}"
    if found.finished_at is not None:
        return f"没有扣款。{by}。{found.decided_by} 已复核,已办完;要再办没有扣到或没有办的行,加 --enter --again 再录入"
    if step == APPROVE:
        return f"{by}。{found.decided_by} 已复核。已告知本人"
    return f"没有扣款。{by}。{found.decided_by} 已复核,还没有办完;再加 --approve --staff 工号 接着办"
