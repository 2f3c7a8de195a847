"""`qinji policy diff`: what differs between two regions, two days, or two editions of the packs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qinji.entry.commands.policy.packs import FolderOption, JsonOption, day_of, load_book, region_of

if TYPE_CHECKING:
    from datetime import date

    from qinji.policy.comparing import Difference
    from qinji.policy.pack import Pack

DIFFERENT, IN_TROUBLE = 1, 2
_Side = tuple["tuple[Pack, ...]", "date"]


def diff(
    one: Annotated[
        str, typer.Argument(help="参保地,可带日期:420100 或 420100@2023-01-31 · a region, perhaps on a day")
    ],
    other: Annotated[str, typer.Argument(help="另一个参保地或日期 · the other one")],
    day: Annotated[
        str, typer.Option("--on", help="没有写 @日期 的用这一天,默认今天 · the day where none is named")
    ] = "",
    folder_b: Annotated[
        Path | None,
        typer.Option(
            help="第二个用这个目录中的政策包(比较新旧两版)· the folder of the second one's packs",
            show_default=False,
        ),
    ] = None,
    as_json: JsonOption = False,
    folder: FolderOption = None,
) -> None:
    """比较两个统筹区、两天或新旧两版, 逐项列出两边的值和依据 · what differs.

    相同退出码 0, 不同 1, 出错 2。

    What differs between two regions, two days or two editions; exit status 0 where nothing does, 1 where something
    does, 2 where they cannot be compared.
    """
    from qinji.policy.comparing import differences

    left = _side(one, day, folder, as_json=as_json)
    right = _side(other, day, folder_b or folder, as_json=as_json)
    same_region = left[0][0].region == right[0][0].region
    found = differences(left[0], right[0], (left[1], right[1]), sources=same_region)
    if as_json:
        typer.echo(json.dumps([_plain(each) for each in found], ensure_ascii=False, indent=1))
    else:
        _print(found, _heading("-", left), _heading("+", right))
    if found:
        raise typer.Exit(DIFFERENT)


def _side(named: str, day: str, folder: Path | None, *, as_json: bool) -> _Side:
    region, _, on = named.partition("@")
    book = load_book(folder, as_json=as_json, status=IN_TROUBLE)
    found = book.lineage(region_of(book, region, status=IN_TROUBLE))
    return found, day_of(on or day, status=IN_TROUBLE)


def _heading(mark: str, side: _Side) -> str:
    (pack, *_), day = side
    begins = "" if pack.since <= day else f"(政策包从 {pack.since} 起适用,这天还没有,只有上级的值)"
    return f"{mark} {pack.folder} {pack.name} {day}{begins}"


def _plain(each: Difference) -> dict[str, object]:
    return {
        "parameter": each.name,
        "title": each.title,
        "a": each.one,
        "b": each.other,
        "a_source": each.one_source,
        "b_source": each.other_source,
    }


def _print(found: list[Difference], *headings: str) -> None:
    for heading in headings:
        typer.echo(heading)
    for each in found:
        only = "(值相同,依据不同)" if each.same_value else ""
        typer.echo(f"\n{each.name} {each.title}{only}")
        for mark, value, source in (("-", each.one, each.one_source), ("+", each.other, each.other_source)):
            typer.echo(f"  {mark} {'没有' if value is None else value}{f'  {source}' if source else ''}")
    typer.echo(f"\n{f'{len(found)} 项不同' if found else '没有不同'}")
