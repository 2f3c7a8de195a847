"""`qinji demo`: the amounts of each story, the same a second time, and nothing left behind."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from rich.cells import cell_len

from qinji.entry.commands.demo import STORY_COUNT
from qinji.entry.demo.calls import Sandbox
from qinji.entry.demo.cashier import Cashier, card_of
from qinji.entry.demo.phone import Phone
from qinji.entry.demo.run import STORIES
from qinji.entry.demo.world import World
from qinji.entry.throwaway import free_port, sandbox_environment, throwaway_sandbox
from qinji.kernel.dates import local_day
from qinji.platform.clock import system_clock
from tests.startup.conftest import QINJI

ROOT = Path(__file__).resolve().parents[2]
DEMO_SECONDS = 20
ROW = re.compile(r"^  (统筹基金|本人账户|家庭共济|现金|合计) +(\d+\.\d\d)", re.MULTILINE)
FUND, OWN, AID, CASH, TOTAL = "统筹基金", "本人账户", "家庭共济", "现金", "合计"
Bill = list[tuple[str, str]]

SHORT_OF_MONEY = [(FUND, "33.60"), (OWN, "20.00"), (CASH, "88.40"), (TOTAL, "142.00")]
BILLS: dict[int, list[Bill]] = {
    1: [SHORT_OF_MONEY, SHORT_OF_MONEY],
    2: [
        SHORT_OF_MONEY,
        [(FUND, "33.60"), (OWN, "20.00"), (AID, "88.40"), (CASH, "0.00"), (TOTAL, "142.00")],
    ],
    3: [[(FUND, "222.11"), (AID, "100.00"), (AID, "72.89"), (CASH, "0.00"), (TOTAL, "395.00")]],
    4: [[(FUND, "38.08"), (OWN, "35.00"), (AID, "74.52"), (CASH, "0.00"), (TOTAL, "147.60")]],
    5: [[(FUND, "0.00"), (OWN, "34.20"), (CASH, "0.00"), (TOTAL, "34.20")]],
    6: [
        [(FUND, "0.00"), (AID, "212.40"), (CASH, "0.00"), (TOTAL, "212.40")],
        [(FUND, "0.00"), (CASH, "212.40"), (TOTAL, "212.40")],
    ],
    7: [
        [
            *((FUND, "1300.00"), (OWN, "1000.00"), (AID, "300.00"), (AID, "200.00")),
            *((CASH, "200.00"), (TOTAL, "3000.00")),
        ]
    ],
}
"""Who pays how much in each story, from the accounts and rules of a new sandbox."""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A place for temporary files that other accounts can pass through, short enough for a socket."""
    made = Path(tempfile.mkdtemp(prefix="qj-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    """A sandbox that runs already."""
    with throwaway_sandbox() as address:
        yield address


def start(port: int, folder: Path, *options: str) -> subprocess.Popen[str]:
    """Begins `qinji demo --plain`, whose temporary files go to the folder."""
    return subprocess.Popen(
        [QINJI, "demo", "--plain", *options],
        env={**sandbox_environment(folder / "home", port), "TMPDIR": str(folder), "COLUMNS": "80"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def run(port: int, folder: Path, *options: str) -> tuple[int, str]:
    """Runs `qinji demo --plain` to its end: exit status and what it said."""
    process = start(port, folder, *options)
    said, _ = process.communicate(timeout=90)
    return process.returncode, said


def port_of(base: str) -> int:
    return int(base.rpartition(":")[2])


def bills(said: str) -> dict[int, list[Bill]]:
    """The rows of every bill, by the number of its story."""
    told: dict[int, list[Bill]] = {}
    for part in said.split("\n故事 ")[1:]:
        own = told.setdefault(int(part[0]), [])
        for label, amount in ROW.findall(part):
            if label == FUND:
                own.append([])
            own[-1].append((label, amount))
    return told


def left_in(folder: Path) -> list[str]:
    """The command lines of processes that still know this folder."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            line = (place / "cmdline").read_bytes()
            known = line + (place / "environ").read_bytes()
        except OSError:
            continue
        if os.fsencode(folder) in known and line:
            found.append(line.decode(errors="replace"))
    return found


def world_of(base: str) -> Any:
    return httpx.get(f"{base}/sandbox/world.json", timeout=30).json()


def test_the_stories_come_out_as_told_in_a_sandbox_of_their_own_that_is_gone_afterwards(folder: Path) -> None:
    status, said = run(free_port(), folder)
    assert status == 0, said
    assert bills(said) == BILLS
    sentences = said.replace("\n              ", "")
    for words in ("录入与审核须由两名工作人员办理", "东澜医保规〔2025〕1号 第二条", "跨省请等医保钱包开通"):
        assert words in sentences
    assert "✗" not in said
    assert left_in(folder) == []
    assert list(folder.iterdir()) == []


def test_a_running_sandbox_is_used_twice_and_stands_as_before(base: str, folder: Path) -> None:
    before = world_of(base)
    began = time.monotonic()
    status, first = run(port_of(base), folder)
    passed = time.monotonic() - began
    assert status == 0, first
    assert passed <= DEMO_SECONDS
    assert base in first.splitlines()[0]
    status, second = run(port_of(base), folder)
    assert status == 0, second
    assert second == first
    assert world_of(base) == before


AMOUNT = re.compile(r"-?\d+\.\d{2}")


@pytest.mark.parametrize("document", ["README.md", "README.zh-CN.md"])
def test_the_readme_shows_what_the_demo_says(document: str, base: str, folder: Path) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    shown = text.partition("<!-- BEGIN demo-output -->")[2].partition("<!-- END demo-output -->")[0]
    _, said = run(port_of(base), folder, "--story", "2")
    story = "故事 2" + said.partition("故事 2")[2].partition("\n\n\n")[0]
    # Names follow the day on which a sandbox is made; the amounts and their order do not.
    assert AMOUNT.findall(shown) == AMOUNT.findall(story)
    assert len(shown.splitlines()) >= len(story.splitlines())


def test_no_line_is_wider_than_the_terminal(base: str, folder: Path) -> None:
    _, said = run(port_of(base), folder)
    assert [line for line in said.splitlines() if cell_len(line) > 80] == []


def test_what_an_earlier_run_left_behind_is_put_away_first(base: str, folder: Path) -> None:
    world = World(world_of(base), local_day(system_clock()))
    daughter, mother = world.family("女儿与不用智能手机的母亲")
    with Sandbox(base) as sandbox:
        Phone(sandbox, daughter).grant(mother, "parent")
        Phone(sandbox, daughter).bind(mother, "parent", window=True, powers=["show_code"])
    status, said = run(port_of(base), folder, "--story", "1", "--story", "2")
    assert status == 0, said
    assert bills(said) == {1: BILLS[1], 2: BILLS[2]}


def test_a_story_that_comes_out_otherwise_is_told_and_ends_with_status_1(folder: Path) -> None:
    with throwaway_sandbox() as own, Sandbox(own) as sandbox:
        world = World(sandbox.world(), local_day(system_clock()))
        son, mother = world.family("账户已空的儿子与母亲的账户")
        phone = Phone(sandbox, mother)
        grant = phone.grant(son, "child")
        Cashier(sandbox, world.place("990200", "pharmacy")).settle(
            son, card_of(son), world.bill(("电子血压计", 3))
        )
        phone.end_grant(grant.id)
        status, said = run(port_of(own), folder, "--story", "6")
    assert status == 1
    assert "✗ 没有做到" in said
    assert "故事 6 与预期不同" in said


def test_a_demo_that_is_stopped_takes_its_sandbox_along(folder: Path) -> None:
    process = start(free_port(), folder)
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("故事 1"):
            break
    assert left_in(folder) != []
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=90)
    assert process.returncode == 128 + signal.SIGTERM
    assert left_in(folder) == []
    assert list(folder.iterdir()) == []


def test_every_story_can_be_asked_for() -> None:
    assert len(STORIES) == STORY_COUNT
