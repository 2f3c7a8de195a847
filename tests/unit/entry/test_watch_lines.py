"""The line of a message in the terminal."""

from __future__ import annotations

from qinji.entry.commands.watch import body_lines, pieces
from qinji.entry.sandbox.message_views import FindingDocument, MessageDocument


def message(text: str = "字段 cnt(数量)不能为空") -> MessageDocument:
    finding = FindingDocument(place="$.x", severity="error", rule="r", text=text, page="http://x/p")
    return MessageDocument(
        number=12, at="2026-03-17T04:00:00+00:00", fixmedins_code="H99010000001", infno="2204",
        title="费用明细上传", msgid="1", outcome="refused", refused="FIELD_MISSING", microseconds=1234,
        findings=[finding, finding], page="http://x/12", request={"a": 1}, reply="\x1b[31mred",
    )  # fmt: skip


def test_a_line_tells_when_what_how_long_and_the_first_thing_that_was_wrong() -> None:
    line = " ".join(text for text, _ in pieces(message()))
    assert line.split() == [
        "12:00:00", "#12", "H99010000001", "2204", "费用明细上传", "拒绝,可原号重发", "1.2", "毫秒", "✗", "字段", "cnt(数量)不能为空(共",
        "2", "处)", "http://x/12",
    ]  # fmt: skip


def test_a_sender_cannot_steer_the_terminal() -> None:
    told = "".join(text for text, _ in pieces(message("\x1b[2J\x07"))) + "".join(body_lines(message()))
    assert told.isprintable()
