"""The words of the pages: written in Chinese where they are used, kept in catalogues, read in the visitor's language.

The Chinese sentence is the key. ``texts/zh_CN.po`` may put another wording in its place without touching a page;
``texts/en.po`` holds the English beside it, and what it lacks is read in Chinese. ``make texts`` collects new ones.
"""

from __future__ import annotations

import gettext
from contextvars import ContextVar
from enum import StrEnum
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent / "texts"


class Language(StrEnum):
    """What a visitor reads."""

    CHINESE = "zh_CN"
    ENGLISH = "en"


TAGS: dict[Language, str] = {Language.CHINESE: "zh-CN", Language.ENGLISH: "en"}
"""How pages name their language."""

_language: ContextVar[Language] = ContextVar("language", default=Language.CHINESE)


@cache
def _catalogue(language: Language) -> gettext.GNUTranslations:
    with (FOLDER / f"{language}.po").open("rb") as written:
        catalogue = read_po(written, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def speak(language: Language) -> None:
    """From here on, in this request, texts are in that language."""
    _language.set(language)


def spoken() -> Language:
    """The language of this request."""
    return _language.get()


def _(text: str) -> str:
    """A text in the language of this request; one without a translation stays Chinese."""
    return _catalogue(_language.get()).gettext(text)


def counted(one: str, many: str, number: int) -> str:
    """A text that depends on a number; Chinese has one form."""
    return _catalogue(_language.get()).ngettext(one, many, number)


def marked(text: str) -> str:
    """Marks a text for the catalogues where it is written down, to be read with ``_`` where it is shown."""
    return text
