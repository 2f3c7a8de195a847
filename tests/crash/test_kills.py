"""kill -9 under load: no acknowledged bill is lost, and a retry brings each unanswered one to exactly one effect."""

import sys

import pytest

from tests.crash.rounds import POSTGRES, SERVER, run_rounds

ROUNDS = 5
SEED = 20260317


@pytest.mark.parametrize("killed", [SERVER, POSTGRES])
async def test_a_kill_loses_no_bill_and_books_none_twice(
    killed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    lines: list[str] = []
    report = await run_rounds(killed, ROUNDS, SEED, lines.append)
    with capsys.disabled():
        sys.stdout.write(f"\n{report.line()}\n")
    assert len(lines) == ROUNDS
    assert report.bills > ROUNDS
