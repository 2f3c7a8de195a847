"""How a case's photos are encrypted: a random key of the case, itself sealed by the installation's keys (SM4-GCM).

Without the sealed key nobody reads the photos, whoever holds the keys of the installation.
"""

from __future__ import annotations

from uuid import UUID

from qinji.evidence.model import Case, Photo
from qinji.platform.crypto import Vault, open_with, seal_with


def wrapped(case_id: UUID, key: bytes, vault: Vault) -> bytes:
    """A fresh key of a case as the case keeps it."""
    return vault.seal(key, f"evidence {case_id}")


def seal(case: Case, photo: Photo, content: bytes, nonce: bytes, vault: Vault) -> bytes:
    """A picture as it is kept in this open case."""
    return seal_with(_key(case, vault), content, nonce, _context(photo))


def unseal(case: Case, photo: Photo, sealed: bytes, vault: Vault) -> bytes:
    """The picture; raises InvalidTag when it was altered, or belongs to another photo."""
    return open_with(_key(case, vault), sealed, _context(photo))


def _key(case: Case, vault: Vault) -> bytes:
    if case.wrapped_key is None:
        raise ValueError("a closed case has no key")
    return vault.unseal(case.wrapped_key)


def _context(photo: Photo) -> bytes:
    """What a picture is bound to, so that no two of them can be exchanged in the database."""
    return f"{photo.person_id} {photo.case_id} {photo.photo_id} {photo.kind}".encode()
