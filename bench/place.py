"""The server that both sides are measured on: PostgreSQL as qinji runs it, durable, with room for all data."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from qinji.entry.schema import migrate
from qinji.platform.database import Address
from qinji.platform.postgres_place import find_place
from qinji.platform.postgres_server import DATABASE_NAME, RunningServer, forget_data, start

PEER_DATABASE = "peer"
SCALE = 50
CLIENTS = 32

LOCAL = """\
# Both sides fit into memory, so that the comparison is one of work and not of the page cache.
shared_buffers = 2GB
max_wal_size = 16GB
"""

_TPS = re.compile(r"tps = ([\d.]+) \(without initial connection time\)")
_DONE = re.compile(r"number of transactions actually processed: (\d+)")


@dataclass(frozen=True, slots=True)
class Peer:
    """One run of the peer: transactions done, how many a second, and the CPU time of its client program."""

    transactions: int
    per_second: float
    client_seconds: float


@dataclass(slots=True)
class Place:
    """A running server with a migrated database of ours and the peer's."""

    home: Path
    server: RunningServer
    programs: Path

    @property
    def address(self) -> Address:
        """Our database."""
        return self.server.address(DATABASE_NAME)

    @property
    def leader(self) -> int:
        """The server's first process."""
        return int(self._data.joinpath("postmaster.pid").read_text().split("\n", 1)[0])

    @property
    def _data(self) -> Path:
        return find_place(self.home).data

    def prepare_peer(self) -> None:
        """The peer's tables, once."""
        if not self.server.has_database(PEER_DATABASE):
            self.server.create_database(PEER_DATABASE)
            self._pgbench("-i", "-q", "-s", str(SCALE))

    def run_peer(self, seconds: int) -> Peer:
        """TPC-B-like transactions with prepared statements by 32 clients."""
        command = ("-M", "prepared", "-c", str(CLIENTS), "-j", "2", "-n", "-T", str(seconds))
        said, client_seconds = self._pgbench(*command)
        rate, done = _TPS.search(said), _DONE.search(said)
        if rate is None or done is None:
            raise RuntimeError(f"pgbench said: {said}")
        return Peer(int(done[1]), float(rate[1]), client_seconds)

    def _pgbench(self, *options: str) -> tuple[str, float]:
        """What pgbench printed, and the CPU seconds it used itself."""
        target = self.server.dsn("qinji_owner", PEER_DATABASE)
        before = _children_seconds()
        done = subprocess.run(
            [str(self.programs / "pgbench"), *options, target], capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        return done.stdout, _children_seconds() - before


def _children_seconds() -> float:
    import resource

    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@contextmanager
def open_place(*, peer: bool = True) -> Iterator[Place]:
    """A server in a home of its own, gone afterwards; with the peer's tables where it is measured beside one."""
    home = Path(tempfile.mkdtemp(prefix="qinji-bench-"))
    home.chmod(0o711)
    server = start(home)
    try:
        found = find_place(home)
        server.stop()
        (found.data / "local.conf").write_text(LOCAL)
        (found.data / "local.conf").chmod(0o644)
        server = start(home)
        place = Place(home, server, found.programs)
        migrate(place.address)
        if peer:
            place.prepare_peer()
        yield place
    finally:
        server.stop()
        forget_data(home)
        shutil.rmtree(home, ignore_errors=True)
