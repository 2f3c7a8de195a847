"""The closed lists of keys are documented whole."""

import re
from pathlib import Path

import pytest

from qinji.flows.parts.trial_input import RULE_KEYS
from qinji.policy.parameters import PARAMETERS

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "reference" / "policy-rules.md").read_text(
    encoding="utf-8"
)


@pytest.mark.parametrize("key", RULE_KEYS)
def test_every_key_of_rules_has_its_line(key: str) -> None:
    assert f"`{key}`" in PAGE


@pytest.mark.parametrize("name", PARAMETERS)
def test_every_parameter_has_its_line_with_its_unit(name: str) -> None:
    general = re.sub(r"^outpatient\.(employee\.\w+|resident)", "outpatient.*", name)
    general = re.sub(r"(ratio|day_fund_cap)\.\w+$", r"\1.LEVEL", general)
    assert f"| `{general}` | {PARAMETERS[name].unit} |" in PAGE
