"""Advice on what is around the input: names, msgid, times, version."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

from qinji.gateway.advice.finding import ROOT, Finding, Severity, Subject
from qinji.gateway.advice.names import about_names
from qinji.gateway.advice.national import ENVELOPE, OTHER_ENVELOPE_NAMES, VERSIONS
from qinji.gateway.observed import Outcome
from qinji.gateway.wire import as_text, parse_moment

CLOCK_DIFFERENCE_MAX = timedelta(minutes=10)
_MESSAGE_ID = re.compile(r"([A-Z]\d{11})(\d{14})(\d{4})")
_OPERATOR_TYPES = ("1", "2", "3")
_AREAS = ("mdtrtarea_admvs", "insuplc_admdvs")


def about_envelope(subject: Subject) -> Iterator[Finding]:
    """Everything around the input."""
    if not subject.document:
        return
    names = [field.name for field in ENVELOPE]
    yield from about_names(subject.document, ROOT, names, "", ignored=OTHER_ENVELOPE_NAMES)
    yield from _missing(subject)
    yield from _too_long(subject)
    yield from _message_id(subject)
    yield from _time(subject)
    yield from _codes(subject)
    if as_text(subject.document.get("input")):
        text = "input 是一段 JSON 文字。本系统能读;国家接口规范写的是 JSON 对象,请直接放对象"
        yield _advice("input", "input_is_text", text)


def _advice(name: str, rule: str, text: str) -> Finding:
    return Finding(f"{ROOT}.{name}" if name else ROOT, Severity.ADVICE, rule, text, "", name)


def _missing(subject: Subject) -> Iterator[Finding]:
    """One finding for all: a first message by hand leaves most of them out."""
    missing = [
        f"{field.name}({field.chinese})"
        for field in ENVELOPE
        if field.needed and as_text(subject.document.get(field.name)) == ""
    ]
    if missing and subject.outcome is not Outcome.NOT_SIGNED:
        text = f"报文头没有填:{'、'.join(missing)}。国家接口规范要求必填,接正式平台前请补齐"
        yield _advice("", "envelope_missing", text)


def _too_long(subject: Subject) -> Iterator[Finding]:
    for field in ENVELOPE:
        length = len(subject.text_of(field.name))
        if length > field.length:
            text = f"{field.name}({field.chinese})有 {length} 个字符,国家接口规范最多 {field.length} 个"
            yield _advice(field.name, "too_long", text)


def _message_id(subject: Subject) -> Iterator[Finding]:
    sent = subject.text_of("msgid")
    if not sent:
        return
    form = _MESSAGE_ID.fullmatch(sent)
    if form is None:
        text = (
            f"msgid 有 {len(sent)} 个字符,不是“机构编号 12 位 + yyyyMMddHHmmss + 顺序号 4 位”的 30 位。"
            "本系统照收;有的平台会拒绝"
        )
        yield _advice("msgid", "msgid_form", text)
    elif form.group(1) != subject.text_of("fixmedins_code"):
        text = "msgid 前 12 位不是本报文的 fixmedins_code。两家机构共用一段程序时常见,请核对"
        yield _advice("msgid", "msgid_institution", text)
    if subject.outcome is Outcome.REMEMBERED:
        text = (
            "这个 msgid 的同样内容以前答复过:这次是当时保存的原文,没有再办一次。"
            "补发时正该如此;若这是一笔新业务,请换新的 msgid"
        )
        yield _advice("msgid", "remembered", text)


def _time(subject: Subject) -> Iterator[Finding]:
    sent = subject.text_of("inf_time")
    if not sent:
        return
    moment = parse_moment(sent)
    if moment is None or len(sent) != 19 or sent[10] != " ":
        text = f"inf_time 的值“{sent[:40]}”不是 yyyy-MM-dd HH:mm:ss 的形式"
        yield _advice("inf_time", "inf_time_form", text)
        return
    difference = moment - subject.at
    if abs(difference) > CLOCK_DIFFERENCE_MAX:
        way = "早" if difference < timedelta() else "晚"
        minutes = abs(int(difference.total_seconds())) // 60
        told = f"{minutes} 分钟" if minutes < 120 else f"{minutes // 60} 小时"
        text = f"inf_time 比经办端的时钟{way}约 {told}。请校准时钟(北京时间),或检查是否把旧报文改了改再发"
        yield _advice("inf_time", "inf_time_far", text)


def _codes(subject: Subject) -> Iterator[Finding]:
    version = subject.text_of("infver")
    if version and version not in VERSIONS:
        yield _advice("infver", "infver", f"infver 通常是 1.0.0,这里是“{version[:20]}”")
    kind = subject.text_of("opter_type")
    if kind and kind not in _OPERATOR_TYPES:
        yield _advice("opter_type", "outside_dictionary", "opter_type 应为 1 经办人、2 自助终端、3 移动终端")
    for name in _AREAS:
        area = subject.text_of(name)
        if area and not re.fullmatch(r"\d{6}", area):
            yield _advice(name, "area_form", f"{name} 应为 6 位数字的医保区划")
    if not subject.text_of("insuplc_admdvs") and any(
        as_text(entry.values.get("psn_no")) for entry in subject.entries()
    ):
        text = (
            "输入含 psn_no 而没有填 insuplc_admdvs(参保地)。本系统自己查;国家接口规范要求填 1101 返回的区划"
        )
        yield _advice("insuplc_admdvs", "insured_place_missing", text)
