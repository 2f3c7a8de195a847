"""From the ``input`` of a message to values that a command can be made of, by the message's table alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from qinji.gateway.dictionaries import DICTIONARIES
from qinji.gateway.fields import ITEMS_MAX, KEPT_LENGTH_MAX, Field, Kind, Message, Node, Role
from qinji.gateway.wire import Json, as_text, is_number, parse_moment
from qinji.kernel.ensure import InvariantBroken
from qinji.kernel.money import parse_price, parse_quantity, parse_yuan
from qinji.kernel.refusal import RefusalCode, Refused, earliest, refuse

_SHOWN_MAX = 40


@dataclass(frozen=True, slots=True)
class Values:
    """The fields of one node as texts; empty ones are ``""``. What is read here was checked by ``parse``."""

    texts: Mapping[str, str]

    def text(self, name: str) -> str:
        """The text of a field, ``""`` when it was not sent."""
        return self.texts.get(name, "")

    def optional_fen(self, name: str) -> int | None:
        """An amount in fen, None when it was not sent."""
        text = self.text(name)
        return parse_yuan(text) if text else None

    def fen(self, name: str) -> int:
        """A needed amount in fen."""
        return parse_yuan(self.text(name))

    def price(self, name: str) -> int:
        """A needed unit price in 0.000001 yuan."""
        return parse_price(self.text(name))

    def quantity(self, name: str) -> int:
        """A needed quantity in 0.0001."""
        return parse_quantity(self.text(name))

    def moment(self, name: str) -> datetime:
        """A needed time."""
        found = parse_moment(self.text(name))
        if found is None:
            raise InvariantBroken(f"a needed time was checked by the parser [field={name}]")
        return found


@dataclass(frozen=True, slots=True)
class Input:
    """All nodes of one message."""

    nodes: Mapping[str, tuple[Values, ...]]

    def one(self, name: str) -> Values:
        """A node that stands once; empty values when it was left out."""
        found = self.nodes.get(name, ())
        return found[0] if found else Values({})

    def many(self, name: str) -> tuple[Values, ...]:
        """The entries of a repeated node."""
        return self.nodes.get(name, ())


def parse(message: Message, document: Mapping[str, Json]) -> Input | Refused:
    """The values of a message, or the refusal that comes first: a missing field before a wrong one."""
    values, refusals = _read(message, document)
    return earliest(refusals) or values


def wrong_fields(message: Message, document: Mapping[str, Json]) -> list[Refused]:
    """Every refusal that the fields give reason for, where ``parse`` answers the first."""
    return _read(message, document)[1]


def _read(message: Message, document: Mapping[str, Json]) -> tuple[Input, list[Refused]]:
    refusals: list[Refused] = []
    nodes: dict[str, tuple[Values, ...]] = {}
    for node in message.nodes_in:
        items = _items(node, document)
        if isinstance(items, Refused):
            refusals.append(items)
            continue
        nodes[node.name] = tuple(
            _values(node, item, place, refusals) for place, item in enumerate(items, start=1)
        )
    return Input(nodes), refusals


def _items(node: Node, document: Mapping[str, Json]) -> list[Mapping[str, Json]] | Refused:
    found = _found(node, document)
    if not found:
        if node.needed:
            return refuse(RefusalCode.FIELD_MISSING, field=node.name, label=node.chinese)
        return []
    entries = list(found) if isinstance(found, list) else [found]
    if node.many and len(entries) > ITEMS_MAX:
        return refuse(RefusalCode.TOO_MANY_ITEMS, field=node.name, limit=ITEMS_MAX, count=len(entries))
    items: list[Mapping[str, Json]] = [entry for entry in entries if isinstance(entry, dict)]
    if len(items) != len(entries) or (not node.many and len(items) != 1):
        reason = "应为对象数组" if node.many else "应为一个 JSON 对象"
        return _invalid(node.name, node.chinese, "…", reason)
    return items


def _found(node: Node, document: Mapping[str, Json]) -> Json:
    for name in (node.name, *node.aliases):
        value: Json = document if name == "" else document.get(name)
        if as_text(value) != "":
            return value
    return None


def _values(node: Node, item: Mapping[str, Json], place: int, refusals: list[Refused]) -> Values:
    texts = {}
    for field in node.fields:
        if field.kind is Kind.ANY:
            continue
        text = as_text(item.get(field.name))
        texts[field.name] = text or ""
        if text == "" and field.role is not Role.NEEDED:
            continue  # most fields of most lines: nothing was sent, and nothing had to be
        refusal = _refusal(field, text, item)
        if refusal is not None:
            refusals.append(_placed(refusal, node, field, place))
    return Values(texts)


def _placed(refusal: Refused, node: Node, field: Field, place: int) -> Refused:
    """The refusal with the place of the entry in a repeated node."""
    if not node.many:
        return refusal
    return Refused(refusal.code, {**refusal.facts, "field": f"{node.name} 第{place}条 {field.name}"})


def _refusal(field: Field, text: str | None, item: Mapping[str, Json]) -> Refused | None:
    if text is None:
        ignored = field.role is Role.KEPT and not field.closed
        return None if ignored else _invalid(field.name, field.chinese, "…", "应为文字或数字")
    if not text:
        missing = field.role is Role.NEEDED and not (field.unless and as_text(item.get(field.unless)))
        return refuse(RefusalCode.FIELD_MISSING, field=field.name, label=field.chinese) if missing else None
    reason = _wrong(field, text)
    return _invalid(field.name, field.chinese, text, reason) if reason else None


def _wrong(field: Field, text: str) -> str:
    """Why a filled value cannot be used, or nothing. What is only kept is not looked at, save its length."""
    if field.closed and text not in DICTIONARIES[field.dictionary]:
        return "应为 " + "、".join(DICTIONARIES[field.dictionary])
    if field.role is Role.KEPT:
        return f"超过 {KEPT_LENGTH_MAX} 个字符" if len(text) > KEPT_LENGTH_MAX else ""
    if field.kind is Kind.NUMBER:
        if not is_number(text, field.decimals):
            return f"应为数字,最多 {field.decimals} 位小数,且不能过大"
        if text.startswith("-"):
            return "不能为负数"
        return "须大于 0" if field.positive and not text.strip("+0.") else ""
    if field.kind in (Kind.DATE, Kind.DATETIME):
        return "" if parse_moment(text) else "应为 yyyy-MM-dd HH:mm:ss"
    return f"超过 {field.length} 个字符" if len(text) > field.length else ""


def _invalid(name: str, label: str, value: str, reason: str) -> Refused:
    return refuse(RefusalCode.FIELD_INVALID, field=name, label=label, value=value[:_SHOWN_MAX], reason=reason)
