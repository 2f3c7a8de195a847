"""Each thing that real clients get wrong is told to them by name, at its place, with the page to read on."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from qinji.gateway.advice.advise import FINDINGS_MAX, advise
from qinji.gateway.advice.bodies import read_body
from qinji.gateway.advice.finding import Finding, Severity
from qinji.gateway.advice.national import ENVELOPE, nationally_needed
from qinji.gateway.endpoint import Gateway
from qinji.gateway.observed import Exchange, Outcome
from qinji.gateway.registry import SERVED
from tests.unit.gateway.door import encoded
from tests.unit.gateway.examples import NOW, ExampleFlows, request

JSON = "application/json"
Change = Callable[[dict[str, Any]], object]


async def exchange_of(body: bytes, content_type: str = JSON) -> Exchange:
    seen: list[Exchange] = []
    door = Gateway(
        ExampleFlows(),
        lambda: NOW,
        lambda length: bytes(range(length)),
        production=False,
        observers=[seen.append],
    )
    await door.answer({"content-type": content_type} if content_type else {}, body)
    return seen[0]


async def told(body: bytes, content_type: str = JSON, institutions: tuple[str, ...] = ()) -> list[Finding]:
    exchange = await exchange_of(body, content_type)
    return advise(exchange, read_body(exchange.content_type, exchange.body, exchange.document), institutions)


def changed(number: str, change: Change) -> bytes:
    document = json.loads(encoded(request(number)))
    change(document)
    return json.dumps(document, ensure_ascii=False).encode()


def data(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["input"]["data"]
    return found


def line(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["input"]["feedetail"][0]
    return found


def renamed(values: dict[str, Any], old: str, new: str) -> None:
    values[new] = values.pop(old)


ADVICE: dict[str, tuple[str, Change, str, str]] = {
    "a misspelt envelope field": (
        "2207",
        lambda d: renamed(d, "insuplc_admdvs", "insuplc_admvs"),
        "unknown_name",
        "$.insuplc_admvs",
    ),
    "a misspelt field": (
        "2206",
        lambda d: renamed(data(d), "med_type", "med_typ"),
        "unknown_name",
        "$.input.data.med_typ",
    ),
    "a name in another case": (
        "2206",
        lambda d: renamed(data(d), "med_type", "MED_TYPE"),
        "name_case",
        "$.input.data.MED_TYPE",
    ),
    "a field we do not read": (
        "2206",
        lambda d: data(d).update(hospital_floor="3"),
        "unread_names",
        "$.input.data",
    ),
    "a value outside a dictionary": (
        "2206",
        lambda d: data(d).update(acct_used_flag="7"),
        "outside_dictionary",
        "$.input.data.acct_used_flag",
    ),
    "a text that is too long": (
        "2207",
        lambda d: data(d).update(invono="9" * 30),
        "too_long",
        "$.input.data.invono",
    ),
    "an envelope text that is too long": ("2207", lambda d: d.update(opter="9" * 40), "too_long", "$.opter"),
    "a binary fraction": (
        "2204",
        lambda d: line(d).update(prd_days=0.1 + 0.2),
        "binary_fraction",
        "$.input.feedetail[0].prd_days",
    ),
    "a field that others need": (
        "2206",
        lambda d: data(d).pop("acct_used_flag"),
        "nationally_needed",
        "$.input.data",
    ),
    "a message id of another form": ("1101", lambda d: d.update(msgid="20260317-1"), "msgid_form", "$.msgid"),
    "a message id of another institution": (
        "1101",
        lambda d: d.update(msgid="P99010000001" + d["msgid"][12:]),
        "msgid_institution",
        "$.msgid",
    ),
    "a clock that is wrong": (
        "1101",
        lambda d: d.update(inf_time="2026-03-17 08:00:00"),
        "inf_time_far",
        "$.inf_time",
    ),
    "a time of another form": (
        "1101",
        lambda d: d.update(inf_time="20260317120000"),
        "inf_time_form",
        "$.inf_time",
    ),
    "an odd version": ("1101", lambda d: d.update(infver="2.7"), "infver", "$.infver"),
    "an odd kind of operator": (
        "1101",
        lambda d: d.update(opter_type="9"),
        "outside_dictionary",
        "$.opter_type",
    ),
    "an area that is no area": (
        "1101",
        lambda d: d.update(mdtrtarea_admvs="9901"),
        "area_form",
        "$.mdtrtarea_admvs",
    ),
    "no insured place": (
        "2206",
        lambda d: d.update(insuplc_admdvs=""),
        "insured_place_missing",
        "$.insuplc_admdvs",
    ),
    "an envelope field that is missing": ("1101", lambda d: d.pop("infver"), "envelope_missing", "$"),
    "an input that is a text": (
        "1101",
        lambda d: d.update(input=json.dumps(d["input"])),
        "input_is_text",
        "$.input",
    ),
    "an object in place of a list": (
        "2204",
        lambda d: d["input"].update(feedetail=line(d)),
        "not_a_list",
        "$.input.feedetail",
    ),
    "a credential that looks like another kind": (
        "1101",
        lambda d: data(d).update(mdtrt_cert_type="02", mdtrt_cert_no="2" * 28),
        "credential_kind",
        "$.input.data.mdtrt_cert_type",
    ),
    "blanks around a value": (
        "2206",
        lambda d: data(d).update(chrg_bchno="20260317001  "),
        "blanks",
        "$.input.data.chrg_bchno",
    ),
    "full-width characters": (
        "2206",
        lambda d: data(d).update(chrg_bchno="２０２６"),
        "full_width",
        "$.input.data.chrg_bchno",
    ),
    "a time with a T": (
        "2201",
        lambda d: data(d).update(begntime="2026-03-17T09:00:00"),
        "time_form",
        "$.input.data.begntime",
    ),
    "a day where a time belongs": (
        "2204",
        lambda d: line(d).update(fee_ocur_time="2026-03-17"),
        "date_only",
        "$.input.feedetail[0].fee_ocur_time",
    ),
    "an amount that is not the product": (
        "2204",
        lambda d: line(d).update(cnt=4),
        "not_the_product",
        "$.input.feedetail[0].det_item_fee_sumamt",
    ),
    "lines that are not the total": (
        "2102",
        lambda d: d["input"]["druginfo"].update(medfee_sumamt="99.00"),
        "lines_not_total",
        "$.input.druginfo.medfee_sumamt",
    ),
    "four amounts that are not the total": (
        "2207",
        lambda d: data(d).update(inscp_scp_amt=300),
        "parts_not_total",
        "$.input.data.medfee_sumamt",
    ),
    "a settlement without its preview's amounts": (
        "2207",
        lambda d: [
            data(d).pop(n)
            for n in ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt")
        ],
        "preview_amounts_missing",
        "$.input.data",
    ),
}
"""What was sent, the rule that finds it, and where."""


@pytest.mark.parametrize("case", ADVICE)
async def test_advice_names_what_was_accepted_though_it_is_odd(case: str) -> None:
    number, change, rule, place = ADVICE[case]
    found = await told(changed(number, change))
    assert (rule, place) in {(one.rule, one.place) for one in found}, found
    assert all(one.severity is Severity.ADVICE for one in found if one.rule == rule)


@pytest.mark.parametrize("case", ADVICE)
async def test_the_example_itself_gives_no_reason_for_that_advice(case: str) -> None:
    number, _, rule, place = ADVICE[case]
    found = await told(encoded(request(number)))
    assert (rule, place) not in {(one.rule, one.place) for one in found}


async def test_the_nearest_name_is_told() -> None:
    found = await told(changed("2207", lambda d: renamed(d, "insuplc_admdvs", "insuplc_admvs")))
    assert "是不是 insuplc_admdvs?" in next(one for one in found if one.rule == "unknown_name").chinese


async def test_the_field_that_refused_comes_first_and_the_others_that_would_have_follow() -> None:
    def break_it(document: dict[str, Any]) -> None:
        line(document).pop("cnt")
        line(document).update(pric="1,5", fee_ocur_time="17.03.2026")

    found = [one for one in await told(changed("2204", break_it)) if one.severity is Severity.ERROR]
    assert [(one.rule, one.place) for one in found] == [
        ("field_missing", "$.input.feedetail[0].cnt"),
        ("field_invalid", "$.input.feedetail[0].fee_ocur_time"),
        ("field_invalid", "$.input.feedetail[0].pric"),
    ]
    assert (found[0].page, found[0].anchor) == ("2204", "feedetail.cnt")


async def test_a_missing_envelope_field_refuses_at_its_place() -> None:
    found = await told(changed("1101", lambda d: d.pop("msgid")))
    assert (found[0].severity, found[0].place) == (Severity.ERROR, "$.msgid")


async def test_an_unknown_message_number_is_found_at_its_place() -> None:
    found = await told(changed("1101", lambda d: d.update(infno="2304")))
    assert (found[0].rule, found[0].place) == ("message_unknown", "$.infno")


async def test_an_institution_with_a_typing_error_is_told_the_nearest() -> None:
    document = changed("1101", lambda d: d.update(fixmedins_code="H99010000O01"))
    exchange = await exchange_of(document)
    body = read_body(JSON, document, exchange.document)
    unknown = Exchange(
        exchange.at, "H99010000O01", "1101", "1", Outcome.REFUSED, None, 1, JSON, document, exchange.document,
        '{"infcode":-1,"err_msg":"医药机构编号 H99010000O01 不存在"}'.encode(),
    )  # fmt: skip
    assert not any(one.rule == "nearest_institution" for one in advise(unknown, body))
    found = await told(document, institutions=("H99010000001", "P99010000001"))
    if exchange.refused is not None:
        near = next(one for one in found if one.rule == "nearest_institution")
        assert "H99010000001" in near.chinese


@pytest.mark.parametrize(
    ("content_type", "encoding", "rule"),
    [
        ("application/json", "gbk", "wrong_charset"),
        ("application/json; charset=gbk", "utf-8", "wrong_charset"),
        ("", "utf-8", "no_content_type"),
        ("application/xml", "utf-8", "content_type"),
        ("application/json", "utf-8-sig", "byte_order_mark"),
    ],
)
async def test_the_way_a_body_was_sent_is_remarked_upon(content_type: str, encoding: str, rule: str) -> None:
    text = json.dumps(json.loads(encoded(request("2201"))), ensure_ascii=False)
    assert rule in {one.rule for one in await told(text.encode(encoding), content_type)}


async def test_broken_json_is_told_by_line_and_column_without_its_words() -> None:
    found = await told('{"infno": "1101",\n "psn_name": "王伟" "x": 1}'.encode())
    broken = next(one for one in found if one.rule == "broken_json")
    assert "第 2 行第 19 个字符" in broken.chinese
    assert "王" not in broken.chinese


async def test_a_name_that_comes_twice_is_told() -> None:
    body = encoded(request("1101")).replace(b'"msgid"', b'"infver":"1.0.0","msgid"')
    assert "repeated_name" in {one.rule for one in await told(body)}


async def test_an_answer_from_memory_is_told_as_one() -> None:
    exchange = await exchange_of(encoded(request("2207")))
    again = Exchange(
        **{name: getattr(exchange, name) for name in Exchange.__slots__} | {"outcome": Outcome.REMEMBERED}
    )
    body = read_body(JSON, again.body, again.document)
    assert "remembered" in {one.rule for one in advise(again, body)}


async def test_what_could_not_be_answered_asks_for_the_same_message_again() -> None:
    exchange = await exchange_of(encoded(request("2207")))
    for outcome in (Outcome.IN_DOUBT, Outcome.BROKEN):
        doubtful = Exchange(
            **{name: getattr(exchange, name) for name in Exchange.__slots__} | {"outcome": outcome}
        )
        first = advise(doubtful, read_body(JSON, doubtful.body, doubtful.document))[0]
        assert (first.severity, first.rule) == (Severity.ERROR, outcome.value)
        assert "同一 msgid" in first.chinese


@pytest.mark.parametrize("number", SERVED)
async def test_of_an_example_nothing_is_said_but_what_other_bureaus_need(number: str) -> None:
    for one in await told(encoded(request(number))):
        assert (one.severity, one.rule, one.page) == (Severity.ADVICE, "nationally_needed", number)


async def test_findings_have_a_bound() -> None:
    def many(document: dict[str, Any]) -> None:
        document["input"]["feedetail"] = [
            line(document) | {"cnt": 4, "rx_circ_flag": "1" * 9} for _ in range(400)
        ]

    assert len(await told(changed("2204", many))) <= FINDINGS_MAX


def test_the_national_tables_name_fields_that_exist() -> None:
    for number, served in SERVED.items():
        for node in served.message.nodes_in:
            assert set(nationally_needed(number, node.name)) <= {field.name for field in node.fields}
    assert len({field.name for field in ENVELOPE}) == len(ENVELOPE)
