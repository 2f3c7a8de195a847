"""What is done once, before any worker starts: the schema, the mode and keys, the sandbox's world, the connections.

Two servers that open one database at the same moment do it one after the other, whichever comes first.
"""

from __future__ import annotations

import asyncio

from qinji.entry.sandbox.load import open_sandbox
from qinji.entry.schema import migrate
from qinji.entry.settings import Settings
from qinji.entry.wiring import open_runtime
from qinji.platform.database import CONNECTIONS_PER_PROCESS, Address, Unreachable, reach


class TooManyProcesses(Exception):
    """The database takes fewer connections than the processes use; one sentence in Chinese and one in English."""

    def __init__(self, processes: int, allowed: int) -> None:
        fitting, needed = allowed // CONNECTIONS_PER_PROCESS, processes * CONNECTIONS_PER_PROCESS
        self.chinese = (
            f"数据库最多接受 {allowed} 个连接,{processes} 个进程需要 {needed} 个:请把 QINJI_PROCESSES 设为不超过 {fitting},"
            "或调大数据库的 max_connections。"
        )
        self.english = (
            f"The database takes {allowed} connections and {processes} processes need {needed}: set QINJI_PROCESSES to "
            f"{fitting} at most, or raise the database's max_connections."
        )
        super().__init__(f"{self.chinese}\n{self.english}")


class NotReached(Exception):
    """The database that QINJI_DSN names does not let us in; one sentence in Chinese and one in English."""

    def __init__(self, reason: str) -> None:
        self.chinese = f"连接不上 QINJI_DSN 所指的数据库:{reason}"
        self.english = f"The database that QINJI_DSN names cannot be reached: {reason}"
        super().__init__(f"{self.chinese}\n{self.english}")


def prepare(settings: Settings, address: Address) -> None:
    """Makes a database ready for the workers; safe to run twice and by two at once.

    Raises NotReached, WrongMode and WrongKeys where the database belongs to another installation, TooManyProcesses.
    """
    if address.dsn:
        asyncio.run(_reach(address))
    migrate(address)
    asyncio.run(_open_once(settings, address))


async def _reach(address: Address) -> None:
    try:
        await reach(address)
    except Unreachable as problem:
        raise NotReached(" ".join(str(problem).split())) from problem


async def _open_once(settings: Settings, address: Address) -> None:
    """Opens the database as a worker will, so that what stands against it is said here and not in its log."""
    runtime = await open_runtime(address, settings.home.expanduser().absolute(), settings.mode)
    try:
        allowed = await runtime.database.connections_max()
        if allowed < settings.processes * CONNECTIONS_PER_PROCESS:
            raise TooManyProcesses(settings.processes, allowed)
        if not runtime.production:
            await open_sandbox(settings.seed, runtime)
    finally:
        await runtime.database.close()
