"""The closed lists of keys are documented whole."""

import re
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup

from qinji.entry.commands.policy import app
from qinji.flows.parts.trial_input import ACCOUNT_KEYS, LINE_KEYS, PERSON_KEYS, USED_KEYS, VISIT_KEYS
from qinji.flows.parts.trial_rules import RULE_KEYS

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "reference" / "policy-rules.md").read_text(encoding="utf-8")
SPEAKING_OF_COMMANDS = (
    "README.md",
    "README.zh-CN.md",
    "docs/guides/add-a-region.md",
    "docs/concepts/policy.md",
    "docs/reference/policy-rules.md",
    "docs/start/quickstart.md",
    "docs/start/quickstart.zh-CN.md",
)
CALL = re.compile(r"qinji policy ([a-z]+)([^\n`]*)")


@pytest.mark.parametrize(
    "key", [*RULE_KEYS, *ACCOUNT_KEYS, *LINE_KEYS, *PERSON_KEYS, *USED_KEYS, *VISIT_KEYS]
)
def test_every_key_of_a_trial_is_documented(key: str) -> None:
    assert f"`{key}`" in PAGE


@pytest.mark.parametrize("name", SPEAKING_OF_COMMANDS)
def test_a_document_names_only_commands_and_options_that_there_are(name: str) -> None:
    known = typer.main.get_command(app)
    assert isinstance(known, TyperGroup)
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    for command, rest in CALL.findall(text):
        assert command in known.commands, (name, command)
        options = {option for each in known.commands[command].params for option in each.opts}
        assert set(re.findall(r"(?<!\w)--[a-z-]+", rest)) <= options | {"--help"}, (name, command, rest)


def test_every_command_has_its_place_in_the_reference() -> None:
    known = typer.main.get_command(app)
    assert isinstance(known, TyperGroup)
    assert [name for name in known.commands if f"qinji policy {name}" not in PAGE] == []
