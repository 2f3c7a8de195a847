"""Take a backup: of one moment, beside a running service or without one, whole under its name or not there at all."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import qinji
from qinji.entry.backup.keys import fingerprints, read_keys, seal_keys
from qinji.entry.backup.manifest import (
    DATABASE_FILE,
    FORMAT,
    KEYS_FILE,
    MANIFEST_FILE,
    BackupProblem,
    Manifest,
    part_of,
)
from qinji.entry.backup.steps import Step, by_table
from qinji.entry.home_database import home_database
from qinji.entry.serving import write_whole
from qinji.entry.settings import Settings
from qinji.entry.wiring import MODE
from qinji.platform import settings as installation
from qinji.platform.clock import system_clock
from qinji.platform.database import Address
from qinji.platform.postgres_tools import dump, snapshot

FOLDER = "backups"
LAST_BACKUP_FILE = "last-backup.json"
PREFIX = "qinji-"
UNFINISHED = ".part"


@dataclass(frozen=True, slots=True)
class Taken:
    """A backup that was taken."""

    place: Path
    manifest: Manifest
    seconds: float

    @property
    def size(self) -> int:
        """Bytes of all its parts."""
        return sum(part.size for part in self.manifest.parts.values())


def take(
    settings: Settings, target: Path | None, passphrase: bytes | None, keep: int | None, step: Step
) -> Taken:
    """Writes a new backup into the folder and answers where; with a passphrase the keys travel in it, sealed.

    Raises BackupProblem, NoData, NotStarted, ToolFailed. Older backups stay, but for those beyond the ``keep`` newest.
    """
    home = settings.home.expanduser().absolute()
    began = time.monotonic()
    with home_database(settings) as address, _unfinished(target or home / FOLDER) as folder:
        keys = read_keys(home)
        manifest = asyncio.run(_write(address, folder, keys, passphrase, step))
        place = _finish(folder, manifest)
    taken = Taken(place, manifest, time.monotonic() - began)
    told = {"place": str(place), "taken_at": manifest.taken_at, "bytes": taken.size}
    write_whole(home / LAST_BACKUP_FILE, json.dumps(told, ensure_ascii=False))
    if keep is not None:
        _drop_oldest(place.parent, keep)
    return taken


@contextmanager
def _unfinished(target: Path) -> Iterator[Path]:
    """A private folder beside the final name; gone when it was not finished."""
    target = target.expanduser().absolute()
    try:
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left in target.glob(f".{PREFIX}*{UNFINISHED}"):
            number = left.name.removesuffix(UNFINISHED).rpartition("-")[2]
            if not Path("/proc", number).exists():
                shutil.rmtree(left, ignore_errors=True)
        folder = target / f".{PREFIX}{os.getpid()}{UNFINISHED}"
        folder.mkdir(mode=0o700)
    except OSError as problem:
        raise BackupProblem(
            f"无法写入备份目录 {target}({problem.strerror})。",
            f"The folder for backups, {target}, cannot be written ({problem.strerror}).",
        ) from problem
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _write(
    address: Address, folder: Path, keys: bytes, passphrase: bytes | None, step: Step
) -> Manifest:
    async with snapshot(address) as moment:
        schema = await installation.schema_revision(moment.connection)
        mode = await installation.read(moment.connection, MODE)
        taken_at = system_clock()
        await dump(address, moment, folder / DATABASE_FILE, by_table(len(moment.counts), step))
    if passphrase is not None:
        _write_private(folder / KEYS_FILE, seal_keys(keys, passphrase))
    files = [file for file in (folder / DATABASE_FILE, folder / KEYS_FILE) if file.exists()]
    manifest = Manifest(
        format=FORMAT,
        version=qinji.__version__,
        schema=schema or "",
        mode=mode or "",
        taken_at=taken_at.isoformat(),
        postgres=moment.server,
        counts=moment.counts,
        keys=fingerprints(keys),
        parts={file.name: part_of(file) for file in files},
    )
    _write_private(folder / MANIFEST_FILE, manifest.text().encode())
    return manifest


def _write_private(file: Path, content: bytes) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(content)


def _finish(folder: Path, manifest: Manifest) -> Path:
    """Brings everything to the disk, then gives the folder its name."""
    for file in (*folder.iterdir(), folder):
        _to_disk(file)
    stamp = datetime.fromisoformat(manifest.taken_at).astimezone(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    place = folder.with_name(f"{PREFIX}{stamp}")
    folder.rename(place)
    _to_disk(place.parent)
    return place


def _to_disk(place: Path) -> None:
    descriptor = os.open(place, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def backups_in(folder: Path) -> list[Path]:
    """The finished backups of a folder, the oldest first."""
    return sorted(found.parent for found in folder.glob(f"{PREFIX}*/{MANIFEST_FILE}"))


def _drop_oldest(folder: Path, keep: int) -> None:
    for old in backups_in(folder)[:-keep]:
        shutil.rmtree(old, ignore_errors=True)
