"""What the commands that take a file have in common: reading it, the bar, the report, and how they end."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from rich.progress import Progress

    from qinji.entry.sheets import Report
    from qinji.platform.sheets import Sheet

STOPPED = 130
REFUSED = 1
PROBLEM = 2


def sheet_of(file: Path, columns: Sequence[str], optional: Sequence[str] = ()) -> Sheet:
    """The file; ends with status 2 and one sentence where it cannot be read."""
    from qinji.entry.sheets import read_file
    from qinji.platform.sheets import NotASheet

    try:
        return read_file(file, columns, optional)
    except NotASheet as problem:
        typer.echo(f"{problem}。没有任何变动", err=True)
        raise typer.Exit(PROBLEM) from problem


def report_of(file: Path, report: Path | None, columns: Sequence[str]) -> Report:
    """Where the rows go that are refused: beside the file where nothing else is said."""
    from qinji.entry.sheets import Report

    return Report(report or file.with_name(f"{file.stem}.未办理.csv"), columns)


def bar() -> Progress:
    """How far it is, on a terminal only."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    )


def tell_refused(report: Report) -> None:
    """How many rows were refused, the first of them, and where all of them stand."""
    if not report.count:
        return
    typer.echo(f"未办理的行:{report.count}。全部清单:{report.path}")
    for line, what, advice in report.first:
        typer.echo(f"  第 {line} 行:{what}。{advice}")
    if report.count > len(report.first):
        typer.echo("  ……")
