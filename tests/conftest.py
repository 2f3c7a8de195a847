"""One PostgreSQL for a whole test run, however many workers; a fresh, migrated database for whoever asks.

* ``postgres``: the running server (whole run).
* ``address``: a fresh database of one test; ``module_address``: one shared by the tests of a module.
* ``database``: the pools of the engine and of the reader on ``address``.

A database is a copy of a template that is migrated once a run. Tests that ask for none of these start no server.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import pytest

from qinji.entry.schema import migrate
from qinji.platform.database import Address, Database
from qinji.platform.postgres_server import RunningServer, forget_data, start
from tests.pictures import KEY, NAMED, folder_of

TEMPLATE = "qinji_template"
MEMORY = Path("/dev/shm")  # noqa: S108  -- the folder that is made there has a name of its own and is private
ROOM_BYTES = 4 * 1024**3
HOME_KEY = "qinji_test_home"
_home = pytest.StashKey[Path]()


class _Node(Protocol):
    """What is needed of a worker, seen from the process that distributes the tests."""

    config: pytest.Config
    workerinput: dict[str, object]


@pytest.fixture(scope="session")
def pictures(request: pytest.FixtureRequest) -> Path | None:
    """The folder in which pictures of pages are to be left; None in an ordinary run."""
    told = folder_of(request.config)
    if not told:
        return None
    folder = Path(told)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _quick_place() -> str | None:
    """A file system in memory that has room for a server's data; None for the usual place.

    Each test copies a database and drops it, which on a disk takes longer than the test. Nothing is lost by it: the
    server of the tests promises no durability, and the tests that kill processes have homes of their own on the disk.
    """
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM_BYTES:
        return str(MEMORY)
    return None


def pytest_configure(config: pytest.Config) -> None:
    """The process that distributes the tests makes one home; the workers are told of it."""
    worker_input: dict[str, str] | None = getattr(config, "workerinput", None)
    if worker_input is not None:
        config.stash[_home] = Path(worker_input[HOME_KEY])
        return
    home = Path(tempfile.mkdtemp(prefix="qinji-test-", dir=_quick_place()))
    # Started by root, the server runs under another account, which has to pass through this folder of ours.
    home.chmod(0o711)
    config.stash[_home] = home


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: _Node) -> None:
    """Tells a worker where the home of this run is, and where pictures go."""
    node.workerinput[HOME_KEY] = str(node.config.stash[_home])
    node.workerinput[KEY] = NAMED


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stops the server when all workers are done, whichever of them started it, and leaves nothing behind."""
    if hasattr(config, "workerinput") or _home not in config.stash:
        return
    home = config.stash[_home]
    if (home / "postgres.json").exists():
        start(home, durable=False).stop()
        forget_data(home)
    shutil.rmtree(home, ignore_errors=True)


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Lets one worker at a time start the server or make the template."""
    with (home / "workers.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest) -> RunningServer:
    """The server of this run with its migrated template; the first worker that asks starts it."""
    home = request.config.stash[_home]
    with _alone(home):
        server = start(home, durable=False)
        if not server.has_database(TEMPLATE):
            server.create_database(f"{TEMPLATE}_new")
            migrate(server.address(f"{TEMPLATE}_new"))
            server.execute(f"alter database {TEMPLATE}_new rename to {TEMPLATE}", "postgres")
        server.detach()
    return server


@contextmanager
def fresh_database(server: RunningServer) -> Iterator[Address]:
    """A migrated, empty database of its own, dropped afterwards."""
    name = f"test_{os.getpid()}_{uuid.uuid4().hex[:12]}"
    server.create_database(name, TEMPLATE)
    try:
        yield server.address(name)
    finally:
        server.drop_database(name)


@pytest.fixture
def address(postgres: RunningServer) -> Iterator[Address]:
    """A fresh, migrated database for one test."""
    with fresh_database(postgres) as fresh:
        yield fresh


@pytest.fixture(scope="module")
def module_address(postgres: RunningServer) -> Iterator[Address]:
    """A fresh, migrated database that the tests of one module share."""
    with fresh_database(postgres) as fresh:
        yield fresh


@pytest.fixture
async def database(address: Address) -> AsyncIterator[Database]:
    """The pools of the application's roles on a fresh database."""
    opened = await Database.open(address)
    yield opened
    await opened.close()
