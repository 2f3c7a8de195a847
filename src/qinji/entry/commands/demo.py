"""`qinji demo`: the stories of the source texts, over HTTP, in the terminal."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from qinji.entry.demo.screen import Screen

app = typer.Typer()
STORY_COUNT = 7


@app.command()
def demo(
    story: Annotated[
        list[int] | None,
        typer.Option(min=1, max=STORY_COUNT, help="只走第几个故事,可重复 · only this story, repeatable"),
    ] = None,
    plain: Annotated[bool, typer.Option("--plain", help="不用颜色和框线 · no colours, no frames")] = False,
) -> None:
    """走一遍亲情账户与家庭共济的故事 · walk the stories of the family account and of mutual aid."""
    from qinji.entry.demo.calls import Sandbox, Unexpected
    from qinji.entry.demo.run import walk
    from qinji.entry.demo.screen import Screen
    from qinji.entry.throwaway import SandboxFailed

    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGHUP, _end)
    screen = Screen(plain=plain)
    try:
        with _address(screen) as base, Sandbox(base) as sandbox:
            well = walk(sandbox, screen, story or range(1, STORY_COUNT + 1))
    except (SandboxFailed, Unexpected) as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(1) from problem
    raise typer.Exit(0 if well else 1)


def _end(number: int, _frame: FrameType | None) -> NoReturn:
    """Ends through every ``finally``, so that a sandbox of our own does not stay."""
    raise SystemExit(128 + number)


@contextmanager
def _address(screen: Screen) -> Iterator[str]:
    """The running sandbox, or one of our own that is stopped at the end."""
    from qinji.entry.demo.calls import Sandbox
    from qinji.entry.ready import HOST
    from qinji.entry.settings import WrongSetting, read_settings
    from qinji.entry.throwaway import throwaway_sandbox

    try:
        running = f"http://{HOST}:{read_settings().port}"
    except WrongSetting as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(1) from problem
    with Sandbox(running) as sandbox:
        found = sandbox.is_one()
    if found:
        screen.say(f"使用正在运行的沙箱 {running}")
        yield running
        return
    screen.say(f"{running} 没有运行中的沙箱,临时启动一个,结束时停止……")
    with throwaway_sandbox() as base:
        yield base
