"""A `qinji serve` of one home that is killed in parts and started again."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
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
VICTIMS = ("worker", "parent", "all")


class Serving:
    """The server of a home; ``process`` is the parent, whose children are the workers."""

    def __init__(self, home: Path, processes: int = 1) -> None:
        self.home = home
        self.processes = processes
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
                env={
                    **sandbox_environment(self.home, self.port),
                    "QINJI_PROCESSES": str(self.processes),
                },
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.process = process
        ready = wait_until_ready(self.port, START_SECONDS, lambda: process.poll() is None)
        assert ready, self.log.read_text()[-2_000:]

    def kill_server(self, victim: str) -> None:
        """Kills a worker, their parent or all of them, waits until they are gone, and starts again what has to be."""
        process = self._running()
        workers = descendants(process.pid) - {process.pid}
        assert workers
        if victim == "worker":
            # The parent starts it again by itself.
            _signal({min(workers)}, signal.SIGKILL)
            assert remaining({min(workers)}, STOP_SECONDS) == set()
            return
        self._kill(process, {process.pid} | (workers if victim == "all" else set()))
        self.start()

    def kill_all(self) -> None:
        """Kills the parent and its workers at one moment and starts nobody again; the database lives on."""
        process = self._running()
        self._kill(process, descendants(process.pid))

    def _kill(self, process: subprocess.Popen[bytes], victims: set[int]) -> None:
        everybody = descendants(process.pid)
        _signal(victims, signal.SIGKILL)
        process.wait(STOP_SECONDS)
        assert remaining(everybody, STOP_SECONDS) == set()

    def kill_workers(self, *, while_reviving: bool = False) -> None:
        """Kills the workers and not their parent, which starts them again; if wished while it starts the database."""
        process = self._running()
        workers = descendants(process.pid) - {process.pid}
        while while_reviving and descendants(process.pid) - {process.pid} == workers:
            os.sched_yield()
        _signal(workers, signal.SIGKILL)
        assert remaining(workers, STOP_SECONDS) == set()

    def kill_postgres(self) -> None:
        """Kills the database's server with everything it started, at one moment.

        No signal to a process group reaches them all: the server leads a session of its own, and so does each process
        that it starts. So all are stopped first, the leader before the others so that it starts nobody more, and none
        runs another instruction before it is killed.
        """
        leader = postmaster(self.home)
        _signal({leader}, signal.SIGSTOP)
        everybody = descendants(leader)
        _signal(everybody, signal.SIGSTOP)
        _signal(everybody, signal.SIGKILL)
        assert remaining(everybody, STOP_SECONDS) == set()

    def stop(self) -> int:
        """Stops it as a terminal does and answers the exit status."""
        process = self._running()
        process.send_signal(signal.SIGTERM)
        return process.wait(STOP_SECONDS)

    def _running(self) -> subprocess.Popen[bytes]:
        assert self.process is not None
        return self.process


def _signal(processes: set[int], number: signal.Signals) -> None:
    """Sends a signal to all of them; one that is to stop has stopped when this returns."""
    for process in sorted(processes):
        try:
            os.kill(process, number)
            while number is signal.SIGSTOP and _state(process) not in "TZX":
                os.sched_yield()
        except (ProcessLookupError, FileNotFoundError):
            continue  # it may have ended by itself


def _state(process: int) -> str:
    return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0]


@contextmanager
def serving(processes: int = 1) -> Iterator[Serving]:
    """A server in a home of its own; afterwards neither processes nor files are left."""
    home = Path(tempfile.mkdtemp(prefix="qinji-crash-"))
    home.chmod(0o711)
    server = Serving(home, processes)
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
