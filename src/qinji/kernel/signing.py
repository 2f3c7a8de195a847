"""The two signed transports between an institution and the bureau: which headers travel, and what is signed.

Scheme A is the gateway of Hunan (specification V1.1.27, section 4.5), scheme B the ``x-tif`` gateway. Neither signs
the body; what a message says is bound to its sender by TLS and to its effect by its message id. The door checks these
signatures, the client makes them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping

A_NAME = "_api_name"
A_VERSION = "_api_version"
A_TIMESTAMP = "_api_timestamp"
A_ACCESS_KEY = "_api_access_key"
A_SIGNATURE = "_api_signature"
A_HEADERS = (A_NAME, A_VERSION, A_TIMESTAMP, A_ACCESS_KEY, A_SIGNATURE)
_A_SIGNED = tuple(sorted(set(A_HEADERS) - {A_SIGNATURE}))
A_VERSION_SENT = "1.0.0"
A_PATH = "/fsi/api/rsfComIfsService/callService"
"""The one path of scheme A, whatever the message."""

B_ACCESS_KEY = "x-tif-paasid"
B_TIMESTAMP = "x-tif-timestamp"
B_NONCE = "x-tif-nonce"
B_SIGNATURE = "x-tif-signature"
B_HEADERS = (B_ACCESS_KEY, B_TIMESTAMP, B_NONCE, B_SIGNATURE)


def signature_a(secret: str, headers: Mapping[str, str]) -> str:
    """Base64 of HMAC-SHA1 over the four other headers of scheme A as ``k=v``, joined by ``&`` in the order of keys."""
    signed = "&".join([f"{name}={headers[name]}" for name in _A_SIGNED])
    return base64.b64encode(hmac.digest(secret.encode(), signed.encode(), "sha1")).decode()


def headers_a(message_number: str, access_key: str, secret: str, at_milliseconds: int) -> dict[str, str]:
    """The headers of one message by scheme A; the time is in milliseconds since 1970."""
    headers = {
        A_NAME: message_number,
        A_VERSION: A_VERSION_SENT,
        A_TIMESTAMP: str(at_milliseconds),
        A_ACCESS_KEY: access_key,
    }
    return {**headers, A_SIGNATURE: signature_a(secret, headers)}


def signature_b(secret: str, timestamp: str, nonce: str) -> str:
    """Lower-case hex of SHA-256 over time, secret, nonce and time again."""
    return hashlib.sha256(f"{timestamp}{secret}{nonce}{timestamp}".encode()).hexdigest()


def headers_b(access_key: str, secret: str, at_seconds: int, nonce: str) -> dict[str, str]:
    """The headers of one message by scheme B; the time is in seconds since 1970, the nonce is used once."""
    return {
        B_ACCESS_KEY: access_key,
        B_TIMESTAMP: str(at_seconds),
        B_NONCE: nonce,
        B_SIGNATURE: signature_b(secret, str(at_seconds), nonce),
    }
