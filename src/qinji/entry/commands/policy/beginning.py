"""`qinji policy new`: the folder of a region that has no pack yet, every value to be filled."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qinji.entry.commands.policy.packs import FolderOption, day_of, give_up, load_book, region_of

if TYPE_CHECKING:
    from datetime import date

    from qinji.policy.book import Book
    from qinji.policy.pack import Pack

_NAME_MAX = 40


def new(
    region: Annotated[str, typer.Argument(help="新统筹区的六位代码,如 420500 · the new region's code")],
    model: Annotated[
        str, typer.Option("--from", help="照哪个统筹区抄:代码或名称 · the region whose values are copied")
    ],
    name: Annotated[str, typer.Option(help="名称,如 宜昌市 · its Chinese name")] = "",
    day: Annotated[
        str,
        typer.Option("--on", help="从哪天起适用, 默认今年 1 月 1 日 · from which day, default 1 January"),
    ] = "",
    folder: FolderOption = None,
) -> None:
    """新建政策包: 抄另一个统筹区的全部数值, 都标为未核实, 逐项填写 · begin a new pack.

    A new pack with every value of another region, all of them unsure, to be filled one by one. Overwrites nothing.
    """
    from qinji.policy.load import default_folder
    from qinji.policy.sketch import NewRegion, sketch

    packs = folder or default_folder()
    book = load_book(packs, as_json=False)
    made = NewRegion(region, name or region, day_of(day) if day else day_of("").replace(month=1, day=1))
    _may_be_made(made.code, made.name, book)
    lineage = book.lineage(region_of(book, model))
    if not lineage[0].since <= made.since:
        give_up(f"{lineage[0].name}从 {lineage[0].since} 起才有政策,请用 --on 写这天或以后的日子")
    files = sketch(made, lineage, _parents(made.code, made.since, book))
    place = packs / (f"{made.code}-{made.name}" if name else made.code)
    _write(place, files)
    values = sum(text.count("certainty: unsure}") for text in files.values())
    typer.echo(f"已建立 {place}:{len(files)} 个文件,{values} 项数值(都是 unsure,抄自{lineage[0].name})")
    typer.echo("下一步:")
    typer.echo(f"  1. 在 {place / 'region.yaml'} 的 documents 中写上本地的文件")
    typer.echo("  2. 逐项对照文件改 value、from、document、clause,核实的把 certainty 改为 certain;")
    typer.echo(f"     还剩哪些:qinji policy show {made.code} --on {made.since} --unsure")
    typer.echo(f"  3. qinji policy show {made.code} --on {made.since} --as notice   印成公告,与文件并排核对")
    typer.echo("  4. 在 scenarios/ 写手工算好的账单,再运行 qinji policy check")


def _may_be_made(code: str, name: str, book: Book) -> None:
    from qinji.kernel.region import city_of, is_region, province_of

    if not is_region(code):
        give_up(f"代码应为六位数字,如 420500,不是 {code}")
    if code != city_of(code):
        give_up(f"{code} 是区县;统筹区用市的代码 {city_of(code)}")
    if code == province_of(code):
        give_up(f"{code} 是省;统筹区用市的代码,直辖市用 {code[:2]}0100")
    if not 0 < len(name) <= _NAME_MAX or any(each in name for each in '/\\:*?"<>|.\n\r\t'):
        give_up(f"名称应为 1 到 {_NAME_MAX} 个字,不含 / \\ : * ? . 等符号")
    for pack in book.packs.values():
        if pack.region == code:
            give_up(f"{code} 已有政策包 {pack.folder},没有改动")


def _parents(code: str, day: date, book: Book) -> list[Pack]:
    """The packs above the new region: its province's, if there is one, then the nation's."""
    from qinji.kernel.region import NATION, province_of

    wider = (province_of(code), NATION)
    found = [pack for pack in book.packs.values() if pack.region in wider and pack.since <= day]
    return sorted(found, key=lambda pack: wider.index(pack.region))


def _write(place: Path, files: dict[str, str]) -> None:
    try:
        place.mkdir()
        for file, text in files.items():
            path = place / file
            path.parent.mkdir(exist_ok=True)
            with path.open("x", encoding="utf-8") as opened:
                opened.write(text)
    except FileExistsError:
        give_up(f"{place} 已经存在,没有改动")
    except OSError as wrong:
        give_up(f"不能写 {place}:{wrong.strerror}。请用 --folder 指定可以写的政策包目录")
