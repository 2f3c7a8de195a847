"""Nothing that identifies a person, and no secret, reaches the log, whichever door it came in by and whatever broke."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from qinji.platform.postgres_server import DATABASE_NAME, PORT
from tests.startup.conftest import clear, data_directory, served
from tests.startup.tills import INSTITUTIONS, Outside

TOKEN = "canary-token-7Q2xYw"
SECRET = "canary-secret-k93Lmz"
NAME = "欧阳探测"
IDENTITY_NUMBER = "99990119900307881X"
BREAKAGES = (
    # Each makes the driver raise with a DETAIL that shows the whole row.
    "alter table institution_sign_in add constraint broken check (operator = '') not valid",
    "alter table binding add constraint broken check (state = '') not valid",
    "revoke select on personal_account from qinji_reader",
)


async def _break(home: Path) -> None:
    folder = json.loads((home / "postgres.json").read_text())["socket"]
    connection = await asyncpg.connect(host=folder, port=PORT, user="qinji_owner", database=DATABASE_NAME)
    for statement in BREAKAGES:
        await connection.execute(statement)
    await connection.close()


def _rough_bodies(outside: Outside) -> list[bytes]:
    """Messages with canaries where nobody expects them."""
    good = json.loads(outside.bill().body)
    planted = [
        good | {"infno": NAME},
        good | {"infno": IDENTITY_NUMBER},
        good | {"fixmedins_code": NAME},
        good | {"fixmedins_code": IDENTITY_NUMBER},
        good | {"msgid": f"{NAME}{IDENTITY_NUMBER}"},
        good | {"msgid": f"x{IDENTITY_NUMBER}", "input": NAME},
        good | {"sign_no": SECRET, "opter_name": NAME, "input": {"druginfo": {"psn_no": NAME}}},
        good | {"input": {"druginfo": [NAME, IDENTITY_NUMBER]}},
    ]
    text = json.dumps(good, ensure_ascii=False)
    return [json.dumps(one, ensure_ascii=False).encode() for one in planted] + [
        text[:-40].encode() + NAME.encode(),
        f'{{"infno": "2102", "{NAME}": {IDENTITY_NUMBER}'.encode(),
        text.encode("gbk")[:-1] + b"\xff",
        NAME.encode() * 300_000,
        b"\x00" + SECRET.encode(),
    ]


def _signed_headers() -> dict[str, str]:
    """Headers of both transports and of the JSON door, with secrets in them."""
    return {
        "x_tif_signature": SECRET,
        "x_tif_paasid": SECRET,
        "_api_signature": SECRET,
        "_api_access_key": SECRET,
        "Authorization": f"Bearer {TOKEN}",
        "Cookie": SECRET,
    }


def _break_the_institution_door(outside: Outside) -> None:
    """An operator signs in (9001) whose row the database refuses, showing it."""
    message = json.loads(outside.bill().body) | {"infno": "9001"}
    message["input"] = {"signIn": {"opter_no": f"{NAME}{IDENTITY_NUMBER}", "mac": SECRET, "ip": ""}}
    _, text = outside.post(INSTITUTIONS, json.dumps(message).encode())
    assert "系统内部错误" in json.loads(text)["err_msg"]


def _break_the_json_door(outside: Outside) -> None:
    """Somebody binds a relative, with a text of their own that stands in the row that the database refuses."""
    person = next(
        c.person for c in outside.customers if any(k.relation.value == "parent" for k in c.person.kin)
    )
    relative = next(kin for kin in person.kin if kin.relation.value == "parent")
    ask = {"psn_no": relative.number, "relation": "parent", "evidence_reference": f"{NAME} {SECRET}"}
    token = outside.sign_in(person)
    status, text = outside.post(
        "/api/v1/family/bindings", json.dumps(ask).encode(), Authorization=f"Bearer {token}"
    )
    assert status == 500, text


def _visit_every_door(outside: Outside, home: Path) -> list[str]:
    """Settles, signs in, sends rubbish, breaks the database and does it all again; answers the live canaries."""
    customer = outside.customers[0]
    outside.settle(customer)
    token = outside.sign_in(customer.person)
    code = outside.call("/credential/codes", {"psn_no": None}, token)["code"]
    for body in _rough_bodies(outside):
        outside.post(INSTITUTIONS, body, **_signed_headers())
    for path in (f"/api/v1/settlements/{IDENTITY_NUMBER}", f"/api/v1/{SECRET}"):
        outside.get(path)
    outside.post("/api/v1/sign-ins", json.dumps({"psn_no": NAME, "x": SECRET}).encode(), **_signed_headers())
    outside.post("/api/v1/mutual-aid/grants", NAME.encode(), **_signed_headers())
    outside.post("/api/v1/family/bindings", b"{", **_signed_headers())
    asyncio.run(_break(home))
    _break_the_institution_door(outside)
    _break_the_json_door(outside)
    assert outside.get("/sandbox/world.json")[0] == 500
    return [token, code]


@dataclass(frozen=True)
class Logged:
    """Everything that was said, and what must not be in it."""

    text: str
    canaries: list[str]

    def lines(self, event: str) -> list[dict[str, Any]]:
        """The lines of the log about this event."""
        lines = [json.loads(line) for line in self.text.splitlines() if line.startswith("{")]
        return [line for line in lines if line["event"] == event]


@pytest.fixture(scope="module")
def logged() -> Iterator[Logged]:
    """The log at its most talkative, after everything that can go wrong at a door has gone wrong."""
    home = Path(tempfile.mkdtemp(prefix="qinji-canary-"))
    home.chmod(0o711)
    try:
        with served(home, QINJI_LOG_LEVEL="debug") as running:
            outside = Outside(running.port)
            live = _visit_every_door(outside, home)
            running.process.terminate()
            said, _ = running.process.communicate(timeout=60)
            said += (data_directory(home) / "server.log").read_text()
        people = [customer.person for customer in outside.customers]
        numbers = [number for one in people for number in (one.certificate_number, one.card_number)]
        names = [person.name for person in people]
        yield Logged(said, [TOKEN, SECRET, NAME, IDENTITY_NUMBER, *live, *numbers, *names])
    finally:
        clear(home)


def test_no_canary_is_found_in_anything_that_was_logged(logged: Logged) -> None:
    for event in ("message", "message failed", "a call broke", "a page broke"):
        assert logged.lines(event), event
    assert [canary for canary in logged.canaries if canary in logged.text] == []


def test_what_broke_is_told_by_type_code_and_place(logged: Logged) -> None:
    (failed,) = logged.lines("message failed")
    assert failed["exception"]["sqlstate"] == "23514"
    assert failed["exception"]["constraint_name"] == "broken"
    assert any("qinji/flows/sign_institution.py" in place for place in failed["exception"]["at"])


def test_each_message_has_its_line_with_how_it_ended(logged: Logged) -> None:
    told = {(line["number"], line["outcome"], line["refused"]) for line in logged.lines("message")}
    assert {("2102", "done", None), ("9001", "broken", None)} <= told
    assert any(refused == "MESSAGE_UNREADABLE" for _, _, refused in told)
    done = next(line for line in logged.lines("message") if line["outcome"] == "done")
    assert done["microseconds"] > 0
    assert done["message_id"].startswith(done["institution"])
