"""`qinji policy replay`: past settlements under changed packs, and who would have paid more or less."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from rich.progress import Progress
    from rich.table import Table

    from qinji.entry.replaying import Replayed
    from qinji.flows.parts.differences import Compared, Line, Tally
    from qinji.kernel.takings import Parts
    from qinji.settlement.model import Window

STOPPED = 130
"""The exit status of whoever was stopped by Ctrl-C."""

LAST_DAY = date(9999, 12, 31)
COLUMNS = ("统筹基金", "本人账户", "家庭共济", "现金")
NOTES = (
    "费用明细的目录类别、先行自付比例、限价,以及各账户的余额、授权与限额,都用结算当时的。",
    "年度、当日累计按每人的先后次序以新政策的结果往下带;当时没有记录的每月、各级累计从 --since 起算。",
    "已撤销的结算不计入差额,只在撤销之前影响同一人后面的账单。",
)


def replay(
    pack: Annotated[
        Path,
        typer.Option(
            help="新政策:整个政策包目录,或单独一个政策包(其余用随程序的) · the packs, or one pack alone"
        ),
    ],
    since: Annotated[str, typer.Option(help="从哪个就诊日期起,如 2026-01-01 · first day of service")],
    until: Annotated[str, typer.Option(help="到哪个就诊日期止 · last day of service")] = "",
    region: Annotated[str, typer.Option(help="只算此参保地(统筹区) · only this pooling area")] = "",
    limit: Annotated[
        int | None, typer.Option(min=1, help="大约最多算几笔,按人取 · about so many bills, whole persons")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON · print JSON")] = False,
) -> None:
    """按新政策重算以前的结算:基金、账户、现金各差多少 · past settlements decided again under changed packs.

    每笔按当时保存的明细、人员、账户重算;明细在目录中的类别不变。只读数据库,不改任何结算;Ctrl-C 停下并说明已算的部分。
    """
    from qinji.entry.replaying import NotReplayed, replay_home, window_of

    window = window_of(*_days(since, until, as_json=as_json), _region(region, as_json=as_json))
    _check_packs(pack, as_json=as_json)
    with _progress(hidden=as_json) as progress:
        bar = progress.add_task("重算", total=None)
        try:
            done = asyncio.run(
                replay_home(
                    pack,
                    window,
                    limit,
                    lambda count, wanted: progress.update(bar, completed=count, total=max(count, wanted)),
                )
            )
        except NotReplayed as problem:
            _give_up(str(problem), as_json=as_json)
    if as_json:
        typer.echo(json.dumps(_json(done), ensure_ascii=False, indent=1))
    else:
        _print(done, window)
    if done.stopped:
        raise typer.Exit(STOPPED)


def _days(since: str, until: str, *, as_json: bool) -> tuple[date, date]:
    try:
        first, last = date.fromisoformat(since), date.fromisoformat(until) if until else LAST_DAY
    except ValueError:
        _give_up("--since 与 --until 应为日期,如 2026-01-01", as_json=as_json)
    if last < first:
        _give_up("--until 早于 --since", as_json=as_json)
    return first, last


def _region(region: str, *, as_json: bool) -> str:
    from qinji.kernel.region import is_region

    if region and not is_region(region):
        _give_up("--region 应为六位区划代码,如 420100", as_json=as_json)
    return region


def _check_packs(pack: Path, *, as_json: bool) -> None:
    """The packs are read here first, so that a fault is told before the database is asked."""
    from qinji.entry.replaying import Packs, book_of
    from qinji.policy.written import PackInvalid

    try:
        book_of(Packs(pack))
    except PackInvalid as wrong:
        _give_up(f"错误 {wrong}", as_json=as_json)


def _progress(*, hidden: bool) -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=hidden or not sys.stderr.isatty(),
    )


def _give_up(text: str, *, as_json: bool) -> NoReturn:
    if as_json:
        typer.echo(json.dumps({"error": text}, ensure_ascii=False))
    else:
        typer.echo(text, err=True)
    raise typer.Exit(1)


def _group(name: str) -> str:
    from qinji.policy.groups import GROUPS

    return GROUPS.get(name, name or "不明")


def _level(name: str) -> str:
    from qinji.policy.groups import LEVELS

    return LEVELS.get(name, name)


def _signed(fen: int) -> str:
    from qinji.kernel.money import yuan

    return f"+{yuan(fen)}" if fen > 0 else yuan(fen)


def _print(done: Replayed, window: Window) -> None:
    from rich.console import Console

    from qinji.kernel.money import yuan

    console, tally = Console(highlight=False), done.tally
    if done.stopped:
        console.print(
            f"已停下:重算了 {tally.bills} 笔,共 {done.wanted} 笔。以下只是已算的部分。", style="bold"
        )
    until = "" if window.until == LAST_DAY else f" 至 {window.until}"
    console.print(
        f"就诊日期 {window.since} 起{until},重算 {tally.bills} 笔,结果不同 {tally.whole.changed} 笔"
    )
    if tally.refused:
        console.print(
            f"新政策下将被拒绝 {tally.refused_was.count} 笔,当时合计 {yuan(tally.refused_was.total_fen)} 元,"
            "不计入以下差额:"
        )
        for code, count in tally.refused.most_common():
            console.print(f"  {count} 笔 {tally.refused_texts[code]}", markup=False)
    if tally.unsure:
        console.print(f"其中 {tally.unsure} 笔的结果用到了未核实的政策数值")
    console.print(_whole(tally.whole))
    console.print(_lines("按人员(新政策比当时多付,元)", {_group(k): v for k, v in tally.groups.items()}))
    console.print(_lines("按机构级别(新政策比当时多付,元)", {_level(k): v for k, v in tally.levels.items()}))
    if tally.largest:
        console.print(_largest(tally))
    for note in NOTES:
        console.print(f"· {note}")


def _table(title: str, first: tuple[str, ...], numbers: tuple[str, ...]) -> Table:
    from rich.table import Table

    table = Table(title=title, title_justify="left")
    for name in first:
        table.add_column(name)
    for name in numbers:
        table.add_column(name, justify="right")
    return table


def _amounts(parts: Parts) -> list[int]:
    return [parts.fund_fen, parts.own_fen, parts.mutual_aid_fen, parts.cash_fen]


def _more(was: Parts, now: Parts) -> list[str]:
    from qinji.flows.parts.differences import changes

    return [_signed(fen) for fen in changes(was, now).values()]


def _whole(line: Line) -> Table:
    from qinji.kernel.money import yuan

    table = _table("合计(元)", ("",), COLUMNS)
    table.add_row("当时", *map(yuan, _amounts(line.was)))
    table.add_row("新政策", *map(yuan, _amounts(line.now)))
    table.add_row("相差", *_more(line.was, line.now), style="bold")
    return table


def _lines(title: str, lines: Mapping[str, Line]) -> Table:
    table = _table(title, ("",), ("笔数", "结果不同", *COLUMNS))
    for name, line in sorted(lines.items()):
        table.add_row(name, str(line.was.count), str(line.changed), *_more(line.was, line.now))
    return table


def _largest(tally: Tally) -> Table:
    from qinji.kernel.ids import to_wire

    table = _table(f"相差最大的 {len(tally.largest)} 笔(元)", ("结算ID", "就诊日", "人员", "级别"), COLUMNS)
    for bill in tally.largest:
        if bill.now is not None:
            heads = (to_wire(bill.settlement), bill.service_day, _group(bill.group), _level(bill.level))
            table.add_row(*heads, *_more(bill.was, bill.now))
    return table


def _json(done: Replayed) -> dict[str, object]:
    """Amounts are texts of yuan, as in every JSON of this command."""
    tally = done.tally
    return {
        "wanted": done.wanted,
        "done": tally.bills,
        "stopped": done.stopped,
        "changed": tally.whole.changed,
        "unsure": tally.unsure,
        "refused": {"bills": tally.refused_was.count, "by_reason": dict(tally.refused)},
        "whole": _line(tally.whole),
        "by_group": {name: _line(line) for name, line in sorted(tally.groups.items())},
        "by_level": {name: _line(line) for name, line in sorted(tally.levels.items())},
        "largest": [_bill(bill) for bill in tally.largest],
        "notes": list(NOTES),
    }


def _line(line: Line) -> dict[str, object]:
    return {
        "bills": line.was.count,
        "changed": line.changed,
        "was": _parts(line.was),
        "now": _parts(line.now),
    }


def _parts(parts: Parts) -> dict[str, str]:
    from qinji.kernel.money import yuan

    names = ("fund", "account", "mutual_aid", "cash")
    return dict(zip(names, map(yuan, _amounts(parts)), strict=True))


def _bill(bill: Compared) -> dict[str, object]:
    from qinji.kernel.ids import to_wire

    return {
        "settlement": to_wire(bill.settlement),
        "day": bill.service_day,
        "group": bill.group,
        "level": bill.level,
        "was": _parts(bill.was),
        "now": None if bill.now is None else _parts(bill.now),
    }
