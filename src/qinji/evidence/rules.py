"""Pure rules on photos of papers: what is a photo, how many may there be, when is a case over."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from datetime import datetime

from qinji.evidence.model import KEPT_MAX, PHOTO_BYTES_MAX, PHOTOS_MAX, Papers, PhotoKind
from qinji.kernel.refusal import RefusalCode, Refused, refuse

_JPEG = b"\xff\xd8\xff"
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_HEADER = b"IHDR"
_RIFF, _WEBP = b"RIFF", b"WEBP"
_WEBP_CHUNKS = (b"VP8 ", b"VP8L", b"VP8X")


def kind_of(content: bytes) -> PhotoKind | None:
    """The format by its first bytes, whatever the sender calls it; None for anything that is not taken."""
    if content.startswith(_JPEG):
        return PhotoKind.JPEG
    if content.startswith(_PNG) and content[12:16] == _PNG_HEADER:
        return PhotoKind.PNG
    if content.startswith(_RIFF) and content[8:12] == _WEBP and content[12:16] in _WEBP_CHUNKS:
        return PhotoKind.WEBP
    return None


def fresh(contents: Sequence[bytes], papers: Papers | None) -> dict[bytes, bytes]:
    """The photos that the case does not hold yet, by SHA-256, in their order: one that is sent twice is kept once."""
    there = set(papers.digests if papers else ())
    found = {hashlib.sha256(content).digest(): content for content in contents}
    return {digest: content for digest, content in found.items() if digest not in there}


def may_keep(contents: Collection[bytes], papers: Papers | None) -> Refused | None:
    """Whether these fresh photos may be added to a case.

    Refused: a photo that is too large, one that is none, and more than a case holds.
    """
    if any(len(content) > PHOTO_BYTES_MAX for content in contents):
        return refuse(RefusalCode.EVIDENCE_TOO_LARGE, limit=PHOTO_BYTES_MAX)
    if any(kind_of(content) is None for content in contents):
        return refuse(RefusalCode.EVIDENCE_KIND)
    kept = len(papers.photos) if papers else 0
    return refuse(RefusalCode.EVIDENCE_FULL, limit=PHOTOS_MAX) if kept + len(contents) > PHOTOS_MAX else None


def opened_until(now: datetime) -> datetime:
    """Open cases that were opened then or earlier are over."""
    return now - KEPT_MAX
