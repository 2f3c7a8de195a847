"""`qinji policy show`: what stands in a region on a day, as a table or as a public notice."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from qinji.entry.commands.policy.packs import FolderOption, JsonOption, day_of, give_up, load_book, region_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qinji.policy.standing import Standing


class ShownAs(StrEnum):
    """In which form the values are shown."""

    TABLE = "table"
    NOTICE = "notice"


def show(
    region: Annotated[str, typer.Argument(help="参保地:六位代码或名称 · the region: code or name")],
    day: Annotated[str, typer.Option("--on", help="哪一天,默认今天 · which day, by default today")] = "",
    shown_as: Annotated[
        ShownAs,
        typer.Option(
            "--as", help="table 逐项列出; notice 印成公告, 与文件并排核对 · a table, or a public notice"
        ),
    ] = ShownAs.TABLE,
    only_unsure: Annotated[
        bool, typer.Option("--unsure", help="只列还没有核实的 · only what is still to be verified")
    ] = False,
    as_json: JsonOption = False,
    folder: FolderOption = None,
) -> None:
    """列出一个统筹区某天执行的全部数值, 带文件和可信程度 · every value in force, with its source."""
    from qinji.policy.model import UNSURE
    from qinji.policy.standing import standing

    book = load_book(folder, as_json=as_json)
    packs, on = book.lineage(region_of(book, region)), day_of(day)
    if on < packs[0].since:
        give_up(f"{packs[0].name}的政策包从 {packs[0].since} 起适用,{on} 还没有", as_json=as_json)
    found = [one for one in standing(packs, on) if not only_unsure or one.dated.source.certainty == UNSURE]
    if as_json:
        told = [_plain(one) for one in found]
        head = {"region": packs[0].region, "name": packs[0].name, "on": on.isoformat()}
        typer.echo(json.dumps({**head, "values": told}, ensure_ascii=False, indent=1))
    elif shown_as is ShownAs.NOTICE:
        from qinji.policy.notice import notice

        typer.echo(notice(packs, on), nl=False)
    else:
        which = "还没有核实" if only_unsure else "执行"
        typer.echo(f"{packs[0].region} {packs[0].name},{on} {which}的数值,共 {len(found)} 项")
        _print(found)


def _plain(one: Standing) -> dict[str, object]:
    source = one.dated.source
    return {
        "parameter": one.name,
        "title": one.title,
        "chapter": one.chapter,
        "value": one.dated.value,
        "unit": one.unit,
        "from": one.dated.since.isoformat(),
        "document": source.document,
        "clause": source.clause,
        "certainty": source.certainty,
        "pack": one.pack.folder,
        "place": one.dated.place,
        "covered": one.covered,
    }


def _print(found: Sequence[Standing]) -> None:
    from qinji.policy.trace import CERTAINTY_CHINESE
    from qinji.policy.wording import spoken

    chapter = ""
    for one in found:
        if one.chapter != chapter:
            chapter = one.chapter
            typer.echo(f"\n{chapter}")
        source = one.dated.source
        sure = CERTAINTY_CHINESE.get(source.certainty, source.certainty)
        covered = ",不起作用:本地另有规定" if one.covered else ""
        typer.echo(f"  {one.title}:{spoken(one.name, one.dated.value)}{covered}")
        typer.echo(f"      {source.document} {source.clause},{one.dated.since} 起,{sure}")
        typer.echo(f"      {one.dated.place}({one.unit})")
