"""Bodies of every kind that institutions send become one document; the same content has one digest."""

import json
from decimal import Decimal
from urllib.parse import quote_plus

import pytest

from qinji.gateway.envelope import DEPTH_MAX, Envelope, decode_body, digest_of, read_envelope
from qinji.gateway.registry import SERVED
from qinji.gateway.wire import Json
from qinji.kernel.refusal import RefusalCode, Refused

TEXT = '{"infno":"1101","name":"亲济 a+b & 100%","n":10.50}'
EXPECTED = {"infno": "1101", "name": "亲济 a+b & 100%", "n": Decimal("10.50")}
FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", TEXT.encode()),
        ("application/json;charset=UTF-8", TEXT.encode()),
        ("application/json; charset=utf-8", b"\xef\xbb\xbf" + TEXT.encode()),
        ("text/plain", TEXT.encode()),
        ("", TEXT.encode()),
        ("application/json; charset=GBK", TEXT.encode("gbk")),
        ("text/plain;charset=gb2312", TEXT.encode("gb2312")),
        ('text/plain; charset="gb18030"', TEXT.encode("gb18030")),
        (FORM, TEXT.encode()),
        (FORM, b"json=" + quote_plus(TEXT).encode()),
        (FORM, b"anything=" + quote_plus(TEXT).encode() + b"&empty="),
        (FORM, quote_plus(TEXT).encode()),
        (FORM + ";charset=gbk", b"json=" + quote_plus(TEXT.encode("gbk")).encode()),
    ],
)
def test_a_body_of_any_kind_is_read(content_type: str, body: bytes) -> None:
    assert decode_body(content_type, body) == EXPECTED


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", TEXT.encode("gbk")),
        ("application/json; charset=gbk", b"\xff\xff\xff"),
        ("application/json", b""),
        ("application/json", b"[]"),
        ("application/json", b'"text"'),
        ("application/json", b"{"),
        ("application/json", b'{"n": 1' + b"0" * 5000 + b"}"),
        ("application/json", b'{"a":"\\ud800"}'),
        ("application/json", b'{"a":' * 3000 + b"1" + b"}" * 3000),
        (FORM, b"a=%7B%7D&b=%7B%7D"),
        (FORM, b"json=%FF"),
        (FORM, b""),
    ],
)
def test_a_body_that_cannot_be_read_is_refused_in_words(content_type: str, body: bytes) -> None:
    found = decode_body(content_type, body)
    assert isinstance(found, Refused)
    assert found.code is RefusalCode.MESSAGE_UNREADABLE


def test_nesting_has_a_limit() -> None:
    def nested(depth: int) -> bytes:
        return b'{"a":' * depth + b"1" + b"}" * depth

    assert isinstance(decode_body("", nested(DEPTH_MAX)), dict)
    assert isinstance(decode_body("", nested(DEPTH_MAX + 1)), Refused)


def envelope(**changed: Json) -> Envelope | Refused:
    document: dict[str, Json] = {
        "infno": "2207",
        "msgid": "M1",
        "fixmedins_code": "H99010000001",
        "input": {"data": {"psn_no": "1"}},
    }
    return read_envelope({**document, **changed})


@pytest.mark.parametrize("field", ["msgid", "fixmedins_code"])
@pytest.mark.parametrize("empty", [None, "", "null", "NULL"])
def test_an_envelope_without_id_or_institution_is_refused(field: str, empty: Json) -> None:
    found = envelope(**{field: empty})
    assert isinstance(found, Refused)
    assert found.code is RefusalCode.FIELD_MISSING
    assert field in found.text


def test_a_message_id_is_opaque_and_has_at_most_40_characters() -> None:
    found = envelope(msgid="报文-" + "x" * 37)
    assert isinstance(found, Envelope)
    assert found.message_id == "报文-" + "x" * 37
    refusal = envelope(msgid="x" * 41)
    assert isinstance(refusal, Refused)
    assert "msgid" in refusal.text


def test_an_input_may_be_a_json_text() -> None:
    found = envelope(input='{"data":{"psn_no":"1"}}')
    assert isinstance(found, Envelope)
    assert found.document == {"data": {"psn_no": "1"}}


@pytest.mark.parametrize("broken", ["{", "[]", [], 7, "text"])
def test_an_input_that_is_no_object_is_refused(broken: Json) -> None:
    assert isinstance(envelope(input=broken), Refused)


def digest(content: dict[str, Json], number: str = "2207") -> bytes:
    return digest_of(number, content, SERVED["2207"].message.numbers)


SETTLING: dict[str, Json] = {"data": {"psn_no": "1", "medfee_sumamt": "10.00", "chrg_bchno": "0010"}}


@pytest.mark.parametrize(
    "same",
    [
        '{"data":{"chrg_bchno":"0010","medfee_sumamt":10,"psn_no":"1"}}',
        '{"data":{"psn_no":1,"medfee_sumamt":10.0,"chrg_bchno":"0010"}}',
        '{"data":{"psn_no":"1","medfee_sumamt":1e1,"chrg_bchno":"0010","certno":"","psn_name":null}}',
        '{"data":{"psn_no":" 1 ","medfee_sumamt":"10","chrg_bchno":"0010","card_sn":"NULL"},"other":{}}',
    ],
)
def test_the_same_content_written_otherwise_has_the_same_digest(same: str) -> None:
    document = decode_body("", same.encode())
    assert isinstance(document, dict)
    assert digest(document) == digest(SETTLING)


@pytest.mark.parametrize(
    "other",
    [
        {"data": {"psn_no": "1", "medfee_sumamt": "10.01", "chrg_bchno": "0010"}},
        {"data": {"psn_no": "1", "medfee_sumamt": "10.00", "chrg_bchno": "10"}},
        {"data": {"psn_no": "1", "medfee_sumamt": "10.00", "chrg_bchno": "0010", "unknown": "x"}},
        {"data": {"psn_no": "1", "medfee_sumamt": "10.00"}},
    ],
)
def test_other_content_has_another_digest(other: dict[str, Json]) -> None:
    assert digest(other) != digest(SETTLING)


def test_another_message_number_has_another_digest() -> None:
    assert digest(SETTLING, "2206") != digest(SETTLING, "2207")


def test_a_monstrous_number_costs_nothing() -> None:
    document = decode_body("", b'{"data":{"medfee_sumamt":1e999999999}}')
    assert isinstance(document, dict)
    assert digest(json.loads(json.dumps({"data": {"medfee_sumamt": "1E+999999999"}}))) == digest(document)
