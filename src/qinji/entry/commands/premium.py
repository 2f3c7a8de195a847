"""`qinji premium …`: the tax bureau's answer file, checking a receipt offline, and breaks in employees' payments."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qinji.entry.commands.account.files import PROBLEM, REFUSED, report_of, sheet_of, tell_refused
from qinji.entry.commands.acting import operator, run_act, unless_refused

if TYPE_CHECKING:
    from qinji.entry.sheets import Report
    from qinji.entry.wiring import Runtime
    from qinji.platform.sheets import Sheet

app = typer.Typer(no_args_is_help=True)

Number = Annotated[str, typer.Argument(help="人员编号 · the person's number")]


@app.callback()
def group() -> None:
    """The commands of `qinji premium`."""


@app.command()
def answers(
    file: Annotated[Path, typer.Argument(help="税务回盘文件:CSV 或 Excel · the tax bureau's answers")],
    report: Annotated[
        Path | None, typer.Option(help="未办理行的清单写到哪里 · where refused rows go")
    ] = None,
) -> None:
    """税务回盘入账 · book the tax bureau's answers.

    列:缴费编号、结果(已缴清、未受理、已退费、不予退费)、税票号、原因。同一文件可以重复运行,每笔只入账一次;与账面矛盾的不动,列出来由人核对。
    """
    from qinji.flows.parts.tax_words import COLUMNS

    sheet, refused = sheet_of(file, COLUMNS), report_of(file, report, COLUMNS)
    try:
        done, known = run_act(lambda runtime: book_answers(sheet, refused, runtime))
    finally:
        refused.close()
    typer.echo(f"已入账:{done} 笔;以前已入账:{known} 笔")
    tell_refused(refused)
    raise typer.Exit(REFUSED if refused.count else 0)


async def book_answers(sheet: Sheet, refused: Report, runtime: Runtime) -> tuple[int, int]:
    """Book every row that can be read; answers how many were booked now and before. The rest goes to the report."""
    from qinji.flows import answer_premiums
    from qinji.flows.parts.tax_words import read_row
    from qinji.premium.model import Taken

    done = known = 0
    for row in sheet.rows():
        answer = read_row(row.cells)
        if isinstance(answer, str):
            refused.add(row.line, row.cells, answer, "请更正后再运行")
            continue
        (taken,) = await answer_premiums.run(answer_premiums.AnswerPremiums((answer,)), runtime)
        done += taken is Taken.DONE
        known += taken is Taken.KNOWN
        if taken is Taken.CONTRADICTS:
            refused.add(row.line, row.cells, "与账面已记的结果矛盾", "没有改动。请与税务部门核对这一笔")
        elif taken is Taken.UNKNOWN:
            refused.add(row.line, row.cells, "没有这个缴费编号", "没有改动。请核对编号")
        refused.write()
    return done, known


@app.command()
def verify(
    code: Annotated[str, typer.Argument(help="凭证上的验证码 · the code of the receipt")],
    key: Annotated[str, typer.Option(help="公钥(十六进制),见 qinji premium key · the public key")],
) -> None:
    """核对缴费凭证,不联网、不查数据库 · check a receipt offline."""
    from qinji.flows.read_premium import verify as read_code
    from qinji.kernel.money import yuan

    found = read_code(code, key)
    if found is None:
        typer.echo("不是这个公钥签出的凭证,或内容被改动过 · not signed by this key, or altered", err=True)
        raise typer.Exit(REFUSED)
    typer.echo(f"凭证无误 · {found.name} {found.region_name} {found.item} {found.year} {found.premium_class}")
    typer.echo(f"  {yuan(found.amount_fen)} 元 · {found.payer} · {found.paid_on.isoformat()}")
    typer.echo(f"  缴费编号 {found.number} · 税票号 {found.voucher}")


@app.command()
def key() -> None:
    """本机构凭证的公钥 · the public key that checks this bureau's receipts."""
    from qinji.platform.signatures import public_key

    async def told(runtime: Runtime) -> str:
        return public_key(runtime.vault)

    typer.echo(run_act(told))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        typer.echo(f"日期 {text} 应写成 2026-03-17 · a day is written 2026-03-17", err=True)
        raise typer.Exit(PROBLEM) from None


@app.command()
def arrears(
    number: Number,
    last_paid: Annotated[str, typer.Option(help="最后缴费的月份里的一天 · a day of the last month paid")],
) -> None:
    """登记职工断缴:次月起停止待遇 · an employee's payments have stopped."""
    from qinji.flows import note_arrears

    command = note_arrears.NoteArrears(operator(), number, _day(last_paid))
    unless_refused(run_act(lambda runtime: note_arrears.stop(command, runtime)))
    typer.echo("已登记断缴:统筹基金自次月起不支付")


@app.command()
def resume(
    number: Number,
    paid_on: Annotated[str, typer.Option(help="重新缴费的日子 · the day paid again")],
    paid_back: Annotated[
        bool, typer.Option("--paid-back", help="断缴的月份已补缴 · the break was paid too")
    ] = False,
) -> None:
    """登记职工续缴:待遇何时恢复按参保地的规定算 · an employee pays again."""
    from qinji.flows import note_arrears

    command = note_arrears.NoteResumed(operator(), number, _day(paid_on), paid_back)
    found = unless_refused(run_act(lambda runtime: note_arrears.go_on(command, runtime)))
    typer.echo(f"已登记续缴:等待期 {found.wait_months} 个月,待遇自 {found.benefits_from.isoformat()} 起")
    if found.claimable_from is not None:
        typer.echo(f"断缴期间的费用可以报销,自 {found.claimable_from.isoformat()} 起")


@app.command()
def spare(
    number: Number,
    ground: Annotated[
        str, typer.Argument(help="ex_serviceman 退役军人;released 刑满释放 · what the papers say")
    ],
) -> None:
    """看过材料,登记可免居民医保等待期的身份 · papers were seen that spare a waiting period."""
    from qinji.flows import note_spared
    from qinji.kernel.purpose import SparedGround

    if ground not in set(SparedGround):
        typer.echo(
            f"“{ground}”不认识,写 ex_serviceman 或 released。没有改动 · one of these two, please", err=True
        )
        raise typer.Exit(PROBLEM)
    command = note_spared.NoteSpared(operator(), number, SparedGround(ground))
    unless_refused(run_act(lambda runtime: note_spared.run(command, runtime)))
    typer.echo("已登记。参保地规定免等待期的,以后缴费时不再计等待期;已缴的不变")
