"""`qinji account roll-over`: an account year's balances become history, where the timer has not done it yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from qinji.entry.commands.account.files import PROBLEM, STOPPED, bar
from qinji.entry.commands.acting import operator, run_act

if TYPE_CHECKING:
    from qinji.entry.wiring import Runtime
    from qinji.flows.parts.rolling import YearEnd


def roll_over(
    year: Annotated[int, typer.Option(min=2000, max=2999, help="哪个账户年度,如 2026 · which account year")],
    region: Annotated[str, typer.Option(help="只办这个统筹区 · only this pooling area")] = "",
    confirm: Annotated[bool, typer.Option("--confirm", help="办理;不写只看 · do it")] = False,
) -> None:
    """把一个账户年度的当年余额转入历年,并计息 · roll this year's balances over to the history, with interest.

    服务的定时任务会在年度结束后自动办;没有运行服务时用它补办。运行几次都只转一次。
    """
    try:
        told = run_act(lambda runtime: _roll_over(year, region, runtime, confirm=confirm))
    except KeyboardInterrupt:
        typer.echo("已停下。已转的都已保存;再运行同一命令会接着做,不会重复", err=True)
        raise typer.Exit(STOPPED) from None
    for line in told:
        typer.echo(line)
    if not told:
        typer.echo(f"没有 {region} 这个统筹区" if region else "没有统筹区分当年、历年或规定利率", err=True)
        raise typer.Exit(PROBLEM)


async def _roll_over(year: int, region: str, runtime: Runtime, *, confirm: bool) -> list[str]:
    from qinji.flows.parts.rolling import YearEnd
    from qinji.flows.roll_over_balances import of_year

    told = []
    names = runtime.book.region_names()
    for city in runtime.book.regions():
        if region not in ("", city):
            continue
        end = of_year(city, year, runtime)
        if isinstance(end, YearEnd):
            told.append(f"{city} {names[city]}  {await _one(end, runtime, confirm=confirm)}")
        elif region or "才结束" in end:
            told.append(f"{city} {names[city]}  {end}")
    return told


async def _one(end: YearEnd, runtime: Runtime, *, confirm: bool) -> str:
    from qinji.flows.roll_over_balances import go_on, state
    from qinji.kernel.dates import local_day
    from qinji.kernel.money import yuan

    found = await state(end, runtime)
    if found is not None and found.finished_at is not None:
        return f"{local_day(found.finished_at)} 已转完,没有变动"
    if not confirm:
        return f"{end.ends} 起可以结转,尚未转完。办理请加 --confirm"
    looked_at = rolled = rolled_fen = interest = interest_fen = 0
    with bar() as progress:
        task = progress.add_task(f"结转 {end.city}", total=None)
        finished = False
        while not finished:
            done = await go_on(end, operator(), runtime)
            looked_at, finished = looked_at + done.looked_at, done.finished
            rolled, rolled_fen = rolled + done.rolled, rolled_fen + done.rolled_fen
            interest, interest_fen = interest + done.interest, interest_fen + done.interest_fen
            progress.update(task, completed=looked_at)
    return f"已转完:{rolled} 人,{yuan(rolled_fen)} 元转入历年;计息 {interest} 人,{yuan(interest_fen)} 元"
