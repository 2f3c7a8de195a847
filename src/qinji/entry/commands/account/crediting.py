"""`qinji account credit`: personal accounts are credited from a file."""

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
from qinji.entry.commands.acting import operator, run_act

if TYPE_CHECKING:
    from qinji.entry.crediting import Pass, Totals
    from qinji.entry.wiring import Runtime


def credit(
    file: Annotated[Path, typer.Argument(help="划入文件:CSV 或 Excel · the crediting file")],
    confirm: Annotated[bool, typer.Option("--confirm", help="入账;不写只预览 · book it")] = False,
    supplement: Annotated[
        bool, typer.Option("--supplement", help="补发:同一个月可在已划入之外再划 · beside what was credited")
    ] = False,
    report: Annotated[
        Path | None, typer.Option(help="未办理行的清单写到哪里 · where refused rows go")
    ] = None,
) -> None:
    """按文件划入个人账户:先预览,核对后加 --confirm 入账 · credit personal accounts from a file.

    列:人员编号、月份(2026-03)、金额(元)、类别(在职、退休)。同一文件重复运行不会重复入账;中断后再运行同一命令接着做。
    """
    from qinji.entry.crediting import Pass
    from qinji.flows.parts.crediting import COLUMNS, CreditFile
    from qinji.platform.sheets import NotASheet

    sheet = sheet_of(file, COLUMNS)
    refused = report_of(file, report, COLUMNS)
    work = Pass(sheet, CreditFile(sheet.digest, operator(), supplement), refused)
    try:
        run_act(lambda runtime: _work(work, runtime, confirm=confirm))
    except KeyboardInterrupt:
        _tell_stopped(work.totals, confirm=confirm)
        raise typer.Exit(STOPPED) from None
    except NotASheet as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(PROBLEM) from problem
    finally:
        refused.close()
    _tell(work.totals, confirm=confirm)
    tell_refused(refused)
    if not confirm and work.totals.booked:
        again = " --supplement" if supplement else ""
        typer.echo(f"这是预览,没有入账。核对后运行:qinji account credit {file}{again} --confirm")
    raise typer.Exit(REFUSED if work.totals.refused else 0)


async def _work(work: Pass, runtime: Runtime, *, confirm: bool) -> None:
    with bar() as progress:
        task = progress.add_task("划入" if confirm else "预览", total=work.sheet.rows_about)
        pass_over = work.book if confirm else work.preview
        await pass_over(runtime, lambda rows: progress.update(task, completed=rows))


def _tell(totals: Totals, *, confirm: bool) -> None:
    from qinji.flows.parts.crediting import KIND_CHINESE
    from qinji.kernel.money import yuan

    typer.echo(f"文件 {totals.rows} 行")
    done = "已入账" if confirm else "将入账"
    typer.echo(f"{done}:{totals.booked} 行,{yuan(totals.booked_fen)} 元")
    for kind, (count, amount_fen) in sorted(totals.by_kind.items()):
        typer.echo(f"  {KIND_CHINESE[kind]}  {count} 行  {yuan(amount_fen)} 元")
    for month, (count, amount_fen) in sorted(totals.by_month.items()):
        typer.echo(f"  {month:%Y-%m}  {count} 行  {yuan(amount_fen)} 元")
    if totals.before:
        typer.echo(f"此文件以前已入账:{totals.before} 行,{yuan(totals.before_fen)} 元,不再入账")


def _tell_stopped(totals: Totals, *, confirm: bool) -> None:
    from qinji.kernel.money import yuan

    if confirm:
        typer.echo(
            f"已停下。到此为止本次入账 {totals.booked} 行,{yuan(totals.booked_fen)} 元,都已保存;"
            "再运行同一命令会接着做,不会重复入账",
            err=True,
        )
    else:
        typer.echo("已停下,没有任何变动", err=True)
