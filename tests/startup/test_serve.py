"""`qinji serve`: ready in time, its data there again, one sentence for what goes wrong, and no process left behind."""

import json
import signal
import socket
import subprocess
import urllib.request
from pathlib import Path

import pytest

from qinji.entry.throwaway import sandbox_environment, throwaway_sandbox
from tests.startup.conftest import QINJI, clear, data_directory, postmaster, remaining, served


def _world(port: int) -> dict[str, object]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/sandbox/world.json", timeout=30) as answer:
        world: dict[str, object] = json.load(answer)
        return world


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_leaves_no_process_and_a_second_start_finds_its_data(
    home: Path, number: signal.Signals
) -> None:
    with served(home) as first:
        people = _world(first.port)["persons"]
        processes = first.processes()
        assert len(processes) > 3
        assert first.stop(number) == 0
        assert remaining(processes) == set()
    # With another seed an empty database would get another world.
    with served(home, QINJI_SEED="7") as second:
        assert _world(second.port)["persons"] == people


def test_production_refuses_the_database_of_a_sandbox_and_leaves_no_process(home: Path) -> None:
    with served(home):
        pass
    done = _run({**sandbox_environment(home, _free()), "QINJI_MODE": "production"})
    assert done.returncode == 1
    assert "sandbox" in done.stderr
    assert "就绪" not in done.stdout
    assert not (data_directory(home) / "postmaster.pid").exists()


def test_a_home_below_a_private_folder_serves_as_well(private_home: Path) -> None:
    below = private_home / "deep" / "home"
    try:
        with served(below) as running:
            assert _world(running.port)["persons"]
            processes = running.processes()
        assert remaining(processes) == set()
    finally:
        clear(below)


def test_after_a_kill_the_worker_ends_and_the_next_start_takes_over(home: Path) -> None:
    with served(home) as killed:
        left = postmaster(home)
        workers = killed.processes() - {left}
        killed.process.kill()
        assert remaining(workers & _workers_of(killed.process.pid, workers)) == set()
    with served(home) as running:
        assert postmaster(home) == left
        processes = running.processes()
    assert remaining(processes) == set()


def _workers_of(server: int, candidates: set[int]) -> set[int]:
    """The processes that ran our program; the others are the database's and stay until the next start."""
    found = {server}
    for number in candidates:
        try:
            if b"qinji" in Path(f"/proc/{number}/cmdline").read_bytes():
                found.add(number)
        except OSError:
            continue
    return found


def test_a_taken_port_is_told_in_one_sentence_before_anything_starts(home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = _run({**sandbox_environment(home, taken.getsockname()[1])})
    assert done.returncode == 1
    assert done.stdout == ""
    chinese, english = done.stderr.strip().splitlines()
    assert "已被占用" in chinese
    assert "is taken" in english
    assert list(home.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "value"), [("QINJI_TYPO", "1"), ("PORT", "none"), ("QINJI_MODE", "test"), ("PORT", "70000")]
)
def test_a_wrong_setting_is_told_by_name(home: Path, name: str, value: str) -> None:
    done = _run({**sandbox_environment(home, 1), name: value})
    assert done.returncode == 1
    chinese, english = done.stderr.strip().splitlines()
    assert name.lower() in chinese.lower()
    assert name.lower() in english.lower()
    assert list(home.iterdir()) == []


def test_a_home_that_cannot_be_made_is_told_in_one_sentence(home: Path) -> None:
    (home / "file").write_text("")
    done = _run(sandbox_environment(home / "file" / "home", _free()))
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 2


def test_a_throwaway_sandbox_answers_and_is_gone_afterwards() -> None:
    with throwaway_sandbox() as base:
        port = int(base.rsplit(":", 1)[1])
        assert _world(port)["families"]
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def _free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _run(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [QINJI, "serve"], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
