"""From a message to bytes and headers, and from whatever comes back to a result or to what is known of it."""

import json

import pytest

from qinji.client import (
    Busy,
    NotSigned,
    Problem,
    Refused,
    SchemeA,
    SchemeB,
    SettlementKey,
    Signing,
    Unknown,
    Unreachable,
    Unsigned,
    messages,
)
from qinji.client.desk import result_of
from qinji.client.steps import Outcome
from qinji.gateway.envelope import digest_of
from qinji.gateway.registry import SERVED
from qinji.kernel.signing import signature_a, signature_b
from tests.unit.client.examples import (
    BROKEN,
    BUSY,
    CARD,
    LOST,
    NO_CONNECTION,
    NO_OUTPUT,
    Script,
    desk,
    record,
    refused,
    replied,
)

SECRET = "not-for-logs"


def test_a_message_carries_the_national_envelope() -> None:
    body = json.loads(desk().prepare(messages.identify_person(CARD)).body)
    assert (body["infno"], body["fixmedins_code"], body["opter_name"]) == ("1101", "H99010000001", "程清")
    assert body["msgid"].startswith("H9901000000120260317120000")
    assert body["inf_time"] == "2026-03-17 12:00:00"
    assert body["input"]["data"]["mdtrt_cert_no"] == "Q00005012"


@pytest.mark.parametrize(
    ("signing", "path"),
    [
        (Unsigned(), "/fsi/api/"),
        (SchemeA("AK", SECRET), "/fsi/api/rsfComIfsService/callService"),
        (SchemeB("PAAS", SECRET), "/fsi/api/"),
    ],
)
def test_the_scheme_decides_the_path(signing: Signing, path: str) -> None:
    script = Script([NO_OUTPUT])
    at = desk(signing)
    script.run(at.ask(at.prepare(messages.reverse("1", "2", "2207"))))
    assert script.posts[0].path == path


def test_scheme_a_signs_the_number_and_the_time() -> None:
    at, script = desk(SchemeA("AK", SECRET)), Script([NO_OUTPUT])
    script.run(at.ask(at.prepare(messages.reverse("1", "2", "2207"))))
    headers = script.posts[0].headers
    assert headers["_api_name"] == "2601"
    assert headers["_api_timestamp"] == "1773720000123"
    assert headers["_api_signature"] == signature_a(SECRET, headers)


def test_scheme_b_signs_the_time_and_a_nonce() -> None:
    at, script = desk(SchemeB("PAAS", SECRET)), Script([NO_OUTPUT])
    script.run(at.ask(at.prepare(messages.reverse("1", "2", "2207"))))
    headers = script.posts[0].headers
    assert headers["x-tif-signature"] == signature_b(SECRET, "1773720000", "n0nce")
    assert headers["x-tif-paasid"] == "PAAS"


def test_sending_again_is_the_same_bytes_with_a_new_signature() -> None:
    at = desk(SchemeB("PAAS", SECRET))
    nonces = iter(["one", "two"])
    at._nonce = lambda: next(nonces)
    message, script = at.prepare(messages.reverse("1", "2", "2207")), Script([LOST, NO_OUTPUT])
    with pytest.raises(Unknown) as lost:
        script.run(at.ask(message))
    script.run(at.ask(lost.value.message))
    first, second = script.posts
    assert first.body == second.body == message.body
    assert first.headers["x-tif-signature"] != second.headers["x-tif-signature"]


def test_no_secret_and_no_patient_is_told_by_what_a_log_would_print() -> None:
    at = desk(SchemeA("AK", SECRET))
    message = at.prepare(messages.identify_person(CARD))
    with pytest.raises(Unknown) as lost:
        Script([LOST]).run(at.ask(message))
    printed = repr([at.institution, message, lost.value, CARD, messages.identify_person(CARD)])
    assert SECRET not in printed
    assert CARD.number not in printed


@pytest.mark.parametrize(
    ("outcome", "problem", "words"),
    [
        (refused("字段 psn_no(人员编号)不能为空。未扣款。请填写后重发"), Refused, "人员编号"),
        (BUSY, Busy, "系统繁忙"),
        (BROKEN, Unknown, "结果未知"),
        (LOST, Unknown, "timed out"),
        (NO_CONNECTION, Unreachable, "没有发出"),
        (replied({"code": 401, "message": "签名不一致!"}), NotSigned, "签名不一致!"),
        (replied({"code": 401, "message": "非法用户!"}, 401), NotSigned, "非法用户!"),
        (replied({"infcode": -1, "err_msg": "签名不一致", "errcode": 40103}), NotSigned, "签名不一致"),
        (replied(b"<html>login</html>", 401), NotSigned, "HTTP 401"),
        (replied(b"<html>Bad Gateway</html>", 502), Unknown, "HTTP 502"),
        (replied(b"<html>not here</html>", 404), Unknown, "HTTP 404"),
        (replied({"infcode": 0, "output": None}, 500), Unknown, "HTTP 500"),
        (replied(b"\xff\xfe\xfa"), Unknown, "HTTP 200"),
        (replied(b"[1]"), Unknown, "HTTP 200"),
    ],
)
def test_what_comes_back_says_what_is_known(outcome: Outcome, problem: type[Problem], words: str) -> None:
    message = desk().prepare(messages.query_settlement(SettlementKey("1")))
    with pytest.raises(Problem) as told:
        result_of(message, outcome)
    assert type(told.value) is problem
    assert words in told.value.text
    assert told.value.message.body == message.body


def test_a_success_that_cannot_be_read_leaves_the_outcome_unknown() -> None:
    message = desk().prepare(messages.query_settlement(SettlementKey("1")))
    reply = json.loads(record("5203").body)
    del reply["output"]["setlinfo"]["cash_payamt"]
    for broken in (reply, {"infcode": 0, "output": None}, {"infcode": 0, "output": {"setlinfo": [1]}}):
        with pytest.raises(Unknown, match="无法读取"):
            result_of(message, replied(broken))


def test_an_infcode_as_text_is_a_success_too() -> None:
    message = desk().prepare(messages.reverse("1", "2", "2207"))
    result_of(message, replied({"infcode": "0", "output": {}}))


def test_a_refused_decoding_is_a_refusal_and_no_bad_signature() -> None:
    message = desk().prepare(messages.decode_code("1"))
    body = {"infcode": -1, "err_msg": "这不是医保码。未扣款。", "code": 500159, "success": False}
    with pytest.raises(Refused, match="不是医保码"):
        result_of(message, replied(body))


def test_two_preparations_of_one_bill_are_two_messages_and_one_content() -> None:
    at = desk()
    content = messages.reverse("1", "2", "2207")
    first, second = at.prepare(content), at.prepare(content)
    assert first.message_id != second.message_id
    numbers = SERVED["2601"].message.numbers
    digests = [digest_of("2601", json.loads(one.body)["input"], numbers) for one in (first, second)]
    assert digests[0] == digests[1]
