"""The requirements file is whole, and each promise in it is kept by a test that exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tools.generate_requirements import (
    ROOT,
    SCOPES,
    Requirement,
    functions_of,
    ids_in_name,
    read_requirements,
    stories_by_id,
)

NEVER_USED = {29, 59, *range(83, 90)}
ALL_IDS = [f"R-{number:03d}" for number in range(1, 103) if number not in NEVER_USED]
NEEDS_STORY = {
    f"R-{number:03d}"
    for number in (
        *range(1, 11),
        14,
        15,
        *range(19, 22),
        23,
        24,
        *range(26, 29),
        *range(30, 37),
        *range(38, 41),
        41,
        *range(43, 46),
        47,
        48,
        49,
        *range(51, 57),
        58,
        *range(60, 82),
        90,
        *range(92, 100),
    )
}
REQUIREMENTS = read_requirements()
BY_ID = {requirement.id: requirement for requirement in REQUIREMENTS}


def test_every_requirement_of_the_source_texts_is_there_once() -> None:
    assert sorted(requirement.id for requirement in REQUIREMENTS) == ALL_IDS
    assert len(ALL_IDS) == 93


@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=lambda requirement: requirement.id)
def test_a_requirement_says_what_where_from_and_what_holds_it(requirement: Requirement) -> None:
    assert requirement.statement.endswith(".")
    assert re.fullmatch(r"00[0-3](-00[0-3])?(/rec)?", requirement.seed)
    assert requirement.scope in SCOPES
    if requirement.scope == "OUT":
        assert requirement.why
        assert not requirement.owed_by
    else:
        assert requirement.story or requirement.held_by or requirement.owed_by


def test_the_ids_that_need_a_story_are_marked_so() -> None:
    assert {requirement.id for requirement in REQUIREMENTS if requirement.story} == NEEDS_STORY


def test_each_marked_requirement_has_a_story_named_by_its_id() -> None:
    stories = stories_by_id()
    assert sorted(NEEDS_STORY - set(stories)) == []


def test_no_story_is_named_by_an_id_that_does_not_exist() -> None:
    assert sorted(set(stories_by_id()) - set(BY_ID)) == []


def test_each_named_test_exists() -> None:
    missing = []
    for named in {test for requirement in REQUIREMENTS for test in requirement.held_by}:
        path, _, function = named.partition("::")
        if not (ROOT / path).is_file() or function not in functions_of(ROOT / path):
            missing.append(named)
    assert missing == []


def test_a_story_may_begin_with_several_ids() -> None:
    assert ids_in_name("test_r047_r048_own_balance_first") == ["R-047", "R-048"]
    assert ids_in_name("test_own_balance_first_r047") == []


def test_an_unknown_key_is_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "requirements.toml"
    file.write_text('[[requirement]]\nid = "R-001"\ncolour = "red"\n', encoding="utf-8")
    with pytest.raises(ValueError, match=r"R-001: unknown colour"):
        read_requirements(file)
