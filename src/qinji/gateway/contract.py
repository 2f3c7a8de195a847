"""JSON Schemas of a message, made from its table: what we take and what we answer.

The input schema is as generous as the parser: numbers may be texts, unknown fields are ignored, empty values are
``null``, ``""``, ``"null"`` and ``"NULL"``. Where the two differ, the parser is right and the schema is a bug.
"""

from __future__ import annotations

from typing import TypeAlias

from qinji.gateway.dictionaries import DICTIONARIES
from qinji.gateway.envelope import MESSAGE_ID_MAX
from qinji.gateway.fields import (
    ITEMS_MAX,
    KEPT_LENGTH_MAX,
    Field,
    Kind,
    Message,
    Node,
    OutField,
    OutNode,
    Role,
)
from qinji.gateway.infcode import FAILED, SUCCEEDED

Schema: TypeAlias = "dict[str, Schema] | list[Schema] | str | int | bool | None"

DIALECT = "https://json-schema.org/draft/2020-12/schema"
DECODE_NUMBER = "1162"
_EMPTY: list[Schema] = ["", "null", "NULL", None]
_IS_EMPTY: Schema = {"enum": _EMPTY}
_MOMENT = r"^\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?$"
_ENVELOPE_TEXTS = ("inf_refmsgid", "refmsg_time", "respond_time", "signtype", "enctype")
_ENVELOPE_NULLABLE = ("warn_msg", "cainfo")


def input_schema(message: Message) -> dict[str, Schema]:
    """The schema of the whole request: the parts of the envelope that are looked at, and ``input``."""
    properties: dict[str, Schema] = {}
    required: list[Schema] = []
    for node in message.nodes_in:
        properties[node.name] = _node(node)
        if node.needed and not node.aliases:
            required.append(node.name)
    choices: list[Schema] = [
        {"anyOf": _alternatives(node)} for node in message.nodes_in if node.needed and node.aliases
    ]
    content: dict[str, Schema] = {"type": "object", "properties": properties, "required": required}
    if choices:
        content["allOf"] = choices
    numbers: list[Schema] = [message.number, *message.aliases]
    return {
        "$schema": DIALECT,
        "title": f"{message.number} {message.title}:输入",
        "type": "object",
        "required": ["infno", "msgid", "fixmedins_code", "input"],
        "properties": {
            "infno": {"enum": numbers},
            "msgid": {"type": "string", "minLength": 1, "maxLength": MESSAGE_ID_MAX},
            "fixmedins_code": {"type": "string", "minLength": 1},
            "input": content,
        },
    }


def _alternatives(node: Node) -> list[Schema]:
    """The names under which a needed node may come; flat, its fields stand in ``input`` itself."""
    found: list[Schema] = []
    for name in (node.name, *node.aliases):
        if name:
            found.append({"required": [name], "properties": {name: _node(node)}})
        else:
            found.append(_object(node))
    return found


def _node(node: Node) -> Schema:
    item = _object(node)
    if not node.many:
        return item
    listed: Schema = {"type": "array", "items": item, "minItems": int(node.needed), "maxItems": ITEMS_MAX}
    return {"anyOf": [listed, item] if node.needed else [_IS_EMPTY, listed, item]}


def _object(node: Node) -> dict[str, Schema]:
    always: list[Schema] = []
    choices: list[Schema] = []
    for field in node.fields:
        if field.role is not Role.NEEDED:
            continue
        if field.unless:
            choices.append(_either(field))
        else:
            always.append(field.name)
    found: dict[str, Schema] = {
        "type": "object",
        "properties": {field.name: _field(field) for field in node.fields},
        "required": always,
    }
    if choices:
        found["allOf"] = choices
    return found


def _either(field: Field) -> Schema:
    names: tuple[str, str] = (field.name, field.unless)
    return {"anyOf": [{"required": [name], "properties": {name: {"not": _IS_EMPTY}}} for name in names]}


