"""What every page keeps to, looked up in its source: words in catalogues, contrast of colours, vendored files."""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment
from jinja2.lexer import Lexer

from qinji.web.templating import templates
from tools import texts

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "src" / "qinji" / "web"
CHINESE = re.compile(r"[一-鿿]")
PAGES = sorted(path for path in WEB.glob("*/templates/*.html") if path.parts[-3] != "sandbox")
MODULES = sorted(path for path in WEB.rglob("*.py") if "sandbox" not in path.parts)
ASKED = {"_", "gettext", "marked", "ngettext", "counted"}


def bare_words(source: str, environment: Environment) -> Iterator[tuple[int, str]]:
    """Chinese in a template that no catalogue knows: in its text, or in a string that is not handed to ``_``."""
    lexer: Lexer = environment.lexer
    within_trans, before = False, ["", ""]
    for line, kind, value in lexer.tokeniter(source, None):
        if kind == "name" and value in {"trans", "endtrans"}:
            within_trans = value == "trans"
        if kind == "data" and not within_trans and CHINESE.search(value):
            yield line, value
        if kind == "string" and CHINESE.search(value) and not (before[-1] == "(" and before[-2] in ASKED):
            yield line, value
        if kind != "whitespace":
            before = [before[-1], value]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(WEB)))
def test_no_text_of_a_page_is_written_past_the_catalogues(page: Path) -> None:
    assert list(bare_words(page.read_text(), templates)) == []


def bare_strings(source: str) -> Iterator[tuple[int, str]]:
    """Chinese strings of a module that are not handed to ``_`` or ``marked``; docstrings are no texts."""
    tree = ast.parse(source)
    known: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ASKED:
            known |= {id(part) for argument in node.args for part in ast.walk(argument)}
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            known.add(id(node.value))
    strings = [node for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    for node in strings:
        text = node.value
        if isinstance(text, str) and CHINESE.search(text) and id(node) not in known:
            yield node.lineno, text


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(WEB)))
def test_no_text_of_a_module_is_written_past_the_catalogues(module: Path) -> None:
    assert list(bare_strings(module.read_text())) == []


def test_what_is_written_past_the_catalogues_is_found() -> None:
    page = '<p>{{ _("好") }}{% trans %}好{% endtrans %}</p>\n<p>坏</p>{{ link("坏") }}'
    assert [text for _line, text in bare_words(page, templates)] == ["</p>\n<p>坏</p>", '"坏"']
    assert list(bare_strings('"""好"""\na = _("好")\nb = "坏"')) == [(3, "坏")]


def test_the_catalogues_hold_exactly_the_texts_of_the_pages() -> None:
    template = texts.collected()
    assert (texts.FOLDER / "qinji.pot").read_bytes() == texts.written(template), "run: make texts"
    for language in texts.LANGUAGES:
        kept = (texts.FOLDER / f"{language}.po").read_bytes()
        assert kept == texts.written(texts.brought_up_to_date(language, template)), "run: make texts"


def test_every_text_is_there_in_chinese() -> None:
    assert [message.id for message in texts.read("zh_CN") if message.id and not message.string] == []


PLACES = re.compile(r"%\(\w+\)s|\{\w*\}|<[^>]+>")


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_a_wording_names_the_same_places_as_its_text(language: str) -> None:
    for message in texts.read(language):
        wordings = message.string if isinstance(message.string, tuple | list) else [message.string]
        source = message.id if isinstance(message.id, str) else message.id[-1]
        for wording in filter(None, wordings):
            if message.id:
                assert sorted(PLACES.findall(wording)) == sorted(PLACES.findall(source)), message.id


def _light(colour: str) -> float:
    text = colour.lstrip("#")
    pairs = (
        [text[place] * 2 for place in range(3)] if len(text) == 3 else [text[p : p + 2] for p in (0, 2, 4)]
    )
    linear = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (int(pair, 16) / 255 for pair in pairs)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """The contrast of two colours (WCAG 2)."""
    light, dark = sorted((_light(one), _light(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


PAIRS = [
    ("ink", "paper"), ("ink", "card"), ("soft", "paper"), ("soft", "card"), ("act", "card"), ("act", "paper"),
    ("act-ink", "act"), ("act", "act-soft"), ("ink", "act-soft"), ("money", "card"), ("money", "money-soft"),
    ("card", "money"), ("ink", "money-soft"), ("soft", "money-soft"), ("acting-ink", "acting"), ("stop", "card"),
    ("stop", "stop-soft"), ("note", "note-soft"), ("done", "done-soft"), ("done", "card"),
]  # fmt: skip
STYLE = (WEB / "static" / "qinji.css").read_text()
LIGHT = dict(re.findall(r"--([\w-]+): (#[0-9a-f]+)", STYLE.split("@media (prefers-color-scheme: dark)")[0]))
DARK = LIGHT | dict(
    re.findall(
        r"--([\w-]+): (#[0-9a-f]+)", STYLE.split("@media (prefers-color-scheme: dark)")[1].split("\n}")[0]
    )
)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_what_is_read_stands_out_from_its_ground(theme: dict[str, str], pair: tuple[str, str]) -> None:
    assert contrast(theme[pair[0]], theme[pair[1]]) >= 4.5


VENDORED = re.compile(r"^(\S+) +(\S+) +(\S+) +(\S+) +([0-9a-f]{64})$", re.MULTILINE)


def test_every_file_from_elsewhere_is_the_one_that_was_looked_at() -> None:
    folder = WEB / "static" / "vendor"
    listed = {found[0]: found[4] for found in VENDORED.findall((folder / "VENDORED.txt").read_text())}
    there = {
        p.name for p in folder.iterdir() if p.name != "VENDORED.txt" and not p.name.startswith("LICENSE")
    }
    assert set(listed) == there
    for name, digest in listed.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest, name
