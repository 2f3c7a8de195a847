"""The door itself: HTTP, limits, who may send what, and what is answered when something breaks."""

import json
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from qinji.flows.parts.commands import SettleVisit
from qinji.gateway.endpoint import BODY_MAX, DRAINED_MAX
from qinji.gateway.wire import Json
from qinji.platform.database import Overloaded
from tests.unit.gateway.door import encoded, gateway, sent
from tests.unit.gateway.examples import HOSPITAL, PHARMACY, ExampleFlows, request


@dataclass
class Client:
    """Sends a body in pieces and keeps what comes back."""

    body: bytes
    piece: int = 64 * 1024
    status: int = 0
    headers: dict[bytes, bytes] = field(default_factory=dict)
    answer: bytes = b""
    pieces_read: int = 0

    async def receive(self) -> MutableMapping[str, Any]:
        part, self.body = self.body[: self.piece], self.body[self.piece :]
        self.pieces_read += 1
        return {"type": "http.request", "body": part, "more_body": bool(self.body)}

    async def send(self, event: MutableMapping[str, Any]) -> None:
        if event["type"] == "http.response.start":
            self.status = event["status"]
            self.headers = dict(event["headers"])
        else:
            self.answer += event["body"]

    @property
    def reply(self) -> dict[str, Any]:
        found = json.loads(self.answer)
        assert isinstance(found, dict)
        return found


async def posted(
    body: bytes, *, method: str = "POST", content_type: bytes = b"application/json", production: bool = False
) -> Client:
    client = Client(body)
    scope = {
        "type": "http",
        "method": method,
        "path": "/fsi/api/anything",
        "headers": [(b"Content-Type", content_type)],
    }
    await gateway(production=production)(scope, client.receive, client.send)
    return client


async def test_a_message_is_answered_over_http_and_every_reply_says_sandbox() -> None:
    client = await posted(encoded(request("2207")))
    assert client.status == 200
    assert client.reply["infcode"] == 0
    assert client.headers[b"x-qinji-mode"] == b"sandbox"
    assert client.headers[b"content-length"] == str(len(client.answer)).encode()


async def test_a_refusal_is_http_200() -> None:
    client = await posted(b"not json")
    assert client.status == 200
    assert client.reply["infcode"] == -1
    assert client.headers[b"x-qinji-mode"] == b"sandbox"


async def test_other_methods_are_told_to_post() -> None:
    client = await posted(b"", method="GET")
    assert client.status == 405
    assert client.headers[b"allow"] == b"POST"
    assert client.headers[b"x-qinji-mode"] == b"sandbox"


async def test_a_body_in_gbk_is_read() -> None:
    body = json.dumps(json.loads(encoded(request("2201"))), ensure_ascii=False).encode("gbk")
    assert (await posted(body, content_type=b"application/json;charset=gbk")).reply["infcode"] == 0


async def test_a_body_of_one_mebibyte_is_read_and_one_byte_more_is_not() -> None:
    message = encoded(request("2207"))
    whole = message + b" " * (BODY_MAX - len(message))
    assert (await posted(whole)).reply["infcode"] == 0
    client = await posted(whole + b" ")
    assert client.reply["infcode"] == -1
    assert str(BODY_MAX) in client.reply["err_msg"]


async def test_a_body_that_is_too_long_is_read_away_so_that_its_sender_sees_the_answer() -> None:
    client = await posted(b" " * (BODY_MAX * 4))
    assert str(BODY_MAX) in client.reply["err_msg"]
    assert client.pieces_read == BODY_MAX * 4 // client.piece


async def test_reading_away_stops_at_a_limit() -> None:
    client = await posted(b" " * (DRAINED_MAX * 2))
    assert str(BODY_MAX) in client.reply["err_msg"]
    assert client.pieces_read <= DRAINED_MAX // client.piece + 1


async def test_an_unknown_message_gets_the_list_of_those_served() -> None:
    text = (await sent({**request("2207"), "infno": "2304"}))["err_msg"]
    assert "2304" in text
    assert "2207" in text
    assert "1162" in text


@pytest.mark.parametrize("empty", [None, "", "null"])
async def test_a_message_without_number_is_refused(empty: Json) -> None:
    assert "infno" in (await sent({**request("2207"), "infno": empty}))["err_msg"]


async def test_an_unknown_institution_is_told_where_to_look() -> None:
    text = (await sent({**request("2207"), "fixmedins_code": "H00000000000"}))["err_msg"]
    assert "H00000000000" in text
    assert "/sandbox/world.json" in text


@pytest.mark.parametrize("number", ["2201", "2207", "2208"])
async def test_a_pharmacy_is_told_its_own_messages(number: str) -> None:
    text = (await sent({**request(number), "fixmedins_code": PHARMACY.code}))["err_msg"]
    assert "药店" in text
    assert "2102" in text


@pytest.mark.parametrize("number", ["2101", "2102", "2103"])
async def test_a_hospital_is_told_its_own_messages(number: str) -> None:
    text = (await sent({**request(number), "fixmedins_code": HOSPITAL.code}))["err_msg"]
    assert "医院" in text
    assert "2201" in text


@pytest.mark.parametrize("number", ["1101", "1162", "1201", "9001", "9002"])
async def test_everybody_may_sign_in_and_read(number: str) -> None:
    for sender in (HOSPITAL, PHARMACY):
        assert (await sent({**request(number), "fixmedins_code": sender.code}))["infcode"] == 0


async def test_production_takes_no_unsigned_message() -> None:
    client = await posted(encoded(request("2207")), production=True)
    assert client.reply["infcode"] == -1
    assert "签名" in client.reply["err_msg"]
    assert client.headers[b"x-qinji-mode"] == b"production"


class Broken(ExampleFlows):
    """Flows that fail."""

    async def settle(self, command: SettleVisit) -> bytes:
        raise RuntimeError("a bug")


class Busy(ExampleFlows):
    """Flows that have too much to do."""

    async def settle(self, command: SettleVisit) -> bytes:
        raise Overloaded


async def test_a_bug_is_no_refusal_and_says_that_the_outcome_is_unknown() -> None:
    reply = await sent(request("2207"), Broken())
    assert reply["infcode"] == -1
    assert "结果未知,请用同一报文号重试" in reply["err_msg"]
    assert "未扣款" not in reply["err_msg"]


async def test_overload_asks_for_the_same_message_again() -> None:
    assert "系统繁忙" in (await sent(request("2207"), Busy()))["err_msg"]
