"""`tools/setup.sh`: what a newcomer's machine may lack is said in one Chinese and one English sentence."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS_NEEDED = ("bash", "dirname", "cat", "cksum", "sed", "rm", "grep")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The files that the set-up reads, without an environment."""
    copy = tmp_path / "checkout"
    (copy / "tools").mkdir(parents=True)
    for name in ("pyproject.toml", "requirements.lock", "tools/setup.sh"):
        shutil.copy(ROOT / name, copy / name)
    return copy


@pytest.fixture
def bare_path(tmp_path: Path) -> Path:
    """A folder with the few programs that every machine has, and no Python."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in TOOLS_NEEDED:
        program = shutil.which(name)
        assert program is not None
        (folder / name).symlink_to(program)
    return folder


def _set_up(checkout: Path, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", str(checkout / "tools" / "setup.sh")],
        env=dict(environment),
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )


def test_a_machine_with_an_old_python_only_is_told_what_is_needed(checkout: Path, bare_path: Path) -> None:
    old = bare_path / "python3"
    # It answers the question for its version as an old Python does: no.
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    done = _set_up(checkout, {"PATH": str(bare_path)})
    assert done.returncode == 1
    chinese, english = done.stderr.strip().splitlines()
    assert "需要 Python 3.11" in chinese
    assert "Python 3.11 or newer is needed" in english
    assert not (checkout / ".venv").exists()


def test_an_index_that_cannot_be_reached_is_told_and_leaves_nothing_that_looks_ready(checkout: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "QINJI_"))}
    nowhere = {
        "PIP_INDEX_URL": "http://127.0.0.1:9/nowhere",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_RETRIES": "0",
        "PIP_NO_CACHE_DIR": "1",
    }
    done = _set_up(checkout, {**kept, **nowhere})
    assert done.returncode == 1
    chinese, english = done.stderr.strip().splitlines()
    assert "无法从软件包索引取得依赖" in chinese
    assert "package index could not be reached" in english
    assert not (checkout / ".venv" / ".qinji-installed").exists()
