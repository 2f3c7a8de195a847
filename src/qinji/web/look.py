"""How somebody wants to read: size and language, kept in cookies of the browser and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from starlette.requests import Request

from qinji.web.texts import TAGS, Language, marked

SIZE_COOKIE, LANGUAGE_COOKIE = "qinji_size", "qinji_language"
YEAR_SECONDS = 365 * 24 * 3600


class Size(StrEnum):
    """Standard, 长辈版 (elder) or 特大 (huge): 17, 22 and 30 pixels of main text."""

    STANDARD = "standard"
    ELDER = "elder"
    HUGE = "huge"


SIZE_NAMES: dict[Size, str] = {
    Size.STANDARD: marked("标准版"),
    Size.ELDER: marked("长辈版"),
    Size.HUGE: marked("特大字"),
}
LANGUAGE_NAMES: dict[Language, str] = {Language.CHINESE: marked("中文"), Language.ENGLISH: "English"}
"""Each language in its own words, so that whoever needs it can read it."""

NEXT_SIZE: dict[Size, Size] = {
    Size.STANDARD: Size.ELDER,
    Size.ELDER: Size.HUGE,
    Size.HUGE: Size.STANDARD,
}


@dataclass(frozen=True, slots=True)
class Look:
    """The size and language of one visitor."""

    size: Size = Size.STANDARD
    language: Language = Language.CHINESE

    @property
    def next_size(self) -> Size:
        """What one tap on the header's button leads to."""
        return NEXT_SIZE[self.size]

    @property
    def next_size_name(self) -> str:
        """The button's words."""
        return SIZE_NAMES[self.next_size]

    @property
    def tag(self) -> str:
        """The language as HTML names it."""
        return TAGS[self.language]


def look_of(request: Request) -> Look:
    """What the browser remembers; what it cannot have been told counts as nothing."""
    size, language = request.cookies.get(SIZE_COOKIE, ""), request.cookies.get(LANGUAGE_COOKIE, "")
    return Look(
        Size(size) if size in set(Size) else Size.STANDARD,
        Language(language) if language in set(Language) else Language.CHINESE,
    )
