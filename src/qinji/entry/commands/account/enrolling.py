"""`qinji account enrol`: people are enrolled from a file."""

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
    from qinji.entry.enrolling import Enrolment
    from qinji.entry.wiring import Runtime


def enrol(
    file: Annotated[Path, typer.Argument(help="登记文件:CSV 或 Excel · the file of people")],
    confirm: Annotated[bool, typer.Option("--confirm", help="登记;不写只预览 · enrol them")] = False,
    report: Annotated[
        Path | None, typer.Option(help="未办理行的清单写到哪里 · where refused rows go")
    ] = None,
) -> None:
    """按文件批量参保登记:先预览,核对后加 --confirm · enrol people from a file.

    已登记的人:资料相同不动,不同的说明哪里不同,也不改。同一文件可以重复运行。
    """
    from qinji.entry.enrolling import Enrolment
    from qinji.flows.parts.enrolling import COLUMNS, OPTIONAL
    from qinji.platform.sheets import NotASheet

    sheet = sheet_of(file, COLUMNS, OPTIONAL)
    refused = report_of(file, report, COLUMNS)
    work = Enrolment(sheet, operator(), refused)
    try:
        run_act(lambda runtime: _work(work, runtime, confirm=confirm))
    except KeyboardInterrupt:
        typer.echo("已停下。已登记的都已保存;再运行同一命令会接着做,不会重复", err=True)
        raise typer.Exit(STOPPED) from None
    except NotASheet as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(PROBLEM) from problem
    finally:
        refused.close()
    _tell(work, confirm=confirm)
    tell_refused(refused)
    if not confirm and work.new:
        typer.echo(f"这是预览,没有登记。核对后运行:qinji account enrol {file} --confirm")
    raise typer.Exit(REFUSED if work.refused else 0)


async def _work(work: Enrolment, runtime: Runtime, *, confirm: bool) -> None:
    with bar() as progress:
        task = progress.add_task("登记" if confirm else "预览", total=work.sheet.rows_about)
        await work.run(runtime, lambda rows: progress.update(task, completed=rows), confirm=confirm)


def _tell(work: Enrolment, *, confirm: bool) -> None:
    from qinji.flows.parts.enrolling import INSURANCE_WORDS

    typer.echo(f"文件 {work.rows} 行")
    typer.echo(f"{'已登记' if confirm else '将登记'}:{sum(work.new.values())} 人")
    for (region, insurance), count in sorted(work.new.items()):
        typer.echo(f"  {region}  {INSURANCE_WORDS[insurance]}  {count} 人")
    if work.before:
        typer.echo(f"以前已登记、资料相同:{work.before} 人,没有变动")
