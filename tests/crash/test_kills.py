"""kill -9 of the server and of PostgreSQL under 16 clients: no bill is lost, none is booked twice.

`make torture ROUNDS=100` does the same for longer and writes down what it measured.
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from random import Random

import httpx
import pytest

from qinji.kernel.dates import local_day
from tests.bureau import SEED
from tests.crash.bills import customers, purchase
from tests.crash.rounds import POSTGRES, SERVER, run_rounds
from tests.crash.serving import serving

ROUNDS = 5
COMES_BACK_SECONDS = 60
REVIVED = "数据库曾中断,已重新启动"
"""What the server says when it has started the database again."""


@pytest.mark.timeout(200)
@pytest.mark.parametrize(
    ("killed", "rounds", "processes"),
    [(SERVER, ROUNDS, 1), (POSTGRES, ROUNDS, 1), (SERVER, 3, 2), (POSTGRES, 2, 2)],
)
async def test_no_bill_is_lost_or_booked_twice_when_something_is_killed_under_load(
    killed: str, rounds: int, processes: int, capsys: pytest.CaptureFixture[str]
) -> None:
    report = await run_rounds(killed, rounds, 20260320, lambda line: None, processes)
    with capsys.disabled():
        sys.stdout.write(f"\n{report.line()}\n")
    assert report.tally.reversed > 0
    assert report.tally.undone > 0


def test_workers_that_are_killed_while_the_database_starts_again_come_back_with_it() -> None:
    """A worker that is started then must not end because the database is not there, nor hold up who starts it."""
    with serving(2) as server:
        server.kill_postgres()
        server.kill_workers(while_reviving=True)
        customer = customers(SEED, local_day(datetime.now(UTC)))[0]
        bill = purchase(customer, "together", Random(1), datetime.now(UTC)).body
        began = time.monotonic()
        while not _settled(server.base, bill) or REVIVED not in server.log.read_text():
            assert time.monotonic() - began < COMES_BACK_SECONDS, server.log.read_text()[-2_000:]
        assert server.stop() == 0


def _settled(base: str, bill: bytes) -> bool:
    try:
        answer = httpx.post(f"{base}/fsi/api/", content=bill, timeout=10, trust_env=False)
    except httpx.TransportError:
        return False
    return bool(answer.json()["infcode"] == 0)
