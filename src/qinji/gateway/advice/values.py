"""Advice on the fields of the input: values that were taken though another bureau may not take them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from decimal import Decimal

from qinji.gateway.advice.finding import ROOT, Entry, Finding, Severity, Subject
from qinji.gateway.advice.names import about_names
from qinji.gateway.advice.national import nationally_needed
from qinji.gateway.dictionaries import DICTIONARIES
from qinji.gateway.fields import Field, Kind
from qinji.gateway.wire import Json, as_text, number_text, parse_moment

ENTRIES_MAX = 500
TOLD_CODES_MAX = 6
LONG_FRACTION = 10
"""So many decimals come from binary fractions, never from a price list."""

_CODE_DIGITS = 28
_IDENTITY = re.compile(r"\d{17}[\dXx]")
_CREDENTIALS = {"01": "医保电子凭证", "02": "居民身份证", "03": "社会保障卡"}

Rule = Callable[[Field, Json, str], "tuple[str, str] | None"]
"""From a filled field (field, value, its text) to the rule's name and its sentence, or nothing."""


def about_input(subject: Subject) -> Iterator[Finding]:
    """Every field of every node, and the nodes' names."""
    message = subject.message
    if message is None or not subject.input:
        return
    nodes = [name for node in message.nodes_in for name in (node.name, *node.aliases) if name]
    flat = [field.name for node in message.nodes_in if "" in node.aliases for field in node.fields]
    yield from about_names(subject.input, f"{ROOT}.input", [*nodes, *flat], message.number)
    for index, entry in enumerate(subject.entries()):
        if index < ENTRIES_MAX:
            yield from _about_entry(entry, message.number, subject)


def _about_entry(entry: Entry, page: str, subject: Subject) -> Iterator[Finding]:
    node = entry.node
    if entry.values is not subject.input:
        known = [field.name for field in node.fields]
        yield from about_names(entry.values, entry.place, known, page, anchor=f"{node.name}.")
    if node.many and not entry.place.endswith("]"):
        text = f"{node.name}({node.chinese})是一个对象。本系统照收;国家接口规范是数组,只有一条也要放在 [ ] 里"
        yield Finding(entry.place, Severity.ADVICE, "not_a_list", text, page, node.name)
    yield from _empty(entry, page)
    yield from _credential(entry, page)
    for field in node.fields:
        value = entry.values.get(field.name)
        text = as_text(value) or ""
        if not text or field.kind is Kind.ANY:
            continue
        place, anchor = f"{entry.place}.{field.name}", f"{node.name}.{field.name}"
        for rule in RULES:
            told = rule(field, value, text)
            if told is not None:
                yield Finding(place, Severity.ADVICE, told[0], told[1], page, anchor)


def _empty(entry: Entry, page: str) -> Iterator[Finding]:
    labels = {field.name: field.chinese for field in entry.node.fields}
    empty = [
        f"{name}({labels[name]})"
        for name in nationally_needed(page, entry.node.name)
        if name in labels and as_text(entry.values.get(name)) == ""
    ]
    first = entry.place.endswith("[0]") or not entry.place.endswith("]")
    if empty and first:
        text = f"国家接口规范要求填写,这里是空的:{'、'.join(empty)}。本系统照办,接正式平台前请补齐"
        yield Finding(entry.place, Severity.ADVICE, "nationally_needed", text, page, entry.node.name)


def _credential(entry: Entry, page: str) -> Iterator[Finding]:
    kind = as_text(entry.values.get("mdtrt_cert_type")) or ""
    number = as_text(entry.values.get("mdtrt_cert_no")) or ""
    likely = ""
    if len(number) == _CODE_DIGITS and number.isdigit():
        likely = "01"
    elif _IDENTITY.fullmatch(number):
        likely = "02"
    if kind in _CREDENTIALS and likely and kind != likely:
        text = (
            f"mdtrt_cert_type 是 {kind}({_CREDENTIALS[kind]}),而 mdtrt_cert_no 的样子像 {likely}"
            f"({_CREDENTIALS[likely]})。请核对读卡程序给出的类型"
        )
        place = f"{entry.place}.mdtrt_cert_type"
        yield Finding(
            place, Severity.ADVICE, "credential_kind", text, page, f"{entry.node.name}.mdtrt_cert_type"
        )


def _outside_dictionary(field: Field, _value: Json, text: str) -> tuple[str, str] | None:
    if not field.dictionary or field.closed or text in DICTIONARIES[field.dictionary]:
        return None
    known = list(DICTIONARIES[field.dictionary].items())
    told = "、".join(f"{code} {name}" for code, name in known[:TOLD_CODES_MAX])
    more = "等" if len(known) > TOLD_CODES_MAX else ""
    chinese = f"{field.name}({field.chinese})的值“{text[:20]}”不在字典中,已照收。字典:{told}{more}"
    return "outside_dictionary", chinese


def _too_long(field: Field, _value: Json, text: str) -> tuple[str, str] | None:
    if field.kind is not Kind.TEXT or field.closed or len(text) <= field.length:
        return None
    return (
        "too_long",
        f"{field.name}({field.chinese})有 {len(text)} 个字符,国家接口规范最多 {field.length} 个",
    )


def _long_fraction(field: Field, value: Json, _text: str) -> tuple[str, str] | None:
    if field.kind is not Kind.NUMBER or not isinstance(value, Decimal):
        return None
    decimals = len(number_text(value).partition(".")[2])
    if decimals <= max(field.decimals, LONG_FRACTION):
        return None
    chinese = (
        f"{field.name}({field.chinese})有 {decimals} 位小数,像是二进制浮点数的误差(0.1+0.2)。"
        f"金额请用十进制类型计算,最多 {field.decimals} 位小数"
    )
    return "binary_fraction", chinese


def _unclean(field: Field, value: Json, text: str) -> tuple[str, str] | None:
    if not isinstance(value, str):
        return None
    if value != value.strip():
        return "blanks", f"{field.name}({field.chinese})前后有空格,已去掉。定长字段取值后请去空格"
    exact = field.dictionary or field.name.endswith(("_no", "_id", "no", "_codg", "_code", "_sn", "_bchno"))
    if exact and unicodedata.normalize("NFKC", text) != text:
        return "full_width", f"{field.name}({field.chinese})含全角字符。编号和代码请用半角"
    return None


def _moment_form(field: Field, _value: Json, text: str) -> tuple[str, str] | None:
    if field.kind is not Kind.DATETIME or parse_moment(text) is None:
        return None
    if len(text) == 10:
        if field.name.startswith(("begn", "end")):
            return None
        return "date_only", f"{field.name}({field.chinese})只有日期,按当天 00:00:00 处理"
    if len(text) != 19 or text[10] != " ":
        return "time_form", f"{field.name}({field.chinese})已读懂;国家接口规范的写法是 yyyy-MM-dd HH:mm:ss"
    return None


RULES: tuple[Rule, ...] = (_outside_dictionary, _too_long, _long_fraction, _unclean, _moment_form)
