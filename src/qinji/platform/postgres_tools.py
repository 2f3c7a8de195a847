"""A database into a file and back, in one snapshot, by `pg_dump` and `pg_restore` of the wheel.

They run as the caller's own account. A password of a DSN goes to them by their environment, never by their command
line, which everybody on the machine can read.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

import asyncpg

from qinji.platform.database import Address, Connection
from qinji.platform.postgres_place import ENVIRONMENT, client_programs

__all__ = ["Snapshot", "ToolFailed", "client_programs", "dump", "restore", "snapshot"]

OWNER = "qinji_owner"
COMPRESSION = "gzip:1"
"""The cheapest that helps: replies are sealed and do not shrink, and a backup shares its machine with the tills."""

_TABLES = "select tablename from pg_tables where schemaname = 'public' order by tablename"
_STEP = re.compile(r'(?:dumping contents of table|processing data for table) "public\.(\w+)"')
_SPOKEN_MAX = 3
Progress = Callable[[str], None]


class ToolFailed(Exception):
    """A database could not be written to a file or read from it; one sentence in Chinese and one in English."""

    def __init__(self, tool: str, reason: str) -> None:
        self.chinese = f"{tool} 没有完成:{reason}"
        self.english = f"{tool} did not finish: {reason}"
        super().__init__(f"{self.chinese}\n{self.english}")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One moment of a database that `dump` writes: its name in the server, and what was counted in it."""

    name: str
    server: str
    counts: dict[str, int]
    connection: Connection


@asynccontextmanager
async def snapshot(address: Address) -> AsyncIterator[Snapshot]:
    """A moment that is kept while the caller needs it; who writes meanwhile is neither seen nor held up."""
    connection = await _connect(address)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            name = await connection.fetchval("select pg_export_snapshot()")
            server = await connection.fetchval("show server_version")
            yield Snapshot(name, server.split()[0], await counted(connection), connection)
    finally:
        await connection.close()


async def counted(connection: Connection) -> dict[str, int]:
    """The rows of every table."""
    tables = [row["tablename"] for row in await connection.fetch(_TABLES)]
    return {table: await connection.fetchval(f'select count(*) from "{table}"') for table in tables}  # noqa: S608


async def _connect(address: Address) -> asyncpg.Connection[asyncpg.Record]:
    try:
        if address.dsn:
            return await asyncpg.connect(address.dsn)
        return await asyncpg.connect(host=address.host, port=address.port, user=OWNER, database=address.name)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, ValueError) as problem:
        raise ToolFailed("数据库连接 connection", type(problem).__name__) from problem


async def dump(address: Address, of: Snapshot, target: Path, progress: Progress) -> None:
    """Writes the snapshot to a new file of mode 0600; raises ToolFailed."""
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    options = ["--format=custom", f"--compress={COMPRESSION}", f"--snapshot={of.name}", f"--file={target}"]
    await _run("pg_dump", options, address, progress)


async def restore(address: Address, source: Path, progress: Progress) -> dict[str, int]:
    """Puts a file of `dump` into an empty database, whole or not at all, owned by who connects; counts its rows.

    Raises ToolFailed.
    """
    options = ["--no-owner", "--exit-on-error", "--single-transaction", str(source)]
    await _run("pg_restore", options, address, progress)
    connection = await _connect(address)
    try:
        await connection.execute("analyze")
        return await counted(connection)
    finally:
        await connection.close()


async def _run(tool: str, options: list[str], address: Address, progress: Progress) -> None:
    target, environment = _target(address)
    process = await asyncio.create_subprocess_exec(
        str(client_programs() / tool),
        "--verbose",
        "--no-password",
        f"--dbname={target}",
        *options,
        cwd="/",
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        # A Ctrl-C of the terminal is for us; we end the tool then.
        start_new_session=True,
    )
    spoken: list[str] = []
    try:
        if process.stderr is not None:
            async for raw in process.stderr:
                line = raw.decode(errors="replace").strip()
                step = _STEP.search(line)
                if step is not None:
                    progress(step.group(1))
                elif "error:" in line:
                    spoken.append(line)
        status = await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if status != 0:
        raise ToolFailed(tool, "; ".join(spoken[:_SPOKEN_MAX]) or f"exit {status}")


def _target(address: Address) -> tuple[str, dict[str, str]]:
    """What the tool connects to, without a password, and its environment, with it."""
    given = {name: value for name, value in os.environ.items() if name.startswith("PG")}
    environment = {**ENVIRONMENT, **given}
    if not address.dsn:
        host = quote(address.host, safe="/")
        return f"postgresql://{OWNER}@/{address.name}?host={host}&port={address.port}", environment
    parts = urlsplit(address.dsn)
    login, at, place = parts.netloc.rpartition("@")
    user, _, password = login.partition(":")
    query = parse_qsl(parts.query, keep_blank_values=True)
    password = unquote(password) or dict(query).get("password", "")
    if password:
        environment["PGPASSWORD"] = password
    kept = urlencode([(name, value) for name, value in query if name != "password"])
    return urlunsplit(parts._replace(netloc=f"{user}{at}{place}", query=kept)), environment
