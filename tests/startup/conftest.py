"""Homes and servers of the start-up tests, and a look at the process table."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from qinji.entry.ready import wait_until_ready
from qinji.entry.throwaway import free_port, sandbox_environment
from qinji.platform.postgres_server import forget_data

START_SECONDS = 60
STOP_SECONDS = 60
QINJI = str(Path(sys.executable).parent / "qinji")


@dataclass(frozen=True, slots=True)
class Served:
    """A `qinji serve` that answers."""

    process: subprocess.Popen[str]
    port: int
    home: Path
    seconds: float

    def processes(self) -> set[int]:
        """The server, its worker, the postmaster and all that it started."""
        return descendants(self.process.pid) | descendants(postmaster(self.home))

    def stop(self, number: signal.Signals) -> int:
        """Sends a signal and answers the exit status."""
        self.process.send_signal(number)
        return self.process.wait(STOP_SECONDS)


def data_directory(home: Path) -> Path:
    """Where the data of this home are."""
    record = (home / "postgres.json").read_text()
    return home / record.split('"data": "')[1].split('"')[0]


def postmaster(home: Path) -> int:
    """The process number of the database server of this home."""
    return int((data_directory(home) / "postmaster.pid").read_text().splitlines()[0])


def parents() -> dict[int, int]:
    """The parent of every process that lives now."""
    found = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = status.read_text()
        except OSError:
            continue
        state, parent = text.rsplit(")", 1)[1].split()[:2]
        if state != "Z":
            found[int(status.parent.name)] = int(parent)
    return found


def descendants(top: int) -> set[int]:
    """A process and all that come from it."""
    family, table = {top}, parents()
    for _ in range(10):
        family |= {child for child, parent in table.items() if parent in family}
    return family


def remaining(numbers: set[int], seconds: float = 5.0) -> set[int]:
    """Which of these processes still live after at most so long; a process needs a moment to end."""
    deadline = time.monotonic() + seconds
    while (left := numbers & parents().keys()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return left


@contextmanager
def served(home: Path, **settings: str) -> Iterator[Served]:
    """Runs `qinji serve` in its own process group, as a shell does, until it answers."""
    port = free_port()
    began = time.monotonic()
    process = subprocess.Popen(
        [QINJI, "serve"],
        env={**sandbox_environment(home, port), **settings},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        ready = wait_until_ready(port, START_SECONDS, lambda: process.poll() is None)
        assert ready, process.communicate(timeout=STOP_SECONDS)[0]
        yield Served(process, port, home, time.monotonic() - began)
    finally:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=STOP_SECONDS)


def clear(home: Path) -> None:
    """Ends a server that a failed test left, and deletes the home."""
    try:
        left = postmaster(home)
        os.kill(left, signal.SIGINT)
        remaining({left}, STOP_SECONDS)
    except (OSError, ValueError):
        pass  # nothing was left, as it should be
    forget_data(home)
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def home() -> Iterator[Path]:
    """An empty home that other accounts can pass through."""
    folder = Path(tempfile.mkdtemp(prefix="qinji-start-"))
    folder.chmod(0o711)
    yield folder
    clear(folder)


@pytest.fixture
def private_home() -> Iterator[Path]:
    """An empty home that nobody but its owner can enter."""
    folder = Path(tempfile.mkdtemp(prefix="qinji-private-"))
    yield folder
    clear(folder)
