"""A sandbox of one's own for a moment: in a temporary home, on a free port, gone afterwards."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from qinji.entry.ready import HOST, wait_until_ready
from qinji.platform.postgres_server import forget_data

START_SECONDS = 60
STOP_SECONDS = 90


class SandboxFailed(Exception):
    """The sandbox did not start; the text is what it said."""


@contextmanager
def throwaway_sandbox() -> Iterator[str]:
    """Starts a sandbox and answers its address, such as `http://127.0.0.1:40123`; raises SandboxFailed."""
    home = Path(tempfile.mkdtemp(prefix="qinji-sandbox-"))
    # Started by root, the database runs under another account, which has to pass through this folder of ours.
    home.chmod(0o711)
    try:
        with (home / "serve.log").open("w") as log, _served(home, free_port(), log.fileno()) as base:
            yield base
        forget_data(home)
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def _served(home: Path, port: int, output: int) -> Iterator[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "qinji", "serve"],
        env=sandbox_environment(home, port),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
    )
    try:
        if not wait_until_ready(port, START_SECONDS, lambda: process.poll() is None):
            raise SandboxFailed((home / "serve.log").read_text())
        yield f"http://{HOST}:{port}"
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(STOP_SECONDS)


def sandbox_environment(home: Path, port: int) -> dict[str, str]:
    """This process's environment, with the settings of a sandbox and none of the caller's own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("QINJI_")}
    return {**kept, "QINJI_HOME": str(home), "PORT": str(port)}


def free_port() -> int:
    """A port on which nobody listens at the moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
