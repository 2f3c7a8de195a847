"""kill -9 of the server in the middle of a file of many rows: it goes on where it was, and books each row once."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import pytest

from qinji.bulk import queries
from qinji.bulk.model import BulkFile, FileKind, FileState
from qinji.entry.sandbox.world import build_world
from qinji.flows import audit_books
from qinji.kernel.dates import local_day
from qinji.kernel.ids import from_wire
from qinji.platform.database import Database
from tests.bureau import SEED
from tests.crash.bills import balances_fen
from tests.crash.serving import Serving, serving
from tests.filing import text_of

ROWS = 10_000
ROW_FEN = 101
YEARS = 19
WAITS_SECONDS = 60
"""So long is waited, not promised."""

_BOOKED = """
select count(*) as lines, count(distinct (person_id, month)) as months, coalesce(sum(amount_fen), 0) as fen
from account_run_line where kind = 'contribution'
"""
_LEASE_OVER = "update timer set leased_until = now() - interval '1 second' where name = 'files'"


def rows_of(today_year: int, numbers: Sequence[str]) -> list[str]:
    """One yuan and a fen for a person and month, each once."""
    months = [f"{today_year - back}-{month:02}" for back in range(1, YEARS + 1) for month in range(1, 13)]
    every = [f"{number},{month},1.01,在职" for month in months for number in numbers]
    assert len(every) >= ROWS
    return every[:ROWS]


@dataclass(frozen=True)
class Clerk:
    """Somebody of the bureau at the JSON door of a server that may be another one at each call."""

    server: Serving
    name: str

    def call(self, method: str, path: str, **sent: Any) -> Any:
        """A call that succeeds, each with a sign-in of its own; its JSON."""
        with httpx.Client(base_url=f"{self.server.base}/api/v1", trust_env=False, timeout=30) as client:
            token = client.post("/staff/sign-ins", json={"name": self.name}).json()["token"]
            headers = {"Authorization": f"Bearer {token}"}
            answer = client.request(method, path, headers=headers, **sent)
        assert answer.status_code < 300, answer.text
        return answer.json()


async def reached(database: Database, file_id: UUID, state: FileState, parts: int) -> BulkFile:
    """The file as soon as it is in this state and so many parts of it are through."""
    until = time.monotonic() + WAITS_SECONDS
    while time.monotonic() < until:
        async with database.reading() as connection:
            file = await queries.find(connection, file_id)
        assert file is not None
        if file.state is state and file.next_part >= parts:
            return file
    raise AssertionError(file)


@pytest.mark.timeout(200)
async def test_a_file_goes_on_where_it_was_when_the_server_is_killed_and_books_each_row_once() -> None:
    today = local_day(datetime.now(UTC))
    people = build_world(SEED, today).people
    numbers = [one.number for one in people if one.insurance == "employee"]
    content = text_of(FileKind.CREDIT, rows_of(today.year, numbers))
    with serving() as server:
        database = await Database.open(server.address, size=2)
        before_fen = await balances_fen(database)
        clerk, reviewer = Clerk(server, "C001"), Clerk(server, "R001")
        terms = {"kind": "credit", "name": "年度补划.csv"}
        brought = clerk.call("POST", "/staff/files", params=terms, content=content)
        file_id, path = from_wire(brought["id"]), f"/staff/files/{brought['id']}"
        assert file_id is not None
        checked = await reached(database, file_id, FileState.CHECKED, 1)
        assert (checked.checked.done, checked.checked.refused) == (ROWS, 0)
        clerk.call("POST", f"{path}/enter", json={"reason": "年度补划,按税务报盘"})
        reviewer.call("POST", f"{path}/approve")
        await reached(database, file_id, FileState.RUNNING, 1)
        server.kill_all()
        async with database.reading() as connection:
            (booked,) = await connection.fetch(_BOOKED)
            killed = await queries.find(connection, file_id)
        assert killed is not None
        assert 0 < killed.carried.done < ROWS
        assert (killed.state, booked["lines"]) == (FileState.RUNNING, killed.carried.done)
        async with database.transaction() as connection:
            # Who died had the files for twenty seconds; they are not waited for here.
            await connection.execute(_LEASE_OVER)
        server.start()
        done = await reached(database, file_id, FileState.DONE, checked.parts)
        assert (done.carried.rows, done.carried.done, done.carried.before) == (ROWS, ROWS, 0)
        assert await balances_fen(database) == before_fen + ROWS * ROW_FEN
        async with database.reading() as connection:
            (booked,) = await connection.fetch(_BOOKED)
            assert tuple(booked) == (ROWS, ROWS, ROWS * ROW_FEN)
            assert await audit_books.run(connection) == []
        await database.close()
        assert server.stop() == 0
