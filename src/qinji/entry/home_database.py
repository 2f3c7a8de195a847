"""The database of a home for a command that runs beside `qinji serve`, or while it does not run."""

from __future__ import annotations

import json
import os
import pwd
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from qinji.entry.settings import Settings
from qinji.platform.database import Address
from qinji.platform.postgres_place import RECORD_FILE
from qinji.platform.postgres_server import DATABASE_NAME, PORT, start


class NoData(Exception):
    """The home holds no data yet; one sentence in Chinese and English."""


class OtherAccount(NoData):
    """The home is another account's: what we made in it, its owner could not use."""


def _check_account(home: Path) -> None:
    owner = home.stat().st_uid
    if owner != os.geteuid():
        try:
            name = pwd.getpwuid(owner).pw_name
        except KeyError:
            name = f"#{owner}"
        raise OtherAccount(
            f"{home} 属于账户 {name},请用该账户运行,例如 sudo -u {name} …。"
            f"{home} belongs to the account {name}: run this as that account, such as by sudo -u {name}."
        )


@contextmanager
def home_database(settings: Settings) -> Iterator[Address]:
    """The address of the database: one that runs, or one that is started for the moment and stopped again.

    Raises NoData where nothing was ever served from this home, NotStarted where it does not start.
    """
    home = settings.home.expanduser().absolute()
    if not settings.dsn and home.is_dir():
        _check_account(home)
    running = running_database(settings)
    if running is not None:
        yield running
        return
    if not (home / RECORD_FILE).is_file():
        raise NoData(
            f"{home} 中没有数据,请先运行一次 qinji serve。There is nothing in {home} yet: serve it once first."
        )
    server = start(home)
    try:
        yield server.address(DATABASE_NAME)
    finally:
        server.stop()


def running_database(settings: Settings) -> Address | None:
    """The address of the home's database if it runs now; one of a DSN is taken to run."""
    if settings.dsn or settings.database_host:
        return settings.address
    home = settings.home.expanduser().absolute()
    folder = _running(home) if (home / RECORD_FILE).is_file() else None
    return None if folder is None else Address(host=str(folder), port=PORT, name=DATABASE_NAME)


def _running(home: Path) -> Path | None:
    """The folder of the socket on which the home's server answers, or None."""
    record = json.loads((home / RECORD_FILE).read_text())
    folder = Path(record.get("socket", ""))
    if not record.get("socket"):
        return None
    with closing(socket.socket(socket.AF_UNIX)) as probe:
        try:
            probe.connect(str(folder / f".s.PGSQL.{PORT}"))
        except OSError:
            return None
    return folder
