"""How a command ends: with two sentences and status 2 where something is wrong, through every `finally` at a stop."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

import typer

PROBLEM = 2
STOPPED = 130


def _end(number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)


@contextmanager
def in_words() -> Iterator[None]:
    """What goes wrong inside is told in words; SIGTERM and a closed terminal end it like Ctrl-C: nothing stays half."""
    from qinji.entry.backup.manifest import BackupProblem
    from qinji.entry.home_database import NoData
    from qinji.entry.revisions import NewerSchema
    from qinji.entry.settings import WrongSetting
    from qinji.platform.postgres_place import NotStarted
    from qinji.platform.postgres_tools import ToolFailed

    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGHUP, _end)
    try:
        yield
    except KeyboardInterrupt:
        typer.echo("已中止,没有留下半份文件 stopped, nothing half was left", err=True)
        raise typer.Exit(STOPPED) from None
    except (BackupProblem, NoData, NewerSchema, WrongSetting, NotStarted, ToolFailed) as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(PROBLEM) from problem
    except OSError as problem:
        place = f" {problem.filename}" if problem.filename else ""
        typer.echo(
            f"无法读写{place}:{problem.strerror}。Could not read or write{place}: {problem.strerror}.",
            err=True,
        )
        raise typer.Exit(PROBLEM) from problem
