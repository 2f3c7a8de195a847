"""A `qinji serve` of one home that is killed in parts and started again."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from qinji.entry.ready import HOST, wait_until_ready
from qinji.entry.throwaway import free_port, sandbox_environment
from qinji.platform.database import Address
from qinji.platform.postgres_place import RECORD_FILE
from qinji.platform.postgres_server import DATABASE_NAME, PORT, forget_data
from tests.startup.conftest import descendants, postmaster, remaining

START_SECONDS = 60
STOP_SECONDS = 60
VICTIMS = ("worker", "parent", "both")


class Serving:
    """The server of a home; ``process`` is the parent, whose only child is the worker."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.log = home / "serve.log"
        self.port = 0
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def base(self) -> str:
        """Where it answers."""
        return f"http://{HOST}:{self.port}"

    @property
    def address(self) -> Address:
        """Its database."""
        record = json.loads((self.home / RECORD_FILE).read_text())
        return Address(host=record["socket"], port=PORT, name=DATABASE_NAME)

    def start(self) -> None:
        """Starts it, on another port each time, and waits until it answers."""
        self.port = free_port()
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "qinji", "serve"],
                env=sandbox_environment(self.home, self.port),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.process = process
        ready = wait_until_ready(self.port, START_SECONDS, lambda: process.poll() is None)
        assert ready, self.log.read_text()[-2_000:]

    def kill_server(self, victim: str) -> None:
        """Kills the worker, its parent or both, and waits until neither is there."""
        process = self._running()
        workers = descendants(process.pid) - {process.pid}
        assert workers
        _kill(
            (process.pid, *workers) if victim == "both" else workers if victim == "worker" else (process.pid,)
        )
        process.wait(STOP_SECONDS)
        assert remaining(workers, STOP_SECONDS) == set()

    def kill_postgres(self) -> None:
        """Kills the database's server with everything it started, all at once."""
        leader = postmaster(self.home)
        # The leader first, so that it starts nobody after the others were counted.
        _kill((leader, *sorted(descendants(leader) - {leader})))

    def stop(self) -> int:
        """Stops it as a terminal does and answers the exit status."""
        process = self._running()
        process.send_signal(signal.SIGTERM)
        return process.wait(STOP_SECONDS)

    def _running(self) -> subprocess.Popen[bytes]:
        assert self.process is not None
        return self.process


def _kill(numbers: Iterable[int]) -> None:
    for number in numbers:
        try:
            os.kill(number, signal.SIGKILL)
        except ProcessLookupError:
            continue  # a backend may have ended by itself


@contextmanager
def serving() -> Iterator[Serving]:
    """A server in a home of its own; afterwards neither processes nor files are left."""
    home = Path(tempfile.mkdtemp(prefix="qinji-crash-"))
    home.chmod(0o711)
    server = Serving(home)
    try:
        server.start()
        yield server
    finally:
        if server.process is not None and server.process.poll() is None:
            server.stop()
        _end_database(home)
        forget_data(home)
        shutil.rmtree(home, ignore_errors=True)


def _end_database(home: Path) -> None:
    """Ends a database that a failed test left without a server; one that ran well has ended already."""
    try:
        left = postmaster(home)
        os.kill(left, signal.SIGINT)
        remaining({left}, STOP_SECONDS)
    except (OSError, ValueError, IndexError):
        return
