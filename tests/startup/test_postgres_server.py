"""The launcher: data stay, nothing is left behind, and a server that was left behind is found again."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from qinji.platform.postgres_server import NotStarted, RunningServer, start
from tests.startup.conftest import data_directory, descendants, postmaster, remaining

NOBODY = 65534
NAMELESS = 54321
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root starts the database under another account")


def test_a_stopped_server_leaves_no_process_and_no_socket(home: Path) -> None:
    server = start(home, durable=False)
    processes = descendants(postmaster(home))
    assert len(processes) > 1
    server.stop()
    assert remaining(processes) == set()
    assert not Path(server.host).exists()


def test_data_are_there_again_at_the_next_start(home: Path) -> None:
    first = start(home, durable=False)
    first.execute("create table kept (x int)", "qinji")
    first.stop()
    second = start(home, durable=False)
    assert second.execute("select count(*) from kept", "qinji") == "0"
    second.stop()


def test_a_home_is_used_by_one_at_a_time_and_the_second_is_told_so(home: Path) -> None:
    first = start(home, durable=False)
    with pytest.raises(NotStarted, match="另一个 qinji 正在使用目录"):
        start(home, durable=False)
    first.stop()


def test_a_server_that_a_killed_process_left_is_used_again(home: Path) -> None:
    start(home, durable=False).detach()
    left = postmaster(home)
    again = start(home, durable=False)
    assert postmaster(home) == left
    assert again.has_database("qinji")
    again.stop()
    assert remaining({left}) == set()


def test_a_killed_server_is_started_again_with_all_that_was_committed(home: Path) -> None:
    server = start(home)
    server.execute("create table kept (x int)", "qinji")
    left = descendants(postmaster(home))
    os.kill(postmaster(home), signal.SIGKILL)
    assert remaining(left) == set()
    server.detach()
    again = start(home)
    assert again.execute("select count(*) from kept", "qinji") == "0"
    again.stop()


def test_a_pid_file_that_names_somebody_elses_process_does_not_stop_a_start(home: Path) -> None:
    server = start(home, durable=False)
    pid_file = data_directory(home) / "postmaster.pid"
    text = pid_file.read_text()
    server.stop()
    pid_file.write_text(text.replace(text.splitlines()[0], str(os.getpid()), 1))
    start(home, durable=False).stop()


def test_an_interrupted_first_start_is_made_anew(home: Path) -> None:
    half_made = home / "pgdata.new"
    half_made.mkdir()
    (half_made / "PG_VERSION").write_text("18\n")
    server = start(home, durable=False)
    assert server.has_database("qinji")
    server.stop()


def test_the_server_listens_on_no_network_and_trusts_nobody(home: Path) -> None:
    server = start(home, durable=False)
    assert server.execute("show listen_addresses", "qinji") == ""
    assert (
        server.execute("select string_agg(distinct auth_method, ',') from pg_hba_file_rules", "qinji")
        == "peer"
    )
    assert server.execute("show data_checksums", "qinji") == "on"
    assert Path(server.host).stat().st_mode & 0o777 == 0o700
    assert len(server.host) < 60
    server.stop()


async def test_each_role_connects_by_the_account_and_no_other_role_does(home: Path) -> None:
    server = start(home, durable=False)
    try:
        for role in ("qinji_owner", "qinji_engine", "qinji_reader", "qinji_auditor"):
            connection = await asyncpg.connect(server.dsn(role))
            assert await connection.fetchval("select current_user") == role
            await connection.close()
        server.execute("create role stranger login", "postgres")
        with pytest.raises(asyncpg.InvalidAuthorizationSpecificationError):
            await asyncpg.connect(server.dsn("stranger"))
    finally:
        server.stop()


def test_a_name_that_is_no_plain_name_is_refused(home: Path) -> None:
    server: RunningServer = start(home, durable=False)
    with pytest.raises(ValueError, match="not a plain name"):
        server.create_database('x"; drop database qinji; --')
    server.stop()


@as_root
def test_roots_server_runs_under_another_account_and_no_folder_is_opened_up(private_home: Path) -> None:
    before = private_home.stat().st_mode
    server = start(private_home, durable=False)
    owner = Path(f"/proc/{postmaster(private_home)}").stat().st_uid
    assert owner != 0
    assert private_home.stat().st_mode == before
    assert not data_directory(private_home).is_relative_to(private_home)
    server.stop()


def _as_ordinary_user(home: Path, account: int) -> subprocess.CompletedProcess[str]:
    code = (
        "import sys; from pathlib import Path; from qinji.platform.postgres_server import start\n"
        "s = start(Path(sys.argv[1]), durable=False); print(s.execute('select 1', 'qinji')); s.stop()"
    )
    packages = [str(Path(__file__).parents[2] / "src"), str(Path(asyncpg.__file__).parents[1])]
    return subprocess.run(
        ["/bin/sh", "-c", '"$0" -c "$1" "$2"', f"/usr/bin/python3.{sys.version_info.minor}", code, str(home)],
        env={"PYTHONPATH": ":".join(packages), "PATH": "/usr/bin:/bin"},
        user=account,
        group=account,
        extra_groups=[],
        cwd="/",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def _skip_where_unreadable(done: subprocess.CompletedProcess[str]) -> None:
    if any(reason in done.stderr for reason in ("/bin/sh:", "No module named", "not found")):
        pytest.skip("this checkout or its Python lies where ordinary users cannot read")


@as_root
def test_an_ordinary_user_starts_the_server_too(home: Path) -> None:
    os.chown(home, NOBODY, NOBODY)
    done = _as_ordinary_user(home, NOBODY)
    _skip_where_unreadable(done)
    assert done.stdout == "1\n", done.stderr


@as_root
def test_a_home_of_another_account_is_refused_in_words(home: Path) -> None:
    done = _as_ordinary_user(home, NOBODY)
    _skip_where_unreadable(done)
    assert "无法写入目录" in done.stderr


@as_root
def test_an_account_without_a_name_is_refused_in_words(home: Path) -> None:
    os.chown(home, NAMELESS, NAMELESS)
    done = _as_ordinary_user(home, NAMELESS)
    _skip_where_unreadable(done)
    assert "没有用户名" in done.stderr


def test_the_server_takes_as_many_connections_as_the_processes_need(home: Path) -> None:
    start(home, durable=False).stop()
    server = start(home, durable=False, connections=394)
    assert server.execute("show max_connections", "qinji") == "397"
    assert server.execute("show superuser_reserved_connections", "qinji") == "3"
    server.stop()