def _field(field: Field) -> dict[str, Schema]:
    described: dict[str, Schema] = {"title": field.chinese, "x-class": field.role.value}
    if field.kind is Kind.ANY:
        return described
    filled = _filled(field)
    if field.role is Role.NEEDED and not field.unless:
        return {**described, "not": _IS_EMPTY, **filled}
    return {**described, "anyOf": [_IS_EMPTY, filled]}


def _filled(field: Field) -> dict[str, Schema]:
    """The form of a value that is not empty."""
    if field.closed:
        codes: list[Schema] = list(DICTIONARIES[field.dictionary])
        return {"enum": codes}
    if field.role is Role.KEPT:
        return {"maxLength": KEPT_LENGTH_MAX}
    text: dict[str, Schema] = {"type": ["string", "number"]}
    if field.kind is Kind.NUMBER:
        pattern = rf"\s*\+?\d+(\.\d{{0,{field.decimals}}}0*)?\s*$"
        if field.positive:
            return {**text, "pattern": rf"^(?![\s+0.]*$){pattern}", "exclusiveMinimum": 0}
        return {**text, "pattern": f"^{pattern}", "minimum": 0}
    if field.kind in {Kind.DATE, Kind.DATETIME}:
        return {"type": "string", "pattern": _MOMENT}
    return {**text, "maxLength": field.length}


def output_schema(message: Message) -> dict[str, Schema]:
    """The schema of our reply: a success with all its nodes, or a refusal without output."""
    envelope: dict[str, Schema] = {
        "infcode": {"enum": [SUCCEEDED, FAILED]},
        "err_msg": {"type": ["string", "null"]},
        "output": {},
    }
    envelope.update({name: {"type": "string"} for name in _ENVELOPE_TEXTS})
    envelope.update({name: {"type": ["string", "null"]} for name in _ENVELOPE_NULLABLE})
    keys: list[Schema] = list(envelope)
    return {
        "$schema": DIALECT,
        "title": f"{message.number} {message.title}:输出",
        "type": "object",
        "required": keys,
        "properties": envelope,
        "oneOf": [_success(message), _refusal(message)],
    }


def _success(message: Message) -> Schema:
    output = _output(message)
    properties: dict[str, Schema] = {
        "infcode": {"const": SUCCEEDED},
        "err_msg": {"type": "null"},
        "output": output,
    }
    if message.number != DECODE_NUMBER:
        return {"properties": properties}
    decoded: Schema = _out_object(message.nodes_out[0])
    properties.update({"code": {"const": 0}, "type": {"const": "success"}, "data": decoded})
    return {"properties": properties, "required": ["code", "type", "message", "data"]}


def _refusal(message: Message) -> Schema:
    properties: dict[str, Schema] = {
        "infcode": {"const": FAILED},
        "err_msg": {"type": "string", "minLength": 1},
        "output": {"type": "null"},
    }
    if message.number != DECODE_NUMBER:
        return {"properties": properties}
    properties["success"] = {"const": False}
    return {"properties": properties, "required": ["code", "success", "message"]}


def _output(message: Message) -> Schema:
    if not message.nodes_out:
        return {"type": "null"}
    if not message.nodes_out[0].name:
        return _out_node(message.nodes_out[0])
    names: list[Schema] = [node.name for node in message.nodes_out]
    nodes: dict[str, Schema] = {node.name: _out_node(node) for node in message.nodes_out}
    return {"type": "object", "required": names, "properties": nodes}


def _out_node(node: OutNode) -> Schema:
    item = _out_object(node)
    return {"type": "array", "items": item} if node.many else item


def _out_object(node: OutNode) -> Schema:
    names: list[Schema] = [field.name for field in node.fields]
    fields: dict[str, Schema] = {field.name: _out_field(field) for field in node.fields}
    return {"type": "object", "required": names, "properties": fields, "additionalProperties": False}


def _out_field(field: OutField) -> Schema:
    kind = "number" if field.kind is Kind.NUMBER else "string"
    types: Schema = [kind, "null"] if field.nullable else kind
    found: dict[str, Schema] = {"title": field.chinese, "type": types}
    if field.kind in {Kind.DATE, Kind.DATETIME}:
        found["pattern"] = _MOMENT
    return found
