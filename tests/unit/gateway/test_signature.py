"""Signed transports at the door: what is accepted, and what each scheme's gateway answers to the rest.

The signatures in capitals were computed by the command line of OpenSSL, from the formulas of the specification:
``printf '_api_access_key=AK-one&_api_name=2207&…' | openssl dgst -sha1 -hmac 'secret of one' -binary | base64`` and
``printf '<time><secret><nonce><time>' | openssl dgst -sha256``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from qinji.flows import use_nonces
from qinji.flows.parts.commands import Sender, UsedNonce
from qinji.gateway.endpoint import Gateway
from qinji.gateway.observed import Exchange, Outcome
from qinji.gateway.signature import B_WINDOW_MINUTES, HEADER_MAX
from qinji.kernel.refusal import RefusalCode
from qinji.kernel.signing import headers_a, headers_b
from tests.unit.gateway.door import encoded
from tests.unit.gateway.examples import HOSPITAL, NOW, ExampleFlows, request
from tests.unit.gateway.test_endpoint import Client

SECRETS = {"AK-one": "secret of one", "AK-two": "secret of two"}
NOW_MS, NOW_S = 1_773_720_000_123, 1_773_720_000
WINDOW_A, WINDOW_B = timedelta(minutes=30), timedelta(minutes=5)
MILLISECOND = timedelta(milliseconds=1)

A_2207 = "vXfYZEM3Y2Au5NdAWveswAIgD8k="
A_2207A_V1 = "0XKJ/v6aQdWWmPn7PCLgA1yvV8k="
B_SIGNED = "ddbb7250cf5514271f32f355b9137c1496875c3382ec9987430085fbd6acd067"

HEADERS_A = {
    "_api_name": "2207",
    "_api_version": "1.0.0",
    "_api_timestamp": str(NOW_MS),
    "_api_access_key": "AK-one",
    "_api_signature": A_2207,
}
HEADERS_B = {
    "x-tif-paasid": "AK-one",
    "x-tif-timestamp": str(NOW_S),
    "x-tif-nonce": "7f3a-beef",
    "x-tif-signature": B_SIGNED,
}
MISSING, LATE = "缺少服务网关的请求头!", "签名时间戳超时!"
NOBODY, DIFFERS = "非法用户!", "签名不一致!"


@dataclass(slots=True)
class SigningFlows(ExampleFlows):
    """Everybody signs by one scheme."""

    scheme: str = "A"
    nonces: list[UsedNonce] = field(default_factory=list)

    async def sender(self, code: str) -> Sender | None:
        found = await ExampleFlows.sender(self, code)
        return None if found is None else Sender(found.card, self.scheme, SECRETS)

    async def first_use(self, nonce: UsedNonce) -> bool:
        self.nonces.append(nonce)
        return self.nonces.count(nonce) == 1


@dataclass(slots=True)
class Door:
    """A door whose institutions sign, and what it told of the last message."""

    flows: SigningFlows
    now: datetime = NOW
    production: bool = False
    seen: list[Exchange] = field(default_factory=list)

    async def send(
        self, headers: Mapping[str, str], number: str = "2207", document: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        gateway = Gateway(
            self.flows,
            lambda: self.now,
            lambda length: bytes(range(length)),
            production=self.production,
            observers=[self.seen.append],
        )
        body = encoded({**request(number), **(document or {})})
        answer = await gateway.answer({"content-type": "application/json", **headers}, body)
        assert answer.status == 200
        found: dict[str, Any] = json.loads(answer.body)
        return found

    @property
    def told(self) -> tuple[Outcome, RefusalCode | None]:
        return self.seen[-1].outcome, self.seen[-1].refused


def door(scheme: str, **more: Any) -> Door:
    return Door(SigningFlows(scheme=scheme), **more)


def signed_a(at: datetime = NOW, changed: Mapping[str, str] | None = None) -> dict[str, str]:
    """Scheme A's headers of a moment; ``changed`` are put in afterwards, so that the signature does not fit them."""
    passed = (at - NOW) // MILLISECOND
    headers = headers_a("2207", "AK-one", SECRETS["AK-one"], NOW_MS + passed)
    return {**headers, **{f"_api_{name}": value for name, value in (changed or {}).items()}}


def refused_a(message: str) -> dict[str, object]:
    return {"code": 401, "message": message}


# Scheme A.


async def test_a_message_signed_as_the_specification_says_is_accepted() -> None:
    asked = door("A")
    assert (await asked.send(HEADERS_A))["infcode"] == 0
    assert asked.told == (Outcome.DONE, None)


async def test_whatever_version_is_signed_is_accepted_and_2207a_is_signed_as_2207a() -> None:
    headers = {
        **HEADERS_A,
        "_api_name": "2207A",
        "_api_version": "V1.0",
        "_api_signature": A_2207A_V1,
    }
    assert (await door("A").send(headers, document={"infno": "2207A"}))["infcode"] == 0


