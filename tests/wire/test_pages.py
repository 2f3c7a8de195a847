"""The reference pages of the messages are fresh, complete, and their command can be pasted."""

import json
import shlex

import pytest

from qinji.gateway.registry import SERVED
from tools.generate_message_pages import FOLDER, render


def test_the_pages_are_fresh_and_there_is_none_too_many() -> None:
    written = {path: path.read_text(encoding="utf-8") for path in FOLDER.iterdir()}
    assert written == render(), "run .venv/bin/python tools/generate_message_pages.py"


@pytest.mark.parametrize("number", SERVED)
def test_a_page_names_every_field_and_its_command_sends_the_example(number: str) -> None:
    page = (FOLDER / f"{number}.md").read_text(encoding="utf-8")
    for node in SERVED[number].message.nodes_in:
        assert all(f"| `{field.name}` |" in page for field in node.fields)
    command = page.split("```sh\n")[1].split("```")[0]
    words = shlex.split(command)
    assert words[0] == "curl"
    assert json.loads(words[-1])["infno"] == number
