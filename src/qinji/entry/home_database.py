"""The database of a home for a command that runs beside `qinji serve`, or while it does not run."""

from __future__ import annotations

import json
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


@contextmanager
def home_database(settings: Settings) -> Iterator[Address]:
    """The address of the database: one that runs, or one that is started for the moment and stopped again.

    Raises NoData where nothing was ever served from this home, NotStarted where it does not start.
    """
    if settings.dsn or settings.database_host:
        yield settings.address
        return
    home = settings.home.expanduser().absolute()
    if not (home / RECORD_FILE).is_file():
        raise NoData(f"{home} 中没有数据,请先运行 make run。There is nothing in {home} yet: run it first.")
    running = _running(home)
    if running is not None:
        yield Address(host=str(running), port=PORT, name=DATABASE_NAME)
        return
    server = start(home)
    try:
        yield server.address(DATABASE_NAME)
    finally:
        server.stop()


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
