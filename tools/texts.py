"""Collects the texts of the pages into the catalogues: `qinji.pot`, and `zh_CN.po` and `en.po` brought up to date.

A Chinese sentence is its own Chinese wording until somebody writes another one there. Kept in order of the texts
themselves and without line numbers, so that a moved line changes nothing.
"""

from __future__ import annotations

import io
from copy import deepcopy
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

WEB = Path(__file__).resolve().parents[1] / "src" / "qinji" / "web"
FOLDER = WEB / "texts"
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
OPTIONS = {
    "**/templates/**.html": {
        "trim_blocks": "true",
        "lstrip_blocks": "true",
        "newstyle_gettext": "true",
        "silent": "false",
    }
}
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "gettext": None,
    "marked": None,
    "ngettext": (1, 2),
    "counted": (1, 2),
}
LANGUAGES = ("zh_CN", "en")


def collected() -> Catalog:
    """Every text that stands in a page now."""
    catalogue = Catalog(project="qinji", charset="utf-8")
    found = extract_from_dir(WEB, METHODS, OPTIONS, keywords=KEYWORDS)
    for _file, _line, message, _comments, context in found:
        catalogue.add(message, context=context)
    return catalogue


def read(language: str) -> Catalog:
    """A catalogue as it is kept; an empty one where there is none yet."""
    path = FOLDER / f"{language}.po"
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as kept:
        return read_po(kept, locale=language)


def brought_up_to_date(language: str, template: Catalog) -> Catalog:
    """The catalogue with every text of today and none of yesterday; Chinese speaks for itself."""
    catalogue = read(language)
    # A catalogue takes the template's messages themselves; a wording of one language must not get into the next.
    catalogue.update(deepcopy(template), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    if language == "zh_CN":
        for message in catalogue:
            if message.id and not any(
                message.string if isinstance(message.string, tuple) else [message.string]
            ):
                one = message.id if isinstance(message.id, str) else message.id[0]
                message.string = (one,) if isinstance(message.id, tuple) else one
    return catalogue


def written(catalogue: Catalog) -> bytes:
    """The text of a catalogue's file, the same whenever it is written: no dates, no line numbers."""
    file = io.BytesIO()
    write_po(
        file, catalogue, omit_header=False, sort_output=True, no_location=True, ignore_obsolete=True, width=0
    )
    lines = file.getvalue().decode().splitlines(keepends=True)
    undated = (
        line
        for line in lines
        if not line.startswith(('"POT-Creation-Date', '"PO-Revision-Date', '"Generated-By', "#"))
    )
    return "".join(undated).lstrip().encode()


def main() -> None:
    """Write all three files."""
    template = collected()
    (FOLDER / "qinji.pot").write_bytes(written(template))
    for language in LANGUAGES:
        (FOLDER / f"{language}.po").write_bytes(written(brought_up_to_date(language, template)))
    print(f"{len(template)} texts / 条文字")


if __name__ == "__main__":
    main()
