"""What is wrong with the form of a call, in Chinese: which name, and what it may be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_TEXTS = {
    "missing": "缺少此项",
    "extra_forbidden": "不认识的项,请核对名称",
    "json_invalid": "不是正确的 JSON",
    "model_attributes_type": "应为 JSON 对象",
    "string_type": "应为文字",
    "string_too_short": "不能少于 {min_length} 个字符",
    "string_too_long": "不能超过 {max_length} 个字符",
    "string_pattern_mismatch": "不能含控制字符",
    "string_unicode": "含有不正确的字符",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_from_float": "应为整数",
    "greater_than_equal": "不能小于 {ge}",
    "less_than_equal": "不能大于 {le}",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "list_type": "应为列表",
    "too_short": "至少 {min_length} 项",
    "too_long": "至多 {max_length} 项",
    "enum": "应为 {expected} 之一",
    "date_type": "应为日期,如 2026-03-17",
    "date_parsing": "应为日期,如 2026-03-17",
    "date_from_datetime_parsing": "应为日期,如 2026-03-17",
    "date_from_datetime_inexact": "应为日期,如 2026-03-17",
}
"""By the type of the validator's error; what is not here is told as a wrong form."""

WRONG = "格式不正确"
BODY = "请求体"


def wrong_form(errors: Sequence[Mapping[str, Any]]) -> str:
    """The first thing that is wrong: its place and the right form."""
    first = errors[0]
    kind = str(first["type"])
    named = kind != "json_invalid"
    place = ".".join(str(part) for part in first["loc"] if part not in ("body", "query", "path", "header"))
    facts = {name: _listed(value) for name, value in first.get("ctx", {}).items()}
    text = _TEXTS.get(kind, WRONG).format_map(facts)
    return f"{place if place and named else BODY} {text}"


def _listed(value: object) -> str:
    """A value of the validator's context; its lists are written in English."""
    return str(value).replace(" or ", "、").replace(", ", "、").replace("'", "")