@pytest.mark.parametrize("name", sorted(HEADERS_A))
@pytest.mark.parametrize("value", [None, "", "x" * (HEADER_MAX + 1), "名\xff"])
async def test_each_header_of_scheme_a_is_needed(name: str, value: str | None) -> None:
    headers = {key: text for key, text in {**HEADERS_A, name: value}.items() if text is not None}
    asked = door("A")
    assert await asked.send(headers) == refused_a(MISSING)
    assert asked.told == (Outcome.NOT_SIGNED, RefusalCode.SIGNATURE_HEADER)


@pytest.mark.parametrize("passed", [WINDOW_A, -WINDOW_A, WINDOW_A + MILLISECOND, -WINDOW_A - MILLISECOND])
async def test_thirty_minutes_before_and_after_are_accepted_and_one_millisecond_more_is_not(
    passed: timedelta,
) -> None:
    asked = door("A")
    answer = await asked.send(signed_a(NOW + passed))
    if abs(passed) <= WINDOW_A:
        assert answer["infcode"] == 0
    else:
        assert answer == refused_a(LATE)
        assert asked.told == (Outcome.NOT_SIGNED, RefusalCode.SIGNATURE_TIME)


@pytest.mark.parametrize("stamp", ["now", "-1773720000123", "1773720000.123", "9" * 16, "1773720000"])
async def test_a_time_stamp_that_is_none_is_out_of_time(stamp: str) -> None:
    assert await door("A").send(signed_a(changed={"timestamp": stamp})) == refused_a(LATE)


async def test_an_unknown_key_is_an_unknown_user() -> None:
    asked = door("A")
    headers = headers_a("2207", "AK-three", SECRETS["AK-one"], NOW_MS)
    assert await asked.send(headers) == refused_a(NOBODY)
    assert asked.told == (Outcome.NOT_SIGNED, RefusalCode.SIGNER_UNKNOWN)


@pytest.mark.parametrize(
    "changed",
    [{"signature": A_2207[:-2] + "A="}, {"signature": "x"}, {"version": "1.0.1"}, {"access_key": "AK-two"}],
)
async def test_a_signature_over_anything_else_differs(changed: dict[str, str]) -> None:
    asked = door("A")
    assert await asked.send(signed_a(changed=changed)) == refused_a(DIFFERS)
    assert asked.told == (Outcome.NOT_SIGNED, RefusalCode.SIGNATURE_DIFFERS)


@pytest.mark.parametrize(
    ("name", "number"), [("2206", "2207"), ("2207A", "2207"), ("2207", "2207A"), ("9999", "2207")]
)
async def test_a_signature_for_another_number_differs(name: str, number: str) -> None:
    headers = headers_a(name, "AK-one", SECRETS["AK-one"], NOW_MS)
    assert await door("A").send(headers, document={"infno": number}) == refused_a(DIFFERS)


async def test_both_keys_of_an_institution_are_accepted() -> None:
    for access_key, secret in SECRETS.items():
        headers = headers_a("2207", access_key, secret, NOW_MS)
        assert (await door("A").send(headers))["infcode"] == 0


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"timestamp": "1", "access_key": "AK-three", "signature": "x"}, LATE),
        ({"access_key": "AK-three", "signature": "x"}, NOBODY),
        ({"timestamp": "", "access_key": "AK-three"}, MISSING),
    ],
)
async def test_of_several_faults_the_first_of_the_specification_is_told(
    changed: dict[str, str], message: str
) -> None:
    assert await door("A").send(signed_a(changed=changed)) == refused_a(message)


# Scheme B.


def signed_b(passed_seconds: int = 0, access_key: str = "AK-one", **changed: str) -> dict[str, str]:
    headers = headers_b(access_key, SECRETS["AK-one"], NOW_S + passed_seconds, "n1")
    return {**headers, **{f"x-tif-{name}": value for name, value in changed.items()}}


async def refused_b(asked: Door, headers: Mapping[str, str]) -> int:
    """The gateway's code; the envelope says the same to whoever reads nothing else."""
    answer = await asked.send(headers)
    assert answer["infcode"] == -1
    assert answer["err_msg"] == answer["errmsg"]
    assert "未扣款" in answer["err_msg"]
    assert asked.told[0] is Outcome.NOT_SIGNED
    code: int = answer["errcode"]
    return code


@pytest.mark.parametrize("signature", [B_SIGNED, B_SIGNED.upper()])
async def test_the_vector_of_scheme_b_is_accepted_in_small_and_capital_digits(signature: str) -> None:
    asked = door("B")
    assert (await asked.send({**HEADERS_B, "x-tif-signature": signature}))["infcode"] == 0
    assert asked.told == (Outcome.DONE, None)


