"""Whether a message was signed by the institution it names, and what the gateway of its scheme answers where not.

Pure: the headers, the number and the moment are given. Scheme A answers as the gateway of Hunan does (specification
V1.1.27, section 4.5), which is no envelope. What the gateway of scheme B says is not on record: it answers with the
national envelope and a code and text of its own beside it. Both with HTTP 200 (decision 0017).

In scheme B an unknown key and a wrong signature are one answer, reached by the same steps, so that nobody learns from
it which keys there are. Scheme A's own messages tell them apart.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from hmac import compare_digest

import msgspec

from qinji.flows.parts.commands import Sender, UsedNonce
from qinji.gateway.reply import Reply
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.kernel.signing import (
    A_ACCESS_KEY,
    A_HEADERS,
    A_NAME,
    A_SIGNATURE,
    A_TIMESTAMP,
    B_ACCESS_KEY,
    B_HEADERS,
    B_NONCE,
    B_SIGNATURE,
    B_TIMESTAMP,
    signature_a,
    signature_b,
)

SCHEME_NONE, SCHEME_A, SCHEME_B = "none", "A", "B"
A_WINDOW_MINUTES = 30
B_WINDOW_MINUTES = 5
MILLISECONDS_PER_MINUTE = 60_000
HEADER_MAX = 128
"""Characters of one header of a signature; the longest there is, a signature of scheme B, has 64."""

TIMESTAMP_DIGITS_MAX = 15

A_CODE = 401
A_MESSAGE: Mapping[RefusalCode, str] = {
    RefusalCode.SIGNATURE_HEADER: "缺少服务网关的请求头!",
    RefusalCode.SIGNATURE_TIME: "签名时间戳超时!",
    RefusalCode.SIGNER_UNKNOWN: "非法用户!",
    RefusalCode.SIGNATURE_DIFFERS: "签名不一致!",
}
"""The four sentences of the gateway of scheme A, to the letter."""

B_CODE: Mapping[RefusalCode, int] = {
    RefusalCode.SIGNATURE_HEADER: 40101,
    RefusalCode.SIGNATURE_TIME: 40102,
    RefusalCode.SIGNATURE_DIFFERS: 40103,
    RefusalCode.NONCE_USED: 40104,
}
"""``errcode`` of scheme B; our own numbers, the first three digits say what HTTP would."""

Headers = Mapping[str, str]
Checked = UsedNonce | Refused | None
"""None: the signature holds. A nonce: it holds unless that was used before. A refusal: it does not."""

_ENCODER = msgspec.json.Encoder()


def _check_a(headers: Headers, number: str, secrets: Mapping[str, str], now_ms: int) -> Checked:
    refused = _header_refused(headers, A_HEADERS)
    if refused is not None:
        return refused
    if not _in_time(headers[A_TIMESTAMP], 1, A_WINDOW_MINUTES, now_ms):
        return refuse(RefusalCode.SIGNATURE_TIME, header=A_TIMESTAMP, minutes=A_WINDOW_MINUTES)
    secret = secrets.get(headers[A_ACCESS_KEY])
    if secret is None:
        return refuse(RefusalCode.SIGNER_UNKNOWN)
    if not compare_digest(signature_a(secret, headers), headers[A_SIGNATURE]):
        return refuse(RefusalCode.SIGNATURE_DIFFERS)
    # What was signed is the name: a message of another name is another message, 2207A under 2207 too. One without
    # a number has nothing to compare and is told so by the envelope's own refusal.
    if number and headers[A_NAME].upper() != number:
        return refuse(RefusalCode.SIGNATURE_DIFFERS)
    return None


def _check_b(headers: Headers, _number: str, secrets: Mapping[str, str], now_ms: int) -> Checked:
    refused = _header_refused(headers, B_HEADERS)
    if refused is not None:
        return refused
    timestamp, nonce, access_key = headers[B_TIMESTAMP], headers[B_NONCE], headers[B_ACCESS_KEY]
    if not _in_time(timestamp, 1000, B_WINDOW_MINUTES, now_ms):
        return refuse(RefusalCode.SIGNATURE_TIME, header=B_TIMESTAMP, minutes=B_WINDOW_MINUTES)
    expected = signature_b(secrets.get(access_key, ""), timestamp, nonce)
    same = compare_digest(expected, headers[B_SIGNATURE].lower())
    if not same or access_key not in secrets:
        return refuse(RefusalCode.SIGNATURE_DIFFERS)
    return UsedNonce(access_key, nonce, datetime.fromtimestamp(int(timestamp), UTC))


def _header_refused(headers: Headers, names: tuple[str, ...]) -> Refused | None:
    """A header that is missing, empty, too long, or not of plain characters, as all signed text is."""
    for name in names:
        value = headers.get(name, "")
        if not value or len(value) > HEADER_MAX or not value.isascii() or not value.isprintable():
            return refuse(RefusalCode.SIGNATURE_HEADER, header=name)
    return None


def _in_time(timestamp: str, unit_ms: int, window_minutes: int, now_ms: int) -> bool:
    """Whether a time stamp in this unit is no further from now than the window, before or after."""
    if len(timestamp) > TIMESTAMP_DIGITS_MAX or not timestamp.isdigit():
        return False
    return abs(now_ms - int(timestamp) * unit_ms) <= window_minutes * MILLISECONDS_PER_MINUTE


_CHECKS: Mapping[str, Callable[[Headers, str, Mapping[str, str], int], Checked]] = {
    SCHEME_A: _check_a,
    SCHEME_B: _check_b,
}


def check(sender: Sender, headers: Headers, number: str, now_ms: int) -> Checked:
    """Look at the signature by the sender's scheme. ``number`` is that of the body, "" where it has none.

    Refused with SIGNATURE_REQUIRED: a sender that does not sign; whether that is allowed is the door's to know.
    """
    checking = _CHECKS.get(sender.scheme)
    if checking is None:
        return refuse(RefusalCode.SIGNATURE_REQUIRED)
    return checking(headers, number, sender.secrets, now_ms)


def turned_away(scheme: str, refused: Refused, reply: Reply) -> bytes:
    """The body that the gateway of this scheme answers to a message whose signature does not hold."""
    if scheme == SCHEME_A:
        reply.note(refused)
        return _ENCODER.encode({"code": A_CODE, "message": A_MESSAGE[refused.code]})
    if scheme == SCHEME_B:
        return reply.refused_by_gateway(refused, B_CODE[refused.code])
    return reply.refused(refused)
