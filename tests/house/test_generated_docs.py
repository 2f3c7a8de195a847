"""What is generated is fresh, what it is generated from is complete, and links lead somewhere."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from qinji.kernel.refusal import RefusalCode
from tools import generate_parameters, generate_refusals, generate_requirements, generate_settings

ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(r"\]\(([^)\s]+)\)")
PAGES: list[tuple[Path, Callable[[], str], str]] = [
    (generate_requirements.TARGET, generate_requirements.render, "generate_requirements"),
    (generate_refusals.TARGET, generate_refusals.render, "generate_refusals"),
    (generate_parameters.TARGET, generate_parameters.render, "generate_parameters"),
    (generate_settings.TARGET, generate_settings.render, "generate_settings"),
]


@pytest.mark.parametrize(("path", "render", "generator"), PAGES, ids=lambda value: getattr(value, "name", ""))
def test_a_generated_page_is_fresh(path: Path, render: Callable[[], str], generator: str) -> None:
    assert path.read_text(encoding="utf-8") == render(), f"run .venv/bin/python tools/{generator}.py"


def test_no_refusal_is_a_second_name_of_another() -> None:
    # An Enum makes one member of two names with equal values, and the second would never be answered.
    assert list(RefusalCode.__members__) == [code.name for code in RefusalCode]


@pytest.mark.parametrize("code", RefusalCode, ids=lambda code: code.name)
def test_a_refusal_says_what_happened_and_whether_money_moved(code: RefusalCode) -> None:
    happened, money, _ = generate_refusals.told(code.chinese)
    assert happened
    assert money in {*generate_refusals.NOT_MOVED, "不涉及金额"}


def test_every_relative_link_of_a_document_leads_somewhere() -> None:
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    broken = []
    for document in documents:
        for target in LINK.findall(document.read_text(encoding="utf-8")):
            place = target.partition("#")[0]
            if (
                place
                and not place.startswith(("http:", "https:", "mailto:"))
                and not (document.parent / place).exists()
            ):
                broken.append(f"{document.relative_to(ROOT)}: {target}")
    assert broken == []


def test_every_decision_is_in_the_index() -> None:
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text(encoding="utf-8")
    numbered = sorted(file.name for file in folder.glob("[0-9]*.md"))
    assert [name for name in numbered if f"]({name})" not in index] == []
    assert [name[:4] for name in numbered] == [f"{place:04d}" for place in range(1, len(numbered) + 1)]


@pytest.mark.parametrize(
    "decision", sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md")), ids=lambda path: path.stem
)
def test_a_decision_says_why_what_follows_and_what_enforces_it(decision: Path) -> None:
    text = decision.read_text(encoding="utf-8")
    for part in ("State", "Context", "Decision", "Consequences", "Alternatives", "Enforced by"):
        assert f"**{part}" in text
