"""What every command about packs needs: the folder, the book, a day, a region; and how it gives up."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from qinji.policy.book import Book

FolderOption = Annotated[
    Path | None,
    typer.Option(
        help="政策包目录,默认用随程序的 · folder of the packs, by default those that come with it",
        show_default=False,
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON · print JSON")]


def load_book(folder: Path | None, *, as_json: bool, status: int = 1) -> Book:
    """The packs; ends the command with every fault where they do not load."""
    from qinji.policy.load import default_folder, load
    from qinji.policy.written import PackInvalid

    try:
        return load(folder or default_folder())
    except PackInvalid as wrong:
        text = "\n".join(f"错误 {fault}" for fault in wrong.faults)
        give_up(text, as_json=as_json, status=status)


def give_up(text: str, *, as_json: bool = False, status: int = 1) -> NoReturn:
    """Ends the command with a sentence, or with the one object that JSON readers expect."""
    if as_json:
        typer.echo(json.dumps({"id": None, "error": text}, ensure_ascii=False))
    else:
        typer.echo(text, err=True)
    raise typer.Exit(status)


def day_of(text: str, *, status: int = 1) -> date:
    """The day that was named, today in China where none was."""
    from qinji.kernel.dates import local_day
    from qinji.platform.clock import system_clock

    try:
        return date.fromisoformat(text) if text else local_day(system_clock())
    except ValueError:
        give_up(f"日期应写作 2025-03-17,不是 {text}", status=status)


def region_of(book: Book, named: str, *, status: int = 1) -> str:
    """The code of a region that was named by its code, its Chinese name or its pack's folder."""
    from qinji.kernel.region import city_of, is_region

    for pack in book.packs.values():
        if named in (pack.region, pack.name, pack.folder) or (
            is_region(named) and city_of(named) == pack.region
        ):
            return pack.region
    known = "、".join(f"{code} {name}" for code, name in sorted(book.region_names().items()))
    give_up(f"没有 {named} 的政策包。已有:{known}", status=status)
