"""How a command does something with the bureau of a home, beside a service that runs or alone."""

from __future__ import annotations

import asyncio
import getpass
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

import typer

if TYPE_CHECKING:
    from qinji.entry.settings import Settings
    from qinji.entry.wiring import Runtime
    from qinji.kernel.refusal import Refused
    from qinji.platform.database import Address

Found = TypeVar("Found")


def operator() -> str:
    """Who asks: the account of the operating system."""
    return f"os:{getpass.getuser()}"


def unless_refused(answer: Found | Refused) -> Found:
    """The answer; ends with status 1 and the refusal's sentence where it is one."""
    from qinji.kernel.refusal import Refused

    if isinstance(answer, Refused):
        typer.echo(answer.text, err=True)
        raise typer.Exit(1)
    return answer


def run_act(act: Callable[[Runtime], Awaitable[Found]]) -> Found:
    """Do something with the home's database; ends with status 2 where there is none."""
    from qinji.entry.home_database import NoData, home_database
    from qinji.entry.settings import WrongSetting, read_settings
    from qinji.entry.wiring import WrongKeys
    from qinji.platform.database import Overloaded
    from qinji.platform.postgres_server import NotStarted

    try:
        settings = read_settings()
        with home_database(settings) as address:
            return asyncio.run(_opened(settings, address, act))
    except (WrongSetting, NoData, NotStarted, WrongKeys) as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(2) from problem
    except Overloaded as problem:
        typer.echo("系统繁忙,没有任何变动。请稍后再试 busy, nothing was changed", err=True)
        raise typer.Exit(2) from problem


async def _opened(settings: Settings, address: Address, act: Callable[[Runtime], Awaitable[Found]]) -> Found:
    """The bureau of this database, in whichever mode it is kept."""
    from qinji.entry.home_database import NoData
    from qinji.entry.schema import is_current
    from qinji.entry.wiring import kept_mode, open_runtime

    mode = await kept_mode(address) if await is_current(address) else None
    if mode is None:
        raise NoData(
            "数据库还没有用这个版本启动过,请先运行一次 qinji serve。"
            "The database was never served by this version: run `qinji serve` once."
        )
    runtime = await open_runtime(address, settings.home.expanduser().absolute(), mode)
    try:
        return await act(runtime)
    finally:
        await runtime.database.close()
