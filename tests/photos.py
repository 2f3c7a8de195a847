"""Pictures for tests: the right first bytes, and nothing that anybody could recognise."""

from __future__ import annotations

import hashlib
from io import BytesIO

from PIL import Image, ImageDraw

_HEADS = {
    "jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00",
    "png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    "webp": b"RIFF\x00\x00\x00\x00WEBPVP8 ",
}


def picture(text: str) -> bytes:
    """A picture that a browser shows: a sheet of paper with these words on it."""
    sheet = Image.new("RGB", (900, 640), "#f4f0e6")
    drawn = ImageDraw.Draw(sheet)
    drawn.rectangle((40, 40, 860, 600), outline="#8a7f66", width=4)
    for place in range(6):
        drawn.line((90, 150 + 70 * place, 810, 150 + 70 * place), fill="#c9bfa6", width=3)
    drawn.text((90, 80), text.encode().hex()[:24], fill="#5a5040")
    kept = BytesIO()
    sheet.save(kept, "JPEG")
    return kept.getvalue()


def photo(text: str = "户口本", *, kind: str = "jpeg", size: int = 3_000) -> bytes:
    """A picture of so many bytes; another text gives another one."""
    head = _HEADS[kind]
    return head + hashlib.shake_256(text.encode()).digest(size - len(head))
