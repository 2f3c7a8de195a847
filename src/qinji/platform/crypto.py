"""What identifies people at rest: ciphertext with a key version, and a keyed hash to find numbers by.

SM4 in GCM mode and HMAC-SM3 of the national algorithms (GB/T 32907, GB/T 32905), by OpenSSL through ``cryptography``.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

NONCE_BYTES = 12
KEY_BYTES = 16
TAG_BYTES = 16
VERSION_BYTES = 2
KEYS_FILE = "keys.json"
FINGERPRINT = "keys"


@dataclass(frozen=True, slots=True)
class Vault:
    """The keys of one installation. ``cipher_keys`` by version; the highest one encrypts, all decrypt."""

    cipher_keys: dict[int, bytes]
    lookup_key: bytes
    _ciphers: dict[int, algorithms.SM4] = field(init=False, repr=False, compare=False)
    _hash: hmac.HMAC = field(init=False, repr=False, compare=False)
    """Made once from the keys: setting a key up costs as much as hashing a number or sealing half a reply."""

    def __post_init__(self) -> None:
        """Set the keys up."""
        ciphers = {version: algorithms.SM4(key) for version, key in self.cipher_keys.items()}
        object.__setattr__(self, "_ciphers", ciphers)
        object.__setattr__(self, "_hash", hmac.HMAC(self.lookup_key, hashes.SM3()))

    @property
    def version(self) -> int:
        """The key version that new ciphertexts get."""
        return max(self.cipher_keys)

    def encrypt(self, text: str, nonce: bytes) -> bytes:
        """Ciphertext with its nonce first and its tag last."""
        encryptor = Cipher(self._ciphers[self.version], modes.GCM(nonce)).encryptor()
        body = encryptor.update(text.encode()) + encryptor.finalize()
        return nonce + body + encryptor.tag

    def decrypt(self, stored: bytes, version: int) -> str:
        """The text of a ciphertext; raises InvalidTag when it was altered."""
        nonce, body, tag = stored[:NONCE_BYTES], stored[NONCE_BYTES:-TAG_BYTES], stored[-TAG_BYTES:]
        decryptor = Cipher(self._ciphers[version], modes.GCM(nonce, tag)).decryptor()
        return (decryptor.update(body) + decryptor.finalize()).decode()

    def seal(self, text: bytes, context: str) -> bytes:
        """Ciphertext of bytes that is the same for the same text and context: the key's version, nonce, body, tag.

        The nonce is a keyed hash of both, so that no chance is needed and no two texts share one.
        """
        maker = self._hash.copy()
        maker.update(f"seal\n{context}\n".encode() + text)
        nonce = maker.finalize()[:NONCE_BYTES]
        encryptor = Cipher(self._ciphers[self.version], modes.GCM(nonce)).encryptor()
        body = encryptor.update(text) + encryptor.finalize()
        return self.version.to_bytes(VERSION_BYTES, "big") + nonce + body + encryptor.tag

    def unseal(self, stored: bytes) -> bytes:
        """The bytes that were sealed; raises InvalidTag when they were altered."""
        version = int.from_bytes(stored[:VERSION_BYTES], "big")
        nonce, body = stored[VERSION_BYTES:][:NONCE_BYTES], stored[VERSION_BYTES + NONCE_BYTES : -TAG_BYTES]
        mode = modes.GCM(nonce, stored[-TAG_BYTES:])
        decryptor = Cipher(self._ciphers[version], mode).decryptor()
        return decryptor.update(body) + decryptor.finalize()

    def digest(self, kind: str, text: str) -> bytes:
        """The keyed hash under which a number of this kind is found (HMAC-SM3, 32 bytes)."""
        maker = self._hash.copy()
        maker.update(f"{kind}\n{text.strip().upper()}".encode())
        return maker.finalize()

    @property
    def fingerprint(self) -> str:
        """Tells one installation's keys from another's and nothing about them; it stays when a cipher key is added."""
        return self.digest(FINGERPRINT, FINGERPRINT).hex()


def seal_with(key: bytes, text: bytes, nonce: bytes, context: bytes) -> bytes:
    """Ciphertext of bytes under a key of their own, bound to its context: nonce, body, tag.

    The nonce is chance, and is never used twice under one key.
    """
    encryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(context)
    body = encryptor.update(text) + encryptor.finalize()
    return nonce + body + encryptor.tag


def open_with(key: bytes, stored: bytes, context: bytes) -> bytes:
    """The bytes of such a ciphertext; raises InvalidTag when they were altered or belong to another context."""
    nonce, body, tag = stored[:NONCE_BYTES], stored[NONCE_BYTES:-TAG_BYTES], stored[-TAG_BYTES:]
    decryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce, tag)).decryptor()
    decryptor.authenticate_additional_data(context)
    return decryptor.update(body) + decryptor.finalize()


def open_vault(home: Path) -> Vault:
    """The keys kept in this home (mode 0600); made at the first call. Two first calls at once get the same keys."""
    path = home / KEYS_FILE
    if not path.exists():
        _make_keys(path)
    kept = json.loads(path.read_text())
    keys = {int(version): bytes.fromhex(key) for version, key in kept["cipher_keys"].items()}
    return Vault(keys, bytes.fromhex(kept["lookup_key"]))


def _make_keys(path: Path) -> None:
    """Writes new keys beside the file and links them to its name: they appear whole, or somebody else's stay."""
    fresh = {"cipher_keys": {"1": os.urandom(KEY_BYTES).hex()}, "lookup_key": os.urandom(32).hex()}
    descriptor, written = tempfile.mkstemp(prefix=f"{KEYS_FILE}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w") as file:
            json.dump(fresh, file)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(written, path)
    finally:
        Path(written).unlink()


def fixed_vault(seed: str) -> Vault:
    """Keys derived from a text, for tests and throw-away sandboxes only."""
    digest = hashlib.sha256(seed.encode()).digest()
    return Vault({1: digest[:KEY_BYTES]}, digest)
