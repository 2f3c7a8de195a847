"""`qinji serve`: starts the database, brings it up to date, serves in the foreground, and leaves no process behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import qinji
from qinji.entry.prepare import prepare
from qinji.entry.ready import HOST, wait_until_ready
from qinji.entry.serving import beside
from qinji.entry.settings import DEFAULT_PORT, Settings
from qinji.entry.workers import FORKING, run_workers
from qinji.platform.database import CONNECTIONS_PER_PROCESS, Address
from qinji.platform.postgres_place import make_home
from qinji.platform.postgres_server import DATABASE_NAME, NotStarted, RunningServer, start

MODE_WORDS = {"sandbox": "沙箱 sandbox", "production": "正式环境 production"}
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
READY_SECONDS = 60
WATCH_SECONDS = 1.0
"""How long the database can be gone before it is noticed and started again."""
SPARE_CONNECTIONS = 10
"""For the commands that are run beside the server."""


class PortTaken(Exception):
    """Something else listens where we would; one sentence in Chinese and one in English."""

    def __init__(self, port: int) -> None:
        self.chinese = f"端口 {port} 已被占用,请停止占用它的程序,或换一个端口,例如设置 PORT={port + 1}。"
        self.english = (
            f"Port {port} is taken: stop what uses it, or choose another one, such as PORT={port + 1}."
        )
        super().__init__(f"{self.chinese}\n{self.english}")


class Interrupted(Exception):
    """Ctrl-C or SIGTERM came while the parts were still being started."""


@dataclass(slots=True)
class _Signals:
    """Holds back a first Ctrl-C until a start has come to a point from which it can be undone."""

    seen: bool = False

    def note(self, _number: int, _frame: FrameType | None) -> None:
        """The handler: the first signal is noted, a second one does not wait."""
        if self.seen:
            raise KeyboardInterrupt
        self.seen = True

    def check(self) -> None:
        """Raises Interrupted when a signal came."""
        if self.seen:
            raise Interrupted


def check_port(port: int) -> None:
    """Raises PortTaken before anything is started."""
    with socket.socket() as probe:
        # Without it a port that was served a moment ago would count as taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as problem:
            raise PortTaken(port) from problem


def serve(settings: Settings, say: Callable[[str], None]) -> int:
    """Serves until Ctrl-C or SIGTERM and answers the exit status.

    Raises PortTaken or NotStarted before anything runs, what ``prepare`` raises when the database is not ours to use;
    whatever was started is stopped again on every way out. A database of ours that ends by itself is started again;
    where that cannot be done, NotStarted is raised after everything was stopped.
    """
    began = time.monotonic()
    check_port(settings.port)
    signals = _Signals()
    for number in STOP_SIGNALS:
        signal.signal(number, signals.note)
    say(f"qinji 亲济 {qinji.__version__} · {MODE_WORDS[settings.mode]}")
    try:
        with _database(settings, say) as address:
            signals.check()
            prepare(settings, address)
            signals.check()
            with beside(settings):
                threading.Thread(target=_announce, args=(settings, began, say), daemon=True).start()
                return run_workers(settings, address, lambda: signals.seen)
    except Interrupted:
        return 0


@dataclass(slots=True)
class _Watch:
    """Starts the database again when it has ended while we serve; when that fails, it ends the serving.

    The workers keep answering 系统繁忙 meanwhile, and their pools find the new server on the same socket.
    """

    server: RunningServer
    say: Callable[[str], None]
    over: threading.Event = field(default_factory=threading.Event)
    problem: NotStarted | subprocess.TimeoutExpired | None = None

    def run(self) -> None:
        """Looks every second until ``over`` is set."""
        while not self.over.wait(WATCH_SECONDS):
            try:
                with FORKING:
                    revived = self.server.revive()
                if revived:
                    self.say("数据库曾中断,已重新启动 the database had ended and was started again")
            except (NotStarted, subprocess.TimeoutExpired) as problem:
                self.problem = problem
                os.kill(os.getpid(), signal.SIGTERM)
                return


@contextmanager
def _database(settings: Settings, say: Callable[[str], None]) -> Iterator[Address]:
    if settings.dsn:
        make_home(settings.home.expanduser().absolute())
        say("数据库 database: QINJI_DSN")
        yield settings.address
        return
    needed = settings.processes * CONNECTIONS_PER_PROCESS + SPARE_CONNECTIONS
    server = start(settings.home, connections=needed)
    watch = _Watch(server, say)
    watching = threading.Thread(target=watch.run, daemon=True)
    try:
        say(f"数据目录 home: {server.home}\n数据库 database: PostgreSQL 18, {server.host}")
        watching.start()
        yield server.address(DATABASE_NAME)
    finally:
        _stop_undisturbed(watch, watching)
        say("已停止 stopped")
    if watch.problem is not None:
        raise watch.problem


def _stop_undisturbed(watch: _Watch, watching: threading.Thread) -> None:
    """Stops the database; further signals would only leave it behind."""
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    watch.over.set()
    if watching.ident is not None:
        watching.join()
    watch.server.stop()


def _called() -> str:
    """How this program was called, so that what is to be tried can be called likewise."""
    return sys.argv[0] if Path(sys.argv[0]).name == "qinji" else "qinji"


def _announce(settings: Settings, began: float, say: Callable[[str], None]) -> None:
    """Says what is where, as soon as the first request is answered."""
    if not wait_until_ready(settings.port, READY_SECONDS):
        return
    base = f"http://{HOST}:{settings.port}"
    places = [
        ("家庭 family", "/"),
        ("机构接口 institutions", "/fsi/api/"),
        ("JSON 接口 JSON door", "/api/openapi.json"),
    ]
    if settings.mode == "sandbox":
        places.append(("开发者首页 developers", "/sandbox"))
        places.append(("沙箱世界 sandbox world", "/sandbox/world.json"))
        places.append(("收发的报文 messages", "/sandbox/messages"))
        places.append(("报文说明 reference", "/sandbox/reference"))
    say(f"就绪 ready ({time.monotonic() - began:.1f} s)")
    for name, path in places:
        say(f"  {base}{path}  {name}")
    if settings.mode == "sandbox":
        port = "" if settings.port == DEFAULT_PORT else f"PORT={settings.port} "
        say(f"试一试 try: {port}{_called()} demo")
    say("停止 stop: Ctrl-C")
