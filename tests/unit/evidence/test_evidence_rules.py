"""What counts as a photo of papers, and how many of them there may be."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from qinji.evidence.model import PHOTO_BYTES_MAX, PHOTOS_MAX, Case, Papers, Photo, PhotoKind
from qinji.evidence.rules import fresh, kind_of, may_keep, opened_until
from qinji.kernel.refusal import RefusalCode, Refused
from tests.photos import photo

NOW = datetime(2026, 3, 17, 4, 0, tzinfo=UTC)
CASE = Case(UUID(int=1), UUID(int=2), UUID(int=3), b"key", NOW, None, None)


def papers(*contents: bytes) -> Papers:
    """A case with these photos."""
    found = (
        Photo(
            person_id=CASE.person_id,
            case_id=CASE.case_id,
            photo_id=UUID(int=place),
            place=place,
            kind=PhotoKind.JPEG,
            size_bytes=len(content),
            digest=hashlib.sha256(content).digest(),
            added_by="person:1",
            added_at=NOW,
        )
        for place, content in enumerate(contents, 1)
    )
    return Papers(CASE, tuple(found))


def code_of(refused: Refused | None) -> RefusalCode | None:
    """The code, or None."""
    return refused.code if refused else None


@pytest.mark.parametrize("kind", PhotoKind)
def test_a_photo_is_known_by_its_first_bytes(kind: PhotoKind) -> None:
    assert kind_of(photo(kind=kind)) is kind
    assert kind.media_type == f"image/{kind}"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"\xff\xd8",
        b"<html>" + photo(),
        b"%PDF-1.7",
        b"GIF89a" + bytes(100),
        b"RIFF\x00\x00\x00\x00WAVEfmt ",
        b"RIFF\x00\x00\x00\x00WEBPxxxx",
        b"\x89PNG\r\n\x1a\n" + bytes(20),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    ],
)
def test_anything_else_is_no_photo(content: bytes) -> None:
    assert kind_of(content) is None
    assert code_of(may_keep([content], None)) is RefusalCode.EVIDENCE_KIND


def test_a_photo_may_have_so_many_bytes_and_not_one_more() -> None:
    assert may_keep([photo(size=PHOTO_BYTES_MAX)], None) is None
    refused = may_keep([photo(size=PHOTO_BYTES_MAX + 1)], None)
    assert code_of(refused) is RefusalCode.EVIDENCE_TOO_LARGE
    assert refused is not None
    assert str(PHOTO_BYTES_MAX) in refused.text


def test_a_case_holds_so_many_photos_and_not_one_more() -> None:
    contents = [photo(str(number)) for number in range(PHOTOS_MAX + 1)]
    assert may_keep(contents[:PHOTOS_MAX], None) is None
    assert may_keep(contents[-1:], papers(*contents[: PHOTOS_MAX - 1])) is None
    assert code_of(may_keep(contents, None)) is RefusalCode.EVIDENCE_FULL
    assert code_of(may_keep(contents[-1:], papers(*contents[:PHOTOS_MAX]))) is RefusalCode.EVIDENCE_FULL


def test_a_photo_that_is_there_already_is_not_fresh() -> None:
    one, other = photo("1"), photo("2")
    assert list(fresh([one, other, one], papers(one)).values()) == [other]
    assert list(fresh([one, one], None).values()) == [one]
    full = papers(*(photo(str(number)) for number in range(PHOTOS_MAX)))
    assert may_keep(fresh([one], replace(full)).values(), full) is None


def test_a_case_is_over_thirty_days_after_its_first_photo() -> None:
    assert opened_until(NOW) == NOW - timedelta(days=30)
    assert CASE.delete_by == NOW + timedelta(days=30)
