"""Runs the parts of `make test` (all) or `make check` (quick) and prints how long each took beside its budget.

Every part runs, also after one has failed. A part whose folders do not exist is left out. Exit status 1 when one
failed.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = ROOT / ".venv" / "bin"
WORKERS = "2"
PASSED = re.compile(r"(\d+) passed")
FAILED = re.compile(r"(\d+) (?:failed|error)")


@dataclass(frozen=True, slots=True)
class Part:
    """One line of the table: commands that run one after another, and the seconds that they should need at most."""

    name: str
    budget_seconds: int
    commands: tuple[tuple[str, ...], ...]
    quick: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a part went; `passed` and `failed` count tests, or commands for a part without tests."""

    part: Part
    seconds: float
    passed: int
    failed: int


def pytest_part(name: str, budget_seconds: int, folders: str, *options: str, quick: bool = False) -> Part:
    """A part of tests; its folders that do not exist yet are left out."""
    found = [f"tests/{folder}" for folder in folders.split() if (ROOT / "tests" / folder).is_dir()]
    commands = ((str(BIN / "pytest"), "-q", *options, *found),) if found else ()
    return Part(name, budget_seconds, commands, quick)


def parts() -> list[Part]:
    """Every part, the quickest first: what is cheap to know is known first."""
    python = str(BIN / "python")
    lint = (
        (str(BIN / "ruff"), "check", "--quiet", "."),
        (str(BIN / "ruff"), "format", "--check", "--quiet", "."),
        (str(BIN / "lint-imports"), "--no-cache"),
        (python, "tools/tidy.py"),
    )
    return [
        Part("lint 代码风格与导入约定", 15, lint, quick=True),
        Part("types 类型", 40, ((str(BIN / "mypy"),),), quick=True),
        pytest_part("pure 纯函数与内务", 60, "unit house", "-n", WORKERS, quick=True),
        pytest_part(
            "database 数据库、流程、报文、接口、故事",
            300,
            "store flows wire api web stories migrations",
            *("-n", WORKERS, "--dist", "loadscope"),
        ),
        pytest_part("pages 页面", 300, "browser", "-n", WORKERS, "--dist", "loadscope", "--timeout=180"),
        pytest_part("simulation 随机模拟", 150, "simulation", "-n", WORKERS, "--timeout=600"),
        pytest_part("startup 启动、演示、客户端、运维与备份", 240, "startup", "-n", WORKERS, "--timeout=120"),
        pytest_part("crash 强行终止与坏报文", 210, "crash", "--timeout=200"),
    ]


def run(part: Part) -> Outcome:
    """Runs the commands of a part, showing what they print."""
    print(f"\n── {part.name}", flush=True)
    began = time.monotonic()
    passed = failed = 0
    for command in part.commands:
        status, tests_passed, tests_failed = _run_command(command)
        if tests_passed or tests_failed:
            passed += tests_passed
            failed += tests_failed or int(status != 0)
        else:
            passed += int(status == 0)
            failed += int(status != 0)
    return Outcome(part, time.monotonic() - began, passed, failed)


def _run_command(command: tuple[str, ...]) -> tuple[int, int, int]:
    """The status of a command, and how many tests it says passed and failed."""
    last_counts = ""
    # Told not to keep compiled modules, each of the many processes that the tests start would compile them all again.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        if process.stdout is None:
            raise RuntimeError("a command without an output")
        for line in process.stdout:
            sys.stdout.write(line)
            sys.stdout.flush()
            if PASSED.search(line) or FAILED.search(line):
                last_counts = line
    if "pytest" not in Path(command[0]).name:
        last_counts = ""
    return process.returncode, _count(PASSED, last_counts), _count(FAILED, last_counts)


def _count(pattern: re.Pattern[str], line: str) -> int:
    return sum(int(found) for found in pattern.findall(line))


def report(outcomes: list[Outcome], began: float) -> bool:
    """Prints the table and the last line; True when nothing failed."""
    print("\n用时 time spent")
    for outcome in outcomes:
        over = "  超出预算 over budget" if outcome.seconds > outcome.part.budget_seconds else ""
        verdict = "ok    " if not outcome.failed else "FAILED"
        times = f"{outcome.seconds:7.1f} s of {outcome.part.budget_seconds:4d} s"
        print(f"  {verdict} {times}   {outcome.part.name}{over}")
    failed = sum(outcome.failed for outcome in outcomes)
    passed = sum(outcome.passed for outcome in outcomes)
    print(f"  total  {time.monotonic() - began:7.1f} s")
    print(f"{passed} passed, {failed} failed")
    return failed == 0


def main(which: str) -> int:
    """Runs all parts or the quick ones. A TERM ends the running part too, so that no server is left behind."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    began = time.monotonic()
    chosen = [part for part in parts() if part.commands and (part.quick or which == "all")]
    outcomes = [run(part) for part in chosen]
    return 0 if report(outcomes, began) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "all"))
