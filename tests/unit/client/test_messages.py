"""Every message that the door serves has its method, its input holds by the contract, and its reply is read whole."""

import json
from decimal import Decimal
from inspect import signature
from pathlib import Path

import jsonschema
import pytest

from qinji.client import AsyncClient, Client, FeeLine, Problem, Settlement, messages, total_fen
from qinji.client.desk import result_of
from qinji.gateway.parsing import parse
from qinji.gateway.registry import SERVED
from qinji.kernel.refusal import Refused
from tests.unit.client.examples import EXAMPLES, NOON, PATIENT, desk, record, replied
from tools.generate_contracts import FOLDER

by_name = pytest.mark.parametrize("name", EXAMPLES)


def test_each_served_message_has_a_method_named_like_its_file() -> None:
    files = {served.handle.__module__.rpartition(".")[2] for served in SERVED.values()}
    methods = {f"m{build().number}_{name}" for name, build in EXAMPLES.items()}
    assert methods == files


@by_name
def test_both_clients_have_the_method_with_its_description(name: str) -> None:
    number = EXAMPLES[name]().number
    for client in (Client, AsyncClient):
        assert (getattr(client, name).__doc__ or "").startswith(number)


def test_help_tells_how_a_method_is_called_and_what_it_gives() -> None:
    with Client("http://127.0.0.1:1", desk().institution, desk().operator) as client:
        told = {name: str(signature(getattr(client, name))) for name in ("settle", "resolve", "sign_out")}
    assert told["settle"].replace("'", "") == "(bill: Bill, shown: Settlement | None = None) -> Settlement"
    assert told["sign_out"].replace("'", "") == "(sign_number: str, operator: str) -> None"
    assert "desk" not in told["resolve"]
    assert told["resolve"].endswith("Settlement'")


@by_name
def test_the_input_is_what_the_contract_says_and_the_door_can_read(name: str) -> None:
    message = EXAMPLES[name]()
    document = json.loads(desk().prepare(message).body)
    schema = json.loads((FOLDER / f"{message.number}.input.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(document, schema)
    parsed = parse(SERVED[message.number].message, document["input"])
    assert not isinstance(parsed, Refused), parsed.text


@by_name
def test_the_reply_on_record_is_read(name: str) -> None:
    message = desk().prepare(EXAMPLES[name]())
    result_of(message, record(message.number))


def test_a_settlement_is_read_to_the_fen_and_its_parts_add_up() -> None:
    read = result_of(desk().prepare(EXAMPLES["settle"]()), record("2207"))
    assert isinstance(read, Settlement)
    parts = (read.fund_fen, read.own_fen, read.shared_fen, read.cash_fen)
    assert (read.total_fen, *parts) == (35000, 20000, 8000, 0, 7000)
    assert sum(parts) == read.total_fen
    assert (read.in_scope_fen, read.deductible_fen, read.ratio) == (35000, 10000, Decimal("0.8"))
    assert (read.person_number, read.medical_type, read.taken_back) == (PATIENT.number, "11", False)
    assert [fund.amount_fen for fund in read.funds] == [20000, 8000]
    assert read.key.settlement == read.settlement
    assert read.settlement


@pytest.mark.parametrize(("name", "number"), [("query_settlement", "5203"), ("settle_pharmacy", "2102")])
def test_a_settlement_of_another_message_is_as_complete(name: str, number: str) -> None:
    read = result_of(desk().prepare(EXAMPLES[name]()), record(number))
    assert isinstance(read, Settlement)
    assert read.fund_fen + read.own_fen + read.shared_fen + read.cash_fen == read.total_fen > 0
    assert read.personal_fen == read.total_fen - read.fund_fen
    assert all((read.settlement, read.visit, read.settled_at, read.message_id))


def test_a_cancellation_is_read_with_negative_amounts() -> None:
    read = result_of(desk().prepare(EXAMPLES["cancel_settlement"]()), record("2208"))
    assert isinstance(read, Settlement)
    assert read.total_fen == -35000
    assert read.fund_fen + read.own_fen + read.shared_fen + read.cash_fen == read.total_fen


@pytest.mark.parametrize(
    ("extension", "payers"),
    [
        ('{"acct_payers": [{"psn_name": "王*", "rlts": "本人", "pay_amt": 80.0}]}', [("王*", "本人", 8000)]),
        ("", []),
        ("{not json", []),
        ("[1]", []),
        ('{"another": 1}', []),
    ],
)
def test_who_paid_is_read_where_it_is_told(extension: str, payers: list[tuple[str, str, int]]) -> None:
    body = json.loads(record("2207").body)
    body["output"]["setlinfo"]["exp_content"] = extension
    read = result_of(desk().prepare(EXAMPLES["settle"]()), replied(body))
    assert isinstance(read, Settlement)
    assert [(payer.name, payer.relation, payer.amount_fen) for payer in read.payers] == payers


def test_a_line_multiplies_exactly_and_a_float_is_not_taken() -> None:
    lines = [
        FeeLine("1", "X", "0.333333", "3", NOON),
        FeeLine("2", "X", Decimal("12.50"), 4, NOON),
    ]
    assert [line.amount_fen for line in lines] == [100, 5000]
    assert total_fen(lines) == 5100
    with pytest.raises(TypeError, match="float"):
        FeeLine("3", "X", 0.1, "1", NOON)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="abc"):
        FeeLine("3", "X", "abc", "1", NOON)


def test_a_moment_is_told_in_chinas_time_and_one_without_a_zone_is_chinas() -> None:
    aware = messages.query_visits(PATIENT, since=NOON, until=NOON.replace(tzinfo=None))
    data = json.loads(desk().prepare(aware).body)["input"]["data"]
    assert (data["begntime"], data["endtime"]) == ("2026-03-17 12:00:00", "2026-03-17 04:00:00")


def test_only_a_settling_message_is_taken_back_from_a_store() -> None:
    message = desk().prepare(EXAMPLES["settle"]())
    again = messages.stored_settlement(message.body)
    assert (again.number, again.message_id, again.body) == ("2207", message.message_id, message.body)
    assert messages.key_of(again).person_number == PATIENT.number
    for other in (desk().prepare(EXAMPLES["reverse"]()).body, b"[]"):
        with pytest.raises(ValueError, match="不是结算报文"):
            messages.stored_settlement(other)


def test_the_guide_names_every_method_and_every_problem() -> None:
    guide = (Path(__file__).parents[3] / "docs" / "guides" / "client.md").read_text(encoding="utf-8")
    named = [*EXAMPLES, "send", "settle_safely", "resolve", "prepare", "ask"]
    problems = [problem.__name__ for problem in Problem.__subclasses__()]
    assert [name for name in [*named, *problems] if f"{name}`" not in guide and f"{name}(" not in guide] == []