@pytest.mark.parametrize("name", sorted(HEADERS_B))
@pytest.mark.parametrize("value", [None, "", "x" * (HEADER_MAX + 1), "a\x00b", "名\xff"])
async def test_each_header_of_scheme_b_is_needed_and_named(name: str, value: str | None) -> None:
    headers = {key: text for key, text in {**HEADERS_B, name: value}.items() if text is not None}
    asked = door("B")
    assert await refused_b(asked, headers) == 40101
    assert name in json.loads(asked.seen[-1].reply)["err_msg"]
    assert asked.flows.nonces == []


@pytest.mark.parametrize("passed", [300, -299, 301, -300])
async def test_five_minutes_before_and_after_are_accepted_and_no_second_more(passed: int) -> None:
    """Now is 123 milliseconds after the full second: 300 seconds ago is already beyond."""
    asked = door("B")
    if passed in {300, -299}:
        assert (await asked.send(signed_b(passed)))["infcode"] == 0
    else:
        assert await refused_b(asked, signed_b(passed)) == 40102


async def test_a_strangers_key_and_a_wrong_signature_are_one_answer() -> None:
    answers = []
    for headers in (
        signed_b(access_key="AK-three"),
        signed_b(access_key="AK-two"),
        signed_b(signature="0" * 64),
        headers_b("AK-three", "", NOW_S, "n1"),
    ):
        asked = door("B")
        assert await refused_b(asked, headers) == 40103
        answers.append(asked.seen[-1].reply)
        assert asked.flows.nonces == []
    assert len(set(answers)) == 1


async def test_a_nonce_is_used_once() -> None:
    asked = door("B")
    assert (await asked.send(signed_b()))["infcode"] == 0
    assert await refused_b(asked, signed_b()) == 40104
    assert asked.told == (Outcome.NOT_SIGNED, RefusalCode.NONCE_USED)


def test_a_nonce_is_kept_for_as_long_as_its_message_could_come_again_on_a_slow_clock() -> None:
    assert timedelta(minutes=2 * B_WINDOW_MINUTES) == use_nonces.KEPT


# The order at the door.


async def test_headers_are_found_in_whatever_case_they_come() -> None:
    for scheme, headers in (("A", HEADERS_A), ("B", HEADERS_B)):
        for write in (str.upper, str.title):
            assert (await over_http(scheme, {write(name): text for name, text in headers.items()}))[
                "infcode"
            ] == 0


async def over_http(scheme: str, headers: Mapping[str, str]) -> dict[str, Any]:
    """A settlement over HTTP; its headers are as on the wire."""
    client = Client(encoded(request("2207")))
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/fsi/api/rsfComIfsService/callService",
        "headers": [(name.encode(), text.encode()) for name, text in headers.items()],
    }
    gateway = Gateway(SigningFlows(scheme=scheme), lambda: NOW, bytes, production=True)
    await gateway(scope, client.receive, client.send)
    assert (client.status, client.headers[b"content-type"]) == (200, b"application/json;charset=UTF-8")
    return client.reply


@pytest.mark.parametrize("scheme", ["A", "B"])
async def test_nothing_of_an_unsigned_message_is_looked_at(scheme: str) -> None:
    for document in ({"input": "{not json"}, {"infno": "7777"}, {"infno": None}, {"msgid": ""}, {"input": 7}):
        asked = door(scheme)
        answer = await asked.send({}, document=document)
        assert answer.get("code", answer.get("errcode")) in {401, 40101}
        assert asked.flows.commands == []
        assert asked.told[0] is Outcome.NOT_SIGNED


async def test_a_signed_message_without_number_is_told_about_the_number() -> None:
    assert "infno" in (await door("A").send(signed_a(), document={"infno": ""}))["err_msg"]


async def test_whoever_watches_is_told_whose_message_was_turned_away() -> None:
    asked = door("A")
    await asked.send({})
    told = asked.seen[-1]
    assert (told.institution, told.number, told.message_id) == (
        HOSPITAL.code,
        "2207",
        request("2207")["msgid"],
    )


async def test_production_takes_signed_messages_and_refuses_institutions_that_do_not_sign() -> None:
    assert (await door("A", production=True).send(HEADERS_A))["infcode"] == 0
    assert (await door("B", production=True).send(HEADERS_B))["infcode"] == 0
    unsigned = door("none", production=True)
    assert "签名" in (await unsigned.send(HEADERS_A))["err_msg"]
    assert unsigned.told == (Outcome.NOT_SIGNED, RefusalCode.SIGNATURE_REQUIRED)


async def test_the_sandbox_takes_messages_of_institutions_that_do_not_sign() -> None:
    assert (await door("none").send({}))["infcode"] == 0


async def test_a_secret_does_not_show_where_a_sender_is_printed() -> None:
    sender = await SigningFlows().sender(HOSPITAL.code)
    assert "secret of" not in repr(sender)
