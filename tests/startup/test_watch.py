"""`qinji watch` beside a sandbox that runs, goes away and comes back, until Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from qinji.entry.ready import wait_until_ready
from qinji.entry.throwaway import free_port, sandbox_environment
from tests.startup.conftest import QINJI, Served, served
from tests.unit.gateway.door import encoded
from tests.unit.gateway.examples import HOSPITAL, PHARMACY, request

WAIT_SECONDS = 60
CLEAN = {name: value for name, value in os.environ.items() if not name.startswith("QINJI_")}


class Watching:
    """A `qinji watch` whose lines are collected as they come."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: list[str] = []
        self._more = threading.Condition()
        self._readers = [
            threading.Thread(target=self._read, args=(stream,), daemon=True)
            for stream in (process.stdout, process.stderr)
        ]
        for reader in self._readers:
            reader.start()

    def _read(self, stream: Iterator[str]) -> None:
        for line in stream:
            with self._more:
                self.lines.append(line.rstrip("\n"))
                self._more.notify_all()

    def until(self, words: str) -> str:
        """The first line with these words, as soon as it came."""
        with self._more:
            came = self._more.wait_for(lambda: any(words in line for line in self.lines), WAIT_SECONDS)
            assert came, (words, self.lines)
            return next(line for line in self.lines if words in line)

    def stop(self, number: signal.Signals) -> int:
        """Ends it and answers its status."""
        self.process.send_signal(number)
        status = self.process.wait(WAIT_SECONDS)
        for reader in self._readers:
            reader.join(WAIT_SECONDS)
        return status


@contextmanager
def watching(port: int, *arguments: str) -> Iterator[Watching]:
    process = subprocess.Popen(
        [QINJI, "watch", *arguments],
        env={**CLEAN, "PORT": str(port)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield Watching(process)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(WAIT_SECONDS)


def post(port: int, number: str, **changed: str) -> None:
    httpx.post(
        f"http://127.0.0.1:{port}/fsi/api/x",
        content=encoded({**request(number), **changed}),
        headers={"content-type": "application/json"},
        timeout=WAIT_SECONDS,
        trust_env=False,
    )


@pytest.fixture
def sandbox(home: Path) -> Iterator[Served]:
    with served(home) as running:
        yield running


def test_lines_come_as_messages_do_and_ctrl_c_ends_it_cleanly(sandbox: Served) -> None:
    post(sandbox.port, "1201", msgid="EARLIER-1")
    with watching(sandbox.port, HOSPITAL.code, "--bodies") as watched:
        watched.until("1201 医药机构信息获取")
        post(sandbox.port, "2101")
        post(sandbox.port, "1101", infno="2304")
        line = watched.until("2304 没有的交易")
        assert "✗ 本系统不提供交易 2304" in line
        assert "\x1b" not in line
        watched.until("答复 reply")
        assert watched.stop(signal.SIGINT) == 0
        assert not any("2101" in line and PHARMACY.code in line for line in watched.lines)
        assert not any("Traceback" in line for line in watched.lines)


def test_json_lines_are_one_document_each(sandbox: Served) -> None:
    with watching(sandbox.port, "--json", "--last", "0") as watched:
        watched.until("正在看")
        post(sandbox.port, "1201")
        post(sandbox.port, "2101")
        watched.until('"2101"')
        watched.stop(signal.SIGINT)
        found = [json.loads(line) for line in watched.lines if line.startswith("{")]
    assert [one["infno"] for one in found] == ["1201", "2101"]
    assert "request" not in found[0]


def test_it_waits_for_a_server_and_goes_on_after_a_restart(home: Path) -> None:
    port = free_port()
    with watching(port) as watched:
        watched.until("没有答复")
        environment = sandbox_environment(home, port)
        for number in ("1201", "9001"):
            process = subprocess.Popen(
                [QINJI, "serve"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            try:
                assert wait_until_ready(port, WAIT_SECONDS)
                post(port, number)
                watched.until(f" {number} ")
            finally:
                process.terminate()
                process.wait(WAIT_SECONDS)
        assert watched.stop(signal.SIGINT) == 0
        messages = [line for line in watched.lines if "#" in line]
        assert len(messages) == 2, watched.lines


def test_where_there_is_no_log_it_says_so(home: Path) -> None:
    with served(home, QINJI_MODE="production") as running, watching(running.port) as watched:
        watched.until("不是亲济的沙箱")
        assert watched.process.wait(WAIT_SECONDS) == 1
