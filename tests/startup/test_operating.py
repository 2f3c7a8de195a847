"""Whoever runs the service is told how it is: by three paths, by `qinji status`, by a refusal to go backwards."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import asyncpg
import pytest

from qinji.entry.throwaway import free_port, sandbox_environment
from qinji.platform.postgres_server import DATABASE_NAME, PORT
from tests.startup.conftest import QINJI, Served, clear, data_directory, remaining, served
from tests.startup.test_backup import ok, run
from tests.startup.tills import Outside


@pytest.fixture(scope="module")
def running() -> Iterator[Served]:
    """A service of two processes."""
    home = Path(tempfile.mkdtemp(prefix="qinji-operate-"))
    home.chmod(0o711)
    try:
        with served(home, QINJI_PROCESSES="2") as found:
            yield found
    finally:
        clear(home)


def _figure(text: str, row: str) -> float:
    found = [line for line in text.splitlines() if line.startswith(f"{row} ")]
    return float(found[0].rpartition(" ")[2]) if found else 0.0


def test_it_lives_it_is_ready_and_its_figures_are_those_of_all_processes(running: Served) -> None:
    outside = Outside(running.port)
    assert outside.get("/healthz") == (200, "运行中 alive\n")
    assert outside.get("/readyz") == (200, "就绪 ready\n")
    row = 'qinji_messages_total{number="2102",outcome="done"}'
    before = _figure(outside.get("/metrics")[1], row)
    # A new connection each time: the kernel gives them to both processes.
    for _ in range(12):
        outside.settle()
    sent, _ = outside.settle()
    outside.tell(sent)
    text = outside.get("/metrics")[1]
    assert _figure(text, row) - before == 13
    assert _figure(text, "qinji_replays_total") >= 1
    assert _figure(text, "qinji_batch_size_count") >= 13
    assert _figure(text, "qinji_processes") == 2
    assert _figure(text, 'qinji_message_seconds_count{number="2102"}') >= 14
    for customer in outside.customers:
        assert customer.person.name not in text
        assert customer.person.number not in text
        assert customer.shop not in text


def test_status_tells_a_running_service(running: Served) -> None:
    found = json.loads(ok("status", "--json", home=running.home))
    assert (found["running"], found["ready"], found["database"]) == (True, True, "running")
    assert found["address"] == f"http://127.0.0.1:{running.port}"
    assert found["process"] == running.process.pid
    assert found["mode"] == "sandbox"
    assert found["schema"] == found["newest_schema"]
    assert found["persons"] > 50
    assert found["database_bytes"] > 1_000_000
    assert found["disk_free_bytes"] > 0
    assert found["queue_length"] == 0
    assert found["messages_given_up"] == 0
    assert (found["files_at_work"], found["files_waiting"], found["files_broken"]) == (0, 0, 0)
    assert found["processes"] == 2
    assert found["last_timers"] >= found["since"]
    said = ok("status", home=running.home)
    for label in ("运行 running", "就绪 ready", "参保人 persons", "files to approve", "磁盘剩余 disk room"):
        assert label in said


def test_an_audit_and_a_backup_are_remembered_by_status(running: Served) -> None:
    ok("ledger", "audit", home=running.home)
    ok("backup", home=running.home)
    found = json.loads(ok("status", "--json", home=running.home))
    assert found["last_audit_findings"] == 0
    assert Path(found["last_backup_place"]).is_dir()
    assert found["last_backup"][:4].isdigit()


def test_a_database_named_by_a_dsn_is_backed_up_by_it(running: Served, tmp_path: Path) -> None:
    folder = json.loads((running.home / "postgres.json").read_text())["socket"]
    dsn = f"postgresql://qinji_owner:unused@/{DATABASE_NAME}?host={quote(folder, safe='/')}&port={PORT}"
    ok("backup", str(tmp_path), home=running.home, QINJI_DSN=dsn)
    (backup,) = tmp_path.iterdir()
    manifest = json.loads((backup / "manifest.json").read_text())
    assert manifest["counts"]["person"] > 50
    ok("verify", str(backup), "--keys", str(running.home), home=running.home)


def test_a_dsn_where_nobody_answers_is_told_in_two_sentences(running: Served, tmp_path: Path) -> None:
    dsn = f"postgresql://someone:hidden@/{DATABASE_NAME}?host=/nowhere"
    done = run("backup", str(tmp_path), home=running.home, QINJI_DSN=dsn)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 2
    assert "hidden" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_status_tells_a_stopped_service_and_starts_nothing(home: Path) -> None:
    done = run("status", home=home)
    assert done.returncode == 3
    assert "从未 never" in done.stdout
    with served(home):
        pass
    done = run("status", "--json", home=home)
    assert done.returncode == 3
    found = json.loads(done.stdout)
    assert (found["running"], found["database"], found["keys"]) == (False, "stopped", True)
    assert not (data_directory(home) / "postmaster.pid").exists()
    assert not (home / "serving.json").exists()


async def _set_revision(home: Path, revision: str) -> None:
    folder = json.loads((home / "postgres.json").read_text())["socket"]
    connection = await asyncpg.connect(host=folder, port=PORT, user="qinji_owner", database=DATABASE_NAME)
    await connection.execute("update alembic_version set version_num = $1", revision)
    await connection.close()


def test_a_home_of_a_newer_program_is_refused_in_two_sentences(home: Path) -> None:
    with served(home) as first:
        asyncio.run(_set_revision(home, "9999"))
        answer = Outside(first.port).get("/readyz")
        assert answer[0] == 503
        assert "9999" in answer[1]
        # It serves, but it cannot be told to be well.
        assert run("status", home=home).returncode == 1
    done = run("serve", home=home)
    assert done.returncode == 1
    chinese, english = done.stderr.strip().splitlines()
    assert "9999" in chinese
    assert "newer qinji" in english
    assert "Traceback" not in done.stdout + done.stderr
    assert not (data_directory(home) / "postmaster.pid").exists()


def test_a_fresh_sandbox_says_what_to_try_and_leaves_nothing(tmp_path: Path) -> None:
    port = free_port()
    environment = sandbox_environment(tmp_path / "unused", port)
    process = subprocess.Popen(
        [QINJI, "sandbox", "--fresh"],
        env={**environment, "QINJI_MODE": "production"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if "停止 stop" in line:
            break
    text = "".join(said)
    assert f"PORT={port}" in text
    assert "qinji demo" in text
    home = Path(text.split("home: ")[1].splitlines()[0])
    assert home.is_dir()
    assert json.loads(Outside(port).get("/sandbox/world.json")[1])["families"]
    os.kill(process.pid, signal.SIGTERM)
    assert process.wait(60) == 0
    assert remaining({process.pid}) == set()
    assert not home.exists()
    assert not (tmp_path / "unused").exists()
