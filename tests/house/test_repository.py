"""What a clone has to hold, and what must never be in it."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SKIPPED = {
    ".git",
    ".venv",
    "__pycache__",
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
    ".hypothesis",
    "vendor",
}
TEXT_BYTES_MAX = 2_000_000
# Written in two halves so that this file does not find itself.
INDEX_ADDRESS = re.compile(
    r"--(?:extra-)?index" + r"-url|--find" + r"-links|pypi" + r"\.org|/simp" + r"le/|registry" + r"\s*="
)
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:wor" + r"k/|roo" + r"t/|hom" + r"e/[a-z])")


def _repository_files() -> Iterator[Path]:
    """What is or would be committed: known to git, or new and not ignored. Without git, everything."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=30,
        check=False,
    )
    if listed.returncode == 0:
        paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        paths = list(ROOT.rglob("*"))
    for path in paths:
        if path.is_file() and not SKIPPED & set(path.relative_to(ROOT).parts):
            yield path


def _lines_with(pattern: re.Pattern[str]) -> list[str]:
    found = []
    for path in _repository_files():
        if path.stat().st_size > TEXT_BYTES_MAX:
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [
            f"{path.relative_to(ROOT)}:{number}: {line[:120]}"
            for number, line in enumerate(text.splitlines(), 1)
            if pattern.search(line)
        ]
    return found


def test_no_file_names_the_address_of_a_package_index() -> None:
    allowed = {"Makefile"}  # `make lock` tells uv to leave the address out
    found = [line for line in _lines_with(INDEX_ADDRESS) if line.split(":", 1)[0] not in allowed]
    assert found == []


def test_no_file_names_a_path_of_somebodys_machine() -> None:
    assert _lines_with(MACHINE_PATH) == []


def test_every_requirement_of_the_lock_has_a_version_and_hashes() -> None:
    entries = re.split(r"\n(?=\S)", (ROOT / "requirements.lock").read_text(encoding="utf-8").strip())
    for entry in entries:
        assert re.match(r"[a-z0-9][a-z0-9._-]*(?:\[[a-z,]+\])?==\S+", entry), entry[:80]
        assert "--hash=sha256:" in entry, entry[:80]


@pytest.mark.parametrize(
    "name",
    ["README.md", "LICENSE", "SECURITY.md", "CONTRIBUTING.md", "ARCHITECTURE.md", "CHANGELOG.d/README.md"],
)
def test_a_clone_holds_what_a_newcomer_looks_for(name: str) -> None:
    assert (ROOT / name).stat().st_size > 0


def test_the_continuous_check_is_exactly_make_test() -> None:
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line and not line.startswith(("#", "set ", "cd "))] == ["make test"]
