"""The parser keeps the three classes of field, for every message by its own table."""

import copy
from collections.abc import Iterator
from decimal import Decimal

import pytest

from qinji.gateway.fields import ITEMS_MAX, KEPT_LENGTH_MAX, Field, Kind, Message, Node, Role
from qinji.gateway.parsing import Input, parse
from qinji.gateway.registry import SERVED
from qinji.gateway.wire import Json
from qinji.kernel.refusal import RefusalCode, Refused
from tests.unit.gateway.examples import INPUTS, PERSON_NUMBER, VISIT

EMPTY: tuple[Json, ...] = (None, "", "null", "NULL", "  ")
Document = dict[str, Json]


def example(number: str) -> Document:
    return copy.deepcopy(dict(INPUTS[number]))


def node_of(document: Document, node: Node) -> Document:
    found = document[node.name]
    if isinstance(found, list):
        found = found[0]
    assert isinstance(found, dict)
    return found


def fields(wanted: Role | None = None) -> Iterator[tuple[Message, Node, Field]]:
    for served in SERVED.values():
        for node in served.message.nodes_in:
            for field in node.fields:
                if wanted is None or field.role is wanted:
                    yield served.message, node, field


def name_of(value: object) -> str:
    if isinstance(value, Message):
        return value.number
    return value.name if isinstance(value, Node | Field) else ""


def parsed(number: str, document: Document) -> Input:
    found = parse(SERVED[number].message, document)
    assert isinstance(found, Input), found
    return found


def refused(number: str, document: Document) -> Refused:
    found = parse(SERVED[number].message, document)
    assert isinstance(found, Refused)
    return found


@pytest.mark.parametrize("number", SERVED)
def test_every_example_is_accepted(number: str) -> None:
    parsed(number, example(number))


@pytest.mark.parametrize(("message", "node", "field"), [*fields(Role.NEEDED)], ids=name_of)
@pytest.mark.parametrize("empty", [*EMPTY, "absent"], ids=repr)
def test_a_needed_field_that_is_empty_or_absent_is_named(
    message: Message, node: Node, field: Field, empty: Json
) -> None:
    document = example(message.number)
    item = node_of(document, node)
    item.pop(field.unless, None)
    if empty == "absent":
        item.pop(field.name, None)
        item["unknown_field"] = "x"
    else:
        item[field.name] = empty
    refusal = refused(message.number, document)
    assert refusal.code is RefusalCode.FIELD_MISSING
    assert field.name in refusal.text
    assert field.chinese in refusal.text


@pytest.mark.parametrize(
    ("message", "node", "field"), [*fields(Role.CHECKED), *fields(Role.KEPT)], ids=name_of
)
def test_every_other_field_may_be_empty(message: Message, node: Node, field: Field) -> None:
    for empty in EMPTY:
        document = example(message.number)
        node_of(document, node)[field.name] = empty
        parsed(message.number, document)


@pytest.mark.parametrize(("message", "node", "field"), [f for f in fields() if f[2].closed], ids=name_of)
def test_a_closed_dictionary_refuses_another_value(message: Message, node: Node, field: Field) -> None:
    document = example(message.number)
    node_of(document, node)[field.name] = "77"
    refusal = refused(message.number, document)
    assert refusal.code is RefusalCode.FIELD_INVALID
    assert field.name in refusal.text


def test_only_four_dictionaries_are_closed() -> None:
    closed = {field.name for _, _, field in fields() if field.closed}
    assert closed == {"mdtrt_cert_type", "insutype", "psn_setlway", "vali_flag"}


OPEN = [f for f in fields() if f[2].dictionary and not f[2].closed]


@pytest.mark.parametrize(("message", "node", "field"), OPEN, ids=name_of)
def test_an_unknown_value_of_any_other_dictionary_is_accepted(
    message: Message, node: Node, field: Field
) -> None:
    document = example(message.number)
    node_of(document, node)[field.name] = "7"
    parsed(message.number, document)


NUMBERS = [f for f in fields() if f[2].kind is Kind.NUMBER and f[2].role is not Role.KEPT]


@pytest.mark.parametrize(("message", "node", "field"), NUMBERS, ids=name_of)
def test_a_number_may_be_a_json_number_or_a_text(message: Message, node: Node, field: Field) -> None:
    for value in (10, Decimal("10.0"), "10", "10.00", Decimal("1E+1")):
        document = example(message.number)
        node_of(document, node)[field.name] = value
        values = parsed(message.number, document).many(node.name)[0]
        assert Decimal(values.text(field.name)) == 10


@pytest.mark.parametrize(("message", "node", "field"), NUMBERS, ids=name_of)
def test_what_is_no_amount_is_refused(message: Message, node: Node, field: Field) -> None:
    too_fine = "1." + "0" * field.decimals + "1"
    for value in ("abc", "1e3", "１２", "-1", "1,000", too_fine, "9" * 30, True, [1], {"a": 1}):
        document = example(message.number)
        node_of(document, node)[field.name] = value
        refusal = refused(message.number, document)
        assert refusal.code is RefusalCode.FIELD_INVALID, value
        assert field.name in refusal.text


TIMES = [f for f in fields() if f[2].kind is Kind.DATETIME and f[2].role is not Role.KEPT]


@pytest.mark.parametrize(("message", "node", "field"), TIMES, ids=name_of)
def test_a_time_is_a_day_with_or_without_hours(message: Message, node: Node, field: Field) -> None:
    for value in ("2026-01-05 09:30:00", "2026-01-05", "2026-01-05T09:30:00", "2026-01-05 09:30:00.0"):
        document = example(message.number)
        node_of(document, node)[field.name] = value
        moment = parsed(message.number, document).many(node.name)[0].moment(field.name)
        assert moment.isoformat()[:10] == "2026-01-05"
        assert moment.utcoffset() is not None
    for wrong in ("2026-02-30 00:00:00", "yesterday", "0001-01-01", 20260105):
        document = example(message.number)
        node_of(document, node)[field.name] = wrong
        assert refused(message.number, document).code is RefusalCode.FIELD_INVALID


