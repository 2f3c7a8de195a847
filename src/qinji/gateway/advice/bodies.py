"""The bytes of a message: which text they are, and what is odd about the way they were sent."""

from __future__ import annotations

import codecs
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.message import Message as MimeHeader

from qinji.gateway.advice.finding import ROOT, Finding, Severity
from qinji.gateway.envelope import GBK_NAMES, Document, decode_body
from qinji.kernel.refusal import Refused

_CONTEXT = 12
_JSON_TYPES = frozenset({"application/json", "text/json", "text/plain", "application/x-www-form-urlencoded"})
_GBK = "gb18030"


@dataclass(frozen=True, slots=True)
class Body:
    """A body as text, and as the document it would be if it had been sent in another encoding."""

    text: str
    document: Document | None
    findings: tuple[Finding, ...]

    def field(self, name: str) -> str:
        """A field of the envelope as it stands there, also in broken JSON; "" where there is none."""
        if self.document is not None:
            return str(self.document.get(name) or "").strip()
        found = re.search(rf"\b{name}[\"']?\s*[:=]\s*[\"']?(\w{{1,40}})", self.text)
        return found.group(1) if found else ""


def read_body(content_type: str, body: bytes, document: Document | None) -> Body:
    """What a body holds; for one that was not readable, why not, as exactly as can be told."""
    charset = _charset(content_type)
    if document is not None:
        return Body(_decoded(body, charset), document, tuple(_about_readable(content_type, body, charset)))
    for other in ("utf-8", "gbk"):
        found = decode_body(f"application/json; charset={other}", body)
        if not isinstance(found, Refused):
            told = charset or "没有写,按 UTF-8 读"
            text = (
                f"报文其实是 {other.upper()} 编码,而报文头的 charset {told}。"
                f"请在 Content-Type 写明 charset={other},或改用 UTF-8"
            )
            return Body(_decoded(body, other), found, (_finding("wrong_charset", text, Severity.ERROR),))
    text = _decoded(body, charset)
    return Body(text, None, tuple(_about_unreadable(text)))


def _finding(rule: str, text: str, severity: Severity = Severity.ADVICE) -> Finding:
    return Finding(ROOT, severity, rule, text)


def _charset(content_type: str) -> str:
    header = MimeHeader()
    header["content-type"] = content_type or "application/json"
    return str(header.get_param("charset", "")).lower()


def _decoded(body: bytes, charset: str) -> str:
    """The text, by the encoding that fits first; what fits none is kept as signs for what cannot be read."""
    for encoding in (_GBK,) if charset in GBK_NAMES else ("utf-8-sig", _GBK):
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            continue
    return body.decode("utf-8", "replace")


def _about_readable(content_type: str, body: bytes, charset: str) -> Iterator[Finding]:
    if not content_type:
        yield _finding(
            "no_content_type", "报文头没有 Content-Type。请写 application/json;本系统按 UTF-8 的 JSON 读"
        )
    elif content_type.partition(";")[0].strip().lower() not in _JSON_TYPES:
        yield _finding(
            "content_type", "Content-Type 不是 application/json。本系统照收,有的平台会拒绝或当作表单"
        )
    if body.startswith(codecs.BOM_UTF8):
        yield _finding(
            "byte_order_mark", "报文以 UTF-8 的 BOM(EF BB BF)开头。本系统照收,不少平台会报 JSON 错误"
        )
    repeated = _repeated_names(_decoded(body, charset))
    if repeated:
        text = f"同一个对象里字段出现了两次:{'、'.join(repeated[:8])}。只有最后一个值起作用"
        yield _finding("repeated_name", text)


def _repeated_names(text: str) -> list[str]:
    repeated: list[str] = []

    def noted(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) < len(pairs):
            times = Counter(name for name, _ in pairs)
            repeated.extend(name[:40] for name in found if times[name] > 1)
        return found

    try:
        json.loads(text, object_pairs_hook=noted)
    except (ValueError, RecursionError):
        return []
    return repeated


def _about_unreadable(text: str) -> Iterator[Finding]:
    try:
        found = json.loads(text.lstrip("\ufeff"))
    except json.JSONDecodeError as wrong:
        line = text[: wrong.pos].count("\n") + 1
        told = f"JSON 在第 {line} 行第 {wrong.colno} 个字符处断开:{_REASONS.get(wrong.msg, '写法不对')}"
        near = re.sub(r"[^\s{}\[\]:,\"]", "·", text[max(0, wrong.pos - _CONTEXT) : wrong.pos + _CONTEXT])
        yield _finding("broken_json", f"{told}。附近(文字已隐去):{near.strip()}", Severity.ERROR)
    except RecursionError:
        yield _finding("broken_json", "JSON 嵌套太深", Severity.ERROR)
    else:
        if not isinstance(found, Mapping):
            yield _finding("not_an_object", "报文是合法的 JSON,但最外层不是对象 {…}", Severity.ERROR)


_REASONS = {
    "Expecting value": "这里应当是一个值",
    "Expecting ',' delimiter": "少了逗号,或前一个值没有正确结束",
    "Expecting ':' delimiter": "字段名后面少了冒号",
    "Expecting property name enclosed in double quotes": "这里应当是双引号括起的字段名(是不是多了一个逗号?)",
    "Unterminated string starting at": "从这里开始的文字没有结束的引号",
    "Invalid control character at": "文字里有换行或制表符,请写成 \\n、\\t",
    "Invalid \\escape": "反斜线后面的写法不对,反斜线本身请写成 \\\\",
    "Extra data": "JSON 已经结束,后面还有内容",
}
"""What the standard library says of broken JSON, for people."""
