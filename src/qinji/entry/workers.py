"""The processes that answer: so many as the settings say, on one port and one database, and each started again.

Each worker binds the port for itself (SO_REUSEPORT) once it has opened its doors, and the kernel gives every new
connection to one of those that listen: a worker that is gone or not ready yet gets none.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
from collections.abc import Awaitable, Callable
from functools import partial
from importlib import import_module

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from qinji.entry.ready import HOST
from qinji.entry.settings import Settings, read_settings
from qinji.platform.database import Address
from qinji.platform.log import LIBRARY_LOGGERS, configure_log

TARGET = "qinji.entry.web:app"
WORKER_STOP_SECONDS = 3
"""An idle connection that a client keeps open must not hold up a stop; what is not committed is rolled back."""

PARENT_DEATH_SIGNAL = 1
"""`PR_SET_PDEATHSIG` of prctl(2)."""

FORKING = threading.Lock()
"""Held by a thread that starts programs: a worker forked between the making of a program's pipes and their closing
would hold them open for as long as it lives, and whoever waits for their end would wait for the worker's."""

os.register_at_fork(before=FORKING.acquire, after_in_parent=FORKING.release, after_in_child=FORKING.release)


def run_workers(settings: Settings, address: Address, stop_asked: Callable[[], bool]) -> int:
    """Serves until Ctrl-C or SIGTERM and answers the exit status.

    A worker that ends by itself is started again; one that ends again within five seconds ends the serving, status 1.
    """
    os.environ["QINJI_DATABASE_HOST"] = address.host
    os.environ["QINJI_DATABASE_NAME"] = address.name
    granian = Granian(
        TARGET,
        address=HOST,
        port=settings.port,
        interface=Interfaces.ASGI,
        workers=settings.processes,
        workers_kill_timeout=WORKER_STOP_SECONDS,
        respawn_failed_workers=True,
        log_level=LogLevels.error,
        log_dictconfig={"loggers": dict(LIBRARY_LOGGERS)},
    )

    def take_over_signals() -> None:
        # granian has its own handlers by now, but would start again where a terminal closes.
        signal.signal(signal.SIGHUP, granian.signal_handler_interrupt)
        if stop_asked():
            os.kill(os.getpid(), signal.SIGTERM)

    granian.on_startup(take_over_signals)
    try:
        granian.serve(target_loader=partial(_load_in_worker, os.getpid()))
    except SystemExit as ended:
        # Ctrl-C in a terminal reaches the worker too; that it ends then is no failure.
        return 0 if granian.interrupt_signal else int(ended.code or 0)
    return 0


def _load_in_worker(parent: int, target: str) -> Callable[..., Awaitable[None]]:
    """Loads the application in the worker, which ends when its parent is killed and cannot stop it.

    It ends outright: the server library may hang in its own handling of SIGTERM, and what was committed is safe.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:
        # Killed before the line above; nobody will tell us.
        os._exit(1)
    configure_log(read_settings().log_level)
    module, _, name = target.partition(":")
    application: Callable[..., Awaitable[None]] = getattr(import_module(module), name)
    return application
