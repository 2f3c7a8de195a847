"""The figures count what happened, name nobody, cannot be made to grow from outside, and add up over processes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from qinji.entry.figures import Figures
from qinji.entry.figures_folder import FOLDER_VARIABLE, shared_figures
from qinji.gateway.observed import Exchange, Outcome
from qinji.kernel.refusal import RefusalCode
from qinji.platform.database import PoolUse

BUILD = {"version": "1", "mode": "sandbox", "schema": "0001"}
IDENTITY_NUMBER = "99990119900307881X"


def exchange(
    number: str, outcome: Outcome, refused: RefusalCode | None = None, microseconds: int = 1500
) -> Exchange:
    """One message with somebody's numbers in every place that a figure could take them from."""
    return Exchange(
        at=datetime(2026, 3, 17, tzinfo=UTC),
        institution=IDENTITY_NUMBER,
        number=number,
        message_id=IDENTITY_NUMBER,
        outcome=outcome,
        refused=refused,
        microseconds=microseconds,
        content_type="application/json",
        body=IDENTITY_NUMBER.encode(),
        document=None,
        reply=IDENTITY_NUMBER.encode(),
    )


def value(text: bytes, row: str) -> float:
    """The value of a row."""
    (found,) = [line for line in text.decode().splitlines() if line.startswith(f"{row} ")]
    return float(found.rpartition(" ")[2])


def test_messages_are_counted_by_number_and_outcome_and_their_time_by_number() -> None:
    figures = Figures(BUILD)
    figures.message(exchange("2207", Outcome.DONE))
    figures.message(exchange("2207", Outcome.DONE, microseconds=40_000))
    figures.message(exchange("2207", Outcome.REMEMBERED))
    figures.message(exchange("2102", Outcome.IN_DOUBT))
    figures.message(exchange("2102", Outcome.REFUSED, RefusalCode.TOTAL_DIFFERS))
    text = figures.text()
    assert value(text, 'qinji_messages_total{number="2207",outcome="done"}') == 2
    assert value(text, 'qinji_messages_total{number="2207",outcome="remembered"}') == 1
    assert value(text, 'qinji_refusals_total{code="TOTAL_DIFFERS"}') == 1
    assert value(text, "qinji_in_doubt_total") == 1
    assert value(text, "qinji_replays_total") == 1
    assert value(text, 'qinji_message_seconds_count{number="2207"}') == 3
    assert value(text, 'qinji_message_seconds_bucket{le="0.0025",number="2207"}') == 2
    assert value(text, 'qinji_message_seconds_sum{number="2207"}') == pytest.approx(0.043)


def test_batches_queue_and_connections_are_told() -> None:
    figures = Figures(BUILD)
    figures.batch(1)
    figures.batch(200)
    figures.sample(7, {"engine": PoolUse(12, 5)})
    text = figures.text()
    assert value(text, 'qinji_batch_size_bucket{le="1.0"}') == 1
    assert value(text, "qinji_batch_size_sum") == 201
    assert value(text, "qinji_queue_length") == 7
    assert value(text, 'qinji_database_connections{pool="engine",state="used"}') == 5
    assert value(text, 'qinji_database_connections{pool="engine",state="idle"}') == 7
    assert value(text, 'qinji_build_info{mode="sandbox",schema="0001",version="1"}') == 1


def test_whoever_makes_up_message_numbers_makes_no_rows() -> None:
    figures = Figures(BUILD)
    before = len(figures.text().splitlines())
    for number in range(500):
        figures.message(exchange(f"X{number}", Outcome.REFUSED, RefusalCode.MESSAGE_UNKNOWN))
    text = figures.text()
    assert value(text, 'qinji_messages_total{number="other",outcome="refused"}') == 500
    assert len(text.splitlines()) < before + 30


def test_no_figure_tells_of_a_person_an_institution_or_a_message() -> None:
    figures = Figures(BUILD)
    for outcome in Outcome:
        figures.message(exchange("2207", outcome, RefusalCode.PERSON_UNKNOWN))
    assert IDENTITY_NUMBER.encode() not in figures.text()


_PROCESS = """
import sys
from qinji.entry.figures import Figures
from qinji.gateway.observed import Outcome
from qinji.platform.database import PoolUse
from tests.unit.entry.test_figures import BUILD, exchange
figures = Figures(BUILD)
for _ in range(int(sys.argv[1])):
    figures.message(exchange("2207", Outcome.DONE))
figures.sample(int(sys.argv[1]), {"engine": PoolUse(3, 1)})
print("ready", flush=True)
sys.stdin.readline()
sys.stdout.buffer.write(figures.text())
"""


def _process(count: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", _PROCESS, str(count)],
        cwd=Path(__file__).resolve().parents[3],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )


def test_one_process_tells_the_sum_of_all_and_forgets_what_an_ended_one_was_doing(tmp_path: Path) -> None:
    with shared_figures(tmp_path):
        ended, asked, silent = _process(3), _process(4), _process(5)
        for one in (ended, asked, silent):
            assert one.stdout is not None
            assert one.stdout.readline() == b"ready\n"
        ended.kill()
        ended.wait()
        text, _ = asked.communicate(b"\n", timeout=30)
        silent.communicate(b"\n", timeout=30)
    assert value(text, 'qinji_messages_total{number="2207",outcome="done"}') == 3 + 4 + 5
    assert value(text, 'qinji_message_seconds_count{number="2207"}') == 3 + 4 + 5
    assert value(text, "qinji_queue_length") == 4 + 5
    assert value(text, "qinji_processes") == 2
    assert value(text, 'qinji_database_connections{pool="engine",state="used"}') == 2
    assert value(text, 'qinji_build_info{mode="sandbox",schema="0001",version="1"}') == 1


def test_the_shared_folder_is_private_empty_at_the_begin_and_gone_at_the_end(tmp_path: Path) -> None:
    left = tmp_path / "figures-999999999"
    left.mkdir()
    (left / "counter_1.db").write_bytes(b"x")
    with shared_figures(tmp_path):
        (folder,) = tmp_path.iterdir()
        assert str(folder) == os.environ[FOLDER_VARIABLE]
        assert folder.stat().st_mode & 0o777 == 0o700
        assert list(folder.iterdir()) == []
    assert FOLDER_VARIABLE not in os.environ
    assert list(tmp_path.iterdir()) == []


def test_a_message_costs_microseconds() -> None:
    figures = Figures(BUILD)
    one = exchange("2207", Outcome.DONE)
    began = time.perf_counter()
    for _ in range(2_000):
        figures.message(one)
    # Some four in truth; the bound only catches a row that is looked up anew each time, or worse.
    assert (time.perf_counter() - began) / 2_000 < 200e-6
