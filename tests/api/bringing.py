"""Files of many rows at the JSON door, for tests: brought, gone on with, approved by another, and their report read."""

from __future__ import annotations

import csv
import io
from typing import Any

import httpx

from qinji.bulk.model import FileKind
from qinji.flows import work_files
from tests.door import Caller, Door
from tests.filing import text_of

WHY = "三月的划入,按税务报盘"


def employees(door: Door) -> list[str]:
    """Person numbers of employees of the seed's first town."""
    people = door.bureau.world.people
    return [one.number for one in people if one.insurance == "employee" and one.region == "990100"]


async def sent(
    caller: Caller, kind: str, content: bytes, key: str | None = None, **terms: str
) -> httpx.Response:
    """A file is sent as it is; ``terms`` go into the query."""
    headers = {"Authorization": f"Bearer {caller.token}", "Content-Type": "text/csv"}
    if key is not None:
        headers["Idempotency-Key"] = key
    asked = {"kind": kind, "name": "2026-03.csv"} | terms
    return await caller.client.post("/staff/files", params=asked, content=content, headers=headers)


async def brought(caller: Caller, kind: FileKind, *rows: str, **terms: str) -> str:
    """The id of a file of these rows that is taken."""
    answer = await sent(caller, kind, text_of(kind, rows), **terms)
    assert answer.status_code == 201, answer.text
    assert answer.json()["state"] == "checking"
    return str(answer.json()["id"])


async def worked(door: Door) -> None:
    """The service goes on until there is nothing to go on with."""
    while await work_files.run(door.bureau.runtime):
        pass


async def done(door: Door, kind: FileKind, *rows: str, **terms: str) -> Any:
    """A file of these rows, brought by the first clerk, approved by another and carried out."""
    clerk, other = await door.staff(0), await door.staff(4)
    file = await brought(clerk, kind, *rows, **terms)
    await worked(door)
    await clerk.ok("POST", f"/staff/files/{file}/enter", {"reason": WHY})
    await other.ok("POST", f"/staff/files/{file}/approve")
    await worked(door)
    return await clerk.ok("GET", f"/staff/files/{file}")


async def table(caller: Caller, file: str) -> list[list[str]]:
    """The report of refused rows as a spreadsheet reads it."""
    answer = await caller.call("GET", f"/staff/files/{file}/refused")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-disposition"] == f'attachment; filename="refused-{file}.csv"'
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
