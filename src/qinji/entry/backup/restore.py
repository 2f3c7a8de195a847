"""Make a new home from a backup, and try a backup out in a home that is thrown away."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from qinji.entry.backup.keys import check_keys
from qinji.entry.backup.manifest import DATABASE_FILE, BackupProblem, Manifest, read_manifest
from qinji.entry.backup.steps import Step, by_table
from qinji.entry.schema import migrate
from qinji.flows import audit_books
from qinji.ledger.audit import Finding
from qinji.platform import inbox
from qinji.platform.crypto import KEYS_FILE, open_vault
from qinji.platform.database import Address, Database
from qinji.platform.postgres_place import forget_data, rename_home
from qinji.platform.postgres_server import DATABASE_NAME, RunningServer, start
from qinji.platform.postgres_tools import restore

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Proof:
    """What trying a backup out has shown. ``opened`` is how many kept replies its keys opened; None without keys."""

    manifest: Manifest
    findings: list[Finding]
    opened: int | None


def restore_home(backup: Path, home: Path, keys: bytes, step: Step) -> Manifest:
    """A new home that stands where the backup was taken; it appears whole or not at all.

    Raises BackupProblem (the home is not empty, a part is broken, the keys are others), NewerSchema, NotStarted,
    ToolFailed. The next start brings an older schema up to date.
    """
    home = home.expanduser().absolute()
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise BackupProblem(
            f"{home} 不是空目录,不会覆盖。没有改动任何数据。请用 --home 指定一个新目录。",
            f"{home} is not empty and is not written over. Nothing was changed: name a new one by --home.",
        )
    backup = backup.expanduser().absolute()
    manifest = read_manifest(backup)
    check_keys(keys, manifest.keys)
    aside = home.with_name(f".{home.name}-{os.getpid()}.part")
    with _server(aside, durable=True) as server:
        asyncio.run(_fill(server.address(DATABASE_NAME), backup, manifest, step))
        _write_keys(aside, keys)
        server.stop()
        rename_home(aside, home)
    return manifest


def try_out(backup: Path, keys: bytes | None, say: Say, step: Step) -> Proof:
    """Restores the backup into a server of its own, counts, brings it up to date and audits the books there.

    Raises as `restore_home` does; nothing stays.
    """
    backup = backup.expanduser().absolute()
    manifest = read_manifest(backup)
    say("校验值无误 hashes are right")
    if keys is not None:
        check_keys(keys, manifest.keys)
        say("密钥相配 the keys belong to it")
    aside = Path(tempfile.mkdtemp(prefix="qinji-verify-"))
    aside.chmod(0o711)
    with _server(aside, durable=False) as server:
        address = server.address(DATABASE_NAME)
        asyncio.run(_fill(address, backup, manifest, step))
        say(f"已恢复到临时数据库,{len(manifest.counts)} 张表的行数相同 restored, counts are equal")
        migrate(address)
        if keys is not None:
            _write_keys(aside, keys)
        return asyncio.run(_proof(address, aside, manifest, with_keys=keys is not None))


@contextmanager
def _server(home: Path, *, durable: bool) -> Iterator[RunningServer]:
    """A server in a home of its own, which is gone afterwards unless it was renamed meanwhile."""
    try:
        server = start(home, durable=durable)
        try:
            yield server
        finally:
            server.stop()
    finally:
        if home.exists():
            forget_data(home)
            shutil.rmtree(home, ignore_errors=True)


async def _fill(address: Address, backup: Path, manifest: Manifest, step: Step) -> None:
    found = await restore(address, backup / DATABASE_FILE, by_table(len(manifest.counts), step))
    differing = sorted(
        table
        for table in found.keys() | manifest.counts.keys()
        if found.get(table) != manifest.counts.get(table)
    )
    if differing:
        named = "、".join(differing)
        raise BackupProblem(
            f"恢复出的行数与清单不同:{named}。没有改动任何数据。请换一份备份。",
            f"What was restored has other counts than the manifest: {named}. Nothing was changed: use another backup.",
        )


async def _proof(address: Address, home: Path, manifest: Manifest, *, with_keys: bool) -> Proof:
    database = await Database.open(address, size=1)
    try:
        async with database.reading() as connection:
            findings = await audit_books.run(connection)
            opened = await inbox.open_all(connection, open_vault(home)) if with_keys else None
    finally:
        await database.close()
    return Proof(manifest, findings, opened)


def _write_keys(home: Path, keys: bytes) -> None:
    descriptor = os.open(home / KEYS_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(keys)
