"""QINJI_PROCESSES: several workers on one port and database; one that is killed comes back, a stop leaves none behind.

Which worker answers is the kernel's choice for each connection, so a connection is asked for its worker: the table of
sockets tells which process holds the server's end of it.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

import pytest

from qinji.entry.throwaway import free_port, sandbox_environment
from qinji.platform.crypto import KEYS_FILE
from qinji.platform.postgres_server import RunningServer
from tests.bureau import SEED
from tests.crash.bills import customers, purchase
from tests.startup.conftest import QINJI, Served, clear, descendants, remaining, served

pytestmark = pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="workers are told apart by /proc")
TRIES = 400
COMES_BACK_SECONDS = 30
RESETS_OVER = 5
SOMEBODY = "9902000000010001"


class Line:
    """One kept-alive connection to a server, which is always answered by the same worker."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.ask("GET", "/")
        self.worker = self._holder()

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> bytes:
        """One request; the body of its answer."""
        sent = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        kind = {"Content-Type": "application/json"} if sent is not None else {}
        self._connection.request(method, path, sent, {**kind, **headers})
        return self._connection.getresponse().read()

    def json(self, method: str, path: str, body: object = None, **headers: str) -> Any:
        """One request; its JSON."""
        return json.loads(self.ask(method, path, body, **headers))

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def _holder(self) -> int:
        """The process that has the other end."""
        mine = self._connection.sock.getsockname()[1]
        ends = f"0100007F:{self._port:04X} 0100007F:{mine:04X}"
        rows = (line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:])
        inode = next(row[9] for row in rows if f"{row[1]} {row[2]}" == ends)
        for link in Path("/proc").glob("[0-9]*/fd/*"):
            try:
                if str(link.readlink()) == f"socket:[{inode}]":
                    return int(link.parts[2])
            except OSError:
                continue
        raise LookupError(f"nobody has {ends}")


def workers(running: Served) -> set[int]:
    """The worker processes."""
    return descendants(running.process.pid) - {running.process.pid}


