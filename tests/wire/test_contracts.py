"""The contracts that are checked in: fresh, one pair a message, true of what the door takes and answers."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from qinji.gateway.envelope import decode_body
from qinji.gateway.fields import Message, Role
from qinji.gateway.parsing import Input, parse
from qinji.gateway.registry import SERVED
from qinji.gateway.wire import Json
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from tests.unit.gateway.door import encoded, sent
from tests.unit.gateway.examples import ExampleFlows, request
from tools.generate_contracts import FOLDER, render

SHAPES = json.loads((Path(__file__).parent / "recorded_shapes.json").read_text(encoding="utf-8"))
"""Field names and JSON types of recorded replies, without a value of them."""


def contract(number: str, direction: str) -> dict[str, Any]:
    found = json.loads((FOLDER / f"{number}.{direction}.schema.json").read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def plain(document: Json) -> dict[str, Any]:
    found = json.loads(encoded(document))
    assert isinstance(found, dict)
    return found


def test_there_is_one_pair_of_contracts_for_each_message_and_all_are_fresh() -> None:
    written = {path: path.read_text(encoding="utf-8") for path in FOLDER.iterdir()}
    assert written == render(), "run .venv/bin/python tools/generate_contracts.py"


def test_each_message_has_its_file() -> None:
    folder = Path(__file__).parents[2] / "src" / "qinji" / "gateway" / "messages"
    assert {path.name[1:5] for path in folder.glob("m*.py")} == set(SERVED)


@pytest.mark.parametrize("number", SERVED)
async def test_the_example_and_its_reply_keep_the_contract(number: str) -> None:
    jsonschema.validate(plain(request(number)), contract(number, "input"))
    jsonschema.validate(await sent(request(number)), contract(number, "output"))


@pytest.mark.parametrize("number", [number for number in SERVED if number != "1201"])
async def test_a_refusal_keeps_the_contract(number: str) -> None:
    flows = ExampleFlows(refusal=refuse(RefusalCode.CODE_EXPIRED))
    jsonschema.validate(await sent(request(number), flows), contract(number, "output"))


ODD_VALUES: tuple[Json, ...] = (
    "", None, "null", "77", "亲" * 5000, 7, -1, "1.5", "2026-01-05", True, {}, [],
)  # fmt: skip


def altered(message: Message) -> Iterator[dict[str, Any]]:
    """The example with one field after the other made empty, wrong or odd."""
    for node in message.nodes_in:
        for field in node.fields:
            for value in ODD_VALUES:
                document = copy.deepcopy(plain(request(message.number)))
                item = document["input"][node.name]
                (item[0] if isinstance(item, list) else item)[field.name] = value
                yield document


@pytest.mark.parametrize("number", SERVED)
def test_contract_and_parser_take_and_refuse_the_same(number: str) -> None:
    message = SERVED[number].message
    validator = jsonschema.Draft202012Validator(contract(number, "input"))
    for document in altered(message):
        read = decode_body("", json.dumps(document["input"]).encode())
        assert not isinstance(read, Refused)
        taken = isinstance(parse(message, read), Input)
        assert validator.is_valid(document) == taken, document["input"]


def types(value: object, path: str = "") -> dict[str, str]:
    """JSON types by path; a list is the union of its entries."""
    if isinstance(value, dict):
        return {
            inner: kind
            for key, part in value.items()
            for inner, kind in types(part, f"{path}.{key}" if path else key).items()
        }
    if isinstance(value, list):
        return {inner: kind for part in value for inner, kind in types(part, f"{path}[]").items()}
    if value is None:
        return {path: "null"}
    if isinstance(value, bool):
        return {path: "boolean"}
    return {path: "string" if isinstance(value, str) else "number"}


PAUSED = "output.insuinfo[].paus_insu_date"
"""Null for whoever was never suspended, here and on record."""

RECORDED = [(number.split()[0], name) for number, recorded in SHAPES.items() for name in recorded]


@pytest.mark.parametrize(("number", "name"), RECORDED)
async def test_a_reply_has_every_field_on_record_with_its_type(number: str, name: str) -> None:
    refused = name.endswith("1162_resp_openhis_1")
    flows = ExampleFlows(refusal=refuse(RefusalCode.CREDENTIAL_WRONG_KIND) if refused else None)
    ours = types(await sent(request(number), flows))
    recorded = SHAPES[f"{number} refused" if refused else number][name]
    missing = set(recorded) - set(ours)
    assert not missing
    for path, kind in recorded.items():
        if kind != "null" and path != PAUSED:
            assert ours[path] == kind, path


def test_every_message_says_which_fields_it_needs() -> None:
    for served in SERVED.values():
        for node in served.message.nodes_in:
            assert any(field.role is Role.NEEDED for field in node.fields)
