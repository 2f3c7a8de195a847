"""The units of systemd name real commands and settings, may write where they write, and give the database its time."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from qinji.entry.cli import COMMANDS
from qinji.entry.settings import PREFIX, Settings
from qinji.entry.workers import WORKER_STOP_SECONDS
from qinji.platform import postgres_server

FOLDER = Path(__file__).resolve().parents[3] / "docs" / "guides" / "units"
SERVICES = ("qinji.service", "qinji-backup.service")
PG_CTL_GRACE_SECONDS = 10


def _unit(name: str) -> dict[str, list[str]]:
    """The values of a unit by their keys."""
    found: dict[str, list[str]] = {}
    for line in (FOLDER / name).read_text(encoding="utf-8").splitlines():
        key, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            found.setdefault(key, []).append(value)
    return found


def _configuration() -> dict[str, str]:
    lines = (FOLDER / "qinji.conf").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def test_every_setting_is_one_and_has_a_value_that_can_be_used() -> None:
    known = {f"{PREFIX}{name}".upper() for name in Settings.model_fields}
    written = {
        name for file in FOLDER.iterdir() for name in re.findall(r"\bQINJI_[A-Z_]+\b", file.read_text())
    }
    assert set(_configuration()) <= known
    assert written <= known
    values = {name.removeprefix(PREFIX).lower(): value for name, value in _configuration().items()}
    Settings.model_validate({"PORT" if name == "port" else name: value for name, value in values.items()})


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_runs_a_command_that_there_is_as_an_account_of_its_own(name: str) -> None:
    unit = _unit(name)
    program, command, *_ = unit["ExecStart"][0].split()
    assert program == "/opt/qinji/bin/qinji"
    assert command in COMMANDS
    assert unit["User"] == ["qinji"]
    assert unit["EnvironmentFile"] == ["/etc/qinji.conf"]


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_may_write_where_it_writes_and_nowhere_else(name: str) -> None:
    unit = _unit(name)
    assert unit["ProtectSystem"] == ["strict"]
    assert unit["NoNewPrivileges"] == ["yes"]
    writable = [Path(path) for path in unit["ReadWritePaths"][0].split()]
    needed = [Path(_configuration()["QINJI_HOME"])]
    needed += [Path(word) for word in unit["ExecStart"][0].split()[1:] if word.startswith("/")]
    for path in needed:
        assert any(path.is_relative_to(folder) for folder in writable), path
    # The socket of the database must be seen by whoever runs a command beside the service.
    assert "PrivateTmp" not in unit
    assert unit["Environment"] == [f"TMPDIR=/run/{unit['RuntimeDirectory'][0]}"]


def test_a_stop_leaves_the_database_the_time_it_may_take() -> None:
    unit = _unit("qinji.service")
    twice = 2 * (postgres_server.STOP_SECONDS + PG_CTL_GRACE_SECONDS)
    assert int(unit["TimeoutStopSec"][0]) > twice + WORKER_STOP_SECONDS
    assert unit["KillMode"] == ["mixed"]
    assert unit["Restart"] == ["on-failure"]


def test_the_path_of_a_socket_in_the_runtime_folder_is_short_enough() -> None:
    for name in SERVICES:
        folder = _unit(name)["RuntimeDirectory"][0]
        assert len(f"/run/{folder}/qinji-12345678/.s.PGSQL.5432".encode()) <= 107


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    for file in FOLDER.iterdir():
        text = file.read_text(encoding="utf-8").replace("/opt/qinji/bin/qinji", sys.executable)
        (tmp_path / file.name).write_text(text, encoding="utf-8")
    units = [str(tmp_path / name) for name in (*SERVICES, "qinji-backup.timer")]
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
        check=False,
    )
    complaints = [line for line in done.stderr.splitlines() if str(tmp_path) in line]
    assert complaints == []
    assert done.returncode == 0, done.stderr
