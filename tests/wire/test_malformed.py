"""Envelopes and fields that are wrong in themselves: each is told what is wrong with it, briefly."""

from typing import Any

import pytest

from tests.bureau import Bureau
from tests.unit.gateway.examples import HOSPITAL, INPUTS
from tests.wire.story import post

ERROR_MAX = 200
"""``err_msg`` is a text of 200 characters (interface 1.2)."""


def envelope(**changed: Any) -> dict[str, Any]:
    return {
        "infno": "1101",
        "msgid": "M-1",
        "fixmedins_code": HOSPITAL.code,
        "input": INPUTS["1101"],
        **changed,
    }


@pytest.mark.parametrize("name", ["infno", "msgid", "fixmedins_code"])
@pytest.mark.parametrize("value", [[1], {}, True, "a\x00b"], ids=repr)
async def test_an_envelope_field_of_a_wrong_type_is_not_called_empty(
    bureau: Bureau, name: str, value: Any
) -> None:
    error = (await post(bureau, envelope(**{name: value}))).reply["err_msg"]
    assert name in error
    assert "应为文字或数字" in error


@pytest.mark.parametrize("name", ["infno", "msgid", "fixmedins_code"])
async def test_an_endless_value_does_not_make_an_endless_error(bureau: Bureau, name: str) -> None:
    error = (await post(bureau, envelope(**{name: "机" * 5000}))).reply["err_msg"]
    assert len(error) <= ERROR_MAX


async def test_a_kept_field_of_a_wrong_type_is_ignored(bureau: Bureau) -> None:
    head = INPUTS["2201"]["data"]
    assert isinstance(head, dict)
    odd = {"dr_name": ["x"], "dept_name": {"a": 1}, "caty": True, "exp_content": [[1]], "atddr_no": "a\x00"}
    reply = await bureau.send("2201", HOSPITAL.code, {"data": {**head, **odd}})
    assert reply["infcode"] == 0, reply["err_msg"]


@pytest.mark.parametrize("value", [0, "0", "0.0000", "+0", ".0"], ids=repr)
async def test_a_quantity_of_nothing_is_named(bureau: Bureau, value: Any) -> None:
    lines = INPUTS["2204"]["feedetail"]
    assert isinstance(lines, list)
    refused = await bureau.send("2204", HOSPITAL.code, {"feedetail": [{**lines[0], "cnt": value}]})
    assert "cnt(数量)" in refused["err_msg"]
    assert "须大于 0" in refused["err_msg"] or value == ".0"


async def test_nobody_with_this_identity_number_names_the_identity_number(bureau: Bureau) -> None:
    refused = await bureau.send("1101", HOSPITAL.code, {"data": {"certno": "999901198001010016"}})
    assert "certno(证件号码)" in refused["err_msg"]
    shown = {"mdtrt_cert_type": "02", "mdtrt_cert_no": "999901198001010016"}
    refused = await bureau.send("1101", HOSPITAL.code, {"data": shown})
    assert "mdtrt_cert_no(就诊凭证编号)" in refused["err_msg"]
