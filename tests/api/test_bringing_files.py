"""A file is brought to the JSON door: its size, its terms, its key, and that nothing is read of strangers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from qinji.api.limits import FILE
from qinji.bulk.model import FileKind
from qinji.flows.bring_file import BYTES_MAX
from tests.api.bringing import employees, sent
from tests.door import BASE, Door
from tests.filing import text_of
from tests.window import cashier

CREDIT, CLAW_BACK = FileKind.CREDIT, FileKind.CLAW_BACK
FATHER = "9901000000020002"
PIECE = b"x" * (1024 * 1024)


async def test_a_repeated_key_is_answered_alike_and_the_file_is_taken_once(door: Door) -> None:
    clerk = await door.staff(0)
    content = text_of(CREDIT, [f"{employees(door)[0]},2026-03,1,在职"])
    first = await sent(clerk, CREDIT, content, "one")
    again = await sent(clerk, CREDIT, content, "one", beside="false")
    assert (first.status_code, again.content) == (201, first.content)
    assert (await sent(clerk, CREDIT, content, "two")).json()["code"] == "BULK_STATE"
    assert len((await clerk.ok("GET", "/staff/files"))["items"]) == 1


@pytest.mark.parametrize(
    ("kind", "terms"),
    [
        (CREDIT, {"beside": "true"}),
        (CREDIT, {"name": "2026-04.csv"}),
        (CLAW_BACK, {}),
        (CREDIT, {"credit_run": "crediting/x"}),
        (CREDIT, {"again": "true"}),
    ],
)
async def test_a_key_of_other_terms_is_refused_though_the_bytes_are_the_same(
    door: Door, kind: FileKind, terms: dict[str, str]
) -> None:
    clerk = await door.staff(0)
    content = text_of(CREDIT, [f"{employees(door)[0]},2026-03,1,在职"])
    first = await sent(clerk, CREDIT, content, "one")
    other = await sent(clerk, kind, content, "one", **terms)
    assert (first.status_code, other.status_code) == (201, 409)
    assert other.json()["code"] == "KEY_ALTERED"
    changed = await sent(clerk, CREDIT, content + b"\n", "one")
    assert changed.json()["code"] == "KEY_ALTERED"


async def test_another_may_use_the_same_key(door: Door) -> None:
    clerk, other = await door.staff(0), await door.staff(1)
    row = f"{employees(door)[0]},2026-03,1,在职"
    one = await sent(clerk, CREDIT, text_of(CREDIT, [row]), "one")
    two = await sent(other, CREDIT, text_of(CREDIT, [row, row]), "one")
    assert (one.status_code, two.status_code) == (201, 201)


async def test_a_file_may_have_sixty_four_mebibytes_and_not_a_byte_more(door: Door) -> None:
    clerk = await door.staff(0)
    full = text_of(CREDIT, [f"{employees(door)[0]},2026-03,1,在职"])
    blank = b" " * 9_999 + b"\n"
    full += (blank * (BYTES_MAX // len(blank)))[: BYTES_MAX - len(full)]
    full += b"\n" * (BYTES_MAX - len(full))
    assert (await sent(clerk, CREDIT, full)).status_code == 201
    answer = await sent(clerk, CREDIT, full + b"\n")
    assert (answer.status_code, answer.json()["code"]) == (413, "MESSAGE_TOO_LARGE")
    assert str(BYTES_MAX) in answer.json()["detail"]
    assert len((await clerk.ok("GET", "/staff/files"))["items"]) == 1


async def test_no_other_call_of_staff_takes_a_large_body(door: Door) -> None:
    clerk = await door.staff(0)
    large = {"reason": "x" * (1024 * 1024)}
    for path in ("/staff/files/0/enter", "/staff/window-acts"):
        assert await clerk.refused("POST", path, large) == "MESSAGE_TOO_LARGE"


async def read(door: Door, token: str | None, query: str) -> tuple[str, int]:
    """The code of a refusal, and how many pieces of an endless file were read before it was given."""
    pieces = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal pieces
        while pieces < 4 * FILE.size // len(PIECE):
            pieces += 1
            yield PIECE

    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    answer = await door.client.post(f"/staff/files?{query}", content=endless(), headers=headers)
    return str(answer.json()["code"]), pieces


async def test_nothing_is_read_before_it_is_known_who_brings_it_and_what_for(door: Door) -> None:
    person, clerk, till = await door.sign_in(FATHER), await door.staff(0), await cashier(door)
    query = "kind=credit&name=a.csv"
    assert await read(door, None, query) == ("NOT_SIGNED_IN", 0)
    assert await read(door, "nobody", query) == ("NOT_SIGNED_IN", 0)
    assert await read(door, person.token, query) == ("NOT_ALLOWED", 0)
    assert await read(door, till.token, query) == ("NOT_ALLOWED", 0)
    assert await read(door, clerk.token, "kind=gift&name=a.csv") == ("REQUEST_INVALID", 0)
    code, pieces = await read(door, clerk.token, query)
    assert code == "MESSAGE_TOO_LARGE"
    # As much again is read away, so that who is still sending sees the answer; then no more.
    assert pieces <= 2 * FILE.size // len(PIECE) + 2


async def test_a_file_that_did_not_come_whole_is_not_taken(door: Door) -> None:
    clerk = await door.staff(0)
    content = text_of(CREDIT, [f"{employees(door)[0]},2026-03,1,在职"])
    received = [{"type": "http.request", "body": content, "more_body": True}, {"type": "http.disconnect"}]
    answered: list[Any] = []
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/api/v1/staff/files",
        "query_string": b"kind=credit&name=a.csv",
        "headers": [(b"authorization", f"Bearer {clerk.token}".encode())],
    }

    async def receive() -> Any:
        return received.pop(0)

    async def send(message: Any) -> None:
        answered.append(message)

    transport = door.client._transport  # httpx itself makes no client that hangs up
    assert isinstance(transport, httpx.ASGITransport)
    await transport.app(scope, receive, send)
    assert answered[0]["status"] == 400
    assert "没有传完" in answered[1]["body"].decode()
    assert (await clerk.ok("GET", "/staff/files"))["items"] == []


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (b"a,b\n1,2\n", "x.csv", "表头缺少这些列"),
        (b"\xff\xfe\x00\x00", "x.csv", "文件不是 CSV 文本"),
        (b"PK\x03\x04nonsense", "x.xlsx", "这个 Excel 文件打不开"),
        (b"", "x.csv", "表头缺少这些列"),
    ],
)
async def test_what_cannot_be_read_is_refused_in_plain_words(
    door: Door, content: bytes, name: str, told: str
) -> None:
    clerk = await door.staff(0)
    answer = await sent(clerk, CREDIT, content, name=name)
    assert (answer.status_code, answer.json()["code"]) == (400, "REQUEST_INVALID")
    assert told in answer.json()["detail"]
    assert (await clerk.ok("GET", "/staff/files"))["items"] == []


@pytest.mark.parametrize(
    ("kind", "terms"),
    [
        ("gift", {}),
        ("credit", {"name": ""}),
        ("credit", {"name": "a\x00.csv"}),
        ("credit", {"name": "x" * 256}),
        ("credit", {"beside": "perhaps"}),
        ("credit", {"credit_run": "crediting/x"}),
        ("credit", {"again": "true"}),
        ("enrol", {"beside": "true"}),
        ("enrol", {"credit_run": "\x00"}),
        ("claw_back", {"credit_run": "x" * 300}),
    ],
)
async def test_terms_that_make_no_sense_for_the_kind_of_file_are_refused(
    door: Door, kind: str, terms: dict[str, str]
) -> None:
    answer = await sent(await door.staff(0), kind, b"x\n", **terms)
    assert answer.json()["code"] == "REQUEST_INVALID"


@pytest.mark.parametrize("run", ["", "crediting/x", "roll-over/310100/2026-07-01"])
async def test_nothing_is_taken_back_of_what_credited_nothing(door: Door, run: str) -> None:
    content = text_of(CLAW_BACK, [f"{employees(door)[0]},2,2026-03,1"])
    answer = await sent(await door.staff(0), CLAW_BACK, content, credit_run=run)
    assert answer.json()["code"] == "CLAWBACK_STATE"


async def test_the_body_is_described_as_bytes_of_either_kind(door: Door) -> None:
    described = (await door.client.get(f"{BASE.removesuffix('/v1')}/openapi.json")).json()
    body = described["paths"]["/api/v1/staff/files"]["post"]["requestBody"]
    assert {one["schema"]["format"] for one in body["content"].values()} == {"binary"}
    assert "text/csv" in body["content"]
