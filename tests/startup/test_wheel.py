"""The wheel holds everything: installed elsewhere, it serves without the checkout."""

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from qinji.entry.ready import wait_until_ready
from qinji.entry.throwaway import free_port
from tests.startup.tills import Outside

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this checkout."""
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
    return wheel


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the wheel was unpacked; its dependencies are those of this environment."""
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


def test_the_installed_package_is_typed_and_brings_the_client(installed: Path) -> None:
    assert (installed / "qinji" / "py.typed").is_file()
    done = _python(installed, "-c", "import qinji.client; print(qinji.client.__file__)")
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()).is_relative_to(installed)


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


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an empty environment into which the wheel was installed, and nothing of the checkout.

    Its dependencies are looked up in this environment, without its editable qinji: a path file is not read twice.
    """
    place = tmp_path_factory.mktemp("environment")
    venv.create(place, with_pip=False)
    (packages,) = place.glob("lib/python*/site-packages")
    (packages / "dependencies.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    command = ["-m", "pip", "--python", str(place / "bin" / "python"), "install", "--quiet", "--no-index"]
    done = subprocess.run(
        [sys.executable, *command, "--no-deps", "--ignore-installed", str(wheel)],
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return place / "bin"


def test_an_environment_with_nothing_but_the_wheel_runs_a_sandbox(environment: Path, tmp_path: Path) -> None:
    bare = {"PATH": f"{environment}:/usr/bin:/bin", "HOME": str(tmp_path), "PORT": str(free_port())}
    where = subprocess.run(
        [str(environment / "python"), "-c", "import qinji; print(qinji.__file__)"],
        cwd=tmp_path,
        env=bare,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert Path(where.stdout.strip()).is_relative_to(environment.parent)
    process = subprocess.Popen(
        [str(environment / "qinji"), "sandbox", "--fresh"],
        cwd=tmp_path,
        env=bare,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        ready = wait_until_ready(int(bare["PORT"]), 100, lambda: process.poll() is None)
        outside = Outside(int(bare["PORT"]))
        answers = [outside.get("/readyz")[0], outside.settle()[1]] if ready else []
    finally:
        process.terminate()
        said, _ = process.communicate(timeout=60)
    assert answers, said
    assert answers[0] == 200
    assert process.returncode == 0, said
    assert f"PORT={bare['PORT']} {environment / 'qinji'} demo" in said
    assert list(tmp_path.iterdir()) == []
