"""The reference pages of the messages are fresh, complete, and their command can be pasted."""

import json
import shlex
from itertools import count

import pytest

from qinji.gateway.registry import SERVED
from tests.bureau import TODAY, Bureau
from tests.wire.story import ORDER, learnt, post, shown_code
from tools.generate_message_pages import FOLDER, render


def test_the_pages_are_fresh_and_there_is_none_too_many() -> None:
    written = {path: path.read_text(encoding="utf-8") for path in FOLDER.iterdir()}
    assert written == render(), "run .venv/bin/python tools/generate_message_pages.py"


@pytest.mark.parametrize("number", SERVED)
def test_a_page_names_every_field_and_its_command_sends_the_example(number: str) -> None:
    page = (FOLDER / f"{number}.md").read_text(encoding="utf-8")
    for node in SERVED[number].message.nodes_in:
        assert all(f"| `{field.name}` |" in page for field in node.fields)
    assert json.loads(body_of(number))["infno"] == number


def body_of(number: str) -> str:
    """What the command of a page sends, with its expressions as the shell is given them."""
    page = (FOLDER / f"{number}.md").read_text(encoding="utf-8")
    words = shlex.split(page.split("```sh\n")[1].split("```")[0])
    assert words[0] == "curl"
    return words[-1]


async def test_the_commands_one_after_the_other_work_in_the_sandbox(bureau: Bureau) -> None:
    given, seconds = {"$(TZ=CST-8 date +%F)": TODAY.isoformat()}, count(1_790_000_000)
    for number in ORDER:
        if number == "1162":
            given["$CODE"] = await shown_code(bureau)
        given["$(date +%s)"] = str(next(seconds))
        body = body_of(number)
        for expression, value in given.items():
            body = body.replace(expression, value)
        assert "$" not in body
        reply = (await post(bureau, json.loads(body))).reply
        assert reply["infcode"] == 0, (number, reply["err_msg"])
        given |= {f"${name.upper()}": value for name, value in learnt(number, reply).items()}
