"""The wheel holds everything: installed elsewhere, it serves without the checkout."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the wheel was unpacked; its dependencies are those of this environment."""
    built = tmp_path_factory.mktemp("wheel")
    done = subprocess.run(
        [str(BIN / "hatchling"), "build", "--target", "wheel", "--directory", str(built)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (wheel,) = built.glob("*.whl")
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def _python(installed: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=installed,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )


@pytest.mark.parametrize("folder", ["policies", "contracts", "migrations"])
def test_the_wheel_carries_its_data(installed: Path, folder: str) -> None:
    carried = {path.relative_to(ROOT / folder) for path in (ROOT / folder).rglob("*") if path.is_file()}
    carried = {path for path in carried if "__pycache__" not in path.parts}
    assert carried
    for path in carried:
        assert (installed / "qinji" / "_data" / folder / path).is_file(), path


def test_the_installed_package_does_not_need_the_checkout(installed: Path) -> None:
    code = (
        "import qinji.entry.revisions as revisions, qinji.policy.load as load\n"
        "print(revisions.migrations_folder()); print(load.default_folder())"
    )
    done = _python(installed, "-c", code)
    assert done.returncode == 0, done.stderr
    assert all(Path(line).is_relative_to(installed) for line in done.stdout.splitlines())


def test_the_installed_package_serves_a_sandbox_and_walks_a_story_in_it(installed: Path) -> None:
    code = (
        "import os, sys\n"
        "from qinji.entry.throwaway import free_port\n"
        "from qinji.__main__ import main\n"
        "os.environ['PORT'] = str(free_port())\n"
        "sys.argv = ['qinji', 'demo', '--plain', '--story', '2']\n"
        "main()"
    )
    done = _python(installed, "-c", code)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "✓ 1 个故事都与预期相同" in done.stdout