LENGTHS = [f for f in fields() if f[2].kind is Kind.TEXT and not f[2].closed]


@pytest.mark.parametrize(("message", "node", "field"), LENGTHS, ids=name_of)
def test_a_text_has_a_longest_length(message: Message, node: Node, field: Field) -> None:
    longest = KEPT_LENGTH_MAX if field.role is Role.KEPT else field.length
    document = example(message.number)
    node_of(document, node)[field.name] = "亲" * longest
    parsed(message.number, document)
    node_of(document, node)[field.name] = "亲" * (longest + 1)
    assert refused(message.number, document).code is RefusalCode.FIELD_INVALID


@pytest.mark.parametrize("number", SERVED)
def test_a_needed_node_that_is_missing_is_named_and_a_wrong_one_too(number: str) -> None:
    for node in SERVED[number].message.nodes_in:
        if not node.needed or "" in node.aliases:
            continue
        document = example(number)
        for empty in (*EMPTY, [], {}):
            document[node.name] = empty
            refusal = refused(number, document)
            assert refusal.code is RefusalCode.FIELD_MISSING
            assert node.name in refusal.text
        document[node.name] = "text"
        assert refused(number, document).code is RefusalCode.FIELD_INVALID


@pytest.mark.parametrize(("number", "name"), [("2204", "feedetail"), ("2102", "drugdetail")])
def test_a_bill_has_at_most_500_lines(number: str, name: str) -> None:
    document = example(number)
    lines = document[name]
    assert isinstance(lines, list)
    document[name] = lines * ITEMS_MAX
    assert len(parsed(number, document).many(name)) == 500
    document[name] = lines * (ITEMS_MAX + 1)
    refusal = refused(number, document)
    assert refusal.code is RefusalCode.TOO_MANY_ITEMS
    assert "501" in refusal.text


def test_a_single_line_may_stand_without_its_list() -> None:
    document = example("2204")
    lines = document["feedetail"]
    assert isinstance(lines, list)
    assert len(parsed("2204", {"feedetail": lines[0]}).many("feedetail")) == 1


def test_a_wrong_line_is_named_by_its_place() -> None:
    document = example("2204")
    lines = document["feedetail"]
    assert isinstance(lines, list)
    wrong = dict(lines[0])
    wrong["cnt"] = ""
    assert "第2条 cnt" in refused("2204", {"feedetail": [lines[0], wrong]}).text


def test_a_missing_field_is_told_before_a_wrong_one() -> None:
    document = example("2201")
    node = SERVED["2201"].message.nodes_in[0]
    node_of(document, node).update(psn_no="", begntime="wrong")
    assert refused("2201", document).code is RefusalCode.FIELD_MISSING


def test_a_preview_as_liaoning_sends_it_is_accepted() -> None:
    """No identity fields, an extension that is an object, a stray node beside data."""
    document: Document = {
        "data": {
            "psn_no": PERSON_NUMBER,
            "med_type": "11",
            "medfee_sumamt": 132,
            "psn_setlway": "01",
            "mdtrt_id": VISIT,
            "chrg_bchno": "ZD2026010509535434",
            "acct_used_flag": "1",
            "exp_content": {"dise_reim_mon": "", "deve_flag": "", "otp_reim_flag": ""},
            "insutype": "310",
            "mdtrt_cert_type": "03",
            "mdtrt_cert_no": "A00000005",
        },
        "insuplcAdmdvs": "210106",
    }
    values = parsed("2206", document).one("data")
    assert values.fen("medfee_sumamt") == 13200


def test_a_person_asked_for_by_credential_with_empty_identity_is_accepted() -> None:
    document: Document = {
        "data": {
            "mdtrt_cert_type": "02",
            "mdtrt_cert_no": "999999198001010097",
            "card_sn": "NULL",
            "begntime": "",
            "psn_cert_type": "01",
            "certno": "",
            "psn_name": "",
        }
    }
    assert parsed("1101", document).one("data").text("card_sn") == ""


def test_a_person_asked_for_by_certificate_alone_is_accepted() -> None:
    document: Document = {
        "data": {
            "psn_cert_type": "2",
            "certno": "99999919800101010X",
            "psn_name": "测试人员辛",
            "begntime": "2020-01-01",
        }
    }
    assert parsed("1101", document).one("data").text("certno") == "99999919800101010X"


def test_a_registration_without_what_real_clients_leave_out_is_accepted() -> None:
    document = example("2201")
    node = SERVED["2201"].message.nodes_in[0]
    node_of(document, node).update(psn_cert_type="1", certno="", psn_type=None, psn_name="null")
    parsed("2201", document)


def test_the_decode_call_takes_its_fields_without_a_node() -> None:
    flat = example("1162")["data"]
    assert isinstance(flat, dict)
    assert parsed("1162", flat).one("data").text("ecQrCode") == flat["ecQrCode"]


def test_an_institution_query_under_zhejiangs_node_name_is_accepted() -> None:
    found = parsed("1201", {"medinsInfo": {"fixmedins_code": "H99010000001"}})
    assert found.one("medinsinfo").text("fixmedins_code") == "H99010000001"


def test_a_text_with_a_null_character_is_refused() -> None:
    document = example("2201")
    node = SERVED["2201"].message.nodes_in[0]
    node_of(document, node)["ipt_otp_no"] = "a\x00b"
    assert refused("2201", document).code is RefusalCode.FIELD_INVALID
