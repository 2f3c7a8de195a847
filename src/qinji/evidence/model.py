"""A case (the papers of one binding that waits) and its photos. What a photo shows is readable in an open case only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

PHOTO_BYTES_MAX = 1_500_000
"""Bytes of one photo; a phone shrinks what it took before it sends it."""

PHOTOS_MAX = 4
"""Photos of one case: two sides of a card, two pages of a household book."""

KEPT_MAX = timedelta(days=30)
"""How long after its first photo a case that nobody has decided on is kept open."""


class PhotoKind(StrEnum):
    """The formats that are taken, told by their first bytes."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"

    @property
    def media_type(self) -> str:
        """The format as HTTP names it."""
        return f"image/{self.value}"


class Ending(StrEnum):
    """Why a case was closed and its photos deleted."""

    DECIDED = "decided"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Case:
    """The papers of one binding. ``person_id`` is its member; ``wrapped_key`` None means that nothing can be read."""

    person_id: UUID
    case_id: UUID
    binding_id: UUID
    wrapped_key: bytes | None
    opened_at: datetime
    closed_at: datetime | None
    ending: Ending | None

    @property
    def delete_by(self) -> datetime:
        """When its photos are deleted at the latest."""
        return self.opened_at + KEPT_MAX


@dataclass(frozen=True, slots=True)
class Photo:
    """What stays of a photo for good: its place in the case, format, bytes, SHA-256, who added it and when."""

    person_id: UUID
    case_id: UUID
    photo_id: UUID
    place: int
    kind: PhotoKind
    size_bytes: int
    digest: bytes
    added_by: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class Papers:
    """A case with its photos, in their order."""

    case: Case
    photos: tuple[Photo, ...]

    @property
    def digests(self) -> tuple[bytes, ...]:
        """The SHA-256 of every photo, in their order."""
        return tuple(photo.digest for photo in self.photos)
