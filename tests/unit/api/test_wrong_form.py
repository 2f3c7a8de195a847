"""What is wrong with a call is told in Chinese, with its place."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from qinji.api.shapes import Asked, BindAsk, GrantAsk, PowersAsk, WindowBindAsk
from qinji.api.wrong_form import wrong_form

GRANT = {"beneficiary_psn_no": "1", "relation": "parent"}
BIND = {"psn_no": "1", "relation": "parent"}
WINDOW = {"holder_psn_no": "1", "member_psn_no": "2", "relation": "parent", "reason": "x"}


@pytest.mark.parametrize(
    ("shape", "sent", "said"),
    [
        (GrantAsk, {"relation": "parent"}, "beneficiary_psn_no 缺少此项"),
        (GrantAsk, GRANT | {"per_use": 1}, "per_use 不认识的项,请核对名称"),
        (GrantAsk, GRANT | {"per_use_fen": -1}, "per_use_fen 不能小于 0"),
        (GrantAsk, GRANT | {"per_use_fen": True}, "per_use_fen 应为整数"),
        (GrantAsk, GRANT | {"purposes": ["sweets"]}, "purposes.0 应为 outpatient、pharmacy"),
        (BindAsk, BIND | {"psn_no": ""}, "psn_no 不能少于 1 个字符"),
        (BindAsk, BIND | {"psn_no": "1" * 41}, "psn_no 不能超过 40 个字符"),
        (BindAsk, BIND | {"evidence_reference": "a\x00"}, "evidence_reference 不能含控制字符"),
        (PowersAsk, {"powers": []}, "powers 至少 1 项"),
        (WindowBindAsk, WINDOW | {"promised_day": "soon"}, "promised_day 应为日期"),
        (PowersAsk, [], "请求体 "),
    ],
)
def test_the_place_and_the_right_form_are_told_in_chinese(shape: type[Asked], sent: Any, said: str) -> None:
    with pytest.raises(ValidationError) as found:
        TypeAdapter(shape).validate_python(sent)
    told = wrong_form([dict(each) for each in found.value.errors()])
    assert said in told
    assert "should" not in told


def test_what_is_no_json_is_told_of_the_whole_body() -> None:
    assert wrong_form([{"type": "json_invalid", "loc": ("body", 1)}]) == "请求体 不是正确的 JSON"


def test_a_form_nobody_thought_of_is_told_too() -> None:
    assert wrong_form([{"type": "odd", "loc": ("query", "limit")}]) == "limit 格式不正确"