@contextmanager
def lines(*running: Served) -> Iterator[list[Line]]:
    """One connection to each worker of these servers, opened until the kernel has chosen them all."""
    found: dict[int, Line] = {}
    with ExitStack() as stack:
        for one in running:
            for _ in range(TRIES):
                if workers(one) <= found.keys():
                    break
                line = Line(one.port)
                stack.callback(line.close)
                found.setdefault(line.worker, line)
            assert workers(one) <= found.keys()
        yield list(found.values())


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server with two workers on a database of its own, for the tests of this file."""
    home = tmp_path_factory.mktemp("two")
    try:
        with served(home, QINJI_PROCESSES="2") as running:
            yield running
    finally:
        clear(home)


def _bill() -> bytes:
    customer = customers(SEED, date.today())[0]  # noqa: DTZ011 - only who lives where is asked of the world
    return purchase(customer, uuid4().hex[:12], Random(1), datetime.now(UTC)).body


def test_both_workers_answer_and_give_the_same_bytes_to_the_same_message(two: Served) -> None:
    bill = _bill()
    with lines(two) as (one, other):
        assert one.worker != other.worker
        first = one.ask("POST", "/fsi/api/", bill)
        assert json.loads(first)["infcode"] == 0
        assert other.ask("POST", "/fsi/api/", bill) == first


def test_who_signs_in_at_one_worker_is_known_to_the_other(two: Served) -> None:
    with lines(two) as (one, other):
        begun = one.json("POST", "/api/v1/sign-ins", {"psn_no": SOMEBODY})
        token = other.json("POST", f"/api/v1/sign-ins/{begun['id']}", {"code": begun["sandbox_code"]})[
            "token"
        ]
        for line in (one, other):
            assert line.json("GET", "/api/v1/me", Authorization=f"Bearer {token}")["psn_no"] == SOMEBODY


def test_a_killed_worker_comes_back_and_the_other_answers_meanwhile(two: Served) -> None:
    bill = _bill()
    with lines(two) as (one, other):
        first = one.ask("POST", "/fsi/api/", bill)
        os.kill(one.worker, signal.SIGKILL)
        assert remaining({one.worker}) == set()
        assert other.ask("POST", "/fsi/api/", bill) == first
        # The kernel closes what a killed process left open a moment after it is gone; whoever connects after that
        # gets one that listens, and never one that is not there.
        _until_closed(two.port)
        assert {_worker(two.port) for _ in range(20)} >= {other.worker}
    deadline = time.monotonic() + COMES_BACK_SECONDS
    while len(workers(two)) < 2 and time.monotonic() < deadline:
        assert two.process.poll() is None
        Line(two.port).close()
    with lines(two) as found:
        assert {line.worker for line in found} == workers(two)
        assert one.worker not in workers(two)
        assert {line.ask("POST", "/fsi/api/", bill) for line in found} == {first}


def _until_closed(port: int) -> None:
    """Connects until nobody is sent to the socket of the killed worker any more: some in a row that are not reset."""
    deadline, in_a_row = time.monotonic() + COMES_BACK_SECONDS, 0
    while in_a_row < RESETS_OVER and time.monotonic() < deadline:
        try:
            _worker(port)
            in_a_row += 1
        except ConnectionResetError:
            in_a_row = 0


def _worker(port: int) -> int:
    line = Line(port)
    line.close()
    return line.worker


def test_workers_that_are_all_killed_come_back_and_a_stop_leaves_none(home: Path) -> None:
    with served(home, QINJI_PROCESSES="2") as running:
        killed = workers(running)
        for worker in killed:
            os.kill(worker, signal.SIGKILL)
        assert remaining(killed) == set()
        deadline = time.monotonic() + COMES_BACK_SECONDS
        while len(workers(running)) < 2 and time.monotonic() < deadline:
            assert running.process.poll() is None
            os.sched_yield()
        _until_answered(running)
        processes = running.processes()
        assert running.stop(signal.SIGTERM) == 0
        assert remaining(processes) == set()


def _until_answered(running: Served) -> None:
    deadline = time.monotonic() + COMES_BACK_SECONDS
    while time.monotonic() < deadline:
        try:
            Line(running.port).close()
        except OSError:
            continue
        return
    raise AssertionError("nobody answers any more")


def test_a_worker_that_ends_again_at_once_ends_the_serving_and_leaves_no_process(home: Path) -> None:
    """Whoever supervises the server is told by its status; a worker that cannot live is not started for ever."""
    with served(home) as running:
        processes = running.processes()
        (first,) = workers(running)
        os.kill(first, signal.SIGKILL)
        deadline = time.monotonic() + COMES_BACK_SECONDS
        while not (fresh := workers(running) - {first}) and time.monotonic() < deadline:
            os.sched_yield()
        os.kill(fresh.pop(), signal.SIGKILL)
        assert running.process.wait(COMES_BACK_SECONDS) == 1
        assert remaining(processes) == set()


@pytest.fixture
def dsn(postgres: RunningServer) -> Iterator[str]:
    """An empty database, not even migrated, as an operator may give it to us."""
    name = f"test_dsn_{uuid4().hex[:12]}"
    postgres.create_database(name)
    try:
        yield postgres.dsn("postgres", name)
    finally:
        postgres.drop_database(name)


def test_two_servers_that_start_at_once_on_one_empty_database_are_one_bureau(home: Path, dsn: str) -> None:
    """Two machines with a database of their own choice: schema, keys and world are made once."""
    found: list[Served] = []
    with ExitStack() as stack:
        # The second is started while the first is still at work; with another seed it would make another world.
        threads = [
            threading.Thread(
                target=lambda seed=seed: found.append(
                    stack.enter_context(served(home, QINJI_DSN=dsn, QINJI_SEED=seed))
                )
            )
            for seed in ("20260101", "7")
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(found) == 2
        with lines(*found) as (one, other):
            worlds = [line.json("GET", "/sandbox/world.json")["persons"] for line in (one, other)]
            assert worlds[0] == worlds[1]
            begun = one.json("POST", "/api/v1/sign-ins", {"psn_no": worlds[0][0]["psn_no"]})
            done = other.json("POST", f"/api/v1/sign-ins/{begun['id']}", {"code": begun["sandbox_code"]})
            assert done["token"]
    _refused_with_other_keys(home, dsn)


def _refused_with_other_keys(home: Path, dsn: str) -> None:
    elsewhere = home / "elsewhere"
    refused = _serve(elsewhere, QINJI_DSN=dsn)
    assert refused.returncode == 1
    assert KEYS_FILE in refused.stderr
    assert "Traceback" not in refused.stderr


def test_more_processes_than_the_database_takes_connections_are_refused(home: Path, dsn: str) -> None:
    refused = _serve(home, QINJI_DSN=dsn, QINJI_PROCESSES="16")
    assert refused.returncode == 1
    chinese, english = refused.stderr.strip().splitlines()
    assert "16 个进程需要 384 个" in chinese
    assert "QINJI_PROCESSES to 4 at most" in english


def test_a_database_that_is_away_is_told_in_one_sentence(home: Path) -> None:
    refused = _serve(home, QINJI_DSN=f"postgresql://postgres@/qinji?host={home}")
    assert refused.returncode == 1
    assert len(refused.stderr.strip().splitlines()) == 2


def _serve(home: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [QINJI, "serve"],
        env={**sandbox_environment(home, free_port()), **settings},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
