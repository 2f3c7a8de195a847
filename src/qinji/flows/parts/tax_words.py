"""Pure: the tax bureau's words about an order, in a reply, a callback or an answer file, and how they are signed."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from uuid import UUID

from qinji.kernel.ids import from_wire
from qinji.premium.model import SAID_CHINESE, BureauAnswer, Said

SIGNATURE = "X-Tax-Signature"
COLUMNS = ("缴费编号", "结果", "税票号", "原因")
"""The columns of an answer file; the results are those of ``SAID_CHINESE``."""

TEXT_MAX = 200
_SAID = {words: said for said, words in SAID_CHINESE.items()}


class WrongWords(Exception):
    """An answer cannot be read, or is not signed with the shared secret."""


def signature_of(secret: str, body: bytes) -> str:
    """HMAC-SHA-256 over the bytes of a message, in hexadecimal."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def read_answer(body: bytes, signature: str, secret: str, asked: UUID | None = None) -> BureauAnswer | None:
    """A signed answer as JSON; None: the order is taken and answered later. ``asked`` is the order it must be about.

    Raises WrongWords.
    """
    if not hmac.compare_digest(signature.strip().lower(), signature_of(secret, body)):
        raise WrongWords("not signed with the shared secret")
    try:
        words = json.loads(body)
    except ValueError as problem:
        raise WrongWords("not JSON") from problem
    if not isinstance(words, Mapping) or not all(isinstance(one, str) for one in words.values()):
        raise WrongWords("not an object of texts")
    order_id = from_wire(words.get("number", ""))
    if order_id is None or (asked is not None and order_id != asked):
        raise WrongWords("about another order")
    if words.get("result") == "taken":
        return None
    try:
        said = Said(words.get("result", ""))
    except ValueError as problem:
        raise WrongWords("unknown result") from problem
    return _answer(order_id, said, words.get("voucher", ""), words.get("reason", ""))


def read_row(cells: Sequence[str]) -> BureauAnswer | str:
    """A row of an answer file, or in Chinese what is wrong with it."""
    if len(cells) != len(COLUMNS):
        return f"应有 {len(COLUMNS)} 列"
    number, result, voucher, reason = (cell.strip() for cell in cells)
    order_id, said = from_wire(number), _SAID.get(result)
    if order_id is None:
        return "缴费编号不正确"
    if said is None:
        return f"结果应为{'、'.join(_SAID)}之一"
    try:
        return _answer(order_id, said, voucher, reason)
    except WrongWords:
        return "已缴清的须有税票号;文字不超过 200 字"


def _answer(order_id: UUID, said: Said, voucher: str, reason: str) -> BureauAnswer:
    if (said is Said.PAID and not voucher) or max(len(voucher), len(reason)) > TEXT_MAX:
        raise WrongWords("a collected premium has a voucher, and texts are short")
    return BureauAnswer(order_id, said, voucher, reason)
