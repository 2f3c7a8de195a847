"""The reference pages of the messages are fresh and complete. That their commands work is in tests/startup."""

import json
import shlex

import pytest

from qinji.gateway.registry import SERVED
from tools.generate_message_pages import EXAMPLES, FOLDER, render, render_examples


def test_the_pages_are_fresh_and_there_is_none_too_many() -> None:
    written = {path: path.read_text(encoding="utf-8") for path in FOLDER.iterdir()}
    assert written == render(), "run .venv/bin/python tools/generate_message_pages.py"


def test_the_examples_that_the_sandbox_shows_are_those_on_record() -> None:
    written = {path: path.read_text(encoding="utf-8") for path in EXAMPLES.iterdir()}
    assert written == render_examples(), "run .venv/bin/python tools/generate_message_pages.py"


@pytest.mark.parametrize("number", SERVED)
def test_a_page_names_every_field_and_its_command_sends_the_example(number: str) -> None:
    page = (FOLDER / f"{number}.md").read_text(encoding="utf-8")
    for node in SERVED[number].message.nodes_in:
        assert all(f"| `{field.name}` |" in page for field in node.fields)
    assert json.loads(body_of(number))["infno"] == number


def body_of(number: str) -> str:
    """What the command of a page sends, with its expressions as the shell is given them."""
    page = (FOLDER / f"{number}.md").read_text(encoding="utf-8")
    words = shlex.split(page.rpartition("```sh\n")[2].split("```")[0])
    assert words[0] == "curl"
    return words[-1]
