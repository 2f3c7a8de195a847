"""Signatures that anybody may check without asking: what the bureau gives out on paper.

Ed25519 by ``cryptography``; the key follows from the installation's own keys, so that a backup of them is enough.
The national SM2 takes its place when the library can sign with it: the text of a signed paper begins with its version.
"""

from __future__ import annotations

import base64
import binascii

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from qinji.platform.crypto import Vault

VERSION = "QJ1"
CODE_LENGTH_MAX = 2000
_PURPOSE = "paper"


class WrongCode(Exception):
    """A text is no signed paper of this key, or was altered."""


def _key(vault: Vault) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(vault.digest(_PURPOSE, _PURPOSE))


def public_key(vault: Vault) -> str:
    """The public key in hexadecimal, to be given to whoever checks papers."""
    return _key(vault).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def sign(content: bytes, vault: Vault) -> str:
    """Version, content and signature as one text of letters, digits, - and _, with dots between."""
    signed = f"{VERSION}.{_text(content)}"
    return f"{signed}.{_text(_key(vault).sign(signed.encode()))}"


def check(code: str, key: str) -> bytes:
    """The content of a signed text, by the public key alone; raises WrongCode."""
    if len(code) > CODE_LENGTH_MAX:
        raise WrongCode("too long")
    signed, _, signature = code.strip().rpartition(".")
    version, _, content = signed.partition(".")
    if version != VERSION:
        raise WrongCode("not of this version")
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(_bytes(signature), signed.encode())
        return _bytes(content)
    except (InvalidSignature, ValueError, binascii.Error) as problem:
        raise WrongCode("not signed by this key") from problem


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
