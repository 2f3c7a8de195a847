"""A ciphertext under a key of its own opens with this key and in this context only."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidTag

from qinji.platform.crypto import KEY_BYTES, NONCE_BYTES, open_with, seal_with

KEY, NONCE = bytes(range(KEY_BYTES)), bytes(NONCE_BYTES)
SEALED = seal_with(KEY, b"picture", NONCE, b"case 1")


def test_what_is_sealed_opens_again_and_does_not_show() -> None:
    assert open_with(KEY, SEALED, b"case 1") == b"picture"
    assert b"picture" not in SEALED


@pytest.mark.parametrize(
    ("key", "stored", "context"),
    [
        (bytes(KEY_BYTES), SEALED, b"case 1"),
        (KEY, SEALED, b"case 2"),
        (KEY, SEALED[:-1] + bytes([SEALED[-1] ^ 1]), b"case 1"),
        (KEY, SEALED[:NONCE_BYTES] + b"x" + SEALED[NONCE_BYTES + 1 :], b"case 1"),
    ],
)
def test_another_key_another_context_or_an_altered_byte_opens_nothing(
    key: bytes, stored: bytes, context: bytes
) -> None:
    with pytest.raises(InvalidTag):
        open_with(key, stored, context)
